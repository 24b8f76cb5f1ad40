"""What customers brought from another system, and what they are told of it (G14)."""

from datetime import date
from decimal import Decimal

from billing.core.opened import OpeningKind
from billing.values import dataclass
from billing.views.fields import field


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """One thing that was brought: the id by which it can be taken back, and what became of it here."""

    opening: str
    customer: str
    on: date
    kind: OpeningKind
    what: str | None = field(None, omit=True)  # a tariff, a product, a category, an invoice's number
    contract: str | None = field(None, omit=True)
    grant: str | None = field(None, omit=True)
    first: date | None = field(None, key="from", omit=True)
    last: date | None = field(None, key="to", omit=True)
    minutes: int | None = field(None, omit=True)  # left, or owed
    amount: Decimal | None = field(None, omit=True)  # open, or own money; of minutes what they were sold for
    currency: str | None = field(None, omit=True)
    voided: date | None = field(None, omit=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningTakenBack:
    """An opening that counts as if it had never been there."""

    opening: str
    customer: str
    voided: date


@dataclass(frozen=True, slots=True)
class BroughtOpen:
    """An invoice of the other system, as it stood when the books opened."""

    number: str
    on: date
    due: date | None
    total: Decimal
    open: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class SumOf:
    """An amount in a currency."""

    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningOf:
    """What one customer brought, and what he reads on `at`: the balance in his language."""

    customer: str
    customer_name: str
    on: date
    at: date
    language: str
    text: str
    minutes: int
    owed: int
    invoices: tuple[BroughtOpen, ...]
    own_money: tuple[SumOf, ...]
    deferred: tuple[SumOf, ...]  # of what was sold, still to be earned
    openings: tuple[Opened, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningTotals:
    """The sums over customers, to be compared with those of the other system."""

    customers: int
    minutes: int
    owed: int
    open: tuple[SumOf, ...]
    own_money: tuple[SumOf, ...]
    deferred: tuple[SumOf, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Openings:
    """What customers brought, in order of their codes, with the sums."""

    customers: tuple[OpeningOf, ...]
    totals: OpeningTotals
