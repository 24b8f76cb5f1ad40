"""An entry as it should have been."""

from datetime import date
from typing import ClassVar

from billing.errors import BadInput
from billing.requests.base import Request
from billing.requests.fields import Prose, Reason, Seconds, Word, option
from billing.texts import say
from billing.values import dataclass
from billing.views.edits import Edited


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit(Request[Edited]):
    """An entry as it should have been: what is not named stays (C1). A note alone is changed without a charge.

    Without `entry` it is the one that `undo` would take: the last that `agent` recorded, today and not invoiced.
    `new` says that a contact which is like a known one is meant as it is, `yes` that work of over a year ago is (M19),
    `typed` that what is more than people do is asked back.
    """

    KIND: ClassVar[str] = "edit"
    LINE: ClassVar[str | None] = "edit"
    entry: Word | None = option(needed=True)
    seconds: Seconds | None = None
    note: Prose | None = None
    case: Word | None = None
    customer: Word | None = None
    category: Word | None = None
    contact: Word | None = None
    on: date | None = option(line="date")
    reason: Reason | None = None
    new: bool = option(False, aside=True, line="")
    yes: bool = option(False, aside=True, line="")
    agent: Word | None = option(late=True, line="")
    typed: bool = option(False, aside=True, line="")

    def __post_init__(self) -> None:
        Request.__post_init__(self)
        if (self.entry is None) == (self.agent is None):
            raise BadInput("bad-input", say("which entry? name it, or the agent whose last one it is"))
        what = (self.seconds, self.note, self.case, self.customer, self.category, self.contact, self.on)
        if all(value is None for value in what):
            raise BadInput("bad-input", say("nothing is to be changed; name what is wrong and how it should be"))
        if self.case is not None:
            object.__setattr__(self, "case", self.case.strip())
