"""Checks documents: each against its lines, its lines against the charges and sales that they bill, what is printed
against what is kept (L7, M1 to M6, C4)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import field, replace
from datetime import date
from decimal import Decimal

from billing import law
from billing.core import drafts, invoicing, receipts, statement
from billing.core.book import Book
from billing.core.facts import BroughtInvoice, CreditNote, QuoteEvent, Reduction, Sale
from billing.core.invoicing import Billed, Line, VatOn
from billing.core.units import END_OF_TIME, ZERO, price_of
from billing.core.vat import VatClass
from billing.requests.fields import one_line
from billing.store import documents, numbering
from billing.store.auditing import Position
from billing.store.kept import DocumentRow, LineRow, PartRow
from billing.values import dataclass
from billing.views.documents import Document, DocumentLine

Parts = dict[int, list[tuple[int, int]]]  # by line: entries with minutes


@dataclass(slots=True)
class Left:
    """What notes have left of a line, whatever it is for."""

    name: str
    vat: VatClass
    amount: Decimal


@dataclass(slots=True)
class Issued:
    """The documents of one customer as the audit has come to them."""

    documents: list[receipts.Issued] = field(default_factory=list)  # without their VAT
    totals: dict[str, Decimal] = field(default_factory=dict)
    credited: dict[str, Decimal] = field(default_factory=dict)
    lines: dict[tuple[str, int], Billed] = field(default_factory=dict)  # of overage, with what is left of them
    left: dict[tuple[str, int], Left] = field(default_factory=dict)  # of every line of an invoice
    of_entry: dict[int, list[Billed]] = field(default_factory=lambda: defaultdict(list))
    unsettled: set[int] = field(default_factory=set)  # entries whose overage may differ from what is billed for them
    earliest: date | None = None  # of what is recorded, openings left out (G14)

    def bring(self, customer: str, opened_on: date, brought: BroughtInvoice) -> None:
        """Takes in an open invoice of another system: no document of ours, and paid as one (G14)."""
        self.totals[brought.number] = brought.open
        self.documents.append(
            receipts.Issued(brought.number, customer, brought.issued_on, brought.due_on, brought.currency, (),
                            brought.open, None, opened_on=opened_on, whole=brought.total)
        )  # fmt: skip

    def forget(self, number: str) -> None:
        """Forgets an invoice of another system that was taken back."""
        del self.totals[number]
        self.documents = [document for document in self.documents if document.number != number]

    def due(self, invoice: str) -> Decimal:
        return self.totals[invoice] - self.credited.get(invoice, ZERO)

    def bill(self, line: Billed) -> None:
        """Takes in a line of overage."""
        self.lines[line.document, line.line] = line
        for entry in line.entries:
            self.of_entry[entry].append(line)

    def settle(self, book: Book) -> None:
        """Forgets the entries for which documents have billed just what stands."""
        self.unsettled = {entry for entry in self.unsettled if not self._is_settled(book, entry)}

    def _is_settled(self, book: Book, entry: int) -> bool:
        want: dict[tuple[str, Decimal], int] = {}
        standing = statement.standing_overage(book.entries[entry], book.charges[entry], END_OF_TIME)
        if standing is not None:
            want[standing.category, standing.rate] = standing.minutes
        have: dict[tuple[str, Decimal], int] = defaultdict(int)
        for line in self.of_entry[entry]:
            have[line.category, line.rate] += line.entries[entry]
        return want == {key: minutes for key, minutes in have.items() if minutes}


def document_faults(customer: str, position: Position, book: Book, issued: Issued) -> Iterator[str]:
    """What does not hold in the documents of one position; `book` is what was recorded before it."""
    rows = position.of(DocumentRow)
    for row in rows:
        lines = [line for line in position.of(LineRow) if line.code == row.code]
        parts: Parts = {line.line: [] for line in lines}
        for part in position.of(PartRow):
            if part.code == row.code:
                parts[part.line].append((part.entry, part.minutes))
        issued.totals[row.code] = row.total
        issued.documents.append(
            receipts.Issued(row.code, customer, row.issued_on, None, row.currency, (), row.total, row.corrects)
        )
        if row.corrects is not None:
            issued.credited[row.corrects] = issued.credited.get(row.corrects, ZERO) - row.total
        taxed = [_line(line, parts[line.line]) for line in lines]
        document = documents.read(row.content, row.code)
        vat_on = _vat_on(document)
        faults = [*_content_faults(customer, row, document, lines, taxed), *_part_faults(lines, parts)]
        faults += _sale_faults(position, taxed, vat_on)
        if row.billed_to is not None:
            faults += _plan_faults(row, row.billed_to, taxed, book, issued, vat_on)
        faults += _line_faults(row, lines, taxed, issued)
        faults += [*_left_faults(row, lines, taxed, issued), *_asked_faults(position, row, document, taxed)]
        issued.settle(book)
        yield from (f"{row.code}: {fault}" for fault in faults)
    strays = {line.code for line in position.of(LineRow)} | {part.code for part in position.of(PartRow)}
    if strays - {row.code for row in rows}:
        yield f"{customer} position {position.seq}: lines of a document that is not there"


def _line(row: LineRow, parts: list[tuple[int, int]]) -> Line:
    corrects = None if row.corrects is None or row.corrects_line is None else (row.corrects, row.corrects_line)
    return Line(row.kind, row.name, row.amount, row.taxed, row.minutes, row.rate, row.quantity, tuple(parts), corrects)


def _vat_on(document: Document) -> VatOn:
    """How work of a day is taxed between the parties that a document names (M2, M3)."""
    issuer, recipient = document.issuer, document.recipient
    if not recipient.name and any(line.vat_category == "AE" for line in document.lines):
        return lambda _: VatClass("AE", ZERO)  # to a business, whose VAT id went with the paper's ten years (P2)
    return lambda day: law.vat_class(issuer.country, recipient.country, recipient.vat_id, day, issuer.exempt)


def _content_faults(
    customer: str, row: DocumentRow, document: Document, lines: list[LineRow], taxed: list[Line]
) -> Iterator[str]:
    """The sums of a document, made again from its lines, against what is kept and what is printed (M1, M2, M4)."""
    sums = invoicing.totals(taxed, rounding=row.rounding)
    vat = sum((part.amount for part in sums.vat), ZERO)
    kept = (row.net, row.vat, row.total)
    if kept != (sums.net, vat, sums.total):
        yield f"net, VAT and total are {kept}, its lines make {(sums.net, vat, sums.total)}"
    wanted = {
        "number": (document.number, row.code),
        "kind": (document.kind, row.kind),
        "customer": (document.customer, customer),
        "date": (document.on, row.issued_on),
        "due": (document.due, row.due_on),
        "period": (document.period, row.run_month),
        "currency": (document.currency, row.currency),
        "corrects": (document.corrects, row.corrects),
        "net": (document.net, sums.net),
        "rounding": (document.rounding, sums.rounding),
        "total": (document.total, sums.total),
    }
    wrong = [name for name, (printed, value) in wanted.items() if printed != value]
    if wrong:
        yield f"what is printed is not what is kept: {', '.join(wrong)}"
    table = [(v.category, v.rate, v.base, v.amount) for v in document.vat]
    if table != [(p.vat.category, p.vat.rate, p.base, p.amount) for p in sums.vat]:
        yield "the VAT table is not what its lines make"
    if [_printed(line) for line in document.lines] != [_as_printed(line) for line in taxed]:
        yield "the printed lines are not those that are kept"
    if [line.line for line in lines] != list(range(1, len(lines) + 1)):
        yield "its lines are not numbered in their order"
    if numbering.SERIES.get(row.kind) != row.series:
        yield f"a document of kind {row.kind} in series {row.series}"
    if row.billed_to is not None and row.billed_to.strftime("%Y-%m") != row.run_month:
        yield f"the run of {row.run_month} billed up to {row.billed_to}"
    if abs(sums.rounding) >= Decimal("0.05") and row.corrects is None:
        yield f"its rounding of {sums.rounding} is more than any step"


def _printed(line: DocumentLine) -> tuple[object, ...]:
    name = line.category if line.product is None else line.product
    vat = (line.vat_category, line.vat_rate)
    return line.kind, name, line.minutes, line.quantity, line.rate, line.amount, vat, line.corrects_line


def _as_printed(line: Line) -> tuple[object, ...]:
    corrects = line.corrects[1] if line.corrects else None
    vat = (line.vat.category, line.vat.rate)
    return line.kind, line.name, line.minutes, line.quantity, line.rate, line.amount, vat, corrects


def _part_faults(lines: list[LineRow], parts: Parts) -> Iterator[str]:
    for line in lines:
        minutes = sum(minutes for _, minutes in parts[line.line])
        if line.kind != "product" and line.rate is not None and minutes != line.minutes:
            yield f"line {line.line} has {line.minutes} min, its entries {minutes}"


def _sale_faults(position: Position, taxed: list[Line], vat_on: VatOn) -> Iterator[str]:
    """A sale against the one line of its invoice (M5); a quote's invoice is checked with the quote."""
    if position.of(QuoteEvent):
        return
    sold = [
        (sale.product, sale.quantity, sale.price, sale.minutes or None, vat_on(sale.sold_on))
        for sale in position.of(Sale)
    ]
    invoiced = [(x.name, x.quantity, x.amount, x.minutes, x.vat) for x in taxed if x.kind == "product"]
    if sold != invoiced:
        yield "it does not invoice what was sold"


