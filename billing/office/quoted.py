"""What an entry asks of quotes: the one that it is worked on, named or that of its case (S8)."""

from billing.core import quoting
from billing.core.book import Book
from billing.core.facts import Quote
from billing.errors import Already, Refusal, one_of
from billing.office.transaction import Transaction
from billing.store import ledger, near, quoted
from billing.store.heads import Head
from billing.texts import say


def worked_on(tx: Transaction, head: Head, book: Book, number: str) -> Quote:
    """The customer's quote of that number, for an entry; fills in the book's quotes where they are not read yet."""
    if not tx.bulk:
        ledger.read_quotes(tx.connection, head, book)
    tx.appender.flush()
    quote = next((quote for quote in book.quotes.values() if quote.number == number), None)
    if quote is None:
        owner = quoted.owner_of(tx.connection, number)
        if owner is None:
            raise unknown(tx, number)
        other = tx.customer_by_id(owner, lock=False)
        raise Already(
            "conflict",
            say("{number} is a quote of {other}", number=number, other=other.code),
            say("{customer} needs one of its own", customer=head.code),
        )
    return quote


def of_case(tx: Transaction, head: Head, book: Book, case: str, category: str | None) -> Quote | None:
    """The customer's quote that time on a case counts for; fills in the book's quotes where there is one (S8).

    `category` is what the entry itself says that it is.
    """
    if not tx.bulk:
        if not quoted.names_case(tx.connection, head.id, case):
            return None
        ledger.read_quotes(tx.connection, head, book)
    return quoting.of_case(book, case, category)


def unknown(tx: Transaction, number: str) -> Refusal:
    """The refusal of a number that no quote has; it names the nearest."""
    return one_of("quote", number, near.quotes(tx.connection, number))
