"""What a refusal says after a part was done, and after a commit that nobody answered: nothing untrue."""

import sqlite3
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError

from billing.errors import UNCHANGED, UNSURE, DatabaseRefusal
from billing.office.invoicing import runs
from billing.office.transaction import Setting
from billing.requests.invoicing import RunMonth
from billing.requests.parties import AddCustomer, Hold
from billing.requests.payments import PayOnAccount
from billing.service import Billing
from billing.store.light import LightConnection, light_engine, translated
from billing.store.refusing import is_unsure
from tests.store import histories
from tests.support import load, made, opened, run

MONTH, ON = date(2025, 1, 1), date(2025, 1, 31)


def ready(url: str) -> Setting:
    """Six customers, each with something to invoice."""
    setting = made(url, today=ON)
    for n in range(6):
        code = f"C{n}"
        load(setting, *histories.signed(code, start="2025-01-01"),
             {"type": "entry", "customer": code, "date": "2025-01-10", "minutes": 60})  # fmt: skip
    return setting


def test_a_run_that_is_stopped_names_what_was_issued(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """150 of 400 were committed, and it said that nothing was changed."""
    setting = ready(database_url)
    hold, billed = runs._hold, []

    def lost(tx, due, on):  # type: ignore[no-untyped-def]
        billed.append(due)
        if len(billed) == 4:
            is_sqlite = tx.connection.dialect.name == "sqlite"
            tx.connection.execute(
                text("PRAGMA query_only = ON" if is_sqlite else "SELECT pg_terminate_backend(pg_backend_pid())")
            )
        return hold(tx, due, on)

    monkeypatch.setattr(runs, "AT_ONCE", 2)
    monkeypatch.setattr(runs, "_hold", lost)
    books = Billing(setting)
    with pytest.raises(DatabaseRefusal) as refused:
        books.do(RunMonth(month=MONTH, on=ON))
    said = refused.value.message
    assert "2 documents were issued, INV-2025-00001 to INV-2025-00002: run it again for the rest" in said
    assert "nothing was changed" not in said
    monkeypatch.undo()
    assert [each.number for each in books.do(RunMonth(month=MONTH, on=ON)).view.invoices] == [
        f"INV-2025-{n:05}" for n in range(3, 7)
    ]


def test_a_run_that_is_stopped_before_its_first_document_changed_nothing(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    setting = ready(database_url)
    monkeypatch.setattr(runs, "_hold", lambda tx, *_: tx.connection.execute(text("SELECT 1 FROM nowhere")))
    with pytest.raises((DatabaseRefusal, DBAPIError)) as refused:
        Billing(setting).do(RunMonth(month=MONTH, on=ON))
    assert "issued" not in str(refused.value)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_connection_that_is_lost_at_the_commit_leaves_it_open_whether_it_was_done(database_url: str) -> None:
    """It said that nothing was changed; the server may have committed and been lost before it said so."""
    setting = ready(database_url)
    other = opened(database_url).engine

    @event.listens_for(setting.engine, "commit")
    def lose(connection):  # type: ignore[no-untyped-def]
        pid = connection.connection.driver_connection.info.backend_pid
        with other.begin() as killer:
            killer.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})

    with pytest.raises(DatabaseRefusal) as refused:
        Billing(setting).do(PayOnAccount(customer="C1", amount=Decimal(10), on=ON))
    assert refused.value.remedy == UNSURE
    assert "not known whether" in refused.value.message and "nothing was changed" not in refused.value.message
    other.dispose()


def test_whether_a_commit_that_failed_may_be_done_all_the_same() -> None:
    class Failed(Exception):
        def __init__(self, said: str, sqlstate: str | None = "") -> None:
            super().__init__(said)
            if sqlstate != "":
                self.sqlstate = sqlstate

    def unsure(*what: str | None) -> bool:
        return is_unsure(DBAPIError("COMMIT", None, Failed(*what)))  # type: ignore[arg-type]

    assert unsure("disk I/O error")  # the sync failed: what was written may be there after a restart
    assert not unsure("database or disk is full")
    assert unsure("server closed the connection unexpectedly", None)
    assert unsure("terminating connection", "57P01") and unsure("connection failure", "08006")
    assert not unsure("deadlock detected", "40P01") and not unsure("disk full", "53100")


def test_a_refusal_among_several_requests_says_what_those_before_it_came_to(tmp_path_factory, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    """Each document that is marked as sent is a request of its own: the second's failure is not nothing."""
    url = f"sqlite:///{tmp_path_factory.mktemp('several')}/b.db"
    setting = ready(url)
    Billing(setting).do(RunMonth(month=MONTH, on=ON))
    from billing.requests.sending import HandOverPaper

    do, asked = Billing.do, []

    def full(self, request, *rest, **more):  # type: ignore[no-untyped-def]
        if isinstance(request, HandOverPaper):
            asked.append(request)
            if len(asked) == 3:
                self._begin()
                raise DatabaseRefusal("no-database", "b.db: database or disk is full", UNCHANGED)
        return do(self, request, *rest, **more)

    monkeypatch.setattr(Billing, "do", full)
    status, _, said = run("--db", url, "send", "mark", "2025-01", BILLING_TODAY="2025-01-31")
    assert (status, said) == (
        1,
        "error: b.db: database or disk is full; 2 requests before it were recorded and stay\n",
    )


def test_a_commit_that_failed_lets_go_of_its_locks(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """L4: at a door that stays open the connection went back with its transaction open, and others waited for it."""
    setting = made(database_url)
    with Billing.open(database_url, today=ON) as books, Billing.open(database_url, today=ON) as other:
        books.do(AddCustomer(code="ANNA", name="Anna SA", country="CH"))
        dialect = books.setting.engine.dialect

        is_light = light_engine(books.setting.engine) is not None

        def fails(_connection: object) -> None:
            if is_light:
                raise translated(sqlite3.OperationalError("disk I/O error"), "COMMIT")
            raise dialect.loaded_dbapi.OperationalError("disk I/O error")

        with monkeypatch.context() as patched, pytest.raises(DatabaseRefusal):
            patched.setattr(LightConnection if is_light else dialect, "commit" if is_light else "do_commit", fails)
            books.do(Hold(customer="ANNA", reason="asks for an order"))
        monkeypatch.setenv("BILLING_WAIT", "1")
        assert other.do(Hold(customer="ANNA", reason="asks for a price")).new
    setting.engine.dispose()
