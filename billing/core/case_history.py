"""Which events of a case count, and in what order: what was recorded late stands at its moment, what was void is out.

What they make of the case is `cases`'.
"""

from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Literal

from billing.core.facts import CaseEvent

Told = Literal[
    "open", "answer", "reply", "ask", "ask-files", "files", "attempt", "workaround", "resolve", "close", "reopen",
]  # fmt: skip
_SIGN = "#"  # between a case's reference and the number of its event: T-17#3


def in_effect(events: Iterable[CaseEvent]) -> list[CaseEvent]:
    """The events that count, by moment, as recorded where that is equal; given in recorded order (S14).

    What is void is left out, and so is the voiding itself. The opening alone stays with its own: who opened a case by
    mistake has a closed case, and not none.
    """
    events = list(events)
    gone = voided(events)
    kept = events
    if gone:
        opening = opening_of(events)
        gone -= {opening}
        kept = [e for e in events if e.seq not in gone and (e.kind != "void" or e.refers == opening)]
    return sorted(kept, key=attrgetter("at"))


_WORDED: dict[Told, bool] = {  # what the customer is given of a case, and whether with what was written about it
    "open": True,
    "answer": True,
    "reply": True,
    "ask": True,
    "ask-files": True,
    "files": True,
    "workaround": True,
    "resolve": True,
    "attempt": False,  # what an agent or a rule wrote of these, he wrote for the desk
    "close": False,
    "reopen": False,
}


def told(events: Iterable[CaseEvent]) -> list[tuple[CaseEvent, Told, bool]]:
    """What of a case the customer is given, by moment, each with its kind and whether with its note (S14).

    Notes, owners, urgency and verdicts are the desk's; what is void is not there, and of a case that was opened by
    mistake nothing is.
    """
    events = list(events)
    gone = voided(events)
    live = [event for event in in_effect(events) if event.seq not in gone]
    found = []
    for event in live:
        kind = _kind(event)
        if kind is not None:
            found.append((event, kind, _WORDED[kind]))
    return found


def _kind(event: CaseEvent) -> Told | None:
    """What an event is to the customer; an answer of an agent, as events of earlier versions have it, is a reply."""
    if event.kind == "answer" and event.sender != "customer":
        return "reply"
    return next((kind for kind in _WORDED if kind == event.kind), None)


def voided(events: Iterable[CaseEvent]) -> set[int | None]:
    """The positions of the events that others void."""
    return {event.refers for event in events if event.kind == "void"}


def opening_of(events: Iterable[CaseEvent]) -> int | None:
    """The position of the opening of a case, if it was opened."""
    return next((event.seq for event in events if event.kind == "open"), None)


def names(case: str, events: Iterable[CaseEvent]) -> dict[int, str]:
    """What each event of a case can be called, by position: by its number in the order of recording, which stays."""
    return {event.seq: f"{case}{_SIGN}{number}" for number, event in enumerate(events, 1)}


def split(name: str) -> tuple[str, int] | None:
    """The case and the number that an event's name says; None for what names none."""
    case, sign, number = name.strip().rpartition(_SIGN)
    return (case, int(number)) if sign and case and number.isascii() and number.isdecimal() else None


def numbered(events: Sequence[CaseEvent], number: int) -> CaseEvent | None:
    """The event of that number, if there is one."""
    return events[number - 1] if 0 < number <= len(events) else None