def _plan_faults(
    row: DocumentRow, up_to: date, taxed: list[Line], book: Book, issued: Issued, vat_on: VatOn
) -> Iterator[str]:
    """What a run had to bill or to credit that day, planned again from the charges (M5, C4)."""
    entries = sorted(issued.unsettled)
    found = (statement.standing_overage(book.entries[e], book.charges[e], END_OF_TIME) for e in entries)
    billed = {(line.document, line.line): line for entry in entries for line in issued.of_entry[entry]}
    left = [
        replace(line, entries={e: minutes for e, minutes in line.entries.items() if e in issued.unsettled})
        for line in billed.values()
    ]
    plan = invoicing.plan([standing for standing in found if standing is not None], left, up_to, vat_on)
    wanted = plan.credits.get(row.corrects, ()) if row.corrects else _in_currency(book, plan.lines, row.currency)
    if _as_planned(wanted) != _as_planned(taxed):
        minutes = sum(line.minutes or 0 for line in taxed), sum(line.minutes or 0 for line in wanted)
        yield f"it bills {minutes[0]} min, by the charges recorded before it that would be {minutes[1]}, or other lines"


def _in_currency(book: Book, lines: Iterable[Line], currency: str) -> list[Line]:
    return [line for line in lines if drafts.currency_of(book, line) == currency]


