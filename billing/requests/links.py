"""Links that let somebody in without a password, and the sessions that they begin (A2)."""

from typing import Annotated, ClassVar, Literal

from billing.core.access import STAFF
from billing.errors import BadInput
from billing.requests.base import Question, Request
from billing.requests.fields import Letters, OneOf, Whole, Word, option
from billing.texts import say
from billing.values import dataclass
from billing.views.links import Entered, LinkMade, LinkRow, Links, SessionKnown

USUAL_DAYS = 30  # of a customer's link
INVITED_DAYS = 2  # of an agent's
MOST_DAYS = 90  # P5
Token = Annotated[str, Letters(200)]


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeLink(Request[LinkMade]):
    """A link for a customer, or for one contact of his: it opens his pages until its last day (A1, A2).

    `cases` says which cases a contact sees: all of the customer's, or his own alone, and then no document of the
    customer's either, for these name everybody's.
    """

    KIND: ClassVar[str] = "link"
    customer: Word
    contact: Word | None = None
    cases: Literal["all", "own"] = "all"
    days: Annotated[int, Whole(1, MOST_DAYS)] = option(USUAL_DAYS)

    def __post_init__(self) -> None:
        Request.__post_init__(self)
        if self.cases not in ("all", "own"):
            raise BadInput("bad-input", say("cases {cases!r}: all or own", cases=self.cases))
        if self.cases == "own" and self.contact is None:
            raise BadInput("bad-input", say("own cases are a contact's"), say("name the contact"))


@dataclass(frozen=True, slots=True, kw_only=True)
class InviteAgent(Request[LinkMade]):
    """A link for somebody of the staff: it opens once, and who comes by it may do what his role says (A1, A2)."""

    KIND: ClassVar[str] = "link"
    agent: Word
    role: Annotated[str, OneOf(STAFF)]
    days: Annotated[int, Whole(1, MOST_DAYS)] = option(INVITED_DAYS)


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeLink(Request[LinkRow]):
    """The end of a link and of all sessions that came by it (A2)."""

    KIND: ClassVar[str] = "link-end"
    link: Word


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterByLink(Request[Entered]):
    """Somebody came by a link: a session begins; what opens nothing is `not-allowed` (A2)."""

    KIND: ClassVar[str] = "session"
    token: Token


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterByProvider(Request[Entered]):
    """A provider of log-ins vouches for an address: a session begins for whose it is, with his role on the list (A1).

    Only who checked the provider's word makes this request. An address of nobody who works here is `not-allowed` (A2).
    """

    KIND: ClassVar[str] = "session"
    email: Token


@dataclass(frozen=True, slots=True, kw_only=True)
class EndSession(Request[Entered]):
    """Somebody goes: his session opens nothing any more."""

    KIND: ClassVar[str] = "session-end"
    session: Token


@dataclass(frozen=True, slots=True, kw_only=True)
class AskLinks(Question[Links]):
    """All links, without what opens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskSession(Question[SessionKnown]):
    """Whose a session is, for the door of a server; one that is over is `not-allowed` (A2)."""

    session: Token
