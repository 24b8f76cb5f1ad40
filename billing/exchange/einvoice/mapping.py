"""A document as the terms of EN 16931: nothing is computed but signs, and sums of what stands there.

What only an e-invoice needs is in its `einvoice`, kept when the document was issued: the frame of the French
reform, what was paid before, notes, reasons for no VAT, terms in words, when VAT is due.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal

from billing.core.units import ZERO, price_of
from billing.exchange.einvoice import identifiers
from billing.exchange.einvoice.model import (
    CREDIT_NOTE,
    INVOICE,
    MINUTES,
    PIECES,
    Contact,
    Invoice,
    Line,
    Note,
    Party,
    Preceding,
    Tax,
    Totals,
    Transfer,
)
from billing.law import countries
from billing.law.identifiers import Iban, StructuredCommunication
from billing.views.documents import Document, DocumentLine, EInvoice, PartyOnPaper, Recipient, Sender, VatRow

_R120 = Decimal("0.02")
HOUR = 60  # rates are per hour, so that the price of minutes is for 60 of them


def is_between_germans(issuer: Sender, recipient: Recipient) -> bool:
    """Whether Peppol's rules for Germany count, which go by the two countries (DE-R-001 to DE-R-031)."""
    return all(countries.of(party.country).peppol_contact for party in (issuer, recipient))


def is_between_french_companies(issuer: Sender, recipient: Recipient) -> bool:
    """Whether the French reform's rules count: both parties in France, the customer no consumer."""
    both = all(countries.of(party.country).french_reform for party in (issuer, recipient))
    return both and not recipient.consumer


def extra(document: Document) -> EInvoice:
    """What was kept for e-invoices alone."""
    return document.einvoice or EInvoice()


def invoice(document: Document) -> Invoice:
    """The document in the terms of EN 16931. A credit note's amounts change their sign: type 381 says the same."""
    sign = -1 if document.is_note else 1
    outside = any(row.category == "O" for row in document.vat)  # BR-O-02: then without VAT ids
    kept, totals, days = extra(document), _totals(document, sign), _days(document)
    buyer = _party(document.recipient, outside, document.language)
    return Invoice(
        number=document.number,
        issued=document.on,
        type_code=CREDIT_NOTE if document.is_note else INVOICE,
        currency=document.currency,
        seller=replace(_party(document.issuer, outside, document.language), contact=_seller_contact(document.issuer)),
        buyer=replace(buyer, number=_text(document.customer) or None, contact=_buyer_contact(document.recipient)),
        lines=tuple(_line(str(n), row, sign) for n, row in enumerate(document.lines, 1)),
        taxes=tuple(_tax(row, sign, kept) for row in document.vat),
        totals=totals,
        frame=kept.frame,
        tax_point=kept.tax_point,
        due=kept.paid_on if kept.paid_on and not totals.payable else document.due,
        buyer_reference=_text(kept.buyer_reference) or None,
        order=_text(document.order) or None,
        terms=_text(kept.terms) or None,
        notes=_notes(document),
        first=min(days, default=None),
        last=max(days, default=None),
        preceding=Preceding(document.corrects, document.corrects_on) if document.corrects else None,
        transfer=_transfer(document, totals),
        remittance=_remittance(document, totals),
    )


def _line(id: str, row: DocumentLine, sign: int) -> Line:
    """A line by the piece or by the minute; one that has neither, or does not come to their price, is one piece.

    That is what a note leaves of minutes whose price was reduced before (PEPPOL-EN16931-R120, C4, M12).
    """
    net = row.amount * sign
    if row.unit_price is not None and row.quantity is not None:
        quantity, unit, price, base = Decimal(row.quantity) * sign, PIECES, row.unit_price, 1
    elif row.rate is not None and row.minutes is not None and _is_priced(row.minutes, row.rate, row.amount):
        quantity, unit, price, base = Decimal(row.minutes) * sign, MINUTES, row.rate, HOUR
    else:
        quantity, unit, price, base = Decimal(-1 if net < 0 else 1), PIECES, abs(net), 1
    return Line(
        id,
        _text(row.label or row.name) or "–",
        quantity,
        unit,
        price,
        base,
        net + ZERO,
        row.vat_category,
        None if row.vat_category == "O" else str(row.vat_rate),
        row.first,
        row.last,
    )


def _is_priced(minutes: int, rate: Decimal, amount: Decimal) -> bool:
    """Whether minutes at a rate come to an amount, as far as PEPPOL-EN16931-R120 wants it."""
    return abs(price_of(minutes, rate) - amount) <= _R120


