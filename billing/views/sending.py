"""What is sent: papers that are ready or held, what became of their mails, reports of mails that came back (M20)."""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from billing.core.mailing import Paper, State
from billing.texts import Text
from billing.values import dataclass
from billing.views.documents import Document
from billing.views.fields import field


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadyToSend:
    """A paper that can be sent, and to whom."""

    paper: Paper
    code: str
    customer: str
    name: str
    to: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld:
    """A paper that cannot be sent, why, and the command that mends it."""

    paper: Paper
    code: str
    customer: str
    reason: Text | str
    command: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """How a paper stands: whether it was sent, by which mail, to whom and when, and what the server or a report said.

    `command` is what would see to it, where somebody must.
    """

    paper: Paper
    code: str
    customer: str
    state: State
    mail: str | None = None
    to: str | None = None
    on: date | None = field(None, key="date")
    at: datetime | None = None
    status: str | None = None
    said: Text | str | None = None
    command: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbox:
    """What is to be sent now, what is held, and what was sent before."""

    ready: tuple[ReadyToSend, ...]
    held: tuple[Withheld, ...]
    before: tuple[Sending, ...]


@dataclass(frozen=True, slots=True)
class Sendings:
    """How papers stand, in the order of their dates."""

    papers: tuple[Sending, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsent:
    """The documents of a month that nobody has sent, or whose mail may not have gone out or came back."""

    month: str
    papers: tuple[Sending, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """A document with what its mail says of it: what is open, and the formats of XML that go with it."""

    document: Document
    language: str
    open: Decimal
    formats: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Covers:
    """Documents with what their mails say, in the order asked for."""

    covers: tuple[Cover, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MailBegun:
    """A mail that may go out now, or why not: its paper was sent before, or may have been."""

    mail: str | None
    code: str
    state: State


@dataclass(frozen=True, slots=True, kw_only=True)
class MailEnded:
    """What became of a mail."""

    mail: str
    paper: Paper
    code: str
    customer: str
    state: State


@dataclass(frozen=True, slots=True, kw_only=True)
class MailReturned:
    """A mail that came back: which paper did not arrive, at whom, and why."""

    mail: str
    paper: Paper
    code: str
    customer: str
    to: str
    on: date = field(key="date")
    status: str | None
    said: str
    known: bool
    command: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailed:
    """A paper of a run of sending and what became of it: taken by the server, refused, unsure, written as a draft; or
    that it would be sent."""

    paper: Paper
    code: str
    customer: str
    to: str
    state: State | Literal["ready"]
    mail: str | None = None
    file: str | None = field(None, omit=True)  # the draft
    said: Text | str | None = field(None, omit=True)  # why not


@dataclass(frozen=True, slots=True, kw_only=True)
class SendingRun:
    """What a run of sending did: each mail, who is held, how many were sent before, what of them is to be looked at;
    and where the server went away, why, and how many papers were left for the next run."""

    mails: tuple[Mailed, ...]
    held: tuple[Withheld, ...]
    known: int
    unsure: tuple[Sending, ...]
    left: int = 0
    stopped: Text | str | None = None

    @property
    def is_whole(self) -> bool:
        """Whether all that was ready went out."""
        return self.stopped is None and all(mail.state in ("sent", "draft", "ready") for mail in self.mails)


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """A mail among returned ones that says of no document that it did not arrive."""

    place: str
    subject: str
    reason: Text | str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnsRead:
    """What a mailbox of returned mails held: reports that were recorded, those known before, and what else it was."""

    bounced: tuple[MailReturned, ...]
    known: tuple[MailReturned, ...]
    others: tuple[NotUnderstood, ...]
