"""What tax offices are told: the boxes of a VAT return, lists of sales by VAT id."""

from datetime import date
from decimal import Decimal
from typing import Literal

from billing.values import dataclass
from billing.views.fields import field


@dataclass(frozen=True, slots=True, kw_only=True)
class VatBox:
    """A box of the form with what it comes to; what the form has no field for is None."""

    box: str
    label: str
    base: Decimal | None
    vat: Decimal | None
    total: bool = field(False, omit=True)  # of other boxes


@dataclass(frozen=True, slots=True, kw_only=True)
class VatAccount:
    """The books' VAT account over the period, beside what the boxes declare; `difference` is nothing, or a fault."""

    account: str
    movement: Decimal
    declared: Decimal
    difference: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class VatReturn:
    """The VAT of a period in the boxes of the issuer's return, in its currency, to the cent.

    `whole` says which side the form wants in whole units. Only sales are in these books.
    """

    first: date = field(key="from")
    last: date = field(key="to")
    basis: Literal["invoice", "payment"]
    form: str
    name: str
    currency: str
    rates: dict[str, Decimal] | None = field(None, omit=True)
    whole: tuple[str, ...]
    boxes: tuple[VatBox, ...]
    account: VatAccount


@dataclass(frozen=True, slots=True, kw_only=True)
class SoldTo:
    """What was sold to one VAT id: net and VAT to the cent, and net as it is declared."""

    vat_id: str
    country: str  # what the id begins with
    kind: str = field("", omit=True)
    customers: tuple[str, ...]
    name: str
    base: Decimal
    vat: Decimal
    declared: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class SalesListOf:
    """One list of sales."""

    list: str
    name: str
    rows: tuple[SoldTo, ...]
    base: Decimal
    vat: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class SalesLists:
    """The lists of sales of a period; `annual` are those that are of a calendar year and so are left out of it."""

    first: date = field(key="from")
    last: date = field(key="to")
    currency: str
    lists: tuple[SalesListOf, ...]
    annual: tuple[str, ...] = field((), omit=True)
