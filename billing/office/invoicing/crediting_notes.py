"""Credits invoices by notes that somebody asks for, and ends what they sold (M12)."""

from datetime import date
from decimal import Decimal

from billing.core import credit_notes, crediting, facts
from billing.core.book import Book
from billing.core.credit_notes import Left, Taken, Wish
from billing.core.drafts import Draft, Remainder, note_totals
from billing.core.facts import CreditNote, QuoteEvent, SaleEnd
from billing.core.invoicing import Line
from billing.core.units import ZERO
from billing.core.vat import VatClass
from billing.errors import BadInput, Forbidden
from billing.office import slips
from billing.office.invoicing import einvoices, issuing, papers, standing
from billing.office.invoicing.named import invoice_named
from billing.office.transaction import Decided, Transaction
from billing.requests.fields import one_line
from billing.requests.invoicing import CreditInvoice
from billing.store import documents, parties, parts, quoted
from billing.store.documents import Kept
from billing.store.heads import Head
from billing.texts import say
from billing.views.documents import Document, DocumentLine, DocumentShown, Ended


def credit(tx: Transaction, request: CreditInvoice, _key: str | None) -> Decided[DocumentShown]:
    """Credits an invoice, whole, by line or by amount, by a note in the normal series (M12)."""
    kept, head = invoice_named(tx, request.invoice)
    day = request.on or tx.today
    _check(kept, day)
    slips.check_day(day, tx.today, request.yes)
    book = _book(tx, head, kept.number)
    lines = _lines_left(tx, kept)
    wish = Wish(request.line, request.amount, request.drawn, request.keep)
    found = credit_notes.taken(book, kept.number, lines, wish, day)
    net = sum((amount for _, amount in found), ZERO)
    end = credit_notes.ending(book, kept.number, net, day, request.keep)
    draft = _draft(tx, head, kept, credit_notes.lines_of(kept.number, found, credit_notes.minutes_of(book, end)),
                   one_line(request.reason))  # fmt: skip
    einvoices.demand(tx, head, draft, day)
    document, rows = issuing.issue(tx, head, book, draft, day)
    note = CreditNote(book.seq, document.number, kept.number, day, draft.reason or "", request.keep)
    _record(book, note, found, kept.total - kept.credited + document.total)
    return Decided(head, book, day, lambda fresh: _shown(book, document, fresh), rows)


def credited_before(tx: Transaction, _request: CreditInvoice, head: Head, seq: int) -> DocumentShown:
    """The note that was issued under an id before, as it is now."""
    kept, _ = invoice_named(tx, tx.without_work(head).credit_notes[seq].number, lock=False)
    return standing.all_shown(tx, [kept])[0]


def _book(tx: Transaction, head: Head, invoice: str) -> Book:
    """The customer's book, without what was worked unless that says whether an add-on was of use."""
    book = tx.without_work(head)
    sale = crediting.sale_of(book, invoice)
    if tx.is_at_hand(head) or (sale is not None and sale.kind == "add-on"):
        return tx.book(head)
    parts.read_quotes(tx.connection, head, book, quoted.invoiced(tx.connection, head.id, invoice))
    return book


def _check(kept: Kept, day: date) -> None:
    if kept.kind != "invoice":
        raise BadInput(
            "bad-input",
            say("{number} is a credit note, which cannot be credited", number=kept.number),
            say("name an invoice, as {invoice}", invoice=kept.corrects),
        )
    if day < kept.on:
        raise Forbidden(
            "out-of-order",
            say("{on} is before {invoice}, issued on {issued_on}", on=day, invoice=kept.number, issued_on=kept.on),
            say("date the note from that day on"),
        )


def _lines_left(tx: Transaction, kept: Kept) -> list[Left]:
    """The lines of an invoice, each with what the notes until now have left of it."""
    credited = documents.credited_lines(tx.connection, kept.number)
    return [
        Left(place, _line(line), line.amount + credited.get(place, ZERO))
        for place, line in enumerate(kept.document().lines, 1)
    ]


def _line(line: DocumentLine) -> Line:
    return Line(
        "product" if line.kind == "product" else "overage",
        line.name,
        line.amount,
        VatClass(line.vat_category, line.vat_rate),  # type: ignore[arg-type]
        first_on=line.first,
        last_on=line.last,
    )


def _draft(tx: Transaction, head: Head, kept: Kept, lines: tuple[Line, ...], reason: str) -> Draft:
    net, total = documents.left_of(tx.connection, [kept.number])[kept.number]
    left = Remainder(kept.on, kept.currency, net, total)
    sums = note_totals(lines, left, papers.round_to(tx, parties.customer(tx.connection, head.id), kept.currency))
    return Draft("credit-note", lines, sums, kept.currency, kept.number, kept.on, reason=reason)


def _record(book: Book, note: CreditNote, found: Taken, due: Decimal) -> None:
    credit_notes.credit(book, note, [(item.place, amount) for item, amount in found], due)


def _shown(book: Book, document: Document, fresh: list[facts.Fact]) -> DocumentShown:
    """The note, with what ends by it."""
    ends = []
    for fact in fresh:
        if isinstance(fact, SaleEnd):
            sale = book.sales[fact.sale]
            ends.append(
                Ended(kind=sale.kind, name=sale.product, on=fact.on, minutes=credit_notes.minutes_of(book, fact))
            )
        elif isinstance(fact, QuoteEvent):
            ends.append(Ended(kind="quote", name=book.quotes[fact.quote].number, on=fact.on))
    return standing.shown(document, ZERO, "paid", ends=tuple(ends))
