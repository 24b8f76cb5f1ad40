"""What the head of support is told: time worked and what became of it, whose time runs out."""

from datetime import date, datetime

from billing.core.callbacks import State
from billing.core.shortage import Kind
from billing.values import dataclass
from billing.views.fields import field


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeRow:
    """What some entries add up to, by the keys asked for; "" is work of nobody, on no case, that came by no channel.

    What was charged is drawn, billed or owed, in minutes; of the time as it was worked some was free, some on a quote.
    """

    agent: str | None = field(None, omit=True)
    customer: str | None = field(None, omit=True)
    category: str | None = field(None, omit=True)
    channel: str | None = field(None, omit=True)
    week: str | None = field(None, omit=True)
    case: str | None = field(None, omit=True)
    entries: int
    raw_seconds: int
    charged: int
    drawn: int
    billed: int
    owed: int
    free_seconds: int
    quoted_seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeReport:
    """The live work of a period, as it is charged today."""

    first: date = field(key="from")
    last: date = field(key="to")
    by: tuple[str, ...]
    rows: tuple[TimeRow, ...]
    total: TimeRow


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditRow:
    """Something of a customer that runs out, ends, waits or is owed, with the command that goes on with it.

    `minutes` are those left (`low`), that end, that come back or wait, or that are owed; `last` is the last day of what
    ends, or the one to pay or renew by.
    """

    customer: str
    customer_name: str
    kind: Kind
    name: str | None
    grant: str | None
    minutes: int | None
    last: date | None
    invoice: str | None
    command: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """Whose time runs out: with fewer than `below` minutes of what was bought, or ending by a day."""

    at: date
    below: int
    until: date
    rows: tuple[CreditRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CallBackSum:
    """How the call-backs of one agent's cases, or of one customer, stand; `late` are those done after their window."""

    agent: str | None = field(None, omit=True)
    customer: str | None = field(None, omit=True)
    due: int
    done: int
    late: int
    missed: int
    withdrawn: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CallBackRow:
    """A call-back: whose case, when, how it stands, and who called. Late: done after its window."""

    id: str
    case: str
    customer: str
    customer_name: str
    subject: str | None
    agent: str | None
    first: datetime = field(key="from")
    last: datetime = field(key="to")
    state: State
    late: bool
    done: datetime | None
    done_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallBacks:
    """The call-backs whose window begins in a period, as they stand now, and what they add up to."""

    first: date = field(key="from")
    last: date = field(key="to")
    by: str
    rows: tuple[CallBackSum, ...]
    calls: tuple[CallBackRow, ...]
