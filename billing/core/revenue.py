"""What is earned of a prepaid pack and what is still owed to the customer, on any day (M9).

Recognised so far = price × (minutes used + minutes expired) / minutes sold, rounded once; a period's revenue is the
difference of two such sums, so that the parts add up to the price exactly.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing.core import windows
from billing.core.book import Book
from billing.core.facts import Sale
from billing.core.invoicing import is_deferred
from billing.core.units import ZERO, day_after, share


@dataclass(frozen=True, slots=True)
class Deferred:
    """A sale that is paid ahead, on one day. `used` and `expired` are minutes of the `minutes` sold."""

    sale: Sale
    minutes: int
    used: int
    expired: int
    recognised: Decimal

    @property
    def deferred(self) -> Decimal:
        return self.sale.price - self.recognised


def deferred_on(book: Book, at: date) -> Iterator[Deferred]:
    """Every deferred sale made by a day, as it stood at that day's end."""
    for sale in book.sales.values():
        if is_deferred(sale) and sale.sold_on <= at:
            yield deferred_of(book, sale, at)


def recognition_days(book: Book, sale: Sale) -> list[date]:
    """The days on which what is recognised of a sale can change, in order."""
    derived = windows.of(book)
    mine = {grant.number for grant in book.grants.values() if grant.sale == sale.seq}
    days = {d.dated_on for draws in book.draws.values() for d in draws if d.grant in mine}
    days |= {day_after(derived[number][-1].last) for number in mine if derived[number]}
    return sorted(days | {sale.sold_on})


def deferred_of(book: Book, sale: Sale, at: date) -> Deferred:
    """One deferred sale as it stood at the end of a day."""
    derived = windows.of(book)
    bounced = {bounce.grant for bounce in book.bounces}
    grants = [grant for grant in book.grants.values() if grant.sale == sale.seq and grant.starts <= at]
    used_of = {g.number: 0 for g in grants}
    for draws in book.draws.values():
        for draw in draws:
            if draw.grant in used_of and draw.dated_on <= at:
                used_of[draw.grant] += draw.minutes
    used = sum(used_of.values())
    expired = sum(
        grant.minutes - used_of[grant.number]
        for grant in grants
        if grant.number not in bounced and all(window.last < at for window in derived[grant.number])
    )
    recognised = share(sale.price, used + expired, sale.minutes) if used + expired > 0 else ZERO
    return Deferred(sale, sale.minutes, used, expired, recognised)
