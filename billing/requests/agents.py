"""Agents: put on the list, taken off at their last day, listed (P4)."""

from datetime import date
from typing import Annotated, ClassVar

from billing.core.access import STAFF
from billing.errors import BadInput
from billing.requests import mailboxes
from billing.requests.base import Question, Request
from billing.requests.fields import OneOf, Word, option
from billing.requests.parties import Cleared
from billing.texts import say
from billing.values import dataclass
from billing.views.agents import Agents, AgentShown


@dataclass(frozen=True, slots=True, kw_only=True)
class AddAgent(Request[AgentShown]):
    """An agent on the list, by the code that entries hold; again, it changes the name or takes back the end (P4).

    With an `email` he can log in at the provider of log-ins, if there is one, and may do then what his `role` says (A1,
    A2); an empty one takes that away.
    """

    KIND: ClassVar[str] = "agent"
    LINE: ClassVar[str | None] = "agent"
    code: Word
    name: Word | None = None
    last: date | None = None  # day of work
    email: Cleared | None = option(late=True)
    role: Annotated[str, OneOf(STAFF)] | None = option(late=True)

    def __post_init__(self) -> None:
        super(AddAgent, self).__post_init__()
        if self.email and self.address is None:
            raise BadInput("bad-input", say("{address!r} is no e-mail address, or more than one", address=self.email))
        if self.email == "" and self.role is not None:
            raise BadInput("bad-input", say("a role is for who logs in by an address"), say("give one of both"))

    @property
    def address(self) -> str | None:
        """The address as it is compared."""
        return compared(self.email)


def compared(email: str | None) -> str | None:
    """An address with its domain as the network has it, letters of ASCII small; None for what is none."""
    found = mailboxes.read(email)
    return None if found is None else str(found).lower() if found.is_ascii else str(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class EndAgent(Request[AgentShown]):
    """An agent's last day of work, by default today: work after it is asked back."""

    KIND: ClassVar[str] = "agent"
    code: Word
    on: date | None = option(line="date")


@dataclass(frozen=True, slots=True, kw_only=True)
class AskAgents(Question[Agents]):
    """The agents on the list, and who has logged work without being on it."""
