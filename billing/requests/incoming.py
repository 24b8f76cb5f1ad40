"""Mails that came in: whose they are and of which case, what is kept of them, and those that wait for somebody."""

import hashlib
from typing import Annotated, ClassVar

from billing.core.mailing import Waits
from billing.requests.base import Question, Request
from billing.requests.fields import Letters, OneOf, Prose, Word, option
from billing.values import dataclass
from billing.views.incoming import Arrival, ArrivalKept, Dropped, MailWaiting, MailWaits, WaitingMails

MOST_BYTES = 25_000_000  # of a mail that waits
MessageId = Annotated[str, Letters(998)]
Sender = Annotated[str, Letters(320)]


def digest(message_id: str) -> str:
    """What is kept of a mail's name: who has it can look for it, and nobody reads an address in it (P1)."""
    return hashlib.sha256(message_id.strip().encode()).hexdigest()


@dataclass(frozen=True, slots=True, eq=False)
class Bytes:
    """A mail: some bytes, and not too many."""

    def check(self, value: object, name: str) -> None:
        assert isinstance(value, bytes) and len(value) <= MOST_BYTES, name


@dataclass(frozen=True, slots=True, kw_only=True)
class AskArrival(Question[Arrival]):
    """Whose a mail is by its sender, and which of his cases it is about: by its subject, or by a mail that it answers
    (A4). `name` is what the sender calls himself. `customer` says whose it is, where somebody looked."""

    message_id: MessageId
    sender: Sender
    name: Word | None = None
    subject: Prose | None = None
    answers: tuple[MessageId, ...] = ()
    customer: Word | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepArrival(Request[ArrivalKept]):
    """A mail is of a case from now on, so that it comes in once and what answers it finds the case; `acknowledged` says
    that its sender was told."""

    KIND: ClassVar[str] = "mail-in"
    message_id: MessageId
    sender: Sender
    case: Word
    acknowledged: bool = option(False)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepWaiting(Request[MailWaits]):
    """A mail that waits for somebody to look at it, and why; what waited for 90 days goes (P5)."""

    KIND: ClassVar[str] = "mail-waiting"
    message_id: MessageId
    sender: Sender
    subject: Prose | None = None
    why: Annotated[str, OneOf(tuple(Waits.__args__))]
    detail: Prose | None = None
    data: Annotated[bytes, Bytes()]


@dataclass(frozen=True, slots=True, kw_only=True)
class DropWaiting(Request[Dropped]):
    """A mail waits no longer: it was taken, or nobody wants it."""

    KIND: ClassVar[str] = "mail-dropped"
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AskWaiting(Question[WaitingMails]):
    """The mails that wait."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskWaitingMail(Question[MailWaiting]):
    """A mail that waits, whole."""

    number: int
