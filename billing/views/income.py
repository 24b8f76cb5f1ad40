"""What was earned in a period, added up."""

from datetime import date
from decimal import Decimal

from billing.values import dataclass
from billing.views.fields import field


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomeRow:
    """An amount earned, net of VAT; keys that were not asked for are left out."""

    month: str | None = field(None, omit=True)
    customer: str | None = field(None, omit=True)
    kind: str | None = field(None, omit=True)
    name: str | None = field(None, omit=True)
    currency: str
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomeTotal:
    """All that was earned in a currency."""

    currency: str
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Income:
    """The revenue of a period as it is in the books: overage, packs as they are used, what expired, add-ons, quotes."""

    first: date = field(key="from")
    last: date = field(key="to")
    by: tuple[str, ...]
    rows: tuple[IncomeRow, ...]
    totals: tuple[IncomeTotal, ...]
