"""Mails that came in."""

from datetime import datetime

from billing.values import dataclass
from billing.views.fields import field


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """Whose a mail is and which case it is about: one that is there, or the reference of a new one.

    `known` is the case in which it came in before; `ours` says that it is from one of the issuer's people.
    """

    customer: str | None
    case: str | None = None
    new: str | None = None
    contact: str | None = None
    known: str | None = None
    ours: bool = False
    acknowledge: bool = False  # whether its sender is to be told
    issuer: str = ""
    language: str = "en"  # of the customer


@dataclass(frozen=True, slots=True)
class ArrivalKept:
    """A mail that is of a case."""

    case: str
    acknowledged: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MailWaits:
    """A mail that waits for somebody, without what is in it."""

    number: int
    at: datetime
    sender: str
    subject: str
    why: str
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class WaitingMails:
    """The mails that wait, the oldest first."""

    mails: tuple[MailWaits, ...]


@dataclass(frozen=True, slots=True)
class MailWaiting:
    """A mail that waits, whole."""

    number: int
    sender: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Dropped:
    """A mail that waits no longer."""

    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MailTaken:
    """What became of a mail that came in: `opened`, `answered`, `known`, `waiting`, `bounced` or `ignored`."""

    result: str
    customer: str | None = None
    case: str | None = None
    why: str | None = None
    acknowledged: bool = field(False, omit=True)
    left_out: tuple[str, ...] = field((), omit=True)  # files that are not kept
