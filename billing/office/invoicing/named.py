"""Finds a document by its number, with its customer; or an open invoice of another system, to be paid (G14)."""

from billing.errors import Forbidden, one_of
from billing.office.transaction import Transaction
from billing.store import documents, near
from billing.store.documents import Kept
from billing.store.heads import Head
from billing.texts import Do, say


def invoice_named(tx: Transaction, number: str, lock: bool = True) -> tuple[Kept, Head]:
    """The document of a number and its customer, or a refusal that names the nearest."""
    tx.appender.flush()
    kept = documents.find(tx.connection, number)
    if kept is None:
        _refuse_brought(tx, number)
        raise one_of("invoice", number, near.documents(tx.connection, number))
    return kept, tx.customer_by_id(kept.customer_id, lock)


def receivable_named(tx: Transaction, number: str, lock: bool = True) -> tuple[Kept, Head]:
    """The same, or an open invoice that a customer brought."""
    tx.appender.flush()
    found = receivable(tx, number)
    if found is None:
        others = (kept.number for kept in documents.brought(tx.connection))
        raise one_of("invoice", number, [*near.documents(tx.connection, number), *others])
    return found, tx.customer_by_id(found.customer_id, lock)


def receivable(tx: Transaction, number: str) -> Kept | None:
    """A document of ours, or an open invoice of another system, if there is one of that number."""
    return documents.find(tx.connection, number) or next(iter(documents.brought(tx.connection, number)), None)


def _refuse_brought(tx: Transaction, number: str) -> None:
    if documents.brought(tx.connection, number):
        raise Forbidden(
            "not-eligible",
            say("{number} is an invoice of another system: it was brought over, and is no document of ours",
                number=number),
            say("{do} and {do2} settle it here", do=Do("pay", number), do2=Do("write-off", number)),
        )  # fmt: skip
