"""What a year would have cost under another tariff, beside what it did."""

from datetime import date
from decimal import Decimal

from billing.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """What a customer's work of a year came to: minutes, and money net of VAT; `sold` are packs and add-ons."""

    tariff: str | None
    tier: str | None
    charged: int
    covered: int
    overage: int
    owed: int
    amount: Decimal
    sold: Decimal
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayRow:
    """A customer: how many entries, what they came to, what they would have come to, and what was rated as default."""

    customer: str
    entries: int
    was: Came
    would: Came
    lacking: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """A year under a version of a tariff, customer by customer."""

    tariff: str
    valid_from: date
    year: int
    customers: tuple[ReplayRow, ...]
