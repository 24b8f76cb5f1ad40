"""What a customer can use on a day, beside the minutes in hand: the contract, and what waits for something (B1).

Derived from what was agreed and granted; what was drawn is asked for.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from billing.core import rating, windows
from billing.core.book import Book
from billing.core.burndown import Lot
from billing.core.facts import Grant, Sale, Term
from billing.core.kinds import WaitingKind
from billing.core.tariff import Tariff
from billing.core.units import END_OF_TIME, day_after
from billing.values import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """Days under contract without a gap: the one that contains a day, or those beside it."""

    until: date | None  # the last day; of one that is over, its last; none where it never ends or never was
    active: bool
    begins: date | None = None  # where none covers the day: the first day of the next one
    included_until: date | None = None  # the last day of those without a gap on which the default category is free


@dataclass(frozen=True, slots=True)
class Waiting:
    """Minutes that cannot be drawn on a day and can be again, once something has happened."""

    kind: WaitingKind
    minutes: int
    until: date | None  # the last day on which the pack can be paid (grace), on which they can be drawn (no-contract)
    invoice: str | None = None  # to be paid (unpaid)
    ended: date | None = None  # the last day on which they could be drawn (grace)


def contract(book: Book, at: date) -> Span | None:
    """The contract that covers a day, with what follows without a gap; none where there never was one (R1, G10)."""
    spans = sorted(_spans(book), key=lambda span: span[0])
    if not spans:
        return None
    if book.term_on(at) is None:
        over = max((last for _, last, _ in spans if last < at), default=None)
        return Span(over, False, min((first for first, _, _ in spans if first > at), default=None))
    until, included_until = at, None
    includes = True
    for first, last, term in spans:
        if first <= day_after(until) and last >= until:
            until = last
            includes = includes and is_included(term.tariff)
            included_until = until if includes else included_until
            if until == END_OF_TIME:
                break
    return Span(until, True, included_until=included_until)


def _spans(book: Book) -> Iterator[tuple[date, date, Term]]:
    for term in book.terms:
        cancelled = book.cancellations.get(term.contract)
        last = term.window.last if cancelled is None else min(term.window.last, cancelled.on)
        if term.window.first <= last:
            yield term.window.first, last, term


def is_included(tariff: Tariff) -> bool:
    """Whether what a customer asks for as a rule is free under the contract."""
    return tariff.categories[tariff.default_category].free == "always"


def charged(tariff: Tariff) -> tuple[str, ...]:
    """The categories that entries are charged as (R2)."""
    known = (c.charged_as or c.name for c in tariff.categories.values() if c.free != "always")
    return tuple(dict.fromkeys(known))


def served(book: Book, grant: Grant, at: date) -> tuple[Tariff, tuple[str, ...]]:
    """What entries of a day can draw a grant for: the tariff of that day, and those of its categories."""
    term = book.term_on(at)
    tariff = term.tariff if term else book.contract_tariff(grant.contract, at)
    return tariff, tuple(name for name in charged(tariff) if name in grant.covers)


def admitted(book: Book, grant: Grant, at: date) -> tuple[int, ...]:
    """The contacts who alone can draw a grant on a day; none: everybody can (G3)."""
    if not grant.contacts:
        return ()
    more = (c for sale in rating.in_force(book, at) if rating.extends(sale, grant) for c in sale.contacts)
    return tuple(dict.fromkeys((*grant.contacts, *more)))


def available(book: Book, lots: list[Lot], at: date, category: str, contact: int | None) -> int:
    """The minutes in hand that an entry of a category and contact could draw on a day (R1, R4)."""
    if book.term_on(at) is None:
        return 0
    return sum(lot.remaining for lot in lots if category in lot.grant.covers
               and rating.admits(book, lot.grant, contact, at))  # fmt: skip


def waiting(book: Book, lots: list[Lot], used: Mapping[int, int], at: date) -> tuple[Waiting, ...]:
    """What waits on a day for a renewal, for the next pack, for a payment; `lots` are those in hand (G2, G5, R1).

    `used` is what was drawn by then of those that `asked` names, too.
    """
    return (*_without_contract(book, lots, at), *_in_grace(book, used, at), *_unpaid(book, used, at))


def asked(book: Book, at: date) -> set[int]:
    """The grants of which has to be known what was drawn, beside those that can be drawn on the day."""
    found = {grant.number for grant, _, _ in _ended(book, at)}
    return found | {grant.number for _, grant in _uncredited(book, at) if grant is not None}


def _without_contract(book: Book, lots: list[Lot], at: date) -> Iterator[Waiting]:
    if book.term_on(at) is None:
        left: dict[date, int] = {}
        for lot in lots:
            left[lot.window.last] = left.get(lot.window.last, 0) + lot.remaining
        yield from (Waiting("no-contract", left[last], last) for last in sorted(left) if left[last])


def _in_grace(book: Book, used: Mapping[int, int], at: date) -> Iterator[Waiting]:
    left: dict[tuple[date, date], int] = {}
    for grant, ended, deadline in _ended(book, at):
        left[deadline, ended] = left.get((deadline, ended), 0) + grant.minutes - used.get(grant.number, 0)
    for deadline, ended in sorted(left):
        if left[deadline, ended]:
            yield Waiting("grace", left[deadline, ended], deadline, ended=ended)


def _ended(book: Book, at: date) -> Iterator[tuple[Grant, date, date]]:
    """Packs whose last window is over and that the next pack can bring back: their last day, and that for paying."""
    bounced = {bounce.grant: bounce.on for bounce in book.bounces}
    for number, open_on in windows.of(book).items():
        grant = book.grants[number]
        if grant.kind != "pack" or grant.grace_days is None or windows.on(open_on, at) is not None:
            continue
        cancelled, ended = book.cancellations.get(grant.contract), book.ended.get(grant.sale or 0)
        if (cancelled and cancelled.on < at) or (ended and ended.dated_on <= at) or bounced.get(number, date.max) <= at:
            continue
        last = max((window.last for window in open_on if window.last < at), default=None)
        if last is not None and (at - last).days <= grant.grace_days:
            deadline = last + timedelta(days=grant.grace_days)
            yield grant, last, min(deadline, cancelled.on) if cancelled else deadline


def _unpaid(book: Book, used: Mapping[int, int], at: date) -> Iterator[Waiting]:
    for sale, bounced in _uncredited(book, at):
        minutes = sale.minutes if bounced is None else bounced.minutes - used.get(bounced.number, 0)
        if minutes:
            yield Waiting("unpaid", minutes, None, sale.invoice)


def _uncredited(book: Book, at: date) -> Iterator[tuple[Sale, Grant | None]]:
    """Sales whose payment would credit minutes on a day, with the grant of a payment that bounced (G2, G10, M10)."""
    bounced = {bounce.grant for bounce in book.bounces if bounce.on <= at}
    credited = {grant.sale: grant for grant in book.grants.values() if grant.starts <= at}  # of each sale the last
    for sale in book.sales.values():
        cancelled, ended = book.cancellations.get(sale.contract), book.ended.get(sale.seq)
        if sale.credited_on != "payment" or not sale.minutes or sale.sold_on > at:
            continue
        if (cancelled and cancelled.on < at) or (ended and ended.dated_on <= at):
            continue
        last = credited.get(sale.seq)
        if last is None or last.number in bounced:
            yield sale, last
