"""What an entry asks of quotes: the one that it is worked on, named or that of its case (S8)."""

from billing.core import quoting
from billing.core.book import Book
from billing.core.facts import Quote
from billing.errors import Already, Refusal, one_of
from billing.office.transaction import Transaction
from billing.store import near, parts, quoted
from billing.store.heads import Head
from billing.texts import say


def worked_on(tx: Transaction, head: Head, book: Book, number: str) -> Quote:
    """The customer's quote of that number, for an entry; fills it in where the book is not whole."""
    tx.appender.flush()
    place = quoted.place_of(tx.connection, number)
    if place is None:
        raise unknown(tx, number)
    owner, seq = place
    if owner != head.id:
        other = tx.customer_by_id(owner, lock=False)
        raise Already(
            "conflict",
            say("{number} is a quote of {other}", number=number, other=other.code),
            say("{customer} needs one of its own", customer=head.code),
        )
    if not tx.bulk:
        parts.read_quotes(tx.connection, head, book, [seq])
    return book.quotes[seq]


def of_case(tx: Transaction, head: Head, book: Book, case: str, category: str | None) -> Quote | None:
    """The customer's quote that time on a case counts for; fills in those that are (S8).

    `category` is what the entry itself says that it is.
    """
    if not tx.bulk:
        named = quoted.for_case(tx.connection, head.id, case)
        if not named:
            return None
        parts.read_quotes(tx.connection, head, book, named)
    return quoting.of_case(book, case, category)


def unknown(tx: Transaction, number: str) -> Refusal:
    """The refusal of a number that no quote has; it names the nearest."""
    return one_of("quote", number, near.quotes(tx.connection, number))
