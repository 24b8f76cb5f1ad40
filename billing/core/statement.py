"""The balance on a day, and how it came about: opening, movements, closing (rules B1, B2, L8).

A grant's minutes are there while one of its windows is open. What comes in, goes out or comes back is a movement on its
own date; what a window's end takes away is an expiry, what a later window brings back after a gap a carry-over.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import accumulate
from typing import Literal

from billing.core import burndown, windows
from billing.core.book import Book
from billing.core.facts import Charge, Draw, Entry, Grant, SaleEnd
from billing.core.invoicing import Standing
from billing.core.units import END_OF_TIME, Window, day_after
from billing.values import dataclass

_NONE: Mapping[int, SaleEnd] = {}
MovementKind = Literal["grant", "draw", "expiry", "carry-over", "correction", "settle"]


@dataclass(frozen=True, slots=True)
class Movement:
    """Minutes that came in (positive) or went out (negative) on a day.

    `position` is where it was recorded; what a window's end or beginning does stands before all of its day, at 0.
    """

    on: date
    kind: MovementKind
    minutes: int
    grant: int
    entry: int | None = None
    position: int = 0
    opens: bool = False  # it stood already as its day began, with which the books opened (G14)


def lots_in(book: Book, at: date) -> list[burndown.Lot]:
    """The grants of a whole book that can be drawn on a day; none before the books opened (G14)."""
    return lots_of(book, gone_by(book, at), at)


def lots_of(book: Book, used: Mapping[int, int], at: date) -> list[burndown.Lot]:
    """The same with what was drawn of each grant, where the book does not hold it."""
    if book.is_before_opening(at):
        return []
    return lots_on(book.grants.values(), windows.of(book), used, at, book.ended)


def lots_on(
    grants: Iterable[Grant],
    derived: Mapping[int, tuple[Window, ...]],
    used: Mapping[int, int],
    at: date,
    ended: Mapping[int, SaleEnd] = _NONE,
) -> list[burndown.Lot]:
    """The grants that can be drawn on a day, in burn-down order, with what is left of them (B1).

    `used` is what was drawn of each, or ended with its sale, by the end of that day;
    of what ended then only minutes that came back are left (M12).
    """
    found = []
    for grant in grants:
        window = windows.on(derived[grant.number], at)
        held = grant.minutes or used.get(
            grant.number
        )  # one credited anew with nothing is none until minutes return (M10)
        end = ended.get(grant.sale or 0)
        left = grant.minutes - used.get(grant.number, 0)
        if window is not None and held and (left or end is None or at < end.dated_on):
            found.append(burndown.Lot(grant, window, left))
    return sorted(found, key=burndown.order)


def gone_by(book: Book, at: date) -> dict[int, int]:
    """The minutes of each grant that were drawn, or ended with their sale, by the end of a day (B1, M12)."""
    gone = dict(book.spent)
    for draws in book.draws.values():
        for draw in draws:
            if draw.dated_on <= at:
                gone[draw.grant] = gone.get(draw.grant, 0) + draw.minutes
    for end in book.ended.values():
        if end.grant is not None and end.dated_on <= at:
            gone[end.grant] = gone.get(end.grant, 0) + end.minutes
    return gone


def standing_charge(charges: Iterable[Charge], at: date) -> Charge | None:
    """The charge of an entry that stands on a day: the one recorded last among those dated by then."""
    standing = None
    for charge in charges:
        if charge.dated_on <= at:
            standing = charge
    return standing


def owed_on(charges: Iterable[Charge], draws: Iterable[Draw], at: date) -> int:
    """What one entry still owes on a day (G9).

    What is credited later for an earlier day also settles before the correction that the entry was charged by.
    """
    charge = standing_charge(charges, at)
    if charge is None or not charge.owed:
        return 0
    stands = (charge.seq, charge.n)
    settled = (d.minutes for d in draws if d.kind == "settle" and d.charge >= stands and d.dated_on <= at)
    return max(charge.owed - sum(settled), 0)


def owing_on(charges: Iterable[Charge], draws: Iterable[Draw], at: date) -> tuple[Charge, int] | None:
    """The charge of an entry that stands on a day, if minutes are owed by it, and how many still are then (R5, G9)."""
    charge = standing_charge(charges, at)
    return (charge, owed_on([charge], draws, at)) if charge is not None and charge.owed else None


def standing_overage(entry: Entry, charges: Iterable[Charge], at: date) -> Standing | None:
    """The overage that stands on an entry on a day."""
    charge = standing_charge(charges, at)
    if charge is None or not charge.overage or charge.rate is None:
        return None
    return Standing(entry.seq, entry.worked_on, charge.category, charge.rate, charge.overage)


def movements(book: Book) -> list[Movement]:
    """Every movement of a customer's minutes, in order of time and within a day as they were recorded (B2).

    So no running sum of them is a balance that never was: none is negative, none above what was granted.
    """
    derived = windows.of(book)
    real: dict[int, list[Movement]] = {number: [] for number in book.grants}
    for end in book.ended.values():
        if end.grant is not None and end.minutes:
            gone = Movement(end.dated_on, "correction", -end.minutes, end.grant, position=end.seq)
            real[end.grant].append(gone)
    for entry, draws in book.draws.items():
        for (position, kind, on, drawn), minutes in _netted(draws).items():
            real[drawn].append(Movement(on, kind, minutes, drawn, entry, position))
    found: list[Movement] = []
    for number, grant in book.grants.items():
        if derived[number] or real[number]:
            if grant.minutes:
                real[number].append(_granted(book, grant))
            found += real[number]
            found += _derived(number, real[number], derived[number])
    return sorted(found, key=_order)


def opening(movements: Iterable[Movement], first: date) -> tuple[int, list[Movement]]:
    """What was there as a day began, and the movements from then on."""
    before, after = 0, []
    for movement in movements:
        if movement.on < first or (movement.on == first and movement.opens):
            before += movement.minutes
        else:
            after.append(movement)
    return before, after


def _granted(book: Book, grant: Grant) -> Movement:
    """How a grant came: of one that was brought what was left of it, on the day on which the books opened (G14)."""
    opened = book.openings.get(grant.seq)
    if opened is None:
        return Movement(grant.starts, "grant", grant.minutes, grant.number, position=grant.seq)
    return Movement(opened.on, "grant", grant.minutes - opened.spent, grant.number, position=grant.seq, opens=True)


def _order(movement: Movement) -> tuple[date, int, bool, int, bool, int]:
    """By day and position; of one position what comes stands before what goes, and an expiry after its grant's draws.

    At a day's start, before anything of it was recorded, what ends stands before what is carried over.
    """
    m = movement
    second = m.minutes < 0 if m.position else m.kind == "carry-over"
    return (m.on, m.position, second, m.grant, m.kind == "expiry", m.entry or 0)


def _netted(draws: Iterable[Draw]) -> dict[tuple[int, MovementKind, date, int], int]:
    """An entry's draws as movements; what corrections of one day take back and draw again counts once, at the last."""
    sums: dict[tuple[int, MovementKind, date, int], int] = {}
    last: dict[tuple[date, int], int] = {}
    for draw in draws:
        kind: MovementKind = "correction" if draw.kind == "move" or draw.corrects() else draw.kind
        before = last.get((draw.dated_on, draw.grant), draw.seq)
        minutes = sums.pop((before, kind, draw.dated_on, draw.grant), 0) if kind == "correction" else 0
        if kind == "correction":
            last[draw.dated_on, draw.grant] = draw.seq
        key = (draw.seq, kind, draw.dated_on, draw.grant)
        sums[key] = sums.get(key, 0) + minutes - draw.minutes
    return {key: minutes for key, minutes in sums.items() if minutes}


