"""What is sent by mail: what is to be sent, and each step of a mail as it happens (M20).

A mail is begun, handed to a server by whoever asked, and ended with what the server said: no server is waited for while
the books are locked.
"""

import re
from datetime import date
from typing import Annotated, ClassVar

from billing.core.mailing import Paper
from billing.errors import BadInput
from billing.requests.base import Question, Request
from billing.requests.fields import Letters, Month, OneOf, Word, option
from billing.texts import say
from billing.values import dataclass
from billing.views.sending import Covers, MailBegun, MailEnded, MailReturned, Outbox, Sending, Sendings, Unsent

PAPERS = ("document", "reminder", "statement")
Kind = Annotated[Paper, OneOf(PAPERS)]
Said = Annotated[str, Letters(1000, lines=True, prose=True)]


@dataclass(frozen=True, slots=True, kw_only=True)
class AskOutbox(Question[Outbox]):
    """What is to be sent now, what is held and what was sent before.

    Of documents, those of `months` and `numbers`; of reminders, the letters of the day `on`; of statements, those of
    `months` to `customers`, by default to all whose time moved. `again`: also what was sent.
    """

    paper: Kind = "document"
    months: tuple[Month, ...] = ()
    numbers: tuple[Word, ...] = ()
    on: date | None = None
    customers: tuple[Word, ...] = ()
    again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AskSendings(Question[Sendings]):
    """How the documents of months and numbers stand: sent, to whom, when; or not."""

    months: tuple[Month, ...] = ()
    numbers: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AskUnsent(Question[Unsent]):
    """What of a month's documents is not sent, with the command that sees to it."""

    month: Month


@dataclass(frozen=True, slots=True, kw_only=True)
class AskCovers(Question[Covers]):
    """Documents with what their mails say of them."""

    numbers: tuple[Word, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Addressed(Request[MailBegun]):
    """A paper that goes to an address: a document, a reminder or a statement of a customer, by its code."""

    KIND: ClassVar[str] = "mail"
    paper: Kind = "document"
    code: Word
    customer: Word
    to: Word = option(aside=True)
    again: bool = option(False, aside=True)

    def __post_init__(self) -> None:
        super(_Addressed, self).__post_init__()
        if self.paper == "statement" and not re.fullmatch(r".+/\d{4}-(0[1-9]|1[0-2])", self.code):
            raise BadInput("bad-input", say("{code!r} is no statement", code=self.code), say("write CUSTOMER/2025-03"))


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginMail(_Addressed):
    """A mail that is about to be handed to a server: recorded first, so that a kill leaves nothing in doubt but itself.

    Where its paper was sent before, or may have been, there is no mail, unless it is asked for `again` (M20).
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepDraft(_Addressed):
    """A mail that was written as a draft, to be sent by hand; that counts as sent (M20)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverPaper(Request[Sending]):
    """A document that the customer was given in another way: by post, on a platform (M20)."""

    KIND: ClassVar[str] = "mail"
    number: Word
    how: Word = "post"
    on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EndMail(Request[MailEnded]):
    """What a server said to a mail that was begun: taken, or refused with a status."""

    KIND: ClassVar[str] = "mail"
    mail: Word
    taken: bool
    status: Word | None = None
    said: Said | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordReturn(Request[MailReturned]):
    """A mail that came back, by its name, or by the document that was sent as a draft (M20)."""

    KIND: ClassVar[str] = "mail"
    mail: Word | None = None
    document: Word | None = None
    on: date | None = None
    status: Word | None = None
    said: Said | None = None
    to: Word | None = None

    def __post_init__(self) -> None:
        super(RecordReturn, self).__post_init__()
        if (self.mail is None) == (self.document is None):
            raise BadInput("bad-input", say("a mail that came back is named by itself or by its document"))
