"""Months closed for the books, and opened again (M16)."""

from datetime import date
from typing import ClassVar

from billing.requests.base import Question, Request
from billing.requests.fields import Month, Reason, option
from billing.values import dataclass
from billing.views.periods import Period, Periods


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseMonth(Request[Period]):
    """Fixes the books of a month, by its first day, and of all before it; `on` is the day of closing, by default today.

    What is still to be invoiced of it, or waits on suspense, is warned of.
    """

    KIND: ClassVar[str] = "close"
    LINE: ClassVar[str | None] = "close"
    WARNS: ClassVar[bool] = True
    month: Month
    on: date | None = option(line="date")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReopenMonth(Request[Period]):
    """Opens the last closed month again, with the reason."""

    KIND: ClassVar[str] = "reopen"
    LINE: ClassVar[str | None] = "reopen"
    month: Month
    reason: Reason
    on: date | None = option(line="date")


@dataclass(frozen=True, slots=True, kw_only=True)
class AskPeriods(Question[Periods]):
    """Which months are closed, what became of them, and whether the next one can be closed.

    `month` asks of another one than the next.
    """

    month: Month | None = None
