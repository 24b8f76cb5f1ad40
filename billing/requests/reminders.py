"""Reminders of invoices that are overdue."""

from datetime import date
from typing import ClassVar

from billing.requests.base import Question, Request
from billing.requests.fields import option
from billing.values import dataclass
from billing.views.reminders import Letters, Reminded


@dataclass(frozen=True, slots=True, kw_only=True)
class Remind(Request[Reminded]):
    """The reminders that are due on a day, by default today (M10); `yes`: also one far away (M19)."""

    KIND: ClassVar[str] = "reminder"
    on: date | None = None
    yes: bool = option(False, aside=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskLetters(Question[Letters]):
    """What stands on the letters of a day, as it was kept: their PDFs can be made again byte for byte (M8)."""

    on: date
