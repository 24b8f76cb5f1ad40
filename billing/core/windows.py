"""On which days each grant can be drawn: its own window, and further ones that carry-over opens (G4, G5, G10, M10).

Derived from the grants, the bounced payments and the cancellations alone: no job opens or closes a window.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from billing.core.book import Book
from billing.core.facts import Grant
from billing.core.units import END_OF_TIME, Window, day_after, day_before


def of(book: Book) -> dict[int, tuple[Window, ...]]:
    """The windows of every grant, by number, in order of time."""
    if book.windows is None:
        bounced = {bounce.grant: bounce.on for bounce in book.bounces if bounce.grant is not None}
        book.windows = derive(book.grants.values(), bounced, {c.contract: c.on for c in book.cancellations.values()})
    return book.windows


def derive(
    grants: Iterable[Grant], bounced: dict[int, date], cancelled: dict[int, date]
) -> dict[int, tuple[Window, ...]]:
    """The windows of each grant: `bounced` by grant, the day; `cancelled` by contract, its last day."""
    known = list(grants)
    ends = {
        g.number: min(g.expires, day_before(bounced[g.number])) if g.number in bounced else g.expires for g in known
    }
    packs = sorted((g for g in known if g.kind == "pack"), key=lambda g: (g.starts, g.number))
    result = {}
    for grant in known:
        found = [Window(grant.starts, ends[grant.number])]
        if grant.kind == "pack" and grant.grace_days is not None:
            found += _carried(grant, packs, ends)
        last = cancelled.get(grant.contract, date.max)
        if grant.number in bounced:
            last = min(last, day_before(bounced[grant.number]))
        cut = (Window(w.first, min(w.last, last), w.carried) for w in found)
        result[grant.number] = tuple(w for w in cut if w.first <= w.last)
    return result


def _carried(grant: Grant, packs: list[Grant], ends: dict[int, date]) -> Iterator[Window]:
    """The further windows that later packs of the contract open, one after the other (G5)."""
    assert grant.grace_days is not None
    end = grant.expires
    while END_OF_TIME - end >= timedelta(days=grant.grace_days):  # what never ends has nothing to carry
        deadline = end + timedelta(days=grant.grace_days)
        later = (
            pack
            for pack in packs
            if pack.contract == grant.contract
            and (pack.starts, pack.number) > (grant.starts, grant.number)
            and pack.starts <= deadline
            and ends[pack.number] > end
            and ends[pack.number] >= pack.starts
        )
        first_credited = next(later, None)
        if first_credited is None:
            return
        yield Window(max(day_after(end), first_credited.starts), ends[first_credited.number], carried=True)
        end = ends[first_credited.number]


def on(windows: tuple[Window, ...], day: date) -> Window | None:
    """The window that contains a day."""
    return next((window for window in windows if day in window), None)
