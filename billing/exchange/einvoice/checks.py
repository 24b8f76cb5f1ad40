"""The exact check: every amount of a document made again from its lines, with no tolerance (M1, M2, M4, C4).

The official validators let a VAT amount be wrong by 0.50 and a line by 0.02; this one lets nothing be wrong by 0.01.
Each fault is a sentence that names the amount that stands there and the one that should.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from billing.core.units import ZERO, percentage, price_of
from billing.exchange.einvoice import mapping
from billing.exchange.einvoice.model import Invoice
from billing.views.documents import Document, DocumentLine, VatRow


def faults(document: Document, before: Sequence[Document] = ()) -> list[str]:
    """What does not hold in a document; none if all does.

    `before` are, for a credit note, the invoice that it corrects and the notes issued for it earlier: what a line may
    credit is the invoiced line less the line without it (C4), which one line alone cannot tell.
    """
    return [*_line_faults(document, before), *_annex_faults(document), *_sum_faults(document), *_paid_faults(document)]


def disagreements(amounts: Mapping[str, Any], document: Document) -> list[str]:
    """Where the amounts of an e-invoice's XML, as `amounts.read` found them, are not the document's."""
    expected = _expected(mapping.invoice(document))
    found = []
    for group in ("BG-25", "BG-23"):
        if len(amounts[group]) != len(expected[group]):
            found.append(f"{group}: {len(amounts[group])} in the XML, {len(expected[group])} in the document")
        for place, (said, meant) in enumerate(zip(amounts[group], expected[group], strict=False), 1):
            found += [f"{group} {place}, {fault}" for fault in _different(said, meant)]
    return found + list(_different(amounts, expected))


# Lines


def _line_faults(document: Document, before: Sequence[Document]) -> Iterator[str]:
    for place, line in enumerate(document.lines, 1):
        expected = _price_of(line, document, before)
        if expected is None:
            yield f"line {place}: its amount cannot be told from quantity and price"
        elif isinstance(expected, str):
            yield f"line {place}: {expected}"
        elif line.amount != expected:
            yield f"line {place}: amount is {line.amount}, quantity and price make {expected}"


def _price_of(line: DocumentLine, document: Document, before: Sequence[Document]) -> Decimal | str | None:
    if line.corrects_line is not None and line.rate is None:
        return _reduction_of(line, line.corrects_line, document, before)
    if line.corrects_line is not None and line.rate is not None:
        return _credit_of(line, line.corrects_line, line.rate, document, before)
    if line.unit_price is not None and line.quantity is not None:
        return line.unit_price * line.quantity
    if line.rate is not None and line.minutes is not None:
        return price_of(line.minutes, line.rate)
    return None


def _credit_of(
    line: DocumentLine, place: int, rate: Decimal, document: Document, before: Sequence[Document]
) -> Decimal | str:
    """The invoiced line with less minutes, priced anew, less what is left of it until now (C4)."""
    billed = _corrected(document, place, before)
    if isinstance(billed, str):
        return billed
    if billed.rate != rate:
        return f"rate is {rate}, the line that it corrects has {billed.rate}"
    earlier = _earlier(document, place, before)
    minutes = (billed.minutes or 0) + sum(taken.minutes or 0 for taken in earlier)
    left = billed.amount + sum((taken.amount for taken in earlier), ZERO)
    return min(price_of(minutes + (line.minutes or 0), rate) - left, ZERO)


def _reduction_of(line: DocumentLine, place: int, document: Document, before: Sequence[Document]) -> Decimal | str:
    """What somebody asked to be credited: some amount of what is left of the invoiced line, and no more (M12)."""
    billed = _corrected(document, place, before)
    if isinstance(billed, str):
        return billed
    left = billed.amount + sum((taken.amount for taken in _earlier(document, place, before)), ZERO)
    return max(min(line.amount, ZERO), -left)


def _corrected(document: Document, place: int, before: Sequence[Document]) -> DocumentLine | str:
    """The invoiced line that a note corrects, or why there is none."""
    invoice = next((other for other in before if other.number == document.corrects), None)
    if invoice is None:
        return f"it corrects {document.corrects}, which is not at hand"
    if not 1 <= place <= len(invoice.lines):
        return f"it corrects line {place} of {document.corrects}, which has no such line"
    return invoice.lines[place - 1]


def _earlier(document: Document, place: int, before: Sequence[Document]) -> list[DocumentLine]:
    """What earlier notes took of an invoiced line."""
    return [
        taken
        for note in before
        if note.is_note and note.number != document.number
        for taken in note.lines
        if taken.corrects_line == place
    ]


def _annex_faults(document: Document) -> Iterator[str]:
    """The annex bills, at each rate, the minutes that the lines of this rate have (M5)."""
    billed: dict[Decimal, int] = defaultdict(int)
    for row in document.annex:
        if row.rate is not None:
            billed[row.rate] += row.billed
    yield from _allotted_faults(document)
    if not billed:
        return
    charged: dict[Decimal, int] = defaultdict(int)
    for line in document.lines:
        if line.rate is not None and line.minutes is not None:
            charged[line.rate] += line.minutes
    for rate in sorted(billed.keys() | charged.keys()):
        if billed[rate] != charged[rate]:
            yield f"lines at {rate} have {charged[rate]} minutes, the annex bills {billed[rate]}"


def _allotted_faults(document: Document) -> Iterator[str]:
    """What the annex's entries come to is what the lines of work come to (M1)."""
    amounts = [row.amount for row in document.annex if row.amount is not None]
    lines = sum((line.amount for line in document.lines if line.rate is not None), ZERO)
    if amounts and sum(amounts, ZERO) != lines:
        yield f"the entries of the annex come to {sum(amounts, ZERO)}, the lines to {lines}"


