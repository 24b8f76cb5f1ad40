"""Time worked: what an entry was charged, what a correction changed, why."""

from datetime import date
from decimal import Decimal

from billing.core.kinds import GrantKind, Reason
from billing.texts import Text
from billing.values import dataclass
from billing.views.balances import Balance
from billing.views.fields import field


@dataclass(frozen=True, slots=True)
class Drawn:
    """Minutes that an entry took from one grant."""

    grant: str
    minutes: int
    kind: GrantKind | None = field(None, omit=True)
    label: Text | str = field("", omit=True)  # its product's title, or what its kind is called
    until: date | None = field(None, omit=True)  # the last day of the window in which the work was


@dataclass(frozen=True, slots=True)
class Overage:
    """Minutes of one entry that no grant covers, priced by themselves; the invoice prices its whole line once (M1)."""

    minutes: int
    rate: Decimal
    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class First:
    """The entry that was free as the first of its category under the contract (R2)."""

    entry: str
    case: str | None
    worked_on: date = field(key="date")


@dataclass(frozen=True, slots=True, kw_only=True)
class Charged:
    """What an entry was charged to (R1 to R5)."""

    entry: str
    customer: str
    case: str | None
    category: str
    charged_as: str
    worked_on: date = field(key="date")
    agent: str | None
    raw_seconds: int
    charged: int
    free: Reason | None
    drawn: tuple[Drawn, ...]
    overage: Overage | None
    owed: int
    quote: str | None
    balance: Balance | None = field(None, omit=True)
    first: First | None = field(None, omit=True)  # why a category whose first case is free is charged
    warnings: tuple[Text, ...] = field((), omit=True)


@dataclass(frozen=True, slots=True)
class Change:
    """What a correction made of one entry; minutes and overage are what came or went."""

    entry: str
    charged_before: int
    charged: int
    free: Reason | None
    returned: int
    overage: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """The entry that `undo` took back, as its agent knows it (C1)."""

    worked_on: date = field(key="date")
    case: str | None
    category: str
    raw_seconds: int
    note: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StillCharged:
    """An entry of a case that its verification leaves charged, and why (C2)."""

    entry: str
    worked_on: date = field(key="date")
    category: str
    charged: int
    reason: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """What a void or a verification changed, and of a verification what stays charged (C1, C2)."""

    customer: str
    changed: tuple[Change, ...] = ()
    balance: Balance | None = field(None, omit=True)
    entry: str | None = field(None, omit=True)
    case: str | None = field(None, omit=True)
    kind: str | None = field(None, omit=True)
    taken: Taken | None = field(None, omit=True)
    still_charged: tuple[StillCharged, ...] | None = field(None, omit=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained(Charged):
    """An entry with the tariff version it goes by and, line by line, why it was charged so."""

    tariff: Text
    text: tuple[Text, ...]
