"""Makes documents: gathers what goes on paper, numbers it and keeps it whole (M5 to M8).

A series of numbers is locked until its transaction ends, and every sale waits for it: what goes on paper is gathered
before, and what the number makes of it is little.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from billing import law
from billing.core import fees, invoicing, statement
from billing.core.book import Book
from billing.core.drafts import Draft
from billing.core.invoicing import Line
from billing.core.units import END_OF_TIME, ZERO, month_later
from billing.documents import locale, payment, words
from billing.office import periods
from billing.office.balances import names
from billing.office.invoicing import einvoices, papers
from billing.office.transaction import Transaction
from billing.requests.fields import one_line
from billing.store import documents, numbering, parties
from billing.store.documents import Sheet
from billing.store.heads import Head
from billing.store.numbering import Series
from billing.store.parties import Party
from billing.store.rows import Row
from billing.values import dataclass
from billing.views.documents import AnnexRow, Document, DocumentLine, DrawnFrom

ByEntry = dict[int, list[tuple[Line, int, Decimal]]]  # the lines that bill an entry, with minutes and amount


@dataclass(frozen=True, slots=True)
class Unnumbered:
    """A document about to be issued: all that stands on it but its number and what that makes."""

    head: Head
    book: Book
    draft: Draft
    document: Document
    sheet: Sheet | None  # none of one that is only shown

    @property
    def series(self) -> str:
        """The series that will number it."""
        return numbering.SERIES[self.draft.kind]

    def numbered(self, series: Series) -> tuple[Document, list[tuple[Any, Row]]]:
        """The document with its number, and the rows that keep it; the series moves on."""
        on = self.document.on
        place = series.next_number(on)
        document = replace(self.document, number=numbering.code(series.name, on, place))
        paid = payment.chosen(document, self.head.id, on.year, place, self.draft.paid)
        document = replace(document, payment=paid)
        if self.sheet is None:
            series.last_number, series.last_on = place, on
            return document, []
        return document, self.sheet.numbered(series, document)


def issue(tx: Transaction, head: Head, book: Book, draft: Draft, on: date) -> tuple[Document, list[tuple[Any, Row]]]:
    """A document with its number, and the rows that keep it; the series is locked, and moves on."""
    ready = prepared(tx, head, parties.customer(tx.connection, head.id), book, draft, on)
    series = numbering.lock_series(tx.connection, ready.series, on)
    periods.check_open(tx, on)
    document, rows = ready.numbered(series)
    documents.save_series(tx.connection, [series], [document])
    return document, rows


def prepared(
    tx: Transaction,
    head: Head,
    party: Party,
    book: Book,
    draft: Draft,
    on: date,
    annex: Iterable[int] = (),
    month: date | None = None,
    kept: bool = True,
) -> Unnumbered:
    """A document that only lacks its number. `month` is the month that a run bills; `annex` the entries it lists.

    One that is not to be kept is only shown.
    """
    document = _drafted(tx, head, party, book, draft, on, annex, month)
    issuer = {**tx.issuer, "vat_basis": periods.vat_basis(tx, on)}
    document = einvoices.prepared(document, issuer, party, draft.paid, draft.paid_on)
    billed_to = (month_later(month, 1) - timedelta(days=1)) if month else None
    series, sheet = numbering.SERIES[draft.kind], None
    if kept:
        sheet = documents.sheet_of(series, document, draft.lines, draft.totals, billed_to)
    return Unnumbered(head, book, draft, document, sheet)


def _drafted(
    tx: Transaction,
    head: Head,
    party: Party,
    book: Book,
    draft: Draft,
    on: date,
    annex: Iterable[int],
    month: date | None,
) -> Document:
    """All that stands on a document but its number, how it is paid and what e-invoices need."""
    language = party["language"] or tx.issuer["language"]
    listed = list(annex)
    notes = parties.notes(tx.connection, head.id, listed) if listed else {}
    terms = tx.issuer["terms"] if party["terms"] is None else party["terms"]
    is_invoice, billed, totals = draft.kind == "invoice", _billed(draft), draft.totals
    categories = {row.vat.category for row in totals.vat}
    return Document(
        number="",
        kind=draft.kind,
        customer=head.code,
        on=on,
        due=on + timedelta(days=terms) if is_invoice else None,
        terms_days=terms if is_invoice else None,
        currency=draft.currency,
        language=language,
        period=month.strftime("%Y-%m") if month else None,
        corrects=draft.corrects,
        corrects_on=draft.corrects_on,
        order=_order(tx, draft, party),
        issuer=papers.sender(tx.issuer, language),
        recipient=papers.recipient(party),
        lines=tuple(_line(tx, book, line, language, on) for line in draft.lines),
        net=totals.net,
        vat=papers.vat_rows(totals),
        rounding=totals.rounding,
        total=totals.total,
        mentions=tuple(
            law.mentions(
                tx.issuer["country"],
                categories,
                draft.kind,
                language,
                on,
                not party["consumer"],
                periods.vat_basis(tx, on),
                party["country"],
            )
        ),
        annex=tuple(_annex_row(head, book, seq, billed.get(seq, []), language, notes.get(seq)) for seq in listed),
        reason=draft.reason,
    )


def _order(tx: Transaction, draft: Draft, party: Party) -> str | None:
    """The customer's number of its order: the sale's, a note's that of its invoice, else the standing one."""
    corrected = documents.find(tx.connection, draft.corrects) if draft.corrects else None
    return corrected.document().order if corrected else draft.order or party["order"] or None


