"""The month's end at a glance."""

from datetime import date

from billing.requests.base import Question
from billing.requests.fields import Month
from billing.values import dataclass
from billing.views.month import MonthEnd


@dataclass(frozen=True, slots=True, kw_only=True)
class AskMonthEnd(Question[MonthEnd]):
    """A month, by its first day, as a run of it with an issue date would find it; that is by default today."""

    month: Month
    on: date | None = None
