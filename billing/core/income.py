"""What was earned, by month, customer, kind, product or category: the books' revenue, to the cent (M9)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Literal

from billing.core.journal import Entry, Leg, What
from billing.core.units import ZERO
from billing.values import dataclass

Key = Literal["month", "customer", "kind", "name"]
Kind = Literal["overage", "pack", "expired", "add-on", "quote", "fee"]
_EARNED: dict[What, Kind] = {"earned": "pack", "fee-earned": "fee"}
KEYS: tuple[Key, ...] = ("month", "customer", "kind", "name")


@dataclass(frozen=True, slots=True)
class Earned:
    """An amount earned, net of VAT; `by` are the values of the keys asked for, in their order."""

    by: tuple[str, ...]
    currency: str
    amount: Decimal


def earned(entries: Iterable[Entry], by: Sequence[Key]) -> list[Earned]:
    """What entries of the books earned, by the keys asked for; what comes to nothing is left out."""
    sums: dict[tuple[tuple[str, ...], str], Decimal] = defaultdict(lambda: ZERO)
    for entry in entries:
        for leg in entry.legs:
            kind = _kind(entry, leg)
            if kind is not None:
                of: dict[Key, str] = {
                    "month": entry.on.strftime("%Y-%m"), "customer": entry.customer, "kind": kind,
                    "name": leg.detail,
                }  # fmt: skip
                sums[tuple(of[key] for key in by), leg.currency] -= leg.amount
    return [Earned(keys, currency, amount) for (keys, currency), amount in sorted(sums.items()) if amount]


def _kind(entry: Entry, leg: Leg) -> Kind | None:
    """What sort of work or sale a leg is revenue of; none for a leg that is no revenue."""
    match leg.role:
        case "revenue":
            return _EARNED.get(entry.what, "overage")
        case "breakage":
            return "expired"
        case "add-ons":
            return "add-on"
        case "quotes":
            return "quote"
    return None
