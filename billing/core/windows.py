"""On which days each grant can be drawn: its own window, and further ones that carry-over opens (G4, G5, G10, M10).

Derived from the grants, the bounced payments, the cancellations and the ends of sales alone (M12): no job opens or
closes one.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import takewhile

from billing.core.book import Book
from billing.core.facts import Grant
from billing.core.units import END_OF_TIME, Window, day_after, day_before

_NONE: Mapping[int, date] = {}


def of(book: Book) -> dict[int, tuple[Window, ...]]:
    """The windows of every grant, by number, in order of time."""
    known = book.windows
    if known is None:
        known = book.windows = _derived(book, book.grants.values())
    elif len(known) < len(book.grants):  # what is no pack opens nothing for those before it
        new = takewhile(lambda grant: grant.number not in known, reversed(book.grants.values()))
        known |= _derived(book, [*new][::-1])
    return known


def _derived(book: Book, grants: Iterable[Grant]) -> dict[int, tuple[Window, ...]]:
    bounced = {bounce.grant: bounce.on for bounce in book.bounces if bounce.grant is not None}
    cancelled = {c.contract: c.on for c in book.cancellations.values()}
    ended = {end.sale: end.dated_on for end in book.ended.values()}
    found = derive(grants, bounced, cancelled, ended)
    for number in book.spent.keys() & found.keys():  # nothing was drawn here before the opening (G14)
        found[number] = _since(book.opened_on, found[number])
    return found


def _since(opened: date | None, found: tuple[Window, ...]) -> tuple[Window, ...]:
    """Windows from the opening of the books on; those that were over by then stay as they were."""
    assert opened is not None
    window = on(found, opened)
    if window is None or window.first == opened:
        return found
    place = found.index(window)
    return (*found[:place], replace(window, first=opened), *found[place + 1 :])


def derive(
    grants: Iterable[Grant],
    bounced: Mapping[int, date],
    cancelled: Mapping[int, date],
    ended: Mapping[int, date] = _NONE,
) -> dict[int, tuple[Window, ...]]:
    """The windows of each grant: `bounced` by grant, the day; `cancelled` by contract and `ended` by sale, its last."""
    known = list(grants)
    cut = {g.number: min(_last(g, bounced), ended.get(g.sale or 0, date.max)) for g in known}
    ends = {g.number: min(g.expires, cut[g.number]) for g in known}
    carried = _carried([grant for grant in known if grant.kind == "pack"], ends)
    result = {}
    for grant in known:
        found = (Window(grant.starts, ends[grant.number]), *carried.get(grant.number, ()))
        last = min(cancelled.get(grant.contract, date.max), cut[grant.number])
        result[grant.number] = (
            found if grant.starts <= ends[grant.number] and found[-1].last <= last else _until(last, found)
        )
    return result


def _until(last: date, found: Iterable[Window]) -> tuple[Window, ...]:
    """Windows up to a day."""
    shortened = (Window(w.first, min(w.last, last), w.carried) for w in found)
    return tuple(w for w in shortened if w.first <= w.last)


def _last(grant: Grant, bounced: Mapping[int, date]) -> date:
    """The day before the one on which the payment of a grant was taken back."""
    return day_before(bounced[grant.number]) if grant.number in bounced else date.max


def _carried(packs: Iterable[Grant], ends: Mapping[int, date]) -> dict[int, tuple[Window, ...]]:
    """The further windows of each pack that later packs of the contract open, one after the other (G5).

    What opens the next one is the same for all who were carried to the same pack: from the last pack back, each has one
    window more than the pack that carries it. Grace runs from the day before a bounce; what is cut off carries nothing.
    """
    result: dict[int, tuple[Window, ...]] = {}
    alike = defaultdict(list)
    for pack in sorted(packs, key=lambda g: (g.starts, g.number)):
        alike[pack.contract].append(pack)
    for of_contract in alike.values():
        carriers = _carriers(of_contract, ends)
        for days in {pack.grace_days for pack in of_contract if pack.grace_days is not None}:
            carried: dict[int, tuple[Window, ...]] = {}
            for number, later in carriers.items():
                end = ends[number]
                if later is None or END_OF_TIME - end < timedelta(days) or later.starts > end + timedelta(days):
                    carried[number] = ()
                else:
                    opened = Window(max(day_after(end), later.starts), ends[later.number], carried=True)
                    carried[number] = (opened, *carried[later.number])
            result |= {pack.number: carried[pack.number] for pack in of_contract if pack.grace_days == days}
    return result


def _carriers(packs: Sequence[Grant], ends: Mapping[int, date]) -> dict[int, Grant | None]:
    """Of each pack, from the last one back, the first credited of those after it that expires later (G5)."""
    found: dict[int, Grant | None] = {}
    after: list[Grant] = []  # of those after it, each that expires later than all between
    for pack in reversed(packs):
        end = ends[pack.number]
        is_there = pack.starts <= end  # one that bounced on its first day never was
        while is_there and after and ends[after[-1].number] <= end:
            after.pop()
        found[pack.number] = next((one for one in reversed(after) if ends[one.number] > end), None)
        if is_there:
            after.append(pack)
    return found


def on(windows: tuple[Window, ...], day: date) -> Window | None:
    """The window that contains a day."""
    place = bisect_right(windows, day, key=lambda window: window.first)  # they are in order of time
    return windows[place - 1] if place and day in windows[place - 1] else None
