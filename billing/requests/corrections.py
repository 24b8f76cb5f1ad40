"""What was wrong about a case: what it is about, or that something happened at all (S14)."""

from typing import Any, ClassVar

from billing.core import case_history
from billing.errors import BadInput
from billing.requests.base import Request
from billing.requests.fields import Prose, Reason, Word
from billing.requests.moments import When, spelled
from billing.texts import say
from billing.values import dataclass
from billing.views.cases import CaseShown


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeCase(Request[CaseShown]):
    """What a case is about, as it should have been: what is not named stays (S14).

    Time that was logged before keeps its contact and category. A new priority needs its reason (S10).
    """

    KIND: ClassVar[str] = "case-change"
    LINE: ClassVar[str | None] = "case-change"
    case: Word
    subject: Prose | None = None
    contact: Word | None = None
    category: Word | None = None
    priority: Word | None = None
    reason: Reason | None = None
    at: When | None = None
    agent: Word | None = None

    def __post_init__(self) -> None:
        Request.__post_init__(self)
        if all(value is None for value in (self.subject, self.contact, self.category, self.priority)):
            raise BadInput("bad-input", say("nothing is to be changed; name what is wrong and how it should be"))
        if self.priority is not None and self.reason is None:
            raise BadInput("bad-input", say("a change of priority needs a reason"), say("give it as reason"))

    def content(self) -> dict[str, Any]:
        """What its id stands for; its moment as most people write it."""
        return Request.content(self) | {"at": None if self.at is None else spelled(self.at)}


@dataclass(frozen=True, slots=True, kw_only=True)
class VoidEvent(Request[CaseShown]):
    """An event that did not happen, or not so: `event` is its name, as T-17#3 (S14).

    With its opening a case is closed as opened by mistake, and counts in no target.
    """

    KIND: ClassVar[str] = "case-void"
    LINE: ClassVar[str | None] = "case-void"
    event: Word
    reason: Reason
    at: When | None = None
    agent: Word | None = None

    def __post_init__(self) -> None:
        Request.__post_init__(self)
        if case_history.split(self.event) is None:
            wrong = say("event {event!r} names none", event=self.event)
            raise BadInput("bad-input", wrong, say("give its case and number, as T-17#3; `case show` has them"))

    def content(self) -> dict[str, Any]:
        """What its id stands for; its moment as most people write it."""
        return Request.content(self) | {"at": None if self.at is None else spelled(self.at)}
