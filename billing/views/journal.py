"""The books' entries of a period as they were booked, and what they come to."""

from datetime import date
from decimal import Decimal

from billing.core.journal import What
from billing.values import dataclass
from billing.views.fields import field


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalLine:
    """A line of an entry: one of debit and credit is nothing."""

    account: str
    name: str
    debit: Decimal
    credit: Decimal
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalEntry:
    """An entry of one day; its debits are its credits in each currency. `what` it is, of what (`about`), in words."""

    on: date = field(key="date")
    own_date: date | None = field(None, omit=True)  # where it is posted later, since that day was closed (M16)
    journal: str
    document: str
    customer: str | None
    what: What
    about: tuple[str, ...]
    text: str
    lines: tuple[JournalLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalTotal:
    """All debits and credits in a currency: they are the same."""

    currency: str
    debit: Decimal
    credit: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountTotal:
    """What an account moved by in a currency; positive is debit."""

    account: str
    name: str
    currency: str
    debit: Decimal
    credit: Decimal
    balance: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Journal:
    """The entries of a period in their order, with the totals and those of each account."""

    first: date = field(key="from")
    last: date = field(key="to")
    entries: tuple[JournalEntry, ...]
    totals: tuple[JournalTotal, ...]
    accounts: tuple[AccountTotal, ...]