# Sums


def _sum_faults(document: Document) -> Iterator[str]:
    bases: dict[tuple[str, Decimal], Decimal] = defaultdict(lambda: ZERO)
    for line in document.lines:
        bases[line.vat_category, line.vat_rate] += line.amount
    stated = [(row.category, row.rate) for row in document.vat]
    if sorted(stated) != sorted(bases):
        yield f"VAT is broken down by {_kinds(stated)}, the lines are of {_kinds(bases)}"
    for row in document.vat:
        yield from _tax_faults(row, bases[row.category, row.rate])
    net = sum(bases.values(), ZERO)
    vat = sum((row.amount for row in document.vat), ZERO)
    if document.net != net:
        yield f"net is {document.net}, the lines make {net}"
    total = net + vat + document.rounding
    if document.total != total:
        yield f"total is {document.total}, net, VAT and rounding make {total}"


def _tax_faults(row: VatRow, base: Decimal) -> Iterator[str]:
    name = f"VAT {row.category} {row.rate}%"
    if row.base != base:
        yield f"{name}: base is {row.base}, the lines make {base}"
    amount = percentage(base, row.rate)
    if row.amount != amount:
        yield f"{name}: amount is {row.amount}, the rate makes {amount}"


def _paid_faults(document: Document) -> Iterator[str]:
    """What was paid before is nothing or the whole: the reform's frame S2 knows no other (BR-FR-CO-09)."""
    kept = mapping.extra(document)
    if kept.paid and kept.paid != document.total:
        yield f"paid before is {kept.paid}, the total is {document.total}"
    if kept.frame is not None and (kept.frame == "S2") != bool(kept.paid):
        yield f"the frame is {kept.frame}, paid before is {kept.paid}"


def _kinds(kinds: Iterable[tuple[str, Decimal]]) -> str:
    return ", ".join(f"{category} {rate}%" for category, rate in sorted(kinds)) or "nothing"


# The XML


def _expected(invoice: Invoice) -> dict[str, Any]:
    """The amounts of a document by business term, as its XML has to have them."""
    totals = invoice.totals
    return {
        "BT-106": totals.lines,
        "BT-109": totals.net,
        "BT-110": totals.vat,
        "BT-112": totals.gross,
        "BT-113": totals.paid,
        "BT-114": totals.rounding,
        "BT-115": totals.payable,
        "BG-25": [
            {"BT-129": line.quantity, "BT-131": line.net, "BT-146": line.price, "BT-149": Decimal(line.base_quantity)}
            | ({} if line.rate is None else {"BT-152": Decimal(line.rate)})
            for line in invoice.lines
        ],
        "BG-23": [
            {"BT-116": tax.base, "BT-117": tax.amount} | ({} if tax.rate is None else {"BT-119": Decimal(tax.rate)})
            for tax in invoice.taxes
        ],
    }


def _different(said: Mapping[str, Any], meant: Mapping[str, Any]) -> Iterator[str]:
    for term in sorted(term for term in said.keys() | meant.keys() if term.startswith("BT-")):
        one, other = said.get(term, ZERO), meant.get(term, ZERO)
        if one != other:
            yield f"{term}: the XML says {one}, the document {other}"
