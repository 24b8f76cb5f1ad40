"""What the head of support asks: what was worked, how targets were kept, whose time runs out."""

from datetime import date, timedelta
from typing import Annotated, Literal

from billing.core.sla import BY, By
from billing.core.timesheet import KEYS, Key
from billing.core.units import day_before, month_later
from billing.errors import BadInput
from billing.requests.base import Question
from billing.requests.fields import Month, Whole
from billing.requests.spans import Span, each_once
from billing.texts import say
from billing.values import dataclass
from billing.views.cases import Sla
from billing.views.reviews import CallBacks, Credit, TimeReport


@dataclass(frozen=True, slots=True, kw_only=True)
class AskTime(Span[TimeReport]):
    """What was worked in a period, by default from 1 January until today, added up by one or several keys."""

    by: tuple[Key, ...] = ("agent",)

    def __post_init__(self) -> None:
        Span.__post_init__(self)
        each_once(self.by, KEYS)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskCallBacks(Span[CallBacks]):
    """The call-backs whose window begins in a period, by default from 1 January until in 30 days (S10)."""

    by: Literal["agent", "customer"] = "agent"

    def __post_init__(self) -> None:
        Span.__post_init__(self)
        each_once((self.by,), ("agent", "customer"))

    def days(self, today: date) -> tuple[date, date]:
        """The first and the last day that are meant: those to come count too."""
        last = self.last or today + timedelta(days=30)
        return Span(first=self.first or today.replace(month=1, day=1), last=last).days(today)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskCredit(Question[Credit]):
    """Whose time runs out on a day, by default today: fewer than `below` bought minutes left, or what ends within days.

    With what waits for a payment or a renewal, and what is owed (B1, G5, G9).
    """

    below: Annotated[int, Whole(0, code="bad-duration")] = 60
    within: Annotated[int, Whole(0, 3660)] = 30
    at: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskSla(Span[Sla]):
    """How the cases opened in a month, or from a day to a day, kept their targets; by default in this month (S2).

    `month` is its first day.
    """

    month: Month | None = None
    by: By = "priority"

    def __post_init__(self) -> None:
        Span.__post_init__(self)
        each_once((self.by,), BY)
        if self.month is not None and (self.first is not None or self.last is not None):
            raise BadInput("bad-input", say("a month, or from a day to a day: give one of them"))

    def days(self, today: date) -> tuple[date, date]:
        """The first and the last day that are meant."""
        if self.first is not None or self.last is not None:
            return Span(first=self.first, last=self.last).days(today)
        month = self.month or today.replace(day=1)
        return month, _last_of(month)

    def whole_month(self, today: date) -> str | None:
        """The month that is meant, where it is one."""
        first, last = self.days(today)
        return f"{first:%Y-%m}" if first.day == 1 and last == _last_of(first) else None


def _last_of(month: date) -> date:
    return day_before(month_later(month, 1))
