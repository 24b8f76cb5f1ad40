"""Every minute of a period: opening balance, movements, closing balance (B2)."""

from datetime import date
from decimal import Decimal

from billing.core.kinds import Reason
from billing.core.statement import MovementKind
from billing.values import dataclass
from billing.views.fields import field
from billing.views.paper import Party


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """Minutes that came in (positive) or went out (negative), with what they are called in the paper's language."""

    on: date = field(key="date")
    kind: MovementKind
    minutes: int
    entry: str | None
    case: str | None
    category: str | None
    grant: str
    text: str  # why, where a reason was given
    label: str  # the category's title
    grant_label: str
    agent: str | None
    note: str | None = field(None, omit=True)  # what was done
    expires: date | None = field(None, omit=True)  # the last day of minutes that were granted


@dataclass(frozen=True, slots=True, kw_only=True)
class Freed:
    """An entry that costs nothing, and why."""

    entry: str
    case: str | None
    category: str
    label: str
    on: date = field(key="date")
    agent: str | None
    raw_seconds: int
    quote: str | None = field(None, omit=True)
    charged: int
    free: Reason
    note: str | None = field(None, omit=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Over:
    """An entry of which no grant covered all; priced by itself, for the invoice prices its whole line once (M1)."""

    entry: str
    case: str | None
    category: str
    label: str
    on: date = field(key="date")
    agent: str | None
    raw_seconds: int
    quote: str | None = field(None, omit=True)
    charged: int
    minutes: int
    rate: Decimal
    amount: Decimal
    currency: str
    note: str | None = field(None, omit=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Owing:
    """An entry of which minutes are owed, which the next credit that covers them settles; how many still are."""

    entry: str
    case: str | None
    category: str
    label: str
    on: date = field(key="date")
    agent: str | None
    raw_seconds: int
    charged: int
    owed: int
    still_owed: int  # on the period's last day
    note: str | None = field(None, omit=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lasting:
    """A grant that can be drawn at the period's end."""

    id: str
    label: str
    remaining: int
    expires: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A customer's statement from one day to another, both included; opening and movements make the closing."""

    customer: str
    customer_name: str
    first: date = field(key="from")
    last: date = field(key="to")
    language: str
    issuer: Party
    recipient: Party
    opening: int
    movements: tuple[Moved, ...]
    closing: int
    free: tuple[Freed, ...]
    overage: tuple[Over, ...]
    grants: tuple[Lasting, ...]
    position: str
    owed: tuple[Owing, ...] = ()

    @property
    def freed(self) -> tuple[Freed, ...]:
        """The entries that cost nothing."""
        return tuple(entry for entry in self.free if entry.free != "quote")

    @property
    def quoted(self) -> tuple[Freed, ...]:
        """The entries that a quote pays for."""
        return tuple(entry for entry in self.free if entry.free == "quote")
