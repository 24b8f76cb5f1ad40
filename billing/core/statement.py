"""The balance on a day, and how it came about: opening, movements, closing (rules B1, B2, L8).

A grant's minutes are there while one of its windows is open. What comes in, goes out or comes back is a movement on its
own date; what a window's end takes away is an expiry, what a later window brings back after a gap a carry-over.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from billing.core import burndown, windows
from billing.core.book import Book
from billing.core.facts import Charge, Draw, Entry, Grant
from billing.core.invoicing import Standing
from billing.core.units import END_OF_TIME, Window, day_after

MovementKind = Literal["grant", "draw", "expiry", "carry-over", "correction", "settle"]
# What comes back on a day stands before what is drawn from it (G6)
_ORDER: tuple[MovementKind, ...] = ("expiry", "carry-over", "grant", "settle", "correction", "draw")


@dataclass(frozen=True, slots=True)
class Movement:
    """Minutes that came in (positive) or went out (negative) on a day."""

    on: date
    kind: MovementKind
    minutes: int
    grant: int
    entry: int | None = None


def lots_on(
    grants: Iterable[Grant], derived: Mapping[int, tuple[Window, ...]], used: Mapping[int, int], at: date
) -> list[burndown.Lot]:
    """The grants that can be drawn on a day, in burn-down order, with what is left of them (B1).

    `used` is what was drawn of each by the end of that day.
    """
    found = []
    for grant in grants:
        window = windows.on(derived[grant.number], at)
        held = grant.minutes or used.get(
            grant.number
        )  # one credited anew with nothing is none until minutes return (M10)
        if window is not None and held:
            found.append(burndown.Lot(grant, window, grant.minutes - used.get(grant.number, 0)))
    return sorted(found, key=burndown.order)


def standing_charge(charges: Iterable[Charge], at: date) -> Charge | None:
    """The charge of an entry that stands on a day: the one recorded last among those dated by then."""
    standing = None
    for charge in charges:
        if charge.dated_on <= at:
            standing = charge
    return standing


def owed_on(charges: Iterable[Charge], draws: Iterable[Draw], at: date) -> int:
    """What one entry still owes on a day (G9)."""
    charge = standing_charge(charges, at)
    if charge is None or not charge.owed:
        return 0
    stands = (charge.seq, charge.n)
    settled = (d.minutes for d in draws if d.kind == "settle" and d.charge == stands and d.dated_on <= at)
    return charge.owed - sum(settled)


def standing_overage(entry: Entry, charges: Iterable[Charge], at: date) -> Standing | None:
    """The overage that stands on an entry on a day."""
    charge = standing_charge(charges, at)
    if charge is None or not charge.overage or charge.rate is None:
        return None
    return Standing(entry.seq, entry.worked_on, charge.category, charge.rate, charge.overage)


def movements(book: Book) -> list[Movement]:
    """Every movement of a customer's minutes, in order of time (B2)."""
    derived = windows.of(book)
    real: dict[int, list[Movement]] = {number: [] for number in book.grants}
    for entry, draws in book.draws.items():
        for (kind, on, drawn), minutes in _netted(draws).items():
            real[drawn].append(Movement(on, kind, minutes, drawn, entry))
    found: list[Movement] = []
    for number, grant in book.grants.items():
        if derived[number] or real[number]:
            if grant.minutes:
                real[number].append(Movement(grant.starts, "grant", grant.minutes, number))
            found += real[number]
            found += _derived(number, real[number], derived[number])
    return sorted(found, key=lambda m: (m.on, _ORDER.index(m.kind), m.grant, m.entry or 0))


def _netted(draws: Iterable[Draw]) -> dict[tuple[MovementKind, date, int], int]:
    """An entry's draws as movements; what one correction takes back and draws again counts once."""
    sums: dict[tuple[int, MovementKind, date, int], int] = {}
    for draw in draws:
        kind: MovementKind = "correction" if draw.kind == "move" or draw.corrects() else draw.kind
        position = draw.seq if kind == "correction" else 0
        key = (position, kind, draw.dated_on, draw.grant)
        sums[key] = sums.get(key, 0) - draw.minutes
    found: dict[tuple[MovementKind, date, int], int] = {}
    for (_, kind, on, grant), minutes in sums.items():
        if minutes:
            found[kind, on, grant] = found.get((kind, on, grant), 0) + minutes
    return {key: minutes for key, minutes in found.items() if minutes}


def _derived(number: int, real: list[Movement], open_on: tuple[Window, ...]) -> Iterable[Movement]:
    """The expiries and carry-overs that make a grant's minutes count only while a window is open (G4, G5, C3)."""
    by_day: dict[date, int] = {}
    for movement in real:
        by_day[movement.on] = by_day.get(movement.on, 0) + movement.minutes
    days = set(by_day) | {w.first for w in open_on} | {day_after(w.last) for w in open_on if w.last < END_OF_TIME}
    held = usable = 0  # minutes of the grant, and those of them that can be drawn
    for day in sorted(days):
        moved = by_day.get(day, 0)
        held += moved
        now = held if windows.on(open_on, day) else 0
        unexplained = now - usable - moved
        if unexplained:
            opens = any(w.first == day and w.carried for w in open_on)
            yield Movement(day, "carry-over" if opens else "expiry", unexplained, number)
        usable = now
