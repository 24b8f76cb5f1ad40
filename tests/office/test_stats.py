"""A database in figures, and what is told before a limit is met."""

from typing import Any

import pytest
from sqlalchemy import text

from billing.office.reports import stats
from billing.requests.stats import AskStats
from billing.requests.ticking import Tick
from billing.service import Billing
from billing.store.engine import reading
from tests import support
from tests.store import histories
from tests.support import contents, load, made


def begun(url: str, entries: int = 5) -> Any:
    setting = made(url)
    load(
        setting, *histories.signed("ALPINA", start="2029-06-01"), *histories.signed("BEAT", start="2029-06-01"),
        *({"type": "entry", "customer": "ALPINA", "date": "2029-12-03", "minutes": 60} for _ in range(entries)),
        {"type": "entry", "customer": "BEAT", "date": "2029-06-03", "minutes": 60},
        {"type": "invoice-run", "month": "2029-12", "date": "2030-01-01"},
    )  # fmt: skip
    return setting


def test_figures_are_those_of_the_database(database_url: str) -> None:
    setting = begun(database_url)
    found = Billing(setting).ask(AskStats())
    rows = {table.table: table.rows for table in found.tables}
    assert rows == {name: len(kept) for name, kept in contents(setting).items()}
    assert (found.customers, found.entries, found.documents) == (2, 6, 2)
    assert found.entries_last_year == 6 and found.growth == found.size
    assert {read.what: read.customer for read in found.reads} == {
        "balance": "ALPINA", "statement": "ALPINA", "receivables": None, "queue": None,
    }  # fmt: skip
    assert [read.milliseconds for read in found.reads] == sorted((r.milliseconds for r in found.reads), reverse=True)
    assert all(table.size for table in found.tables if table.rows)
    assert sum(table.size or 0 for table in found.tables) <= found.size
    assert found.kind in database_url and not [limit for limit in found.limits if limit.near]
    setting.engine.dispose()


def test_a_limit_that_comes_near_is_told_once(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    setting = begun(database_url)
    monkeypatch.setattr(stats, "NUMBERS", 2)
    told = [Billing(setting).do(Tick()).view.alerts for _ in range(2)]
    (first,) = [alert for alert in told[0] if alert.kind == "limit"]
    assert f"{first.text}" == "2 of 2 numbers of INV-2030 are used" and first.customer is None
    assert not [alert for alert in told[1] if alert.kind == "limit"]
    monkeypatch.setattr(stats, "NUMBERS", 99_999)
    Billing(setting).do(Tick())
    monkeypatch.setattr(stats, "NUMBERS", 2)
    assert [alert.kind for alert in Billing(setting).do(Tick()).view.alerts] == ["limit"]  # another time
    setting.engine.dispose()


def test_a_disk_with_no_room_for_a_copy_is_told(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    setting = begun(f"sqlite:///{tmp_path}/b.db")
    size = Billing(setting).ask(AskStats()).size
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 2 * size - 1}))
    near = [limit for limit in Billing(setting).ask(AskStats()).limits if limit.near]
    assert [limit.what for limit in near] == ["disk"]
    setting.engine.dispose()


def test_a_tick_has_sqlite_look_at_tables_again(tmp_path: Any) -> None:
    setting = begun(f"sqlite:///{tmp_path}/b.db", entries=300)
    before = contents(setting)
    Billing(setting).do(Tick())
    with reading(setting.engine) as connection:
        seen = set(connection.execute(text("SELECT DISTINCT tbl FROM sqlite_stat1")).scalars())
    assert seen & {"entry", "charge", "customer"}
    after = contents(setting)
    assert {name for name in after if after[name] != before[name]} <= {"alert"}
    assert support.audit(setting)["ok"]
    setting.engine.dispose()
