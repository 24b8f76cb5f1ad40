"""Lists of sales by VAT id, as tax offices compare them with what the buyers declare (M18).

Which lists there are is law and dated data (`billing.law.returns`).
"""

from collections.abc import Iterable
from dataclasses import field
from decimal import Decimal

from billing.core.units import ZERO
from billing.core.vat_return import Placed
from billing.values import dataclass


@dataclass(frozen=True, slots=True)
class SalesList:
    """A list of sales: whose it takes, and of what.

    `over` leaves out whom no more than that was sold to, net; `unit` is what its amounts are rounded to; `annual` says
    that it is of a calendar year; `kind` is the code that it gives services.
    """

    code: str
    name: str
    categories: tuple[str, ...]
    places: tuple[str, ...]
    unit: Decimal
    kind: str = ""
    annual: bool = False
    own_ids: bool = False  # of buyers with a VAT id of the issuer's country; else with any
    over: Decimal | None = None


@dataclass(slots=True)
class Listed:
    """What was sold to one VAT id."""

    vat_id: str
    names: dict[str, str] = field(default_factory=dict)  # by customer
    base: Decimal = ZERO
    amount: Decimal = ZERO


def listed(of: SalesList, parts: Iterable[tuple[Placed, str | None]], own: str) -> list[Listed]:
    """The rows of a list in the order of their VAT ids; each part with its customer's id, `own` being the issuer's
    prefix."""
    found: dict[str, Listed] = {}
    for (part, place), vat_id in parts:
        wanted = vat_id is not None and (not of.own_ids or vat_id.startswith(own))
        if vat_id is not None and wanted and part.vat.category in of.categories and place in of.places:
            row = found.setdefault(vat_id, Listed(vat_id))
            row.names[part.customer] = part.name
            row.base += part.base
            row.amount += part.amount
    rows = [row for row in found.values() if (row.base or row.amount) and (of.over is None or row.base > of.over)]
    return sorted(rows, key=lambda row: row.vat_id)
