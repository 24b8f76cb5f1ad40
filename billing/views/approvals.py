"""What of a case may be billed over what is prepaid (R5)."""

from decimal import Decimal

from billing.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """So many minutes more, and what they come to, net."""

    minutes: int
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Overrun:
    """Minutes of a case over what is prepaid: approved, billed of them, left; and what more would cost today.

    `asks` says whether the tariff of the day bills no more than what is approved; else it is kept all the same.
    """

    case: str
    customer: str
    asks: bool
    approved: int
    billed: int
    left: int
    currency: str | None
    offers: tuple[Offer, ...]
