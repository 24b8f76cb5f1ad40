"""Cases as they are shown: one with its history, many in a list or a queue, what reports say of them (S1 to S12).

Times are in the zone of the tariff, those of a whole answer in the issuer's.
"""

from datetime import date, datetime
from typing import Literal

from billing.core.callbacks import State as Kept
from billing.core.cases import State
from billing.core.kinds import CaseKind, Sender
from billing.core.sla import By, Unit
from billing.core.tariff import TargetKind
from billing.texts import Text
from billing.values import dataclass
from billing.views.attachments import Attachment
from billing.views.fields import field
from billing.views.maintenance import Planned

Stands = State | Literal["logged"]  # worked on, and never opened


@dataclass(frozen=True, slots=True)
class Target:
    """What a case was promised: when it is due, when it was met, how it stands."""

    kind: TargetKind
    due: datetime | None
    met: datetime | None
    state: str  # running, paused, met or late


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """An event of a case; what only some kinds have is there where it is so.

    `id` names it, as T-17#3: its number in the order of recording, whatever its moment is. One that is `void` does not
    count any more.
    """

    id: str
    at: datetime
    kind: CaseKind
    agent: str | None
    note: str | None
    sender: Sender
    priority: str | None = field(None, omit=True)
    recipient: str | None = field(None, key="to", omit=True)
    until: datetime | None = field(None, key="to", omit=True)
    channel: str | None = field(None, omit=True)
    since: datetime | None = field(None, key="from", omit=True)
    verdict: str | None = field(None, omit=True)
    subject: str | None = field(None, omit=True)  # where it was changed; so are category and contact
    category: str | None = field(None, omit=True)
    contact: str | None = field(None, omit=True)
    of: str | None = field(None, omit=True)  # the event that it voids, or of the call-back that it settles
    closes: bool | None = field(None, omit=True)  # an asking for files that closes the case
    void: bool | None = field(None, omit=True)
    told: bool | None = field(None, omit=True)  # of a take-up: the customer was told
    agreed_with: str | None = field(None, omit=True)  # who agreed to the priority


@dataclass(frozen=True, slots=True, kw_only=True)
class CallBack:
    """A window in which the customer is to be called back, and how it stands; `id` is the event that made it.

    What is due waits for its window or is in it. One that was done after its window was missed first.
    """

    id: str
    first: datetime = field(key="from")
    last: datetime = field(key="to")
    state: Kept
    done: datetime | None
    agent: str | None  # who called


@dataclass(frozen=True, slots=True)
class Worked:
    """Time worked on a case."""

    entry: str
    date: date
    agent: str | None
    raw_seconds: int
    charged: int
    free: str | None


@dataclass(frozen=True, slots=True)
class Minutes:
    """Time worked on a case, in whole minutes: as it was, and as charged; what was voided is left out."""

    raw: int
    charged: int


@dataclass(frozen=True, slots=True)
class Last:
    """What happened last: an event, or work that was logged."""

    at: datetime
    kind: CaseKind | Literal["work"]
    agent: str | None


@dataclass(frozen=True, slots=True)
class Hours:
    """Whether the line is open, until when, or when it opens next."""

    open: bool
    until: datetime | None
    opens: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseShown:
    """A case with its targets, its history and the time worked on it."""

    case: str
    customer: str
    customer_name: str
    subject: str | None
    category: str | None
    priority: str
    channel: str | None
    contact: str | None
    owner: str | None
    state: Stands
    last: Last | None
    told: datetime | None
    targets: tuple[Target, ...]
    events: tuple[Happened, ...]  # by moment
    minutes: Minutes
    entries: tuple[Worked, ...]
    verdict: str | None
    callbacks: tuple[CallBack, ...]
    authorised: tuple[Happened, ...]
    needs_authorisation: bool
    maintenance: tuple[Planned, ...]
    attachments: tuple[Attachment, ...] = ()
    meaning: dict[str, str] | None = field(None, omit=True)  # of its priority, by language, where the tariff says
    line: Hours | None = field(None, omit=True)  # at its opening, while nothing else has happened (S1)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRow:
    """A case in a list."""

    case: str
    customer: str
    customer_name: str
    subject: str | None
    category: str | None
    priority: str
    owner: str | None
    state: Stands
    opened: datetime | None  # none of what was only logged on
    last: Last
    told: datetime | None  # when the customer last heard something
    minutes: Minutes


@dataclass(frozen=True, slots=True)
class CaseList:
    """Cases in the order in which they came."""

    cases: tuple[CaseRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueRow(CaseRow):
    """A case that is to be done, with what is due next."""

    priority_service: bool  # an add-on of the customer puts it first
    next: Target | None
    callbacks: tuple[CallBack, ...]


@dataclass(frozen=True, slots=True)
class Queue:
    """What is to be done, the next one first."""

    at: datetime
    cases: tuple[QueueRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRow(CaseRow):
    """An unresolved case."""

    age_days: int
    next: Target | None


@dataclass(frozen=True, slots=True)
class OpenCases:
    """The unresolved cases, the oldest first."""

    at: datetime
    cases: tuple[OpenRow, ...]


@dataclass(frozen=True, slots=True)
class Closed:
    """A case that the closing rules close, and why."""

    case: str
    reason: Text


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep closed, or would close."""

    closed: tuple[Closed, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramError:
    """A case that was verified as a program error, or with `others` as something else, by the verdict that stands.

    `note` is what was written at its opening, `found` what was written at its verification.
    """

    case: str
    customer: str
    customer_name: str
    category: str | None
    kind: str
    date: date
    agent: str | None
    position: int
    subject: str | None
    note: str | None
    found: str | None
    raw: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramErrors:
    """The program errors that were verified in a period."""

    first: date = field(key="from")
    last: date = field(key="to")
    errors: tuple[ProgramError, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaRow:
    """How the targets of one kind were kept, by one key; "" is nobody's. Minutes are business time, or elapsed."""

    priority: str | None = field(None, omit=True)
    week: str | None = field(None, omit=True)  # in which the case was opened
    agent: str | None = field(None, omit=True)
    customer: str | None = field(None, omit=True)
    kind: TargetKind
    met: int
    missed: int
    running: int
    median: int | None
    worst: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Miss:
    """A target that was missed, or is overdue: then it is not met. By how many minutes, of business time or elapsed."""

    case: str
    customer: str
    customer_name: str
    subject: str | None
    agent: str | None
    priority: str
    kind: TargetKind
    opened: datetime
    due: datetime
    met: datetime | None
    late_by: int
    unit: Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Sla:
    """How the cases opened in a period kept their targets, each that was missed, and how many cases count in none."""

    month: str | None = field(None, omit=True)  # where the period is one
    first: date = field(key="from")
    last: date = field(key="to")
    by: By
    rows: tuple[SlaRow, ...]
    misses: tuple[Miss, ...]
    logged: int  # cases that were only logged on, with `log --open`
