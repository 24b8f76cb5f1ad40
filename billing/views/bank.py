"""What a bank's file brought: booked, taken back, open."""

from datetime import date
from decimal import Decimal

from billing.core.invoicing import Status
from billing.texts import Text
from billing.values import dataclass
from billing.views.fields import field


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """A payment that a credit became."""

    invoice: str
    amount: Decimal
    on: date = field(key="date")
    credited: tuple[str, ...]
    payment: str
    status: Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """A payment that the bank took back."""

    invoice: str | None  # none: it was on account
    amount: Decimal
    on: date = field(key="date")
    payment: str
    no_longer_drawn: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidOut:
    """A customer's own money that went out."""

    customer: str
    amount: Decimal
    currency: str
    on: date = field(key="date")
    refund: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenItem:
    """A movement that nobody has said yet what it is, with the reason and the command that settles it."""

    id: str
    amount: Decimal
    currency: str
    on: date = field(key="date")
    reference: str | None
    name: str | None
    reason: Text | str
    command: str
    out: bool = field(False, omit=True)  # money that went out


@dataclass(frozen=True, slots=True)
class NotTaken:
    """What of a file was not taken in: an entry that cannot be read, or another account's statement."""

    account: str
    amount: str
    reason: Text | str


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What became of a file's movements; how many were known from files before."""

    file: str
    booked: tuple[Booked, ...]
    known: int
    returned: tuple[Returned, ...]
    paid_out: tuple[PaidOut, ...] = field((), omit=True)
    open: tuple[OpenItem, ...]
    suspended: int = field(0, omit=True)  # movements out of the account that are on suspense and no customer's
    left_out: tuple[NotTaken, ...] = field((), omit=True)


@dataclass(frozen=True, slots=True)
class OpenItems:
    """All that is open, oldest first."""

    open: tuple[OpenItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """An invoice, or a customer's own money, after an open item was booked on it or taken back from it."""

    invoice: str | None = field(None, omit=True)
    customer: str
    paid: Decimal | None = field(None, omit=True)
    open: Decimal | None = field(None, omit=True)
    status: Status | None = field(None, omit=True)
    own_money: Decimal | None = field(None, omit=True)
    currency: str
    credited: tuple[str, ...]
    payment: str | None = field(None, omit=True)
    refund: str | None = field(None, omit=True)
    recognised: str | None = field(None, omit=True)  # what it is that was recorded by hand
    amount: Decimal | None = field(None, omit=True)
    no_longer_drawn: tuple[str, ...] | None = field(None, omit=True)
    with_it: tuple[str, ...] | None = field(None, omit=True)
    item: str
