"""What was sold, what was paid and what is open on it."""

from datetime import date
from decimal import Decimal

from billing.core.invoicing import Status
from billing.core.units import ZERO
from billing.values import dataclass
from billing.views.fields import field


@dataclass(frozen=True, slots=True, kw_only=True)
class Sold:
    """A sale with its invoice, and what it credited or will credit when it is paid."""

    purchase: str
    customer: str
    invoice: str
    total: Decimal
    currency: str
    grant: str | None
    minutes_to_come: int
    until: date | None  # of an add-on, its last day


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """An invoice after a payment, and what that credited."""

    invoice: str
    customer: str
    paid: Decimal
    open: Decimal
    status: Status
    currency: str
    credited: tuple[str, ...]
    payment: str | None = field(None, omit=True)
    amount: Decimal | None = field(None, omit=True)
    written_off: Decimal = field(ZERO, omit=True)
    beyond: Decimal = field(ZERO, omit=True)  # what was paid on it that it does not need: the customer's own money


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenOff:
    """An invoice after something of it was written off, and what that credited (M15)."""

    write_off: str
    invoice: str
    customer: str
    amount: Decimal
    paid: Decimal
    written_off: Decimal  # in all
    open: Decimal
    status: Status
    currency: str
    credited: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OnAccount:
    """Money that came without an invoice, and what the customer has of its own with it."""

    payment: str
    customer: str
    amount: Decimal
    currency: str
    own_money: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Refunded:
    """Own money that was paid out, and what is left of it."""

    refund: str
    customer: str
    amount: Decimal
    currency: str
    own_money: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenBack:
    """An invoice after a payment of it was taken back, and what went with that; of money on account what is left."""

    invoice: str | None = field(None, omit=True)
    customer: str
    paid: Decimal | None = field(None, omit=True)
    open: Decimal | None = field(None, omit=True)
    status: Status | None = field(None, omit=True)
    own_money: Decimal | None = field(None, omit=True)
    currency: str
    credited: tuple[str, ...] = ()
    payment: str
    no_longer_drawn: tuple[str, ...]  # grants
    with_it: tuple[str, ...]  # payments that were made with the money
