"""Cases: opened, what happens to them, the sweep; and what is asked about them (S1 to S12)."""

import itertools
from collections.abc import Iterable
from dataclasses import MISSING, field
from datetime import date, timedelta
from typing import Any, ClassVar, TypeVar

from billing.core.case_history import split
from billing.core.cases import KINDS
from billing.core.facts import CaseKind, Sender
from billing.core.naming import folded
from billing.errors import BadInput
from billing.requests.base import Question, Request
from billing.requests.fields import Language, Prose, Word, option
from billing.requests.moments import When, spelled, spellings
from billing.requests.spans import Span
from billing.texts import say
from billing.values import dataclass
from billing.views.case_papers import CasePaper
from billing.views.cases import (
    CaseList,
    CaseShown,
    Hours,
    OpenCases,
    ProgramErrors,
    Queue,
    Swept,
)

V = TypeVar("V", covariant=True)
_OTHERWISE = ("open", "verify", "change", "void")  # recorded by requests of their own
EVENTS: tuple[CaseKind, ...] = tuple(kind for kind in KINDS if kind not in _OTHERWISE)
SETTLING: tuple[CaseKind, ...] = ("callback-done", "callback-withdrawn")
STATES = ("open", "taken", "waiting", "resolved", "closed", "logged")


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCase(Request[CaseShown]):
    """A case of a customer: its clock starts (S4). Its reference is its id, if no other is given (L5).

    `at` is a local time of the tariff's zone, or one with its offset; without it, now. `subject` is what it is about in
    one line; without it, the first line of the note is (S14). `agreed_with` is who agreed to the priority (S10); where
    the tariff asks for him and the request was `typed`, he is asked for, until `yes` says that it is meant so.
    """

    KIND: ClassVar[str] = "case"
    LINE: ClassVar[str | None] = "case"
    customer: Word
    case: Word = option(MISSING, line="id")
    priority: Word | None = None
    category: Word | None = None
    channel: Word | None = None
    contact: Word | None = None
    at: When | None = None
    agent: Word | None = None
    note: Prose | None = None
    subject: Prose | None = option(late=True)
    agreed_with: Word | None = option(late=True)
    typed: bool = option(False, aside=True, line="")
    yes: bool = option(False, aside=True, line="")

    def content(self) -> dict[str, Any]:
        """What its id stands for; its moment as most people write it."""
        return Request.content(self) | {"at": None if self.at is None else spelled(self.at)}

    def earlier(self) -> Iterable[dict[str, Any]]:
        """The same with each spelling of its moment that earlier versions told apart."""
        for at in () if self.at is None else spellings(self.at):
            yield Request.content(self) | {"at": at}

    def key(self, given: str | None) -> str | None:
        """Its reference, in whatever letters that is given again."""
        return self.case if given is None or folded(given) == folded(self.case) else given


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordEvent(Request[CaseShown]):
    """One event of a case. Each kind has a name of its own too: `Take`, `Ask`, `Resolve` … (S2 to S10).

    An `answer` is what the customer says, a `reply` what an agent says to him. A change of `priority` needs its reason
    as its note, a `hand-over` its agent (`to`), a `callback` its window. What settles a call-back (`callback-done`,
    `callback-withdrawn`) names the `event` that made it, as T-17#4, where there are several; in place of the case too.
    """

    KIND: ClassVar[str] = "case-event"
    LINE: ClassVar[str | None] = "case-event"
    case: Word
    kind: CaseKind
    at: When | None = None
    agent: Word | None = None
    note: Prose | None = None
    sender: Sender | None = option(line="from")
    to: Word | None = None
    priority: Word | None = None
    channel: Word | None = None
    window: tuple[When, ...] | None = None
    event: Word | None = option(late=True)
    told: bool = option(False, late=True)  # of a take-up: the customer was told
    agreed_with: Word | None = option(late=True)  # who agreed to a new priority
    typed: bool = option(False, aside=True, line="")
    yes: bool = option(False, aside=True, line="")

    def __post_init__(self) -> None:
        Request.__post_init__(self)
        if str(self.kind) == "authorise":  # what the command is called
            object.__setattr__(self, "kind", "authorisation")
        if self.kind not in EVENTS:
            raise BadInput("bad-input", say("kind {kind!r}", kind=self.kind), say("known are {known}", known=EVENTS))
        if self.kind in SETTLING and self.event is None and (named := split(self.case)) is not None:
            object.__setattr__(self, "event", self.case)
            object.__setattr__(self, "case", named[0])
        if self.sender not in (None, "agent", "customer"):
            raise BadInput("bad-input", say("from {sender!r}: agent or customer", sender=self.sender))
        if self.told and self.kind != "take":
            raise BadInput("bad-input", say("told goes with a take-up"), say("every answer tells him something"))
        if self.agreed_with is not None and self.kind != "priority":
            raise BadInput("bad-input", say("who agreed goes with a priority"))
        if self.window is not None and len(self.window) != 2:
            raise BadInput("bad-input", say("window: give a list of two times, the first and the last"))

    def content(self) -> dict[str, Any]:
        """What its id stands for; its moments as most people write them."""
        return self._content(
            None if self.at is None else spelled(self.at),
            None if self.window is None else tuple(map(spelled, self.window)),
        )

    def earlier(self) -> Iterable[dict[str, Any]]:
        """The same with each spelling of its moments that earlier versions told apart."""
        times = [None] if self.at is None else [*spellings(self.at)]
        windows = [None] if self.window is None else [*itertools.product(*map(spellings, self.window))]
        for at, window in itertools.product(times, windows):
            yield self._content(at, window)

    def _content(self, at: str | None, window: tuple[str, ...] | None) -> dict[str, Any]:
        return Request.content(self) | {"at": at, "window": window}