def _line(tx: Transaction, book: Book, line: Line, language: str, on: date) -> DocumentLine:
    is_product = line.kind == "product" or line.of_product
    return DocumentLine(
        kind=line.kind,
        product=line.name if is_product else None,
        category=None if is_product else line.name,
        label=_title(book, line, language, on, tx.issuer["country"]),
        minutes=line.minutes,
        quantity=line.quantity,
        rate=line.rate,
        unit_price=invoicing.to_unit_price(line.amount, line.quantity) if line.quantity else None,
        amount=line.amount,
        vat_rate=papers.plain_rate(line.vat.rate),
        vat_category=line.vat.category,
        corrects_line=line.corrects[1] if line.corrects else None,
        first=line.first_on,
        last=line.last_on,
        validity=_validity(tx, book, line, language),
    )


def _title(book: Book, line: Line, language: str, on: date, country: str) -> str:
    day = line.first_on or on
    term = book.term_on(day) or book.terms[-1]
    if line.kind == "product" or line.of_product:
        quote = next((quote for quote in book.quotes.values() if quote.number == line.name), None)
        if quote is not None:
            called = words.said(language, country)(words.QUOTE_QUOTE)
            return f"{called} {quote.number} – {quote.title}"
        if line.name == fees.NAME:
            contract = book.contracts[term.contract]
            what = " ".join(filter(None, (contract.tariff, contract.tier)))
            return words.said(language)(words.CONTRACT_FEE).format(contract=what)
        product = term.tariff.products.get(line.name)
        return names.label(product.titles, line.name, language) if product else line.name
    category = next(
        (t.tariff.categories[line.name] for t in [term, *book.terms] if line.name in t.tariff.categories), None
    )
    return names.label(category.titles, line.name, language) if category else line.name


def _validity(tx: Transaction, book: Book, line: Line, language: str) -> str | None:
    """Until when what a line sells can be used: a day, or how long from its payment (G2, G3)."""
    if line.kind != "product" or line.first_on is None:
        return None
    term = book.term_on(line.first_on) or book.terms[-1]
    product = term.tariff.products.get(line.name)
    if product is None:
        return None
    if product.credited_on == "payment" and line.amount:
        return words.valid_from_payment(product.validity.amount, product.validity.unit, language)
    until = product.validity.until(line.first_on, term.window.last)
    if locale.never_ends(until):
        return None
    return words.said(language)(words.VALID_UNTIL).format(date=locale.day(until, language, tx.issuer["country"]))


def _billed(draft: Draft) -> ByEntry:
    found: ByEntry = {}
    for line in draft.lines:
        amounts = invoicing.allotted(line)
        for entry, minutes in line.entries:
            found.setdefault(entry, []).append((line, minutes, amounts.pop(entry, ZERO)))
    return found


def _annex_row(
    head: Head, book: Book, seq: int, billed: list[tuple[Line, int, Decimal]], language: str, note: str | None
) -> AnnexRow:
    """One entry of the annex: raw and charged minutes, drawn, billed, or why free (M5)."""
    entry = book.entries[seq]
    charge = statement.standing_charge(book.charges[seq], END_OF_TIME)
    assert charge is not None
    tariff = book.contract_tariff(entry.contract, entry.worked_on)
    drawn: dict[int, int] = {}
    for draw in book.live_draws(seq):
        drawn[draw.grant] = drawn.get(draw.grant, 0) + draw.minutes
    quote = book.quote_of(seq)
    return AnnexRow(
        entry=entry.id,
        on=entry.worked_on,
        case=entry.case,
        category=entry.category,
        label=names.label(tariff.categories[entry.category].titles, entry.category, language),
        agent=entry.agent,
        raw_seconds=entry.logged_seconds,
        charged=charge.minutes,
        drawn=tuple(
            DrawnFrom(
                grant=names.grant_id(head, number),
                label=names.grant_label(book, book.grants[number], language),
                minutes=minutes,
            )
            for number, minutes in drawn.items()
        ),
        owed=charge.owed - sum(draw.minutes for draw in book.live_draws(seq) if draw.kind == "settle"),
        billed=sum(minutes for _, minutes, _ in billed),
        rate=billed[0][0].rate if billed else None,
        free=charge.free,
        quote=None if quote is None else quote.number,
        amount=sum((amount for *_, amount in billed), ZERO) if billed else None,
        note=one_line(note) if note else None,
    )
