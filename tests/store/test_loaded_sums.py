"""A load of work alone keeps sums in mind and no entry, and comes to what it comes to with all of them (L2, L5)."""

import json
from pathlib import Path
from typing import Any

import pytest

from billing.core.book import Book
from billing.errors import Refusal
from billing.lines import bulk
from billing.office.register import Register
from billing.office.transaction import Setting, Transaction
from billing.service import Billing
from tests.store import histories
from tests.support import audit, contents, load, made

COUNT = 60
CATEGORIES = ("support", "first-install", "bug", "training")


def entries(count: int = COUNT) -> list[str]:
    return [
        json.dumps(
            {"type": "entry", "id": f"e{n}", "customer": f"C{n % 2}", "case": f"K{n // 6}-{n % 2}",
             "category": CATEGORIES[n // 2 % 4], "date": f"2025-03-{1 + n % 28:02}", "minutes": 1 + n * 7 % 90}
        )
        for n in range(count)
    ]  # fmt: skip


def agreed(url: str) -> Setting:
    setting = made(url)
    load(setting, *histories.signed("C0"), *histories.signed("C1"))
    return setting


def kept(monkeypatch: pytest.MonkeyPatch) -> dict[int, Book]:
    """The books of a load as they are once it is done, by customer."""
    found: dict[int, Book] = {}
    record = Transaction.record

    def noted(self: Transaction, head: Any, book: Book, *of: Any) -> Any:
        found[head.id] = book
        return record(self, head, book, *of)

    monkeypatch.setattr(Transaction, "record", noted)
    return found


def test_L2_a_load_of_work_keeps_no_entry_in_mind(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    setting, books = agreed(database_url), kept(monkeypatch)
    bulk.load(Billing(setting), entries())
    for book in books.values():
        assert [entry.category for entry in book.entries.values()] == ["support", "first-install", "bug", "training"]
        assert len(book.charges) == 4 and sum(map(len, book.by_case.values())) == 4
    assert len(books) == 2


def test_what_takes_an_entry_back_has_all_of_them_in_mind(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    setting, books = agreed(database_url), kept(monkeypatch)
    void = json.dumps({"type": "void", "entry": "e9", "reason": "wrong", "date": "2025-03-31"})
    assert bulk.load(Billing(setting), [*entries(), void])["applied"] == COUNT + 1
    assert sum(len(book.entries) for book in books.values()) == COUNT
    assert audit(setting)["faults"] == []


def test_sums_in_mind_come_to_what_all_entries_come_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also the first of a category, and what is rounded with it; a second load goes on from there."""
    monkeypatch.setattr("secrets.token_hex", lambda size: "0" * 2 * size)
    monkeypatch.setattr("secrets.token_bytes", lambda size=32: b"0" * size)
    sums, whole = agreed(f"sqlite:///{tmp_path / 'sums.db'}"), agreed(f"sqlite:///{tmp_path / 'whole.db'}")
    for count in (COUNT // 2, COUNT):
        bulk.load(Billing(sums), entries(count))
    monkeypatch.setattr(Book, "let_go", lambda self, seq: None)
    for count in (COUNT // 2, COUNT):
        bulk.load(Billing(whole), entries(count))
    assert contents(sums) == contents(whole)
    assert audit(sums)["faults"] == []


def test_L5_of_ids_those_are_kept_in_mind_that_a_file_has_twice(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    setting, lines = agreed(database_url), entries()
    held: list[Register] = []
    made_of = Register.__init__

    def noted(self: Register, *of: Any) -> None:
        made_of(self, *of)
        held.append(self)

    monkeypatch.setattr(Register, "__init__", noted)
    done = bulk.load(Billing(setting), [*lines, lines[3]])
    assert (done["applied"], done["unchanged"]) == (COUNT, 1)
    assert list(held[-1].references) == [("entry", "e3")]
    other = json.loads(lines[5]) | {"id": "new"}
    with pytest.raises(Refusal, match=r"line 2: .*new"):
        bulk.load(Billing(setting), [json.dumps(other), json.dumps(other | {"minutes": 9})])
