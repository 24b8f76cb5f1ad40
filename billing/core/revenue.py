"""What is earned of a prepaid pack or of a contract's fee and what is still owed to the customer, on any day (M9).

Recognised so far = price × (minutes used + minutes expired) / minutes sold, rounded once; what a day brings is the
difference of two such sums, so that the parts add up to the price exactly. A sale is one however often it was credited:
what a bounced payment took away is owed again, and belongs to the same price when it is credited anew (M10). What a
note credits is no part of the price any more; once it has ended the sale, all that is left of the price is earned
(M12). A fee is earned by the days of its term, as a pack is by its minutes (M21).
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from billing.core import fees, windows
from billing.core.book import Book
from billing.core.facts import Grant, Sale
from billing.core.invoicing import is_deferred
from billing.core.units import END_OF_TIME, ZERO, Window, day_after, day_before, share
from billing.values import dataclass


@dataclass(frozen=True, slots=True)
class Deferred:
    """A sale that is paid ahead, at the end of a day. `used` and `expired` are of the minutes, or of a fee's days."""

    sale: Sale
    whole: int  # all its minutes, or days
    used: int = 0
    expired: int = 0
    credited: Decimal = ZERO  # net, by notes that somebody asked for (M12)
    ended: bool = False  # nothing of it is to be drawn any more: what is left of its price is earned

    @property
    def price(self) -> Decimal:
        """What it was sold for, less what was credited."""
        return self.sale.price - self.credited

    @property
    def recognised(self) -> Decimal:
        return self.price if self.ended else self._share(self.price, self.used + self.expired)

    @property
    def earned(self) -> Decimal:
        """The part of what is recognised that was worked for; the rest is breakage."""
        return min(self._share(self.sale.price if self.ended else self.price, self.used), self.price)

    @property
    def breakage(self) -> Decimal:
        return self.recognised - self.earned

    @property
    def deferred(self) -> Decimal:
        return self.price - self.recognised

    def _share(self, price: Decimal, minutes: int) -> Decimal:
        return share(price, minutes, self.whole) if minutes > 0 else ZERO


def begun(book: Book, sale: Sale) -> date:
    """The day from which a sale is in the books: that of the sale, or on which it was brought (G14)."""
    opened = book.openings.get(sale.seq)
    return sale.sold_on if opened is None else opened.on


def new(sale: Sale, book: Book) -> Deferred:
    """A sale as it came into the books: nothing of it is earned yet, but for one that was brought (G14)."""
    if sale.seq in book.openings:
        grants = [grant for grant in book.grants.values() if grant.sale == sale.seq and grant.seq == sale.seq]
        return _standing(book, sale, grants, book.spent, day_before(begun(book, sale)))
    return Deferred(sale, fees.days(book, sale, sale.sold_on).whole if sale.kind == "fee" else sale.minutes)


def deferred_on(book: Book, at: date) -> Iterator[Deferred]:
    """Every deferred sale made by a day, as it stood at that day's end."""
    grants = _grants_by_sale(book)
    used = dict(book.spent)
    for draws in book.draws.values():
        for draw in draws:
            if draw.dated_on <= at:
                used[draw.grant] = used.get(draw.grant, 0) + draw.minutes
    for sale in book.sales.values():
        if is_deferred(sale) and begun(book, sale) <= at:
            yield _standing(book, sale, grants.get(sale.seq, []), used, at)


def undrawn(book: Book, sale: Sale, at: date) -> int:
    """The minutes of a sale that nothing recorded has drawn and that are not lost on a day; none once it ended"""
    if sale.seq in book.ended:
        return 0
    grants = [grant for grant in book.grants.values() if grant.sale == sale.seq]
    now = _standing(book, sale, grants, book.used, at)
    return sale.minutes - now.used - now.expired


