"""The month's end on one screen (M7)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing.texts import Text
from billing.views.documents import Held
from billing.views.fields import field
from billing.views.reminders import Reminder
from billing.views.reports import Deferred, Receivables


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A document of the month, that was issued or would be."""

    number: str
    kind: str
    customer: str
    on: date = field(key="date")
    currency: str
    net: Decimal
    total: Decimal
    corrects: str | None


@dataclass(frozen=True, slots=True)
class TaxedSum:
    """The VAT of what is ready, by currency, category and rate."""

    currency: str
    category: str
    rate: str
    base: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Late:
    """Work of an earlier month that is billed now (T5)."""

    customer: str
    entry: str
    on: date = field(key="date")
    billed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthEnd:
    """What is ready, held, late, issued, deferred, open and to be reminded of, and which command comes next."""

    month: str
    ready: tuple[Ready, ...]
    vat: tuple[TaxedSum, ...]
    held: tuple[Held, ...]
    late: tuple[Late, ...]
    issued: tuple[Ready, ...]
    deferred: Deferred
    receivables: Receivables
    next: str
    warnings: tuple[Text, ...] = field((), omit=True)
    reminders: tuple[Reminder, ...]
