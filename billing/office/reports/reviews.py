"""Reports for the head of support, each from few passes over everything: what was worked, whose time runs out."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from billing.core import shortage, statement, timesheet
from billing.core.shortage import Shortage
from billing.core.timesheet import Sum
from billing.core.units import END_OF_TIME, Window
from billing.office.balances import names
from billing.office.cases import meetings
from billing.office.transaction import Transaction
from billing.requests.reviews import AskCallBacks, AskCredit, AskSla, AskTime
from billing.store import cases, standing, worked
from billing.views.reviews import Credit, CreditRow, TimeReport, TimeRow

_NOTHING = Sum((), 0, 0, 0, 0, 0, 0, 0, 0)


def time(tx: Transaction, question: AskTime) -> TimeReport:
    """What was worked in a period by the keys asked for, and in all; voided entries are left out."""
    first, last = question.days(tx.today)
    found = list(worked.of_period(tx.connection, first, last))
    total = timesheet.summed(found, ()) or [_NOTHING]
    return TimeReport(
        first=first,
        last=last,
        by=question.by,
        rows=tuple(_row(question, one) for one in timesheet.summed(found, question.by)),
        total=_row(question, total[0]),
    )


def _row(question: AskTime, one: Sum) -> TimeRow:
    return TimeRow(
        **dict(zip(question.by, one.by, strict=False)),  # a total has no keys
        entries=one.entries,
        raw_seconds=one.seconds,
        charged=one.charged,
        drawn=one.drawn,
        billed=one.billed,
        owed=one.owed,
        free_seconds=one.free_seconds,
        quoted_seconds=one.quoted_seconds,
    )


def credit(tx: Transaction, question: AskCredit) -> Credit:
    """Whose time runs out, what ends, what waits and what is owed on a day; by kind, the soonest first."""
    at = question.at or tx.today
    within = Window(at, at + timedelta(days=min(question.within, (END_OF_TIME - at).days)))
    owing = standing.owing(tx.connection)
    customers = cases.customers(tx.connection)
    rows = []
    for customer, book in standing.books(tx.connection, tx.tariffs.every(), at).items():
        owed = sum(statement.owed_on(charges, draws, at) for charges, draws in owing.get(customer, ()))
        for one in shortage.shortages(book, owed, within, question.below):
            rows.append(_shortage(customers[customer], one))
    rows.sort(key=lambda row: (shortage.KINDS.index(row.kind), row.last or date.max, row.customer))
    return Credit(at=at, below=question.below, until=within.last, rows=tuple(rows))


def _shortage(who: cases.Who, one: Shortage) -> CreditRow:
    return CreditRow(
        customer=who.code,
        customer_name=who.name,
        kind=one.kind,
        name=one.name,
        grant=None if one.grant is None else names.numbered(who.code, one.grant),
        minutes=one.minutes,
        last=None if one.last == END_OF_TIME else one.last,
        invoice=one.invoice,
        command=_command(who.code, one),
    )


def _command(code: str, one: Shortage) -> str | None:
    """What goes on with it: a pack bought, a contract renewed, an invoice paid."""
    match one.kind:
        case "low" | "grace" | "owed" if one.name:
            return f"billing buy {code} {one.name}"
        case "unpaid":
            return f"billing pay {one.invoice}"
        case "no-contract":
            return f"billing contract renew {code}"
    return names.goes_on(code, one.ending) if one.ending else None


QUESTIONS: dict[Any, Callable[..., Any]] = {
    AskTime: time,
    AskSla: meetings.sla,
    AskCredit: credit,
    AskCallBacks: meetings.callbacks,
}
