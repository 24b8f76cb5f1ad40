"""On which days each grant can be drawn: its own window, and further ones that carry-over opens (G4, G5, G10, M10).

Derived from the grants, the bounced payments, the cancellations and the ends of sales alone (M12): no job opens or
closes one.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta

from billing.core.book import Book
from billing.core.facts import Grant
from billing.core.units import END_OF_TIME, Window, day_after, day_before

_NONE: Mapping[int, date] = {}


def of(book: Book) -> dict[int, tuple[Window, ...]]:
    """The windows of every grant, by number, in order of time."""
    if book.windows is None:
        bounced = {bounce.grant: bounce.on for bounce in book.bounces if bounce.grant is not None}
        cancelled = {c.contract: c.on for c in book.cancellations.values()}
        ended = {end.sale: end.dated_on for end in book.ended.values()}
        book.windows = derive(book.grants.values(), bounced, cancelled, ended)
        for number in book.spent.keys() & book.windows.keys():  # nothing was drawn here before the opening (G14)
            book.windows[number] = tuple(_since(book.opened_on, window) for window in book.windows[number])
    return book.windows


def _since(opened: date | None, window: Window) -> Window:
    """A window from the opening of the books on; one that was over by then stays as it was."""
    assert opened is not None
    return replace(window, first=opened) if window.first < opened <= window.last else window


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
    packs = sorted((g for g in known if g.kind == "pack"), key=lambda g: (g.starts, g.number))
    result = {}
    for grant in known:
        found = [Window(grant.starts, ends[grant.number])]
        if grant.kind == "pack" and grant.grace_days is not None:
            found += _carried(grant, packs, ends)
        last = min(cancelled.get(grant.contract, date.max), cut[grant.number])
        shortened = (Window(w.first, min(w.last, last), w.carried) for w in found)
        result[grant.number] = tuple(w for w in shortened if w.first <= w.last)
    return result


def _last(grant: Grant, bounced: Mapping[int, date]) -> date:
    """The day before the one on which the payment of a grant was taken back."""
    return day_before(bounced[grant.number]) if grant.number in bounced else date.max


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
    for window in windows:
        if day in window:
            return window
    return None
