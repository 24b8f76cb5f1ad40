"""A case as its events make it: who owns it, whether it waits, what it was promised, when it closes (rules S2 to S10).

A case is a fold over its events in recorded order, and nothing else goes into it: no clock, no cache, no flag that
somebody sets. What may happen to a case is refused or allowed here; when its deadlines are, is `promises`.

    open ── take, first answer ──> taken ── ask, ask-files ──> waiting ── the customer's answer, files ──> taken
    any of them ── workaround, resolve ──> resolved ── close ──> closed ── reopen ──> taken

The customer's answer or files also reopen what is resolved, and what the closing rules closed (S5).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from typing import Literal, get_args

from billing.core.facts import CaseEvent, CaseKind, Sender
from billing.core.service import Pause
from billing.core.tariff import Service, TargetKind
from billing.errors import Already, BadInput, Forbidden, Unknown

State = Literal["open", "taken", "waiting", "resolved", "closed"]
Verdict = Literal["program-error", "misuse", "bad-data", "customer-computer"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
KINDS: tuple[CaseKind, ...] = get_args(CaseKind)
PRIORITIES = ("urgent", "normal")  # where a tariff says nothing about service
UNRESOLVED: tuple[State, ...] = ("open", "taken", "waiting")  # somebody has to do something for them (S6)
_REPLIES = {"answer", "ask", "ask-files", "attempt", "workaround", "resolve", "close"}  # from an agent
_TOLD = _REPLIES - {"attempt"}  # by which the customer hears something
_ANYWHERE = {"verify", "authorisation"}  # what can be added to a case in every state


@dataclass(slots=True)
class Case:
    """A case after some of its events."""

    reference: str
    opened: CaseEvent | None = None
    priority: str = ""
    owner: str | None = None
    taken: bool = False  # an agent said that it is his
    solution: CaseKind | None = None  # "resolve" or "workaround", while it stands
    closed: CaseEvent | None = None
    asked: CaseEvent | None = None  # the last question that the customer has not answered
    met: dict[TargetKind, tuple[datetime, str]] = field(default_factory=dict)  # when, and at which priority
    pauses: list[Pause] = field(default_factory=list)  # over: in which it waited for the customer, or was resolved
    paused_since: datetime | None = None
    attempts: list[CaseEvent] = field(default_factory=list)  # failed ones, since the customer was last heard
    callbacks: list[CaseEvent] = field(default_factory=list)
    authorisations: list[CaseEvent] = field(default_factory=list)
    verdict: str | None = None
    take_up: datetime | None = None  # when an agent took it or first answered
    told: datetime | None = None  # when an agent last told the customer something
    last: CaseEvent | None = None

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
        """Whether the closing rules closed it: then the customer's answer or files reopen it (S5)."""
        return self.closed is not None and self.closed.sender == "sweep"

    def _heard(self, event: CaseEvent) -> None:
        """The customer is there: nothing waits for him any more, and what was finished goes on."""
        self.asked = self.closed = None
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

    def _take(self, event: CaseEvent) -> None:
        self.taken = True
        self.owner = event.agent or self.owner
        self._taken_up(event.at)

    def _ask(self, event: CaseEvent) -> None:
        if self.asked is None or self.asked.kind != "ask-files":  # files that are awaited stay awaited
            self.asked = event
        self._own(event)
        self._pause(event.at)

    def _answer(self, event: CaseEvent) -> None:
        if event.sender == "customer":
            self._heard(event)
        else:
            self.attempts = []  # who was answered was reached
            self._own(event)

    def _attempt(self, event: CaseEvent) -> None:
        self.attempts.append(event)

    def _resolve(self, event: CaseEvent) -> None:
        self._own(event)
        self.asked = None
        self.attempts = []
        self.solution = event.kind
        self._solved(event.at)

    def _close(self, event: CaseEvent) -> None:
        self.closed = event
        if event.sender != "sweep":  # both agree that it is solved
            self._own(event)
            self._solved(event.at)
        self._pause(event.at)

    def _hand_over(self, event: CaseEvent) -> None:
        self.owner = event.recipient

    def _priority(self, event: CaseEvent) -> None:
        self.priority = event.priority or self.priority

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
    "callback": lambda case, event: case.callbacks.append(event),
}


def case_of(reference: str, events: Iterable[CaseEvent]) -> Case:
    """The case that these events make, in recorded order; without any, one that was never opened."""
    case = Case(reference)
    for event in events:
        _APPLY[event.kind](case, event)
        if event.kind in _REPLIES and event.sender == "agent":
            case._meet("reply", event.at)
            if event.kind in _TOLD:
                case.told = event.at
        case.last = event
    return case


def age_days(case: Case, now: datetime) -> int:
    """Whole days since a case was opened (S6)."""
    return max(timedelta(), now - case.opened.at).days if case.opened else 0


def is_only_opened(case: Case) -> bool:
    """Whether nothing happened to a case but that it was opened and, in the same moment, taken up: what a log does."""
    opened, last = case.opened, case.last
    return opened is not None and last is not None and last.kind == "take" and last.at == opened.at


def due_now(case: Case, now: datetime) -> bool:
    """Whether the customer is to be called back at this moment (S6, S10)."""
    return any(event.from_at is not None and event.from_at <= now for event in coming(case, now))


