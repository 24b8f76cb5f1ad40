"""Documents as answers: the run, lists, one document, the contents that PDFs are made from."""

from datetime import date

from billing.errors import one_of
from billing.office.balances import answers
from billing.office.balances.answers import Answer
from billing.office.invoicing import runs
from billing.office.parties import identifiers
from billing.office.payments import sales
from billing.office.transaction import Setting, look
from billing.store import documents
from billing.store.documents import Content


def run(
    setting: Setting, month: date, on: date, dry_run: bool = False, progress: runs.Progress | None = None
) -> Answer:
    """The monthly run: what was issued or would be, and who is held (M5 to M7)."""
    contents, held = runs.run(setting, month, on, dry_run, progress)
    answer = {"invoices": [answers.new_document_answer(content) for content in contents], "held": held}
    return identifiers.with_doubts(answer, identifiers.doubts_of(contents) if dry_run else [])


def list_documents(setting: Setting, month: str | None = None, customer: str | None = None) -> Answer:
    """Documents issued in a month or for a customer, or all, in order."""
    with look(setting) as tx:
        key = tx.customer(customer, lock=False).id if customer is not None else None
        found = documents.listed(tx.connection, month, key)
        return {"invoices": answers.documents_answer(tx, found)}


def show(setting: Setting, number: str) -> Answer:
    """One document and how it stands."""
    with look(setting) as tx:
        kept, _ = sales.invoice_named(tx, number, lock=False)
        return answers.documents_answer(tx, [kept])[0]


def content(setting: Setting, number: str) -> Content:
    """What is on a document, as it was kept when it was issued (M8)."""
    with look(setting) as tx:
        kept = documents.find(tx.connection, number)
        if kept is None:
            raise one_of("invoice", number, documents.numbers(tx.connection))
        return kept.content
