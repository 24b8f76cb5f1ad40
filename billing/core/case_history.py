"""Which events of a case count, and in what order: what was recorded late stands at its moment, what was void is out.

What they make of the case is `cases`'.
"""

from collections.abc import Iterable, Sequence
from operator import attrgetter

from billing.core.facts import CaseEvent

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
