"""The run, lists and single documents through the door, as JSON; contents as they are kept."""

from collections.abc import Callable
from datetime import date
from typing import Any

from billing.documents import qrbill
from billing.office.transacting import look
from billing.office.transaction import Setting
from billing.requests.invoicing import AskDocument, AskDocuments, RunMonth
from billing.service import Billing
from billing.store import documents
from billing.views.codec import to_json
from billing.views.documents import Document, PartyOnPaper

Json = dict[str, Any]


def run(
    setting: Setting, month: date, on: date, dry_run: bool = False, progress: Callable[..., None] | None = None
) -> Json:
    """A month's run."""
    return to_json(Billing(setting).do(RunMonth(month=month, on=on), dry_run=dry_run, progress=progress).view)


def list_documents(setting: Setting, month: str | None = None, customer: str | None = None) -> Json:
    first = None if month is None else date.fromisoformat(f"{month}-01")
    return to_json(Billing(setting).ask(AskDocuments(month=first, customer=customer)))


def show(setting: Setting, number: str) -> Json:
    return to_json(Billing(setting).ask(AskDocument(number=number)))


def document(setting: Setting, number: str) -> Document:
    """A document as it was kept."""
    with look(setting) as tx:
        kept = documents.find(tx.connection, number)
        assert kept is not None, number
        return kept.document()


def content(setting: Setting, number: str) -> Json:
    """What is on a document, as it was kept."""
    return to_json(document(setting, number))


def of_run(setting: Setting, month: str) -> list[Json]:
    with look(setting) as tx:
        return [to_json(document) for document in documents.of_run(tx.connection, month)]


def paper(content: Json | Document) -> Document:
    """A content that a test has made or changed, as a document."""
    from billing.views.codec import from_json

    if isinstance(content, Document):
        return content
    whole = dict(content)
    for who in ("issuer", "recipient"):
        whole[who] = _named(whole[who])
    return from_json(Document, whole)


def payable(content: Json) -> qrbill.Payable:
    """A content as it is paid with a code."""
    return qrbill.Payable.of(paper(content))


def party(found: Json) -> PartyOnPaper:
    """A party of a content, as a value; a name is not needed."""
    from billing.views.codec import from_json

    return from_json(PartyOnPaper, _named(found))


def _named(found: Json) -> Json:
    """A party without the parts that a test leaves blank."""
    return {"name": ""} | {key: value for key, value in found.items() if value is not None}
