"""A case as its events make it: who owns it, whether it waits, what it was promised, when it closes (rules S2 to S10).

A case is a fold over its events by moment, in recorded order where that is equal, and nothing else goes into it: no
clock, no cache, no flag that somebody sets. Which events count is `case_history`'s, what may happen `case_checks`',
when the deadlines are, `promises`'.

    open ── take, first reply ──> taken ── ask, ask-files ──> waiting ── the customer's answer, files ──> taken
    any of them ── workaround, resolve ──> resolved ── close ──> closed ── reopen ──> taken

The customer's answer or files also reopen what is resolved, and what the closing rules closed (S5). An internal note
moves nothing.
"""

from collections.abc import Callable, Iterable
from dataclasses import field
from datetime import datetime, timedelta, tzinfo
from typing import Literal, get_args

from billing.core import callbacks
from billing.core.callbacks import CallBack
from billing.core.case_history import in_effect
from billing.core.facts import CaseEvent, CaseKind, Sender
from billing.core.service import Pause
from billing.core.tariff import Service, TargetKind
from billing.values import dataclass

State = Literal["open", "taken", "waiting", "resolved", "closed"]
Verdict = Literal["program-error", "misuse", "bad-data", "customer-computer"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
KINDS: tuple[CaseKind, ...] = get_args(CaseKind)
PRIORITIES = ("urgent", "normal")  # where a tariff says nothing about service
UNRESOLVED: tuple[State, ...] = ("open", "taken", "waiting")  # somebody has to do something for them (S6)
TOLD = "told"  # of a take-up: the customer was told
_REPLIES = {"answer", "reply", "ask", "ask-files", "attempt", "workaround", "resolve", "close"}  # from an agent
_TOLD = _REPLIES - {"attempt"}  # by which the customer hears something


@dataclass(slots=True)
class Case:
    """A case after some of its events."""

    reference: str
    opened: CaseEvent | None = None
    priority: str = ""
    category: str | None = None
    contact: int | None = None
    owner: str | None = None
    taken: bool = False  # an agent said that it is his
    solution: CaseKind | None = None  # "resolve" or "workaround", while it stands
    closed: CaseEvent | None = None
    mistake: CaseEvent | None = None  # what said that it was opened by mistake: then it counts in nothing
    asked: CaseEvent | None = None  # the last question that the customer has not answered
    met: dict[TargetKind, tuple[datetime, str]] = field(default_factory=dict)  # when, and at which priority
    pauses: list[Pause] = field(default_factory=list)  # over: in which it waited for the customer, or was resolved
    paused_since: datetime | None = None
    attempts: list[CaseEvent] = field(default_factory=list)  # failed ones, since the customer was last heard
    callbacks: list[CallBack] = field(default_factory=list)
    authorisations: list[CaseEvent] = field(default_factory=list)
    verdict: str | None = None
    take_up: datetime | None = None  # when an agent took it or first answered
    told: datetime | None = None  # when an agent last told the customer something
    first_told: tuple[datetime, str] | None = None  # and when first, at which priority
    last: CaseEvent | None = None  # a note apart, which is nothing that happened

    @property
    def state(self) -> State:
        """Where the case stands."""
        if self.closed is not None:
            return "closed"
        if self.asked is not None:
            return "waiting"
        if self.solution is not None:
            return "resolved"
        return "open" if self.take_up is None else "taken"

    @property
    def swept(self) -> bool:
        """Whether the closing rules closed it, or asking for files did: his answer or files reopen it (S5)."""
        return self.closed is not None and (self.closed.sender == "sweep" or self.closed.kind == "ask-files")

    def _heard(self, event: CaseEvent) -> None:
        """The customer is there: nothing waits for him any more, and what was finished goes on."""
        self.asked = self.closed = self.mistake = None
        self.solution = None
        self.met.pop("resolution", None)
        self.attempts = []
        self._resume(event.at)

    def _pause(self, at: datetime) -> None:
        if self.paused_since is None:
            self.paused_since = at

    def _resume(self, at: datetime) -> None:
        if self.paused_since is not None:
            self.pauses.append((self.paused_since, at))
            self.paused_since = None

    def _meet(self, kind: TargetKind, at: datetime) -> None:
        self.met.setdefault(kind, (at, self.priority))

    def _solved(self, at: datetime) -> None:
        if "resolution" not in self.met:
            self._resume(at)
            self._meet("resolution", at)
        self._pause(at)

    # One function for each kind of event

    def _open(self, event: CaseEvent) -> None:
        self.opened = event
        self.priority = event.priority or ""
        self.category, self.contact = event.category, event.contact
        callbacks.agree(self.callbacks, event)

    def _take(self, event: CaseEvent) -> None:
        self.taken = True
        self.owner = event.agent or self.owner
        self._taken_up(event.at)

    def _ask(self, event: CaseEvent) -> None:
        if self.asked is None or self.asked.kind != "ask-files":  # files that are awaited stay awaited
            self.asked = event
        self._own(event)
        self._pause(event.at)
        if event.kind == "ask-files" and event.detail:  # why that closes it (S5); none where it does not
            self._shut(event)

    def _answer(self, event: CaseEvent) -> None:
        if event.sender == "customer":
            if self.closed is None or self.swept:  # after an agreement it is a word of thanks
                self._heard(event)
        else:
            self.attempts = []  # who was answered was reached
            self._own(event)

    def _attempt(self, event: CaseEvent) -> None:
        self.attempts.append(event)
        callbacks.agree(self.callbacks, event)

    def _resolve(self, event: CaseEvent) -> None:
        self._own(event)
        self.asked = None
        self.attempts = []
        self.solution = event.kind
        self._solved(event.at)

    def _close(self, event: CaseEvent) -> None:
        if event.sender != "sweep":  # both agree that it is solved
            self._own(event)
            self._solved(event.at)
        self._shut(event)

    def _void(self, event: CaseEvent) -> None:
        """It was opened by mistake: only that is voided here, everything else is left out before."""
        self.mistake = event
        self._shut(event)

    def _shut(self, event: CaseEvent) -> None:
        self.closed = event
        callbacks.close(self.callbacks, event)
        self._pause(event.at)

    def _hand_over(self, event: CaseEvent) -> None:
        self.owner = event.recipient

    def _priority(self, event: CaseEvent) -> None:
        self.priority = event.priority or self.priority

    def _change(self, event: CaseEvent) -> None:
        self._priority(event)
        self.category = event.category or self.category
        self.contact = self.contact if event.contact is None else event.contact

    def _verify(self, event: CaseEvent) -> None:
        self.verdict = event.detail

    def _own(self, event: CaseEvent) -> None:
        """The agent who answers first takes the case up and owns it (S10)."""
        if self.owner is None:
            self.owner = event.agent
        self._taken_up(event.at)

    def _taken_up(self, at: datetime) -> None:
        if self.take_up is None:
            self.take_up = at
            self._meet("take-up", at)


_APPLY: dict[CaseKind, Callable[[Case, CaseEvent], None]] = {
    "open": Case._open,
    "take": Case._take,
    "ask": Case._ask,
    "ask-files": Case._ask,
    "answer": Case._answer,
    "reply": Case._answer,
    "files": Case._heard,
    "attempt": Case._attempt,
    "workaround": Case._resolve,
    "resolve": Case._resolve,
    "close": Case._close,
    "reopen": Case._heard,
    "hand-over": Case._hand_over,
    "priority": Case._priority,
    "verify": Case._verify,
    "authorisation": lambda case, event: case.authorisations.append(event),
    "callback": lambda case, event: callbacks.agree(case.callbacks, event),
    "callback-done": lambda case, event: callbacks.settle(case.callbacks, event),
    "callback-withdrawn": lambda case, event: callbacks.settle(case.callbacks, event),
    "change": Case._change,
    "void": Case._void,
}


def case_of(reference: str, events: Iterable[CaseEvent]) -> Case:
    """The case that these events make, given in recorded order; without any, one that was never opened."""
    case = Case(reference)
    for event in in_effect(events):
        happen(case, event)
    return case


def happen(case: Case, event: CaseEvent) -> None:
    """What one event makes of a case, after all before it."""
    if event.kind in _REPLIES and event.sender == "agent":
        callbacks.contacted(case.callbacks, event)  # before: an attempt can make a call-back of its own
    if event.kind == "note":
        return
    _APPLY[event.kind](case, event)
    if event.kind in _REPLIES and event.sender == "agent":
        case._meet("reply", event.at)
    if tells(event):
        case.told = event.at
        case.first_told = case.first_told or (event.at, case.priority)
    case.last = event


def tells(event: CaseEvent) -> bool:
    """Whether the customer hears something by an event; of a take-up, whether that was said (S2)."""
    return event.sender == "agent" and (event.kind in _TOLD or (event.kind == "take" and event.detail == TOLD))


def age_days(case: Case, now: datetime) -> int:
    """Whole days since a case was opened (S6)."""
    return max(timedelta(), now - case.opened.at).days if case.opened else 0


def is_only_opened(case: Case) -> bool:
    """Whether nothing happened to a case but that it was opened and, in the same moment, taken up: what a log does."""
    opened, last = case.opened, case.last
    return opened is not None and last is not None and last.kind == "take" and last.at == opened.at


# Who, and when


def sender_of(kind: CaseKind, given: Sender | None = None) -> Sender:
    """Who sends an event: files come from the customer, and so does an answer; everything else is an agent's (S14).

    A file of an earlier version can say of an answer that it is the agent's, which is a reply.
    """
    if kind == "files":
        return "customer"
    return given or "customer" if kind == "answer" else "agent"


def priorities(service: Service | None) -> tuple[str, ...]:
    """The priorities of a tariff, the most urgent first."""
    return service.priorities if service else PRIORITIES


def in_order(at: datetime, last: datetime) -> datetime:
    """The time of an event after the last one: who types a minute means no order within it."""
    same_minute = at < last and last - at < timedelta(minutes=1)
    return last if same_minute else at


def shown(at: datetime, zone: tzinfo) -> str:
    """An instant as people write it: the time in a zone, to the minute."""
    return at.astimezone(zone).strftime("%Y-%m-%dT%H:%M")
