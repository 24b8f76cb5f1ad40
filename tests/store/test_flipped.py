"""A file of which a byte was flipped says what is right, or is refused or named; a guard that is gone is (L1, L7)."""

import os
import random
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from billing import Billing, Refusal, requests
from billing.office.transaction import Setting
from billing.requests.audit import AskAudit
from billing.requests.base import Question
from billing.requests.books import AskBooks
from billing.store import migrate, schema
from billing.store.engine import open_engine
from tests import banked, quoted, support
from tests.history import rich
from tests.invoicing import files
from tests.store import histories
from tests.support import contents, load, made, opened

HOW_MANY = int(os.environ.get("BILLING_FLIPS", "60"))
SEED = 500


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A rich database in one file, without a page that holds nothing."""
    path = tmp_path_factory.mktemp("flipped") / "whole.db"
    setting = made(f"sqlite:///{path}")
    load(setting, *rich())
    quoted.everything(setting)
    files.complete(setting)
    banked.everything(setting)
    setting.engine.dispose()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("VACUUM")
    return path


@pytest.fixture
def path(whole: Path, tmp_path: Path) -> Path:
    return tmp_path / "flipped.db"


def asked(path: Path) -> Iterator[Question[Any]]:
    """What is asked of the books."""
    for customer in ("ANNA", "BEAT"):
        yield requests.AskBalance(customer=customer)
        yield requests.AskStatement(customer=customer, first=date(2025, 1, 1), last=date(2025, 12, 31))
    yield requests.AskDocuments()
    yield AskBooks(until=date(2026, 1, 1))
    with sqlite3.connect(path) as connection:
        for (code,) in connection.execute("SELECT code FROM document ORDER BY code"):
            yield requests.AskDocument(number=code)


def answers(path: Path, questions: list[Question[Any]]) -> list[str | None]:
    """What is answered; None where it is refused. Anything else that is raised fails the test."""
    setting = opened(f"sqlite:///{path}")
    books, found = Billing(setting), list[str | None]()
    for question in questions:
        try:
            found.append(repr(books.ask(question)))
        except Refusal as refused:
            assert refused.code in ("damaged", "no-database", "unknown-customer", "unknown-invoice"), refused.message
            found.append(None)
    setting.engine.dispose()
    return found


def test_a_flipped_byte_is_named_or_refused_or_changes_nothing_l7(whole: Path, path: Path) -> None:
    """16 of 300 such files were called whole, and one of these answered wrongly."""
    questions = list(asked(whole))
    right, rows = answers(whole, questions), contents(opened(f"sqlite:///{whole}"))
    data, pick, seen = whole.read_bytes(), random.Random(SEED), Counter[str]()
    for _ in range(HOW_MANY):
        at = pick.randrange(len(data))
        path.write_bytes(data[:at] + bytes([data[at] ^ 1 << pick.randrange(8)]) + data[at + 1 :])
        setting = opened(f"sqlite:///{path}")
        try:
            answer = Billing(setting).ask(AskAudit())
        except Refusal as refused:
            assert refused.code in ("damaged", "no-database"), (at, refused.message)
            seen["refused"] += 1
            continue
        finally:
            setting.engine.dispose()
        if answer.ok:
            assert answers(path, questions) == right, at
            assert contents(opened(f"sqlite:///{path}")) == rows, at
        else:
            answers(path, questions)  # wrong or refused, and never a fault of the program
        seen["whole" if answer.ok else "named"] += 1
        for beside in path.parent.glob("flipped.db-*"):
            beside.unlink()
    assert sum(seen.values()) == HOW_MANY
    assert (
        seen["named"] > HOW_MANY / 20 and seen["refused"] > 0
    )  # most bytes are an index, room, or the kept text of a table


def test_a_document_whose_text_is_broken_is_named(whole: Path, path: Path) -> None:
    """L7: lists and reports had said that this was a fault of the program. The books read it from the recipient on."""
    path.write_bytes(whole.read_bytes())
    broken = "UPDATE document SET content = substr(content, {}) WHERE code = 'INV-2025-00002'"
    setting = tampered(path, broken.format("1, length(content) - 1"))
    for ask in (requests.AskDocument(number="INV-2025-00002"), AskBooks(until=date(2026, 1, 1))):
        with pytest.raises(Refusal, match=r"INV-2025-00002 cannot be read as it is kept; `billing audit` names"):
            Billing(setting).ask(ask)
    faults = support.audit(setting)["faults"]
    assert any("INV-2025-00002 cannot be read" in fault for fault in faults), faults


def test_a_tariff_whose_text_is_another_prices_nothing(whole: Path, path: Path) -> None:
    """L7: the terms of a contract are those that were kept, or nothing is answered by them."""
    path.write_bytes(whole.read_bytes())
    setting = tampered(path, "UPDATE tariff_version SET text = replace(text, '175', '17') WHERE name = 'q3'")
    with pytest.raises(Refusal, match="tariff q3 of 2020-01-01 cannot be read as it is kept"):
        Billing(setting).ask(requests.AskBalance(customer="ANNA"))


def test_a_file_of_a_document_that_is_another_is_not_given_out(whole: Path, path: Path) -> None:
    """L10: the bytes are those that were given out, or none."""
    path.write_bytes(whole.read_bytes())
    setting = tampered(
        path, "UPDATE issued_file SET data = zeroblob(9) WHERE code = 'INV-2025-00001' AND format = 'pdf'"
    )
    with pytest.raises(Refusal, match="the pdf of INV-2025-00001 cannot be read as it is kept"):
        files.pdf(setting, "INV-2025-00001")


def tampered(path: Path, statement: str) -> Setting:
    """The database with a change that its guards would have refused."""
    engine = open_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        migrate.unguard(connection)
        assert connection.execute(text(statement)).rowcount == 1
        migrate.guard(connection)
    engine.dispose()
    return opened(f"sqlite:///{path}")


def test_a_guard_that_is_gone_is_named_l1(database_url: str) -> None:
    setting = made(database_url)
    last = "truncate" if setting.engine.dialect.name == "postgresql" else "replace"
    for table in schema.GUARDED:
        with setting.engine.begin() as connection:
            migrate.unguard(connection, [table.name])
        found = support.audit(setting)["faults"]
        assert found == [f"the guard {table.name}_no_{verb} is missing" for verb in sorted(("update", "delete", last))]
        with setting.engine.begin() as connection:
            migrate.guard(connection, [table.name])
    assert support.audit(setting)["ok"]
    setting.engine.dispose()


def weakened(setting: Setting) -> Callable[[], None]:
    """Puts a guard in place that lets all through, in the way of each kind of database."""

    def sqlite() -> None:
        with setting.engine.begin() as connection:
            migrate.unguard(connection, ["entry"])
            connection.exec_driver_sql("CREATE TRIGGER entry_no_update BEFORE UPDATE ON entry BEGIN SELECT 1; END")
            migrate.guard(connection, ["entry"])

    def postgresql() -> None:
        with setting.engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE entry DISABLE TRIGGER entry_no_update")

    return postgresql if setting.engine.dialect.name == "postgresql" else sqlite


def test_a_guard_that_lets_all_through_is_named_l1(database_url: str) -> None:
    """Also one of its name that does nothing, or that is turned off."""
    setting = made(database_url)
    load(setting, *histories.signed("ANNA"))
    weakened(setting)()
    (found,) = support.audit(setting)["faults"]
    assert found.startswith("the guard entry_no_update is ")
    setting.engine.dispose()
