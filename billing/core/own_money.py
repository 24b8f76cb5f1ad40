"""The customer's own money: what came on account or beyond what invoices need, and what was paid out (M10, M13)."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal

from billing.core.book import Book
from billing.core.facts import Bounce, Deposit, Refund
from billing.core.invoicing import used_of
from billing.core.receipts import Issued
from billing.core.units import ZERO
from billing.errors import Already, BadInput
from billing.texts import say
from billing.values import dataclass

Sums = dict[str, Decimal]  # by currency
Posted = Callable[[int, date], date]  # of a position and its day: the day on which it is in the books


def _as_it_was(_: int, day: date) -> date:
    return day


@dataclass(frozen=True, slots=True)
class _Flow:
    """Money that came from a customer, negative where it went back; `own` is a use of what was there already."""

    on: date
    amount: Decimal
    currency: str
    invoice: str | None = None
    own: bool = False


def on(book: Book, documents: Iterable[Issued], at: date = date.max, posted: Posted = _as_it_was) -> dict[str, Decimal]:
    """What a customer has of its own on a day, by currency; less than nothing where it owes what was paid out (M13)."""
    known = list(documents)
    return _sums([flow for flow in _flows(book, known, posted) if flow.on <= at], known, at)


def refund(book: Book, refund: Refund, documents: Iterable[Issued]) -> None:
    """Pays own money out, never more than there is on that day or on any day since (M13)."""
    there = least_since(book, documents, refund.currency, refund.paid_on)
    if refund.amount > there:
        left = {"left": max(there, ZERO), "currency": refund.currency}
        raise BadInput(
            "bad-input",
            say("{amount}: the customer has {currency} {left} of its own", amount=refund.amount, **left),
            say("--amount {left} would do", **left) if there > 0 else None,
        )
    book.record(refund)


def least_since(book: Book, documents: Iterable[Issued], currency: str, day: date) -> Decimal:
    """The least that a customer has of its own on a day or on any day since."""
    known = list(documents)
    flows = list(_flows(book, known, _as_it_was))
    days = {day, *(flow.on for flow in flows), *(document.booked_on for document in known)}
    return min(
        _sums([flow for flow in flows if flow.on <= at], known, at).get(currency, ZERO) for at in days if at >= day
    )


def take_back(book: Book, deposit: Deposit, on: date) -> Bounce:
    """Takes back what came on account (M10)."""
    if any(known.payment == deposit.seq for known in book.bounces):
        raise Already("conflict", say("that payment was taken back already"))
    if on < deposit.paid_on:
        raise BadInput("bad-date", say("{on} is before the payment, on {paid_on}", on=on, paid_on=deposit.paid_on))
    taken_back = Bounce(book.seq, deposit.seq, on, None)
    book.record(taken_back)
    return taken_back


def to_refund(book: Book, documents: Iterable[Issued]) -> dict[str, Decimal]:
    """What of each credit note's money is neither used nor paid out, by number (M13).

    Own money is one heap: what is used or paid out is that of the oldest note first, then what was paid too much.
    """
    known = list(documents)
    left = dict(_freed(book, known))
    for day, currency, amount in sorted(_gone(book, known)):
        for note in left:
            if note.currency == currency and note.issued_on <= day:
                used = min(amount, left[note])
                left[note], amount = left[note] - used, amount - used
    return {note.number: amount for note, amount in left.items() if amount}


def _freed(book: Book, known: list[Issued]) -> Iterator[tuple[Issued, Decimal]]:
    """The notes that set money free of their invoices, the oldest first, with how much."""
    credited: dict[str, Decimal] = defaultdict(lambda: ZERO)
    paid = _paid(_flows(book, known, _as_it_was))
    totals = {document.number: document.total for document in known}
    for note in known:
        if note.corrects is not None:
            number, total = note.corrects, totals[note.corrects]
            before = used_of(total, credited[number], paid[number])
            credited[number] -= note.total
            yield note, before - used_of(total, credited[number], paid[number])


def _gone(book: Book, known: list[Issued]) -> Iterator[tuple[date, str, Decimal]]:
    """What was used or paid out of own money: day, currency, amount."""
    currencies = {document.number: document.currency for document in known}
    back = {bounce.payment for bounce in book.bounces}
    for use in book.payments.values():
        if use.own_money and use.seq not in back:
            yield use.paid_on, currencies[use.invoice], use.amount
    for paid_out in book.refunds.values():
        yield paid_out.paid_on, paid_out.currency, paid_out.amount


def _sums(flows: list[_Flow], known: list[Issued], at: date) -> Sums:
    sums: Sums = defaultdict(lambda: ZERO)
    for flow in flows:
        if not flow.own:
            sums[flow.currency] += flow.amount
    paid, credited = _paid(flows), defaultdict[str, Decimal](lambda: ZERO)
    for document in known:
        if document.corrects is not None and document.issued_on <= at:
            credited[document.corrects] -= document.total
    for document in known:
        if document.corrects is None and document.booked_on <= at:
            sums[document.currency] -= used_of(document.total, credited[document.number], paid[document.number])
    return sums


def _paid(flows: Iterable[_Flow]) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for flow in flows:
        if flow.invoice is not None:
            sums[flow.invoice] += flow.amount
    return sums


def _flows(book: Book, known: list[Issued], posted: Posted) -> Iterator[_Flow]:
    """All money of a customer by the day that counts; a payment out of own money is no new money."""
    currencies = {document.number: document.currency for document in known}
    came: dict[int, _Flow] = {}
    for p in book.payments.values():
        came[p.seq] = _Flow(posted(p.seq, p.paid_on), p.amount, currencies[p.invoice], p.invoice, p.own_money)
    for d in book.deposits.values():
        came[d.seq] = _Flow(posted(d.seq, d.paid_on), d.amount, d.currency)
    yield from came.values()
    for bounce in book.bounces:
        was = came[bounce.payment]
        yield _Flow(posted(bounce.seq, bounce.on), -was.amount, was.currency, was.invoice, was.own)
    for r in book.refunds.values():
        yield _Flow(posted(r.seq, r.paid_on), -r.amount, r.currency)