def _days(document: Document) -> list[date]:
    """The first and last days of the lines; a credit note's lines have none, then those of the work that it lists."""
    days = [day for line in document.lines for day in (line.first, line.last) if day]
    return days or [row.on for row in document.annex if row.rate is not None]


def _tax(row: VatRow, sign: int, kept: EInvoice) -> Tax:
    code = {"AE": "VATEX-EU-AE", "O": "VATEX-EU-O"}.get(row.category)
    rate = None if row.category == "O" else str(row.rate)
    reason = kept.reasons.get(row.category)
    return Tax(row.category, rate, row.base * sign + ZERO, row.amount * sign + ZERO, reason, code)


def _totals(document: Document, sign: int) -> Totals:
    """The sums as they were kept; with VAT, the gross is net and VAT, and the rounding comes after it (BR-CO-16)."""
    net = document.net * sign + ZERO
    vat = sum((row.amount for row in document.vat), ZERO) * sign + ZERO
    paid = extra(document).paid + ZERO
    lines = sum((row.amount for row in document.lines), ZERO) * sign + ZERO
    return Totals(
        lines, net, vat, net + vat, paid, document.rounding * sign + ZERO, document.total * sign + ZERO - paid
    )


def _party(party: PartyOnPaper, outside: bool, language: str) -> Party:
    street, house = _text(party.address.street), _text(party.address.house_number)
    first = countries.of(party.country).house_number == "first"
    parts = (house, street) if first else (street, house)
    return Party(
        _text(party.name),
        party.country,
        " ".join(part for part in parts if part),
        _text(party.address.city),
        _text(party.address.postcode),
        identifiers.legal_id(party),
        None if outside else _vat_id(party, language),
        identifiers.electronic_address(party),
        tax_number=_text(party.tax_number) or None,
        second_line=_text(party.address.second_line),
    )


def _seller_contact(issuer: Sender) -> Contact | None:
    """Whom to ask: a person or an office, else the issuer itself, where it can be reached at all (BG-6)."""
    head = issuer.head
    if not (head.phone or head.email or head.contact):
        return None
    return Contact(_text(head.contact) or _text(issuer.name), _text(head.phone), _text(head.email))


def _buyer_contact(recipient: Recipient) -> Contact | None:
    return Contact(_text(recipient.attention)) if _text(recipient.attention) else None


def _vat_id(party: PartyOnPaper, language: str) -> str | None:
    """A VAT id; a Swiss one with its ending in the document's language, as it is printed (art. 26 LTVA)."""
    found = identifiers.vat_id(party)
    if found and found.is_swiss and not found.has_ending:
        return found.value + {"fr": "TVA", "it": "IVA"}.get(language[:2].lower(), "MWST")
    return found.value if found else None


def _notes(document: Document) -> tuple[Note, ...]:
    """The coded notes, then the mentions that neither a note nor a reason for no VAT says already."""
    kept = extra(document)
    coded = [Note(note.text, note.subject) for note in kept.notes]
    said = [note.text for note in coded] + list(kept.reasons.values())
    why = [Note(text)] if (text := _text(document.reason)) else []
    rest = [Note(text) for text in map(_text, document.mentions) if text and not _is_made_of(text, said)]
    french = is_between_french_companies(document.issuer, document.recipient)
    return (*([Note("B2B", "BAR")] if french else []), *coded, *why, *rest)


def _is_made_of(text: str, sentences: Iterable[str]) -> bool:
    for sentence in sentences:
        text = text.replace(sentence, "")
    return not text.strip()


def _transfer(document: Document, totals: Totals) -> Transfer | None:
    """How to pay, where something is to be paid: SEPA's credit transfer for EUR, else any."""
    issuer, payment = document.issuer, document.payment
    account = Iban.read((payment.iban if payment else None) or issuer.iban)
    if document.is_note or totals.payable <= 0 or not account.value:
        return Transfer("1") if is_between_germans(issuer, document.recipient) else None  # DE-R-001 wants some
    means = "58" if document.currency == "EUR" else "30"
    return Transfer(means, account.value, _text(issuer.name), _text(issuer.bic).upper() or None)


def _remittance(document: Document, totals: Totals) -> str | None:
    """What the payer quotes: the payment's reference, else the number."""
    if document.is_note or totals.payable <= 0:
        return None
    payment = document.payment
    if payment and payment.reference and payment.reference_type == "BBA":
        return StructuredCommunication(payment.reference).shown()
    return (payment.reference if payment else None) or document.number


def _text(written: str | None) -> str:
    """A text on one line, without what XML cannot carry."""
    shown = "".join(c if c.isprintable() or c.isspace() else "" for c in written or "")
    return " ".join(shown.split())
