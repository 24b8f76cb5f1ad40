"""Work of many customers at a PostgreSQL: its round trips grow by the lot, and its answers are those of one by one."""

from collections.abc import Callable
from datetime import date

import pytest

from billing.office import lots
from billing.office.transaction import Setting
from billing.requests.base import Question
from billing.requests.books import AskBooks
from billing.requests.invoicing import RunMonth
from billing.requests.month import AskMonthEnd
from billing.requests.periods import AskPeriods, CloseMonth
from billing.requests.reports import AskDeferred, AskReceivables, AskVat
from billing.requests.sending import AskOutbox
from billing.service import Billing
from billing.store import postgresql, query
from tests.store import histories, servers
from tests.support import contents, load, made, void

MONTHS = JANUARY, FEBRUARY = date(2025, 1, 1), date(2025, 2, 1)
TODAY = date(2025, 3, 31)
FEW, MORE = 3, 40  # customers
pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


def add(setting: Setting, first: int, last: int) -> None:
    """Customers with work that is not invoiced, each piece with a note."""
    codes = [f"C{n:03}" for n in range(first, last)]
    load(setting, *(line for code in codes for line in histories.signed(code)))
    work = [(code, f"2025-0{month}-0{day}") for code in codes for month in (1, 2) for day in (3, 4)]
    load(
        setting, *({"type": "entry", "customer": code, "date": on, "minutes": 47, "note": "said"} for code, on in work)
    )


ACTS: dict[str, Callable[[Billing, date], object]] = {  # in this order; January is closed first, then February
    "month": lambda door, month: door.ask(AskMonthEnd(month=month, on=TODAY)),
    "a dry run": lambda door, month: door.do(RunMonth(month=month, on=TODAY), dry_run=True),
    "report deferred": lambda door, _: door.ask(AskDeferred()),
    "the books": lambda door, _: door.ask(AskBooks()),
    "how months stand": lambda door, month: door.ask(AskPeriods(month=month)),
    "a run": lambda door, month: door.do(RunMonth(month=month, on=TODAY)),
    "month, after the run": lambda door, month: door.ask(AskMonthEnd(month=month, on=TODAY)),
    "a closing": lambda door, month: door.do(CloseMonth(month=month)),
    "month, closed": lambda door, month: door.ask(AskMonthEnd(month=month, on=TODAY)),
    "what was open": lambda door, month: door.ask(AskReceivables(at=month)),
    "what was deferred": lambda door, month: door.ask(AskDeferred(at=month)),
}


def test_round_trips_grow_by_the_lot_and_not_by_the_customer(database_url: str) -> None:
    """It was 18 of a month for each customer, 15 of a dry run, 16 of a run, 7 of a closing, 3 of what is deferred."""
    setting = made(database_url, today=TODAY)
    took: dict[str, list[int]] = {act: [] for act in ACTS}
    with servers.counted(database_url) as (url, trips), Billing.open(url, today=TODAY) as door:
        for month, (first, last) in zip(MONTHS, ((0, FEW), (FEW, FEW + MORE)), strict=True):
            add(setting, first, last)
            for act, do in ACTS.items():
                trips.count = 0
                do(door, month)
                took[act].append(trips.count)
    setting.engine.dispose()
    grown = {act: (many - few) / MORE for act, (few, many) in took.items()}
    assert max(grown.values()) <= 0.1, took
    assert min(many for _, many in took.values()) > 3  # it was counted


def take_back(setting: Setting) -> None:
    """Takes back the last entry that each customer was invoiced."""
    held = contents(setting)
    billed = {row["customer_id"]: row["entry"] for row in held["document_entry"]}
    gone = {(row["customer_id"], row["entry"]) for row in held["correction"]}
    for row in held["entry"]:
        if billed.get(row["customer_id"]) == row["seq"] and (row["customer_id"], row["seq"]) not in gone:
            void(setting, row["id"], "twice")


ASKED: list[Question[object]] = [
    *(AskMonthEnd(month=date(year, month, 1)) for year in (2024, 2025, 2026) for month in (1, 2, 12)),
    *(AskPeriods(month=date(2026, month, 1)) for month in (1, 2)),
    *(AskDeferred(at=at, since=since) for at in (date(2024, 1, 31), None) for since in (date(2024, 1, 10), None)),
    *(ask(at=at) for ask in (AskReceivables, AskDeferred) for at in (date(2024, 1, 31), date(2026, 3, 31))),
    AskVat(first=date(2024, 1, 1), last=date(2026, 3, 31)),
    AskBooks(),
    AskBooks(until=date(2024, 1, 31)),
    *(AskOutbox(months=(date(2026, 1, 1), date(2026, 2, 1)), again=again) for again in (False, True)),
]


@pytest.mark.parametrize(("customers", "positions"), [(2, 10_000), (100, 40)])
def test_what_is_asked_by_lots_answers_as_it_does_one_by_one(
    database_url: str, monkeypatch: pytest.MonkeyPatch, customers: int, positions: int
) -> None:
    """Lots of two, and lots that end early for what is recorded of those in them."""
    setting = histories.rich(database_url)
    add(setting, 0, FEW)
    take_back(setting)
    door = Billing(setting)
    whole, asked = postgresql.ask_of_many, 0

    def counted(connection, of):  # type: ignore[no-untyped-def]
        nonlocal asked
        asked += 1
        whole(connection, of)

    for module in (query, lots):
        monkeypatch.setattr(module, "A_LOT", customers)
    monkeypatch.setattr(lots, "POSITIONS", positions)
    monkeypatch.setattr(postgresql, "ask_of_many", counted)
    runs = [RunMonth(month=date(2026, month, 1)) for month in (3, 4)]
    by_lots = [door.ask(one) for one in ASKED], [door.do(run, dry_run=True) for run in runs]
    assert asked > 100
    monkeypatch.setattr(postgresql, "ask_of_many", lambda connection, of: None)
    assert ([door.ask(one) for one in ASKED], [door.do(run, dry_run=True) for run in runs]) == by_lots
    kinds = [document.kind for document in by_lots[1][0].view.invoices]
    assert kinds.count("invoice") >= FEW
    assert "credit-note" in kinds
    setting.engine.dispose()


def test_L4_a_run_locks_each_customer_in_the_order_of_codes(database_url: str) -> None:
    """One by one and before anything of them is read: who had to be waited for is billed as he is then."""
    setting = made(database_url, today=TODAY)
    add(setting, 0, FEW)
    with servers.counted(database_url) as (url, trips), Billing.open(url, today=TODAY) as door:
        door.do(RunMonth(month=JANUARY, on=TODAY))
        said = [" ".join(sql.split()) for sql in trips.said]
    locks = [place for place, sql in enumerate(said) if "FROM head" in sql and "FOR UPDATE" in sql]
    whom = "max(seq)"  # whom there may be something to bill, which is asked before
    reads = [place for place, sql in enumerate(said) if "FROM entry" in sql and whom not in sql]
    assert len(locks) == FEW, said
    assert max(locks) < min(reads)
    setting.engine.dispose()
