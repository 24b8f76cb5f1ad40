"""A load locks a SQLite file only while it writes: what is rated before is done again where another wrote (L4, L5)."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing, nullcontext, suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from billing.lines import bulk
from billing.office.invoicing import issuing, runs
from billing.office.transaction import Setting
from billing.requests.entries import Log
from billing.requests.hooks import AddHook
from billing.service import Billing
from billing.store import appending, engine
from billing.store.appending import Appender
from billing.store.refusing import sqlite_file
from billing.store.writing import Writer
from tests.store import histories
from tests.support import audit, contents, do, load, made, opened

COUNT = 1500  # lines: progress is told of each thousand


def entries(first: int = 0) -> list[str]:
    return [
        json.dumps(
            {"type": "entry", "id": f"e{n}", "customer": f"C{n % 2}", "case": f"K{n // 3}-{n % 2}",
             "date": f"2025-03-{1 + n % 28:02}", "minutes": 1 + n % 9, "note": "x"}
        )
        for n in range(first, first + COUNT)
    ]  # fmt: skip


def agreed(file: Path) -> Setting:
    setting = made(f"sqlite:///{file}")
    load(setting, *histories.signed("C0"), *histories.signed("C1"))
    return setting


@pytest.fixture
def ready(tmp_path: Path) -> Setting:
    return agreed(tmp_path / "late.db")


def is_locked(engine: Engine) -> bool:
    """Whether nobody else could write now."""
    file = sqlite_file(engine)
    assert file is not None
    with closing(sqlite3.connect(file, timeout=0, isolation_level=None)) as other:
        with suppress(sqlite3.OperationalError):
            other.execute("BEGIN IMMEDIATE")
            return False
        return True


def locked_at(setting: Setting, do: Callable[[], object] = lambda: None) -> tuple[list[bool], Callable[..., None]]:
    """What is noted at each progress: whether the file is locked; `do` is done at the first."""
    found: list[bool] = []

    def progress(_done: int, _of: int | None) -> None:
        found.append(is_locked(setting.engine))
        if len(found) == 1:
            do()

    return found, progress


@pytest.mark.parametrize("dry_run", [False, True])
def test_L4_others_may_write_while_a_load_is_rated(ready: Setting, dry_run: bool) -> None:
    found, progress = locked_at(ready)
    assert bulk.load(Billing(ready), entries(), dry_run, progress)["applied"] == COUNT
    assert found == [False]
    assert len(contents(ready)["entry"]) == (0 if dry_run else COUNT)
    assert audit(ready)["faults"] == []


def test_L4_what_is_more_than_work_is_locked_from_the_start_and_says_who_it_is(
    ready: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It writes as it goes, and who waits is told of whom: the lock is never held without the note."""
    notes: list[object] = []

    def noted(file: object) -> nullcontext[None]:
        notes.append(file)
        return nullcontext()

    monkeypatch.setattr(engine, "noted", noted)
    found, progress = locked_at(ready, lambda: notes.append("at work"))
    customer = json.dumps({"type": "customer", "code": "C2", "name": "C2 SA", "country": "CH"})
    assert bulk.load(Billing(ready), [customer, *entries()], progress=progress)["applied"] == COUNT + 1
    assert found == [True]
    assert notes == [sqlite_file(ready.engine), "at work"]


def test_L4_others_may_write_while_a_part_is_rated(ready: Setting) -> None:
    found, progress = locked_at(ready)
    assert bulk.load_in_parts(Billing(ready), entries(), COUNT, progress)["applied"] == COUNT
    assert found[0] is False
    assert bulk.load_in_parts(Billing(ready), entries(), COUNT)["known"] == 1


def test_what_listeners_are_told_of_a_load_is_in_its_order(ready: Setting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(appending, "ROWS_AT_ONCE", 700)
    do(ready, AddHook(url="https://desk.example.org/hooks"))
    bulk.load(Billing(ready), entries())
    told = sorted(contents(ready)["outbox"], key=lambda row: row["number"])
    instants = [json.loads(row["body"])["timestamp"] for row in told]
    assert len(instants) > 1000 and instants == sorted(instants)


def test_L5_a_load_that_another_writer_overtook_is_done_again(ready: Setting) -> None:
    """Once more alone, with the file locked from the start; what the other recorded comes before it."""
    other = opened(str(ready.engine.url), ready.today)
    entry = Log(customer="C0", seconds=60, case="K0-0", on=date(2025, 3, 1), yes=True)
    found, progress = locked_at(ready, lambda: Billing(other).do(entry))
    assert bulk.load(Billing(ready), entries(), progress=progress)["applied"] == COUNT
    assert found == [False, True]
    assert len(contents(ready)["entry"]) == COUNT + 1
    assert audit(ready)["faults"] == []


def test_what_is_put_aside_comes_to_what_is_written_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows, sums by day and heads; a second load puts its own aside again."""
    monkeypatch.setattr("secrets.token_hex", lambda size: "0" * 2 * size)
    monkeypatch.setattr("secrets.token_bytes", lambda size=32: b"0" * size)
    at_once, later = agreed(tmp_path / "at-once.db"), agreed(tmp_path / "later.db")
    put, flushed = Writer.put_aside, Appender._aside
    aside: set[str] = set()

    def noted(self: Writer, table: str, *of: Any) -> None:
        aside.add(table)
        put(self, table, *of)

    monkeypatch.setattr(Writer, "put_aside", noted)
    monkeypatch.setattr(Appender, "_aside", Appender.flush)
    for first in (0, COUNT):
        bulk.load(Billing(at_once), entries(first))
    assert aside == set()
    monkeypatch.setattr(Appender, "_aside", flushed)
    monkeypatch.setattr(appending, "ROWS_AT_ONCE", 700)
    for first in (0, COUNT):
        bulk.load(Billing(later), entries(first))
    assert {"link", "entry", "charge", "note", "personal", "reference", "case_name"} <= aside
    assert contents(later) == contents(at_once)
    assert audit(later)["faults"] == []


def test_L4_others_may_write_while_a_run_gathers_what_goes_on_paper(
    ready: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each part of a run held the file for all of its time; now while it numbers and keeps. What was worked meanwhile
    is on it, for the part is done again (M6)."""
    load(ready, *(json.loads(line) for line in entries()[:40]))
    other = opened(str(ready.engine.url), ready.today)
    notes: list[object] = []

    def noted(file: object) -> nullcontext[None]:
        notes.append(file)
        return nullcontext()

    monkeypatch.setattr(engine, "noted", noted)
    prepared, numbered = issuing.prepared, issuing.Unnumbered.numbered
    gathered: list[bool] = []
    numbering: list[bool] = []

    def gathers(*of: Any, **how: Any) -> Any:
        gathered.append(is_locked(ready.engine))
        if len(gathered) == 1:
            Billing(other).do(Log(customer="C1", seconds=60, on=date(2025, 3, 1), yes=True), "between")
        return prepared(*of, **how)

    def numbers(*of: Any) -> Any:
        numbering.append(is_locked(ready.engine) and sqlite_file(ready.engine) in notes)
        return numbered(*of)

    monkeypatch.setattr(issuing, "prepared", gathers)
    monkeypatch.setattr(issuing.Unnumbered, "numbered", numbers)
    found, _ = runs.run(ready, date(2025, 3, 1), date(2030, 1, 1))
    assert [one.number for one in found] == ["INV-2030-00001", "INV-2030-00002"]
    assert "between" in {row.entry for row in found[1].annex}
    assert (gathered, numbering) == ([False, False, True, True], [True, True])
    assert audit(ready)["faults"] == []
