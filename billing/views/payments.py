"""What was sold, what was paid and what is open on it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing.core.invoicing import Status
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


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenBack:
    """An invoice after a payment of it was taken back, and what went with that."""

    invoice: str
    customer: str
    paid: Decimal
    open: Decimal
    status: Status
    currency: str
    credited: tuple[str, ...] = ()
    payment: str
    no_longer_drawn: tuple[str, ...]  # grants
    with_it: tuple[str, ...]  # payments that were made with the money
