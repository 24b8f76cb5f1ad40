"""Checks quotes: each against its paper, and its invoice against it (S8, L7)."""

import json
from collections.abc import Iterator
from decimal import Decimal

from billing.core import invoicing
from billing.core.book import Book
from billing.core.facts import Fact, Quote, QuoteEvent
from billing.core.invoicing import Line
from billing.core.units import ZERO, in_cents
from billing.core.vat import VatClass
from billing.store.auditing import Position
from billing.store.numbering import Content


def quote_faults(book: Book, position: Position, facts: list[Fact]) -> Iterator[str]:
    """What is on a quote's paper and on its invoice, against the quote (S8)."""
    papers = position.of("quote_document")
    quotes = [fact for fact in facts if isinstance(fact, Quote)]
    if [row["code"] for row in papers] != [quote.number for quote in quotes]:
        yield "quotes and their papers do not match"
        return
    for quote, row in zip(quotes, papers, strict=True):
        content = json.loads(row["content"])
        taxed = VatClass(content["vat_category"], Decimal(content["vat_rate"]))
        sums = invoicing.totals([Line("product", quote.number, quote.price, taxed)], rounding=_rounding(content))
        printed = [content[name] for name in ("number", "date", "valid_until", "title", "cost", "net", "total")]
        if printed != [quote.number, quote.quoted_on.isoformat(), quote.valid_until.isoformat(), quote.title,
                       str(quote.amount), str(sums.net), str(sums.total)]:  # fmt: skip
            yield f"{quote.number}: what is printed is not what is kept"
    for event in facts:
        if isinstance(event, QuoteEvent) and event.kind == "invoiced":
            quote = book.quotes[event.quote]
            lines = [(line["code"], line["kind"], line["name"], line["amount"])
                     for line in position.of("document_line")]  # fmt: skip
            if lines != [(event.invoice, "product", quote.number, in_cents(quote.price))]:
                yield f"{event.invoice}: it does not invoice {quote.number} at {quote.price}"


def _rounding(content: Content) -> Decimal:
    """A document's rounding; one of more than any step counts for nothing (M4)."""
    rounding = Decimal(content["rounding"])
    return rounding if abs(rounding) < Decimal("0.05") else ZERO
