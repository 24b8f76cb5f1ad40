"""Reminders of invoices that are overdue."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from billing.requests.base import Question, Request
from billing.views.reminders import Letters, Reminded


@dataclass(frozen=True, slots=True, kw_only=True)
class Remind(Request[Reminded]):
    """The reminders that are due on a day, by default today (M10)."""

    KIND: ClassVar[str] = "reminder"
    on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskLetters(Question[Letters]):
    """What stands on the letters of a day, as it was kept: their PDFs can be made again byte for byte (M8)."""

    on: date
