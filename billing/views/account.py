"""A customer's account from one day to another: what was invoiced, paid and written off, what is open (M10)."""

from datetime import date
from decimal import Decimal

from billing.core.account import Kind
from billing.core.units import ZERO
from billing.values import dataclass
from billing.views.fields import field
from billing.views.paper import Party


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRow:
    """A movement: positive is owed by the customer. `used` is own money that paid an invoice, and owes nothing."""

    on: date = field(key="date")
    kind: Kind
    document: str | None  # its own number, or the invoice's that it is for
    amount: Decimal
    used: Decimal = field(ZERO, omit=True)
    due: date | None = field(None, omit=True)
    reason: str = field("", omit=True)  # as it was written
    balance: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenOnAccount:
    """An invoice on which something is open at the end."""

    invoice: str
    on: date = field(key="date")
    due: date | None
    total: Decimal
    open: Decimal
    days_late: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountIn:
    """The account in one currency: opening and movements make the closing, which is what is open less own money."""

    currency: str
    opening: Decimal
    movements: tuple[AccountRow, ...]
    closing: Decimal
    open: tuple[OpenOnAccount, ...]
    own_money: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A customer's account, in each currency that it was ever invoiced or paid in."""

    customer: str
    customer_name: str
    first: date = field(key="from")
    last: date = field(key="to")
    language: str
    issuer: Party
    recipient: Party
    accounts: tuple[AccountIn, ...]
    position: str
