"""Reports for the head of support, each from few passes over everything: what was worked, whose time runs out."""

from collections.abc import Callable
from typing import Any

from billing.core import timesheet
from billing.core.timesheet import Sum
from billing.office.cases import meetings
from billing.office.transaction import Transaction
from billing.requests.reviews import AskSla, AskTime
from billing.store import worked
from billing.views.reviews import TimeReport, TimeRow

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


QUESTIONS: dict[Any, Callable[..., Any]] = {AskTime: time, AskSla: meetings.sla}
