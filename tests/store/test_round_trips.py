"""How often a log asks a PostgreSQL: counted on the wire, so that it does not grow again."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from billing.office import foreseen
from billing.office.transacting import work
from billing.office.transaction import Setting
from billing.requests.agents import AddAgent, AskAgents
from billing.requests.balances import AskBalance, AskReply
from billing.requests.cases import OpenCase
from billing.requests.entries import Log, Undo, Void
from billing.requests.payments import Sell
from billing.requests.timing import Start
from billing.requests.work import AskWork
from billing.service import Billing
from billing.store import postgresql
from tests.store import histories, servers
from tests.support import contents, load, made, opened, run

DAY = date.today()  # the first test goes by the clock, as the desk does
BEGAN = DAY - timedelta(30)
WHOLE: dict[str, Any] = {
    "customer": "ANNA",
    "case": "T-1",
    "agent": "ana",
    "contact": "Eva",
    "note": "hello",
    "seconds": 420,
}
pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@pytest.fixture
def books(database_url: str) -> Setting:
    """A customer with minutes, a contact and an opened case, and an agent on the list."""
    setting = made(database_url, today=DAY)
    load(setting, *histories.signed("ANNA", start=BEGAN.isoformat()))
    door = Billing(setting)
    door.do(AddAgent(code="ana", name="Ana"))
    door.do(OpenCase(customer="ANNA", case="T-1", contact="Eva", agent="ana"))
    door.do(Log(**WHOLE))
    setting.engine.dispose()
    return setting


@pytest.mark.parametrize(
    ("words", "most"),
    [
        (["ANNA", "7m"], 7),
        (["ANNA", "7m", "hello", "--case", "T-1", "--contact", "Eva", "--id", "x1"], 7),
        (["T-1", "7m"], 8),  # the case says whose it is
    ],
)
def test_a_log_in_a_process_of_its_own(books: Setting, database_url: str, words: list[str], most: int) -> None:
    """It was 33 round trips: a greeting, a look at the day, begin, lock and read, rate, write and tell, commit."""
    with servers.counted(database_url) as (url, trips):
        assert run("--db", url, "log", *words, BILLING_AGENT="ana")[0] == 0, trips.said
    assert trips.count <= most, trips.said


@pytest.mark.parametrize("key", [None, "x1"])
def test_a_log_at_a_door_that_stays_open(books: Setting, database_url: str, key: str | None) -> None:
    """BEGIN, lock and read, rate, write and tell, COMMIT; it was 12 statements one by one."""
    with servers.counted(database_url) as (url, trips), Billing.open(url, today=DAY) as door:
        door.do(Log(**WHOLE))
        trips.count = 0
        door.do(Log(**WHOLE), key)
        assert trips.count <= 5, trips.said


DESK: dict[str, tuple[Callable[[Billing], object], int]] = {  # what is done, and how many round trips it may take
    "log, asked again": (lambda door: door.do(Log(**WHOLE), "x0"), 6),
    "log, in small letters": (lambda door: door.do(Log(**{**WHOLE, "customer": "anna"})), 7),
    "balance": (lambda door: door.ask(AskBalance(customer="ANNA")), 5),
    "reply, of a case": (lambda door: door.ask(AskReply(case="T-1")), 5),
    "undo": (lambda door: door.do(Undo(agent="ana")), 11),
    "void": (lambda door: door.do(Void(entry="x0", reason="twice")), 9),
    "start": (lambda door: door.do(Start(case="T-1", agent="ana")), 7),
    "sell": (lambda door: door.do(Sell(customer="ANNA", product="half-fare", price=Decimal(100))), 20),
    "day": (lambda door: door.ask(AskWork(agent="ana")), 8),
}


@pytest.mark.parametrize("act", DESK)
def test_what_else_the_desk_does(books: Setting, database_url: str, act: str) -> None:
    """It was 18 for a repeated id, 11 for a balance, 27 for an undo, 24 for a void, 13 for a start."""
    done, most = DESK[act]
    Billing(books).do(Log(**WHOLE), "x0")
    books.engine.dispose()
    with servers.counted(database_url) as (url, trips), Billing.open(url, today=DAY) as door:
        door.ask(AskAgents())
        trips.count = 0
        done(door)
        assert trips.count <= most, (trips.count, trips.said)


@pytest.mark.parametrize(
    "request_of",
    [
        lambda: Log(**{**WHOLE, "note": None}),  # of a note the salt differs, and so the position
        lambda: Log(case="T-1", seconds=420, agent="ana"),
        lambda: Log(customer="T-1", seconds=600),
        lambda: Log(customer="anna", seconds=600, reply=True),
        lambda: Log(customer="ANNA", seconds=36_000, on=BEGAN),
    ],
)
def test_what_is_asked_ahead_answers_as_it_does_one_by_one(
    books: Setting, database_url: str, monkeypatch: pytest.MonkeyPatch, request_of: Callable[[], Log]
) -> None:
    ahead = Billing(books).do(request_of(), dry_run=True)

    def not_ahead(connection, asked, written=None, apart=False):  # type: ignore[no-untyped-def]
        if written is not None:
            written()

    monkeypatch.setattr(postgresql, "ask_ahead", not_ahead)
    assert Billing(opened(database_url, DAY)).do(request_of(), dry_run=True) == ahead


def test_C1_nothing_asked_before_a_lock_is_told_after_it(books: Setting) -> None:
    """An entry that goes from one customer to another locks both; another writer was at the second meanwhile."""
    load(books, *histories.signed("BEA", start=BEGAN.isoformat()))
    other = Billing(opened(books.engine.url.render_as_string(hide_password=False), today=DAY))
    with work(books) as tx:
        tx.foreseen = lambda customer, at: foreseen.of_customer(tx, Void(entry="x", reason="y"), None, customer, at)
        tx.customer("ANNA")
        other.do(Log(customer="BEA", seconds=60, yes=True))
        tx.customer("BEA")
        last, _ = tx.appender.ask_last(tx.connection)
        assert last == max(row["recorded_at"] for row in contents(other.setting)["link"])
    other.setting.engine.dispose()
