"""Reminders: what was sent or would be, and what stands on the letters."""

from datetime import date
from decimal import Decimal

from billing.core.units import ZERO
from billing.texts import Text
from billing.values import dataclass
from billing.views.documents import PaidBy, Recipient, Sender
from billing.views.fields import field


@dataclass(frozen=True, slots=True, kw_only=True)
class LateInvoice:
    """An invoice on a letter, with what the law adds to it."""

    number: str
    issued_on: date = field(key="date")
    due: date
    total: Decimal
    open: Decimal
    days_late: int
    step: int
    interest: Decimal
    indemnity: Decimal


@dataclass(frozen=True, slots=True)
class LawCharge:
    """What the law adds, in its words."""

    text: str
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A letter whole, as it is kept: words of the day's law, amounts, addresses, how to pay."""

    reminder: str | None  # none: it was not sent
    customer: str
    position: int
    on: date = field(key="date")
    deadline: date
    step: int
    currency: str
    language: str
    issuer: Sender
    recipient: Recipient
    title: str
    opening: str
    closing: str
    invoices: tuple[LateInvoice, ...]
    total: Decimal
    interest: Decimal
    indemnity: Decimal
    charges: str
    charged: tuple[LawCharge, ...]
    payment: PaidBy | None
    own_money: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Letters:
    """The letters of a day, by customer."""

    letters: tuple[Letter, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RemindedInvoice:
    """An invoice that was reminded of."""

    number: str
    due: date
    open: Decimal
    days_late: int
    step: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """A letter in short."""

    reminder: str | None
    customer: str
    step: int
    currency: str
    total: Decimal
    interest: Decimal
    indemnity: Decimal
    own_money: Decimal
    invoices: tuple[RemindedInvoice, ...]
    pdf: str | None = None  # the file it was written to


@dataclass(frozen=True, slots=True)
class HeldBack:
    """A customer who is not reminded, with the reason and the command that ends it."""

    customer: str
    reason: Text | str
    command: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminded:
    """The reminders of a day: sent now, held back, and those that were sent that day before."""

    on: date
    reminders: tuple[Reminder, ...]
    held: tuple[HeldBack, ...]
    sent: tuple[Reminder, ...]
