"""Documents as answers: the run, lists, one document, the exact check."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from billing.core import own_money
from billing.errors import BadInput
from billing.interrupts import keeping
from billing.office import slips
from billing.office.invoicing import crediting_notes, einvoices, files, runs, standing
from billing.office.invoicing.named import invoice_named
from billing.office.parties import identifiers, particulars
from billing.office.transaction import Act, Same, Setting, Transaction
from billing.requests.invoicing import (
    AskDocument,
    AskDocuments,
    AskFiles,
    AskRunFiles,
    CheckDocument,
    CreditInvoice,
    KeepFiles,
    RunMonth,
)
from billing.store import documents, issued, parties
from billing.texts import Text, say
from billing.views.documents import Document, Documents, DocumentShown, FilesKept, MadeFile, MonthRun, RunFiles


def run(
    setting: Setting, request: RunMonth, key: str | None, dry_run: bool, progress: runs.Progress | None
) -> tuple[MonthRun, bool]:
    """The monthly run: what was issued or would be, and who is held (M5 to M7)."""
    if key is not None and not runs.is_new(setting, request.month, request.on, key):
        return MonthRun(invoices=(), held=()), False
    on = request.on or setting.today
    if not dry_run:  # a look at what would be issued some day blocks nothing
        slips.check_run(request.month, on, setting.today, request.yes)
    lacking: list[Text] = []

    def seen(issued: list[Document]) -> None:
        lacking.extend(each for each in particulars.without_number(issued) if each not in lacking)

    issued, held = runs.run(setting, request.month, on, dry_run, progress, seen)
    if key is not None and not dry_run:
        with keeping(lambda: runs.kept_of(issued)):
            runs.keep_id(setting, request.month, request.on, key)
    return MonthRun(
        invoices=issued.seen(standing.shown_new),
        held=tuple(held),
        warnings=(*identifiers.doubts_of(issued), *particulars.lacking(issued)) if dry_run else tuple(lacking),
    ), True


def run_in(tx: Transaction, request: RunMonth, key: str | None) -> MonthRun | Same[MonthRun]:
    """The run inside a transaction that is open, as a bulk load does it."""
    nothing = MonthRun(invoices=(), held=())
    return nothing if runs.bill_in(tx, request.month, request.on, key) else Same(nothing)


def listed(tx: Transaction, question: AskDocuments) -> Documents:
    """Documents issued in a month or for a customer, or all, in order; or a page of them."""
    customer = None if question.customer is None else tx.customer(question.customer, lock=False).id
    month = None if question.month is None else question.month.strftime("%Y-%m")
    if question.after is not None:
        last = documents.find(tx.connection, question.after)
        if last is None or customer not in (None, last.customer_id):
            raise BadInput(
                "bad-input",
                say("after {number} there is nothing", number=question.after),
                say("begin again without it"),
            )
    some = documents.listed(tx.connection, month, customer, question.after, question.most)
    return Documents(standing.all_shown(tx, some))


def show(tx: Transaction, question: AskDocument) -> DocumentShown:
    """One document and how it stands."""
    kept, head = invoice_named(tx, question.number, lock=False)
    shown = standing.all_shown(tx, [kept])[0]
    if kept.kind == "invoice":
        return shown
    back = own_money.to_refund(tx.without_work(head), issued.amounts(tx.connection, head.id))
    return replace(shown, to_refund=back.get(kept.number))


def files_of_run(tx: Transaction, question: AskRunFiles) -> RunFiles:
    """Which files go out for a month's runs: a PDF of each document, and the XML where it has one (M7)."""
    found: dict[str, list[str]] = {"pdf": [], "cii": [], "ubl": []}
    own = parties.einvoices(tx.connection)
    for number, text in documents.texts_of_run(tx.connection, question.month.strftime("%Y-%m")):
        found["pdf"].append(number)
        head = documents.head(text, number)
        wanted = question.xml or own.get(head.customer) or tx.issuer["einvoice"]
        if einvoices.is_beside(head.format, wanted):
            format = einvoices.xml_beside(documents.read(text, number), wanted)
            if format is not None:
                found[format].append(number)
    return RunFiles(tuple(found["pdf"]), tuple(found["cii"]), tuple(found["ubl"]))


def made_files(setting: Setting, question: AskFiles) -> tuple[MadeFile, ...]:
    """Files of documents as they were first made; those that never were are made and kept now (L10)."""
    made = files.of(setting, question.numbers, question.format, question.of == "quote")
    return tuple(MadeFile(number, data) for number, data in made)


def complete(
    setting: Setting, _request: KeepFiles, _key: str | None, dry_run: bool, progress: runs.Progress | None
) -> tuple[FilesKept, bool]:
    """Makes all files of the documents whose PDF was never made (L10)."""
    count = files.lacking(setting) if dry_run else files.complete(setting, progress)
    return FilesKept(count), count > 0


def _again(_tx: Transaction, _request: RunMonth, _head: Any, _seq: int) -> MonthRun:
    return MonthRun(invoices=(), held=())


ACTS: dict[Any, Act] = {
    RunMonth: Act(run_in, _again),
    CreditInvoice: Act(crediting_notes.credit, crediting_notes.credited_before),
}
WHOLE: dict[Any, Callable[..., tuple[Any, bool]]] = {RunMonth: run, KeepFiles: complete}
QUESTIONS: dict[Any, Callable[..., Any]] = {
    AskDocuments: listed,
    AskDocument: show,
    AskRunFiles: files_of_run,
    CheckDocument: einvoices.check,
}
ALONE: dict[Any, Callable[..., Any]] = {AskFiles: made_files}