def _as_planned(lines: Iterable[Line]) -> list[str]:
    """Lines to compare, in one order; one of nothing may be on a document or be left out (M7)."""
    return sorted(
        repr(
            (line.kind, line.name, line.minutes, line.rate, line.amount, line.vat, sorted(line.entries), line.corrects)
        )
        for line in lines
        if line.amount
    )


def _line_faults(row: DocumentRow, lines: list[LineRow], taxed: list[Line], issued: Issued) -> Iterator[str]:
    """Each line's amount against its minutes and rate, a credit against the line without it (M1, C4)."""
    for kept, line in zip(lines, taxed, strict=True):
        place, entries, rate = kept.line, dict(line.entries), line.rate
        if line.kind == "product":
            continue
        if line.kind == "credit" and rate is None and line.corrects is not None:
            if line.corrects in issued.lines:  # a price reduction: see `_asked_faults` (M12)
                of = issued.lines[line.corrects]
                of.amount, of.is_reduced = of.amount + line.amount, True
        elif rate is None or line.minutes is None:
            yield f"line {place} has no rate or no minutes"
        elif line.kind == "overage":
            if price_of(line.minutes, rate) != line.amount:
                yield f"line {place}: {line.minutes} min at {rate} are not {line.amount}"
            issued.bill(
                Billed(row.code, place, row.issued_on, line.name, rate, line.vat, line.minutes, line.amount, entries,
                       row.currency)
            )  # fmt: skip
        elif line.corrects is not None:
            of = issued.lines[line.corrects]
            without = price_of(of.minutes + line.minutes, rate)
            if without - of.amount != line.amount or of.minutes + line.minutes < 0:
                yield f"line {place}: it credits {line.amount}, the line without it is {without - of.amount}"
            of.minutes, of.amount = of.minutes + line.minutes, of.amount + line.amount
            for entry, minutes in entries.items():
                of.entries[entry] += minutes


def _left_faults(row: DocumentRow, lines: list[LineRow], taxed: list[Line], issued: Issued) -> Iterator[str]:
    """Each line of a note against what is left of the line that it corrects (M12)."""
    for kept, line in zip(lines, taxed, strict=True):
        if line.corrects is None:
            issued.left[row.code, kept.line] = Left(line.name, line.vat, line.amount)
            continue
        of = issued.left.get(line.corrects)
        if of is None or line.corrects[0] != row.corrects or (of.name, of.vat) != (line.name, line.vat):
            yield f"line {kept.line}: it corrects a line that is not there, or another one"
            continue
        of.amount += line.amount
        if of.amount < 0 or line.amount > 0:
            yield f"line {kept.line}: it credits {line.amount}, of the line {of.amount - line.amount} was left"


def _asked_faults(position: Position, row: DocumentRow, document: Document, taxed: list[Line]) -> Iterator[str]:
    """A note that somebody asked for against what was asked: the invoice, the day, the reason, the amounts (M12)."""
    on_note = sorted((*line.corrects, -line.amount) for line in taxed if line.corrects and line.rate is None)
    asked = sorted((fact.invoice, fact.line, fact.amount) for fact in position.of(Reduction))
    notes = [(note.number, note.invoice, note.on, one_line(note.reason)) for note in position.of(CreditNote)]
    # what costs nothing is ended by a line of 0.00, which takes nothing off
    if [line for line in on_note if line[2]] != asked or bool(on_note) != bool(notes):
        yield "it does not credit what was asked for"
    if notes and notes != [(row.code, row.corrects, row.issued_on, document.reason)]:
        yield "it is not the note that was asked for"
