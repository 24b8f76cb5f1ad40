"""What was brought counts until it is taken back, whole (G14, L2)."""

from datetime import date
from decimal import Decimal

from billing.core.book import Book
from billing.core.facts import Charge, Deposit, Fact, Grant
from billing.core.opened import BroughtInvoice, Opening, OpeningVoid

ON = date(2025, 7, 1)


def edges(book: Book) -> tuple[date | None, bool, bool]:
    """The day of opening, and whether the day before, and that day, are before it."""
    return book.opened_on, book.is_before_opening(date(2025, 6, 30)), book.is_before_opening(ON)


def test_what_is_taken_back_counts_as_if_it_had_never_been_there_g14() -> None:
    brought: list[list[Fact]] = [
        [Opening(1, "grant", ON, grant=1, spent=20), Grant(1, 1, 0, "pack", "p", 60, ON, ON, ("support",))],
        [Opening(2, "owed", ON, worked_on=date(2025, 6, 2)), Charge(2, 1, 2, "support", 30, None, 0, None, 30, ON)],
        [Opening(3, "invoice", ON), BroughtInvoice(3, "OLD-1", ON, None, "EUR", Decimal(90), Decimal(40))],
        [Opening(4, "money", ON), Deposit(4, Decimal(10), "EUR", ON)],
    ]
    book = Book()
    for facts in brought:
        for fact in facts:
            book.remember(fact)
    assert book.used == {1: 20} and set(book.owing) == {2}
    assert set(book.brought) == {"OLD-1"} and set(book.deposits) == {4}
    assert edges(book) == (ON, True, False)
    for facts in brought:
        book.remember(OpeningVoid(9, facts[0].seq, ON, "slip"))
    assert not any((book.openings, book.grants, book.used, book.owing, book.brought, book.deposits, book.charges))
    assert edges(book) == (None, False, False)
