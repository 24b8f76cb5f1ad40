"""A contract's fee that is invoiced with its signing or renewal: revenue over the term, by its days (M21).

It is earned at the end of each month and on the contract's last day: one that is cancelled serves no longer, and what
its fee still had to earn is earned without service (G10).
"""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from billing.core.book import Book
from billing.core.facts import Contract, Sale, Term
from billing.core.tariff import Validity
from billing.core.units import END_OF_TIME, ZERO, day_after, day_before, month_later
from billing.errors import BadInput, Forbidden
from billing.texts import say
from billing.values import dataclass

NAME = "contract-fee"  # of the line, where another sale has its product


@dataclass(frozen=True, slots=True)
class Days:
    """The days of a fee's term: how many there are, were served, and will not be served any more."""

    whole: int
    served: int
    lost: int


def due(contract: Contract, term: Term) -> Decimal:
    """The fee of a term, or a refusal that says why there is none to invoice."""
    if term.window.last == END_OF_TIME:
        raise Forbidden(
            "not-eligible",
            say("a contract on {tariff} runs on by itself: its fee has no term", tariff=contract.tariff),
        )
    if not contract.fee:
        raise BadInput(
            "price-required",
            say("the contract on {tariff} has no fee to invoice", tariff=contract.tariff),
            say("sign it with --fee"),
        )
    return contract.fee + ZERO  # with its cents


def sell(book: Book, contract: Contract, term: Term, on: date, invoice: str) -> Sale:
    """Records a fee as invoiced, at the position that is recorded."""
    sale = Sale(
        seq=book.seq,
        contract=contract.seq,
        product=NAME,
        kind="fee",
        quantity=1,
        price=due(contract, term),
        currency=term.tariff.currency,
        minutes=0,
        sold_on=on,
        validity=Validity(1, "term"),
        until=term.window.last,
        credited_on="sale",
        covers=(),
        contacts=(),
        extends=None,
        reduced_rate=None,
        applies_to=(),
        priority=None,
        grace_days=None,
        invoice=invoice,
    )
    book.record(sale)
    return sale


def term_of(book: Book, sale: Sale) -> Term:
    """The term that a fee is for: the one agreed in the same act."""
    return next(term for term in book.terms if term.seq == sale.seq)


def days(book: Book, sale: Sale, at: date) -> Days:
    """How much of a fee's term was served at the end of a day, in whole months but for the last."""
    window, last = term_of(book, sale).window, end(book, sale)
    whole = ((last if serves_on(book, sale, at) else window.last) - window.first).days + 1
    served = ((last if at >= last else min(_counted(at), last)) - day_before(window.first)).days
    return Days(whole, max(served, 0), whole - max(served, 0) if at >= last else 0)


def left(book: Book, sale: Sale, on: date) -> int:
    """The days of a fee's term from a day on; of a cancelled contract those after its end."""
    window = term_of(book, sale).window
    first = day_after(end(book, sale)) if sale.contract in book.cancellations else on
    return max((window.last - max(first, window.first)).days + 1, 0)


def serves_on(book: Book, sale: Sale, at: date) -> bool:
    """Whether a note has taken off a fee the days after the end of a contract that was cancelled before it."""
    ended, cancelled = book.ended.get(sale.seq), book.cancellations.get(sale.contract)
    return ended is not None and ended.on <= at and cancelled is not None and cancelled.seq < ended.seq


def turning_days(book: Book, sale: Sale) -> Iterator[date]:
    """The days on which a fee is earned: the ends of its term's months and its last day, or where that is later the day
    of its invoice."""
    month, last = term_of(book, sale).window.first.replace(day=1), end(book, sale)
    while (day := day_before(month_later(month, 1))) < last:
        yield max(day, sale.sold_on)
        month = month_later(month, 1)
    yield max(last, sale.sold_on)


def end(book: Book, sale: Sale) -> date:
    """The last day on which a fee's contract serves."""
    cancelled = book.cancellations.get(sale.contract)
    return min(sale.until, cancelled.on) if cancelled else sale.until


def _counted(at: date) -> date:
    """The last day of a month that is over at the end of a day."""
    return at if (at + timedelta(days=1)).day == 1 else day_before(at.replace(day=1))