# The kinds by name, for who writes Python: `Take(case="T-1", agent="ana")` is `RecordEvent(kind="take", …)`.


@dataclass(frozen=True, slots=True, kw_only=True)
class Take(RecordEvent):
    """Takes a case up: it is the agent's, and its time counts from then on (S4, S10)."""

    kind: CaseKind = field(default="take", init=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask(RecordEvent):
    """Asks the customer: the case waits, and its resolution clock stops (S3)."""

    kind: CaseKind = field(default="ask", init=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskForFiles(RecordEvent):
    """Asks the customer for files; where the tariff says so, that closes the case until they arrive (S5)."""

    kind: CaseKind = field(default="ask-files", init=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(RecordEvent):
    """What the customer says (S5, S14)."""

    kind: CaseKind = field(default="answer", init=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply(RecordEvent):
    """What an agent says to the customer (S2, S14)."""

    kind: CaseKind = field(default="reply", init=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteDown(RecordEvent):
    """An internal note: it belongs to no clock and is never shown to the customer (S14)."""

    kind: CaseKind = field(default="note", init=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveFiles(RecordEvent):
    """The customer's files arrived (S5)."""

    kind: CaseKind = field(default="files", init=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt(RecordEvent):
    """An attempt to reach the customer failed (S5)."""

    kind: CaseKind = field(default="attempt", init=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkAround(RecordEvent):
    """Resolves a case for the time being (S3)."""

    kind: CaseKind = field(default="workaround", init=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolve(RecordEvent):
    """Resolves a case (S3)."""

    kind: CaseKind = field(default="resolve", init=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Close(RecordEvent):
    """Closes a case by agreement with the customer (S5)."""

    kind: CaseKind = field(default="close", init=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopen(RecordEvent):
    """Opens a resolved or closed case again (S5)."""

    kind: CaseKind = field(default="reopen", init=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver(RecordEvent):
    """Hands a case over to another agent (S10)."""

    kind: CaseKind = field(default="hand-over", init=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePriority(RecordEvent):
    """Changes the priority of a case, with a reason (S10)."""

    kind: CaseKind = field(default="priority", init=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorise(RecordEvent):
    """Keeps the customer's written authorisation with the case (S12)."""

    kind: CaseKind = field(default="authorisation", init=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallBack(RecordEvent):
    """Says when the customer can be called back: until that is over it is due (S10)."""

    kind: CaseKind = field(default="callback", init=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CalledBack(RecordEvent):
    """Says that the customer was called back, also before his window or after it (S10)."""

    kind: CaseKind = field(default="callback-done", init=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawCallBack(RecordEvent):
    """Says that the customer need not be called back any more (S10)."""

    kind: CaseKind = field(default="callback-withdrawn", init=False)


HAPPENINGS: tuple[type[RecordEvent], ...] = (
    RecordEvent, Take, Ask, AskForFiles, Answer, Reply, NoteDown, ReceiveFiles, Attempt, WorkAround, Resolve, Close,
    Reopen, HandOver, ChangePriority, Authorise, CallBack, CalledBack,
    WithdrawCallBack,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepCases(Request[Swept]):
    """Closes what the tariffs' rules close at a moment, by default now, and says why for each (S5)."""

    KIND: ClassVar[str] = "case-event"
    at: When | None = None

    def content(self) -> dict[str, Any]:
        """What its id stands for."""
        return {"sweep": None if self.at is None else spelled(self.at)}


# Questions


@dataclass(frozen=True, slots=True, kw_only=True)
class AskCase(Question[CaseShown]):
    """A case with its targets, its history and the time worked on it; as it was at a moment."""

    case: Word
    at: When | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskCasePaper(Question[CasePaper]):
    """A case on paper for the customer, by default in his language: nothing internal is on it (S14)."""

    case: Word
    language: Language | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowed(Question[V]):
    """A question about many cases: for those of a customer, of one contact there, of an owner, tariff, priority or
    state, or for the late ones."""

    customer: Word | None = None
    contact: Word | None = None
    agent: Word | None = None
    tariff: Word | None = None
    priority: Word | None = None
    state: Word | None = None
    late: bool = False

    def __post_init__(self) -> None:
        Question.__post_init__(self)
        if self.state is not None and self.state not in STATES:
            raise BadInput(
                "bad-input", say("state {state!r}: open, taken, waiting, resolved, closed or logged", state=self.state)
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class ListCases(Narrowed[CaseList]):
    """All cases in order of arrival, with those that were only logged on; narrowed as asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskQueue(Narrowed[Queue]):
    """What is to be done next (S6)."""

    at: When | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskSweep(Question[Swept]):
    """What a sweep would close at a moment that may be still to come; nothing changes (S5)."""

    at: When | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskOpenCases(Narrowed[OpenCases]):
    """The unresolved cases for the weekly meeting, the oldest first (S6)."""

    at: When | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskProgramErrors(Span[ProgramErrors]):
    """The program errors that were verified in a period, by default in the year until today (S7).

    With `others` also what was found to be something else, which quality control does not get.
    """

    others: bool = False

    def days(self, today: date) -> tuple[date, date]:
        """The first and the last day that are meant; with a last day alone, from its 1 January."""
        first = today - timedelta(days=365) if self.first is None and self.last is None else self.first
        return Span(first=first, last=self.last).days(today)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskHours(Question[Hours]):
    """Whether a tariff's line is open at a moment, until when, or when it opens next (S1)."""

    tariff: Word
    priority: Word | None = None
    at: When | None = None
