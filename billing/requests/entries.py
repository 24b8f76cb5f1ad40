"""Time worked: log it, take it back."""

from datetime import date
from typing import ClassVar

from billing.errors import BadInput
from billing.requests.base import Request
from billing.requests.fields import Prose, Reason, Seconds, Word, option
from billing.texts import say
from billing.values import dataclass
from billing.views.entries import Charged, Corrected


@dataclass(frozen=True, slots=True, kw_only=True)
class Log(Request[Charged]):
    """Time that an agent worked for a customer (R1 to R5).

    An opened case may be named in place of the `customer`, or alone (R0): what the entry does not say is taken from it.
    On a `quote`, named or that of the case, nothing is charged (S8). With `open_case`, a case that does not exist is
    opened and taken up. `changes_data` says that it changes the customer's data, which needs his written authorisation
    where the tariff asks for it (S12). `new` says that a contact or an agent who is new or like a known one is meant as
    it is, `yes` that work of over a year ago is (M19). What is more than people do, or by an agent who is not on the
    list, is a warning in the answer; where the request was `typed` it is asked back.
    """

    KIND: ClassVar[str] = "entry"
    LINE: ClassVar[str | None] = "entry"
    ADDS: ClassVar[bool] = True
    ALONE: ClassVar[bool] = True
    customer: Word | None = None
    seconds: Seconds
    case: Word | None = None
    category: Word | None = None
    on: date | None = option(line="date")
    agent: Word | None = None
    contact: Word | None = None
    note: Prose | None = None
    quote: Word | None = option(late=True)
    open_case: bool = option(False, digest="open", late=True, line="open")
    changes_data: bool = option(False, late=True)
    new: bool = option(False, aside=True, line="")
    yes: bool = option(False, aside=True, line="")
    typed: bool = option(False, aside=True, line="")
    reply: bool = option(False, aside=True, line="")  # the customer's sentences, too

    def __post_init__(self) -> None:
        Request.__post_init__(self)
        if self.case is not None:
            object.__setattr__(self, "case", self.case.strip())  # outer blanks are no part of a reference (T3)
        elif self.customer is None:
            raise BadInput("bad-input", say("an entry needs customer or case"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Void(Request[Corrected]):
    """An entry taken back, with the reason (C1)."""

    KIND: ClassVar[str] = "void"
    LINE: ClassVar[str | None] = "void"
    ADDS: ClassVar[bool] = True
    entry: Word
    reason: Reason
    on: date | None = option(line="date")


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo(Request[Corrected]):
    """The agent's own last entry taken back (C1)."""

    KIND: ClassVar[str] = "void"
    agent: Word | None = None