def _derived(number: int, real: Sequence[Movement], open_on: tuple[Window, ...]) -> Iterable[Movement]:
    """The expiries and carry-overs that make a grant's minutes count only while a window is open (G4, G5, C3)."""
    by_day: dict[date, list[Movement]] = {}
    for movement in sorted(real, key=_order):
        by_day.setdefault(movement.on, []).append(movement)
    if not sum(movement.minutes for movement in real):  # of what is used up nothing ends or is carried any more
        open_on = open_on[: bisect_right(open_on, max(by_day, default=date.min), key=lambda window: window.first)]
    days = set(by_day) | {w.first for w in open_on} | {day_after(w.last) for w in open_on if w.last < END_OF_TIME}
    held = usable = 0  # minutes of the grant, and those of them that can be drawn
    for day in sorted(days):
        moved = by_day.get(day, [])
        sums = list(accumulate(m.minutes for m in moved))
        is_open = windows.on(open_on, day) is not None
        at_start = held if is_open else -min([0, *sums])  # no window open: only what draws of that day took
        if at_start != usable:
            opens = any(w.first == day and w.carried for w in open_on)
            yield Movement(day, "carry-over" if opens else "expiry", at_start - usable, number)
        held += sums[-1] if sums else 0
        usable = held if is_open else 0
        left = 0 if is_open else at_start + (sums[-1] if sums else 0)
        if left:
            opens = all(m.opens for m in moved) and not any(day_after(w.last) == day for w in open_on)
            yield Movement(day, "expiry", -left, number, position=moved[-1].position, opens=opens)
