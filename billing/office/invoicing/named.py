"""Finds a document by its number, with its customer."""

from billing.errors import one_of
from billing.office.transaction import Transaction
from billing.store import documents
from billing.store.documents import Kept
from billing.store.ledger import Head


def invoice_named(tx: Transaction, number: str, lock: bool = True) -> tuple[Kept, Head]:
    """The document of a number and its customer, or a refusal that names the nearest."""
    tx.appender.flush()
    kept = documents.find(tx.connection, number)
    if kept is None:
        raise one_of("invoice", number, documents.numbers(tx.connection))
    return kept, tx.customer_by_id(kept.customer_id, lock)
