"""Documents about to be issued: which a month's plan makes, in which order, with which lines, entries and rounding.

They have no numbers yet and nothing that stands on paper: that is the office's, inside the transaction that keeps them.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Literal

from billing.core import invoicing
from billing.core.book import Book
from billing.core.invoicing import Line, Plan, Totals
from billing.core.units import ZERO, from_cents, month_later
from billing.values import dataclass

StepOf = Callable[[str], Decimal | None]  # of a currency: the step to which its totals are rounded


@dataclass(frozen=True, slots=True)
class Draft:
    """A document about to be issued: its lines and sums, and for a credit note what it corrects."""

    kind: Literal["invoice", "credit-note"]
    lines: tuple[Line, ...]
    totals: Totals
    currency: str
    corrects: str | None = None
    corrects_on: date | None = None
    paid: Decimal = ZERO  # before it is issued: nothing, or its total
    paid_on: date | None = None
    order: str | None = None  # the customer's number of it, where it is not the standing one
    reason: str | None = None  # of a note that somebody asked for (M12)


@dataclass(frozen=True, slots=True)
class Remainder:
    """An invoice that a note will correct, with what the notes until now have left of it."""

    issued_on: date
    currency: str
    net: Decimal
    total: Decimal


def of_plan(book: Book, plan: Plan, invoices: Mapping[str, Remainder], step_of: StepOf) -> Iterator[Draft]:
    """The invoice, one for each currency, then the credit notes by the invoice they correct (M7)."""
    by_currency: dict[str, list[Line]] = {}
    for line in plan.lines:
        by_currency.setdefault(currency_of(book, line), []).append(line)
    for currency, lines in by_currency.items():
        if not any(line.amount for line in lines):
            continue  # nothing to pay, no invoice (M7)
        ordered = in_order(book, lines)
        yield Draft("invoice", ordered, invoicing.totals(ordered, step_of(currency)), currency)
    for number, credits in plan.credits.items():
        left = invoices[number]
        sums = note_totals(credits, left, step_of(left.currency))
        yield Draft("credit-note", credits, sums, left.currency, number, left.issued_on)


def currency_of(book: Book, line: Line) -> str:
    """The currency of a line of overage: that of the tariff under which its work was done."""
    assert line.first_on is not None
    return book.contract_tariff(book.entries[line.entries[0][0]].contract, line.first_on).currency


def in_order(book: Book, lines: list[Line]) -> tuple[Line, ...]:
    """Lines in the tariff's order of categories, dearer before cheaper, older before newer."""
    names = list(book.terms[-1].tariff.categories)

    def place(line: Line) -> tuple[int, str, Decimal, date]:
        known = names.index(line.name) if line.name in names else len(names)
        return known, line.name, -(line.rate or ZERO), line.first_on or date.min

    return tuple(sorted(lines, key=place))


def note_totals(credits: tuple[Line, ...], left: Remainder, step: Decimal | None) -> Totals:
    """The sums of a credit note. The one that brings the invoice's lines to nothing brings its total to nothing too.

    What is left after its own lines and VAT is its rounding: the invoice's own, or a cent by which the VAT of several
    notes differs from that of the invoice (M4, M10). None credits more than is left.
    """
    sums = invoicing.totals(credits, step)
    if left.net + sums.net != ZERO and left.total + sums.total >= ZERO:
        return sums
    exact = sums.total - sums.rounding
    return invoicing.totals(credits, rounding=-left.total - exact)


def step_of(currency: str, own: int | None, issuers: int | None) -> Decimal | None:
    """The step to which totals of a currency are rounded: of CHF alone, the customer's if it has one (M4).

    Both are in cents; 0 is none.
    """
    cents = issuers if own is None else own
    return from_cents(cents) if cents and currency == "CHF" else None


def annex(book: Book, draft: Draft, month: date) -> list[int]:
    """The entries that a document lists: those on its lines, and on an invoice all others worked in the month (M5)."""
    named = {entry for line in draft.lines for entry, _ in line.entries}
    if draft.kind == "invoice":
        end = month_later(month, 1)
        named |= {e.seq for e in book.entries.values() if month <= e.worked_on < end and book.is_live(e.seq)}
    return sorted(named, key=lambda seq: (book.entries[seq].worked_on, seq))
