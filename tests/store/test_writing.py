"""Many rows at once: the guards stand before and after, whatever becomes of the load (L1), and faults are the same."""

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from billing.errors import Refusal
from billing.lines import bulk
from billing.office.transaction import Setting
from billing.service import Billing
from billing.store import soundness
from billing.store.engine import reading
from billing.store.engine import writing as transaction
from billing.store.writing import Writer
from billing.store.written import COLUMNS
from tests.store import histories
from tests.support import contents, load, made, opened

MANY = 700  # entries: more than what lifts a guard


def entries(count: int, first: int = 0) -> list[str]:
    return [
        json.dumps({"type": "entry", "id": f"e{n}", "customer": "C0", "date": "2025-03-04", "minutes": 1})
        for n in range(first, first + count)
    ]


def guarded(setting: Setting) -> list[str]:
    with reading(setting.engine) as connection:
        return list(soundness.guard_faults(connection))


@pytest.fixture
def ready(database_url: str) -> Setting:
    setting = made(database_url)
    load(setting, *histories.signed("C0"))
    return setting


def test_a_load_leaves_the_guards_as_they_were(ready: Setting, monkeypatch: pytest.MonkeyPatch) -> None:
    lifted: set[str] = set()
    end = Writer.end

    def noted(writer: Writer) -> None:
        lifted.update(writer._lifted)
        end(writer)

    monkeypatch.setattr(Writer, "end", noted)
    bulk.load(Billing(ready), entries(MANY))
    assert ("entry_no_replace" in lifted) == (ready.engine.dialect.name == "sqlite")
    assert guarded(ready) == []


def test_a_load_that_is_refused_leaves_them_too(ready: Setting) -> None:
    before = contents(ready)
    with pytest.raises(Refusal, match=f"line {10 * MANY + 1}"):
        bulk.load(Billing(ready), [*entries(10 * MANY), json.dumps({"type": "void", "entry": "nope", "reason": "x"})])
    assert guarded(ready) == []
    assert contents(ready) == before


def test_a_key_that_is_there_is_refused_without_its_guard(ready: Setting) -> None:
    """The same error of the database, whether rows are few or many, as the door needs to know a collision by."""
    rows = [("entry", f"x{n}", 1, 1) for n in range(MANY)]
    for some in (rows[:2], rows):
        with pytest.raises(DBAPIError), transaction(ready.engine) as connection:
            writer = Writer(connection)
            writer.insert("reference", COLUMNS["reference"], some)
            writer.insert("reference", COLUMNS["reference"], some)
    assert guarded(ready) == []


def test_what_is_taken_back_within_a_transaction_takes_its_guard_with_it(ready: Setting) -> None:
    """What was lifted inside a part that is taken back stands again already, and is not made twice."""
    rows = [("entry", f"x{n}", 1, 1) for n in range(MANY)]
    with transaction(ready.engine) as connection:
        writer = Writer(connection)
        point = connection.begin_nested()
        writer.insert("reference", COLUMNS["reference"], rows)
        point.rollback()
        writer.insert("reference", COLUMNS["reference"], rows)
        writer.end()
    assert guarded(ready) == []


KILLED = """
import os, signal, sys
from tests.store import test_writing as here
from billing.store.writing import Writer

def insert(self, table, names, rows, whole=Writer.insert):
    whole(self, table, names, rows)
    if table == "entry" and self._lifted:
        os.kill(os.getpid(), signal.SIGKILL)
Writer.insert = insert
here.bulk.load(here.Billing(here.opened(sys.argv[1], here.date(2030, 1, 1))), here.entries(10_000))
"""


def test_a_load_that_is_killed_leaves_the_guards_and_nothing_of_itself(tmp_path: Path) -> None:
    setting = made(f"sqlite:///{tmp_path}/killed.db")
    load(setting, *histories.signed("C0"))
    before = contents(setting)
    url = setting.engine.url.render_as_string(hide_password=False)
    setting.engine.dispose()
    assert subprocess.run([sys.executable, "-c", KILLED, url], check=False).returncode == -9
    again = opened(url, date(2030, 1, 1))
    assert guarded(again) == []
    assert contents(again) == before
    with pytest.raises(DBAPIError, match="rows are only ever inserted"), transaction(again.engine) as connection:
        connection.execute(text("INSERT OR REPLACE INTO contract SELECT * FROM contract"))