def courses(book: Book) -> Iterator[list[tuple[date, Deferred]]]:
    """Of every deferred sale the days on which it changes, each with how it stands from then on, in order of time."""
    grants = _grants_by_sale(book)
    drawn: dict[int, dict[date, int]] = {grant.number: {} for mine in grants.values() for grant in mine}
    for draws in book.draws.values():
        for draw in draws:
            if draw.grant in drawn:
                by_day = drawn[draw.grant]
                by_day[draw.dated_on] = by_day.get(draw.dated_on, 0) + draw.minutes
    for sale in book.sales.values():
        if is_deferred(sale):
            yield _course(book, sale, grants.get(sale.seq, []), drawn)


def _course(
    book: Book, sale: Sale, grants: list[Grant], drawn: Mapping[int, Mapping[date, int]]
) -> list[tuple[date, Deferred]]:
    found = []
    before = new(sale, book)
    used = {grant.number: book.spent.get(grant.number, 0) for grant in grants}
    turning = set(fees.turning_days(book, sale)) if sale.kind == "fee" else _turning_days(book, grants)
    turning = turning.union(*(drawn[grant.number] for grant in grants), _credited_days(book, sale))
    for day in sorted(day for day in turning if sale.seq not in book.openings or day >= begun(book, sale)):
        for number in used:
            used[number] += drawn[number].get(day, 0)
        now = _standing(book, sale, grants, used, day)
        if now != before:
            found.append((day, now))
        before = now
    return found


def _turning_days(book: Book, grants: list[Grant]) -> set[date]:
    """The days on which minutes of a pack's grants can expire or be owed again."""
    numbers = {grant.number for grant in grants}
    derived = windows.of(book)
    ends = {day_after(lost_after(book, book.grants[number], derived[number])) for number in numbers if derived[number]}
    return ends | {bounce.on for bounce in book.bounces if bounce.grant in numbers}


def _credited_days(book: Book, sale: Sale) -> set[date]:
    """The days on which a sale's price was credited, or the sale ended."""
    credited = {reduction.on for reduction in book.reductions if reduction.invoice == sale.invoice}
    return credited | ({book.ended[sale.seq].on} if sale.seq in book.ended else set())


def _standing(book: Book, sale: Sale, grants: list[Grant], used: Mapping[int, int], at: date) -> Deferred:
    end = book.ended.get(sale.seq)
    is_ended = end is not None and end.on <= at
    if sale.kind == "fee":
        days = fees.days(book, sale, at)
        is_ended &= not fees.serves_on(book, sale, at) or at >= fees.end(book, sale)
        return Deferred(sale, days.whole, days.served, days.lost, book.reduced_by(sale.invoice, at), is_ended)
    gone = 0 if end is None or end.dated_on > at else end.minutes
    expired = sum(grant.minutes - used.get(grant.number, 0) for grant in grants if _is_over(book, grant, at))
    drawn = sum(used.get(grant.number, 0) for grant in grants)
    return Deferred(sale, sale.minutes, drawn, max(expired - gone, 0), book.reduced_by(sale.invoice, at), is_ended)


def _is_over(book: Book, grant: Grant, at: date) -> bool:
    """Whether what is left of a grant is breakage: its last window has gone by, and the grace after it (M17).

    What a bounce took away is owed again, and what never had a window was never to be had: neither is breakage.
    """
    open_on = windows.of(book)[grant.number]
    bounced = any(bounce.grant == grant.number and bounce.on <= at for bounce in book.bounces)
    return bool(open_on) and lost_after(book, grant, open_on) < at and not bounced


def lost_after(book: Book, grant: Grant, open_on: Sequence[Window]) -> date:
    """The last day on which something can still bring back what is left of a grant (M17).

    That is a pack credited in the grace (G5), which a contract has no longer once it has ended (G10).
    """
    last, days = open_on[-1].last, timedelta(days=grant.grace_days or 0)
    deadline = last + days if END_OF_TIME - last >= days else END_OF_TIME
    cancelled = book.cancellations.get(grant.contract)
    return deadline if cancelled is None else max(last, min(deadline, cancelled.on))


def _grants_by_sale(book: Book) -> dict[int, list[Grant]]:
    found: dict[int, list[Grant]] = {}
    for grant in book.grants.values():
        if grant.sale is not None and is_deferred(book.sales[grant.sale]):
            found.setdefault(grant.sale, []).append(grant)
    return found
