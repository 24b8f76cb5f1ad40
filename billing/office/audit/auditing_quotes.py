"""Checks quotes: each against its paper, and its invoice against it (S8, L7)."""

from collections.abc import Iterator
from decimal import Decimal

from billing.core import invoicing
from billing.core.book import Book
from billing.core.facts import Fact, Quote, QuoteEvent
from billing.core.invoicing import Line
from billing.core.units import ZERO
from billing.core.vat import VatClass
from billing.store import quotes
from billing.store.auditing import Position
from billing.store.kept import LineRow, PaperRow
from billing.views.quotes import QuotePaper


def quote_faults(book: Book, position: Position, facts: list[Fact]) -> Iterator[str]:
    """What is on a quote's paper and on its invoice, against the quote (S8)."""
    papers = position.of(PaperRow)
    drafted = [fact for fact in facts if isinstance(fact, Quote)]
    if [row.code for row in papers] != [quote.number for quote in drafted]:
        yield "quotes and their papers do not match"
        return
    for quote, row in zip(drafted, papers, strict=True):
        paper = quotes.read(row.content, row.code)
        taxed = VatClass(paper.vat_category, paper.vat_rate)
        sums = invoicing.totals([Line("product", quote.number, quote.price, taxed)], rounding=_rounding(paper))
        printed = (paper.number, paper.on, paper.valid_until, paper.title, paper.cost, paper.net, paper.total)
        if printed != (quote.number, quote.quoted_on, quote.valid_until, quote.title, quote.amount, sums.net,
                       sums.total):  # fmt: skip
            yield f"{quote.number}: what is printed is not what is kept"
    for event in facts:
        if isinstance(event, QuoteEvent) and event.kind == "invoiced":
            quote = book.quotes[event.quote]
            lines = [(line.code, line.kind, line.name, line.amount) for line in position.of(LineRow)]
            if lines != [(event.invoice, "product", quote.number, quote.price)]:
                yield f"{event.invoice}: it does not invoice {quote.number} at {quote.price}"


def _rounding(paper: QuotePaper) -> Decimal:
    """A paper's rounding; one of more than any step counts for nothing (M4)."""
    return paper.rounding if abs(paper.rounding) < Decimal("0.05") else ZERO
