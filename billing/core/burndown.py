"""Which grants an entry draws, in which order, and how much of each. The only place that knows the order (R4)."""

from collections.abc import Iterable
from datetime import date

from billing.core.facts import Grant
from billing.core.units import Window
from billing.values import dataclass

LAST = 1 << 30  # a grant whose tariff sets no priority comes after those that have one


@dataclass(frozen=True, slots=True)
class Lot:
    """A grant as it can be drawn on one day: the window that contains the day, and the minutes that are left."""

    grant: Grant
    window: Window
    remaining: int


def order(lot: Lot) -> tuple[int, date, int, bool, date, int]:
    """Sorts lots into the order in which they are drawn (R4).

    The tariff's priority; then what is lost first; then what covers least, so that what covers more stays for work
    that only it covers; then what only some contacts can draw; then the earliest start, and the oldest.
    """
    grant = lot.grant
    priority = LAST if grant.priority is None else grant.priority
    return (priority, lot.window.last, len(grant.covers), not grant.contacts, grant.starts, grant.number)


def draw(lots: Iterable[Lot], minutes: int) -> list[tuple[Grant, int]]:
    """Takes `minutes` from the lots in order, as far as they reach: (grant, minutes) for each that is drawn."""
    taken = []
    for lot in sorted(lots, key=order):
        part = min(minutes, lot.remaining)
        if part > 0:
            taken.append((lot.grant, part))
            minutes -= part
    return taken
