"""Call-backs as tasks: due, done, missed or withdrawn, by what happened and a moment (S10).

A window is agreed on with the customer, or made by a message on his voicemail. What else happens to the case is
`cases`'; nothing here closes or moves anything.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Literal, get_args

from billing.core.facts import CaseEvent
from billing.core.service import Clock, Pause
from billing.values import dataclass

State = Literal["due", "done", "missed", "withdrawn"]
STATES: tuple[State, ...] = get_args(State)
_DAY, _FAR = timedelta(days=1), 100
CALLS = ("phone", "voicemail")  # the channels by which somebody is called


@dataclass(slots=True)
class CallBack:
    """One window in which a customer is to be called back, and what became of it.

    `agreed` is the event that made it: its position names it. `made_up_for` is the first word to the customer, or
    attempt to reach him, after a window that nobody kept.
    """

    agreed: CaseEvent
    first: datetime
    last: datetime
    done: CaseEvent | None = None
    withdrawn: CaseEvent | None = None
    made_up_for: CaseEvent | None = None

    def state(self, now: datetime) -> State:
        """How it stands at a moment: due until its window is over, also before it begins."""
        if self.withdrawn is not None:
            return "withdrawn"
        if self.done is not None:
            return "done"
        return "missed" if now >= self.last else "due"

    @property
    def done_late(self) -> bool:
        """Whether it was done after its window: then it was missed first."""
        return self.done is not None and self.done.at > self.last

    @property
    def open(self) -> bool:
        """Whether nothing has become of it yet."""
        return self.done is None and self.withdrawn is None


def due_now(some: Iterable[CallBack], now: datetime) -> bool:
    """Whether the customer is to be called back at this moment (S6)."""
    return any(one.state(now) == "due" and one.first <= now for one in some)


def to_say(some: Iterable[CallBack], now: datetime) -> list[CallBack]:
    """What is still to be said of them: those that are due, and those missed since which the customer heard nothing."""
    return [one for one in some if one.state(now) == "due" or (one.state(now) == "missed" and not one.made_up_for)]


def meant(some: Iterable[CallBack], now: datetime) -> list[CallBack]:
    """Those that may be meant where only the case is named: the one whose window it is, else what is open."""
    found = [one for one in some if one.open]
    current = [one for one in found if one.first <= now < one.last]
    return current if len(current) == 1 else found


def after_voicemail(theirs: Clock, ours: Clock, at: datetime) -> Pause | None:
    """When to call back who was not at work when his voicemail answered: on the next day on which he works and we do.

    The hours that both have, from the first to the last of them; his own where they never meet. None where he was at
    work, or where there is no such day for months (S10).
    """
    if theirs.is_open(at):
        return None
    day = at.astimezone(theirs.zone).date()
    for later in range(1, _FAR):
        his, own = theirs.openings(day + later * _DAY), ours.openings(day + later * _DAY)
        if his and own:
            both = [(max(a, c), min(b, d)) for a, b in his for c, d in own if max(a, c) < min(b, d)] or list(his)
            return both[0][0], both[-1][1]
    return None


# What an event makes of them


def agree(some: list[CallBack], event: CaseEvent) -> None:
    """A window was named, or a voicemail outside the customer's hours made one."""
    if event.from_at is not None and event.until_at is not None:
        some.append(CallBack(event, event.from_at, event.until_at))


def contacted(some: Iterable[CallBack], event: CaseEvent) -> None:
    """An agent told the customer something, or tried to: a call within a window is the call-back (S10)."""
    called = event.channel in CALLS or (event.kind == "attempt" and event.channel is None)
    for one in some:
        if one.open and called and one.first <= event.at <= one.last:
            one.done = event
        elif one.open and event.at > one.last and one.made_up_for is None:
            one.made_up_for = event


def settle(some: Iterable[CallBack], event: CaseEvent) -> None:
    """One was said to be done, or not to be needed any more."""
    for one in some:
        if one.agreed.seq == event.refers and one.open:
            if event.kind == "callback-done":
                one.done = event
            else:
                one.withdrawn = event


def close(some: Iterable[CallBack], event: CaseEvent) -> None:
    """The case was closed: nobody is called back about it; what was missed before stays missed."""
    for one in some:
        if one.open and one.last > event.at:
            one.withdrawn = event
