"""The month's end on one screen (M7)."""

from datetime import date
from decimal import Decimal

from billing.core.expiring import Kind
from billing.texts import Text
from billing.values import dataclass
from billing.views.bank import OpenItem
from billing.views.documents import Held
from billing.views.fields import field
from billing.views.income import IncomeRow
from billing.views.periods import Closable
from billing.views.reminders import Reminder
from billing.views.reports import Deferred, Receivables, VatSum
from billing.views.sending import Sending


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


@dataclass(frozen=True, slots=True)
class IssuedSum:
    """The documents issued in a month, of a kind and currency: how many, and what they come to."""

    kind: str
    currency: str
    count: int
    net: Decimal
    total: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Credited:
    """A customer's own money, and the command that uses it or pays it out."""

    customer: str
    amount: Decimal
    currency: str
    command: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EndingSoon:
    """A contract, a pack with minutes left or an add-on whose last day is near, and the command that goes on."""

    customer: str
    kind: Kind
    name: str
    grant: str | None
    minutes: int | None
    last: date
    command: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthEnd:
    """What is ready, held, late, issued, earned, owed, open, ending, unsent and to be reminded of; what comes next.

    `vat` is of what is ready, `declared` of the month as `report vat` has it, `revenue` of the month as the books do.
    """

    month: str
    ready: tuple[Ready, ...]
    vat: tuple[TaxedSum, ...]
    held: tuple[Held, ...]
    late: tuple[Late, ...]
    issued: tuple[Ready, ...]
    sold: tuple[IssuedSum, ...]
    revenue: tuple[IncomeRow, ...]
    declared: tuple[VatSum, ...]
    deferred: Deferred
    receivables: Receivables
    next: str
    warnings: tuple[Text, ...] = field((), omit=True)
    reminders: tuple[Reminder, ...]
    bank: tuple[OpenItem, ...]
    own_money: tuple[Credited, ...]
    ending: tuple[EndingSoon, ...]
    unsent: tuple[Sending, ...]
    closing: Closable
