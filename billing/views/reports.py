"""What the accountant is told: VAT of a period, what is open by age, what is deferred."""

from datetime import date
from decimal import Decimal
from typing import Literal

from billing.values import dataclass
from billing.views.fields import field


@dataclass(frozen=True, slots=True, kw_only=True)
class VatSum:
    """The VAT of one category and rate."""

    category: str
    rate: str
    currency: str
    base: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class VatReport:
    """The VAT of a period, on invoices or on payments."""

    first: date = field(key="from")
    last: date = field(key="to")
    basis: Literal["invoice", "payment"]
    rates: dict[str, Decimal] | None = field(None, omit=True)  # with which all is in the issuer's currency
    rows: tuple[VatSum, ...]


@dataclass(frozen=True, slots=True)
class RemindedOn:
    """The last reminder of an invoice."""

    step: int
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenInvoice:
    """An invoice on which something is open, and how long it has been due."""

    invoice: str
    customer: str
    on: date = field(key="date")
    due: date | None
    currency: str
    total: Decimal
    open: Decimal
    days_late: int
    age: str
    reminder: RemindedOn | None


@dataclass(frozen=True, slots=True)
class OpenTotal:
    """What is open in one currency and age."""

    currency: str
    age: str
    open: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Receivables:
    """What is open on a day, the oldest due first."""

    at: date
    rows: tuple[OpenInvoice, ...]
    totals: tuple[OpenTotal, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeferredSale:
    """A pack, or a contract's fee, as it is earned: `used` and `expired` are of its minutes or days."""

    grant: str | None  # none before it is credited
    customer: str
    product: str
    invoice: str
    currency: str
    price: Decimal
    minutes: int
    used: int
    expired: int
    recognised: Decimal
    deferred: Decimal
    credited: Decimal | None = field(None, omit=True)  # of its price, by credit notes (M12)
    ended: bool = field(False, omit=True)  # by a credit note: nothing of it is to be drawn any more
    recognised_in_period: Decimal | None = field(None, omit=True)
    unit: Literal["days"] | None = field(None, omit=True)  # of a contract's fee: it has days where a pack has minutes


@dataclass(frozen=True, slots=True)
class DeferredTotal:
    """What is deferred in one currency."""

    currency: str
    total: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Deferred:
    """What packs were sold for and is not earned yet, on a day."""

    at: date
    currency: str  # the issuer's, but where all is in another one
    total: Decimal
    totals: tuple[DeferredTotal, ...]
    grants: tuple[DeferredSale, ...]