def coming(case: Case, now: datetime) -> list[CaseEvent]:
    """The windows in which the customer can be called back that are not over (S10)."""
    return [event for event in case.callbacks if event.until_at is not None and event.until_at > now]


# What may happen


def sender_of(case: Case, kind: CaseKind, given: Sender | None = None) -> Sender:
    """Who sends an event: files come from the customer, and so does the answer to what was asked, or after a sweep.

    Every other answer is the agent's; whoever records it can say otherwise.
    """
    if kind == "files":
        return "customer"
    if kind == "answer":
        return given or ("customer" if case.asked is not None or case.swept else "agent")
    return "agent"


def priorities(service: Service | None) -> tuple[str, ...]:
    """The priorities of a tariff, the most urgent first."""
    return service.priorities if service else PRIORITIES


def in_order(at: datetime, last: datetime) -> datetime:
    """The time of an event after the last one: who types a minute means no order within it."""
    same_minute = at < last and last - at < timedelta(minutes=1)
    return last if same_minute else at


def check(events: Sequence[CaseEvent], event: CaseEvent, zone: tzinfo, owner_is_first_answer: bool = False) -> Case:
    """The case before the event, or a refusal where its history does not allow it (S5, S10).

    `zone` is that of the times in messages.
    """
    case = case_of(event.case, events)
    name = f"case {event.case}"
    if case.last is not None and event.at < case.last.at:
        raise BadInput(
            "bad-time",
            f"{event.kind} at {shown(event.at, zone)} is before the last event of {name}, {case.last.kind} at "
            f"{shown(case.last.at, zone)}; give a time from then on",
        )
    if event.kind == "open":
        if case.opened is not None:
            raise Already(
                "conflict",
                f"{name} was opened at {shown(case.opened.at, zone)}; give another reference, or "
                f"`billing case show {event.case}`",
            )
    elif case.opened is None and event.kind not in _ANYWHERE:
        raise Unknown("unknown-case", f"{name} was never opened; `billing case open CUSTOMER {event.case}` opens it")
    _check_closed(case, event, zone)
    _check_owner(case, event, owner_is_first_answer)
    _check_state(case, event)
    return case


def _check_closed(case: Case, event: CaseEvent, zone: tzinfo) -> None:
    """Nothing happens to a closed case but what reopens it, and what can be added in every state."""
    if case.closed is None or event.kind == "reopen" or event.kind in _ANYWHERE:
        return
    if event.sender != "customer" or not case.swept:
        raise closed(case, zone)


def _check_owner(case: Case, event: CaseEvent, owner_is_first_answer: bool) -> None:
    name = f"case {event.case}"
    owned = case.owner is not None or event.agent is None  # one that nobody named took can still be taken by name
    first = owner_is_first_answer and case.owner not in (None, event.agent)
    if event.kind == "take" and ((case.taken and owned) or first):
        raise Already(
            "conflict",
            f"{name} is {case.owner or 'somebody'}'s already; `billing case hand-over {event.case} --to AGENT` gives "
            "it to somebody else",
        )
    if event.kind == "hand-over" and case.owner is None and case.take_up is None:
        raise Forbidden("case-not-taken", f"nobody owns {name} yet; `billing case take {event.case}` takes it")
    if event.kind == "hand-over" and case.owner == event.recipient:
        raise Already("conflict", f"{name} is {case.owner}'s already; name another agent")


def _check_state(case: Case, event: CaseEvent) -> None:
    name = f"case {event.case}"
    if event.kind == "priority" and case.priority == event.priority:
        raise Already("conflict", f"{name} has the priority {case.priority} already; name another one")
    if event.kind == "reopen" and case.state not in ("closed", "resolved"):
        raise Already("conflict", f"{name} is {case.state}; only what is closed or resolved can be reopened")
    if event.kind in ("resolve", "workaround") and case.solution in ("resolve", event.kind):
        raise Already("conflict", f"{name} is resolved already; close it, or reopen it first")
    if event.kind == "verify" and case.verdict == "program-error":
        raise Already("conflict", f"{name} is verified as a program error already")


def check_time(case: Case, worked_on: date, from_take_up: bool, zone: tzinfo) -> None:
    """Refuses time on a closed case, and time before the take-up where the tariff says so (S4, S5).

    Work of a day before the closing can be recorded late (T5). A case that was never opened has no take-up.
    """
    if case.closed is not None and worked_on >= case.closed.at.astimezone(zone).date():
        raise closed(case, zone)
    if not from_take_up or case.opened is None:
        return
    if case.take_up is None or worked_on < case.take_up.astimezone(zone).date():
        name = f"case {case.reference}"
        raise Forbidden(
            "case-not-taken",
            f"{name} was taken up at {shown(case.take_up, zone)}, and its time counts from that day on"
            if case.take_up
            else f"nobody has taken {name} up, and its time counts from then on: `billing case take {case.reference}`",
        )


def closed(case: Case, zone: tzinfo) -> Forbidden:
    """The refusal of whatever would go on with a closed case."""
    assert case.closed is not None
    return Forbidden(
        "case-closed",
        f"case {case.reference} was closed at {shown(case.closed.at, zone)}; "
        f"`billing case reopen {case.reference}` opens it again",
    )


def shown(at: datetime, zone: tzinfo) -> str:
    """An instant as people write it: the time in a zone, to the minute."""
    return at.astimezone(zone).strftime("%Y-%m-%dT%H:%M")
