"""A document's content as the terms of EN 16931: nothing is computed but signs, and sums of what stands there.

What only an e-invoice needs is in `content["einvoice"]`, kept when the document was issued: the frame of the French
reform, what was paid before, notes, reasons for no VAT, terms in words, when VAT is due.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from billing.core.units import ZERO
from billing.exchange.einvoice import identifiers
from billing.exchange.einvoice.model import (
    CREDIT_NOTE,
    INVOICE,
    MINUTES,
    PIECES,
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
from billing.law.identifiers import Iban

Content = Mapping[str, Any]
HOUR = 60  # rates are per hour, so that the price of minutes is for 60 of them


def is_credit(content: Content) -> bool:
    return bool(content["kind"] == "credit-note")


def is_between_french_companies(content: Content) -> bool:
    """Whether the French reform's rules count: both parties in France, the customer no consumer."""
    parties = content["issuer"], content["recipient"]
    return all(countries.of(p.get("country")).french_reform for p in parties) and not content["recipient"].get(
        "consumer"
    )


def extra(content: Content) -> dict[str, Any]:
    """What was kept for e-invoices alone."""
    kept: dict[str, Any] = content.get("einvoice") or {}
    return kept


def invoice(content: Content) -> Invoice:
    """The document in the terms of EN 16931. A credit note's amounts change their sign: type 381 says the same."""
    sign = -1 if is_credit(content) else 1
    outside = any(row["category"] == "O" for row in content["vat"])  # BR-O-02: then without VAT ids
    lines = tuple(_line(str(n), row, sign) for n, row in enumerate(content["lines"], 1))
    taxes = tuple(_tax(row, sign, extra(content)) for row in content["vat"])
    totals = _totals(content, sign)
    paid_on = extra(content).get("paid_on")
    days = _days(content)
    return Invoice(
        number=str(content["number"]),
        issued=date.fromisoformat(content["date"]),
        type_code=CREDIT_NOTE if is_credit(content) else INVOICE,
        currency=str(content["currency"]),
        seller=_party(content["issuer"], outside, str(content["language"])),
        buyer=replace(
            _party(content["recipient"], outside, str(content["language"])), number=_text(content["customer"]) or None
        ),
        lines=lines,
        taxes=taxes,
        totals=totals,
        frame=extra(content).get("frame"),
        tax_point=extra(content).get("tax_point"),
        due=_day(paid_on if paid_on and not totals.payable else content["due"]),
        buyer_reference=extra(content).get("buyer_reference"),
        terms=_text(extra(content).get("terms")) or None,
        notes=_notes(content),
        first=min(days, default=None),
        last=max(days, default=None),
        preceding=_preceding(content),
        transfer=_transfer(content, totals),
        remittance=_remittance(content, totals),
    )


def _line(id: str, row: Content, sign: int) -> Line:
    """A line by the piece or by the minute; one that has neither counts as one piece."""
    net = Decimal(row["amount"]) * sign
    if row.get("unit_price") is not None and row.get("quantity") is not None:
        quantity, unit, price, base = Decimal(row["quantity"]) * sign, PIECES, Decimal(row["unit_price"]), 1
    elif row.get("rate") is not None and row.get("minutes") is not None:
        quantity, unit, price, base = Decimal(row["minutes"]) * sign, MINUTES, Decimal(row["rate"]), HOUR
    else:
        quantity, unit, price, base = Decimal(-1 if net < 0 else 1), PIECES, abs(net), 1
    category = str(row["vat_category"])
    return Line(
        id,
        _text(row.get("label") or row.get("product") or row.get("category")) or "–",
        quantity,
        unit,
        price,
        base,
        net + ZERO,
        category,
        None if category == "O" else str(row["vat_rate"]),
        _day(row.get("from")),
        _day(row.get("to")),
    )


def _days(content: Content) -> list[date]:
    """The first and last days of the lines; a credit note's lines have none, then those of the work that it lists."""
    days = [line[end] for line in content["lines"] for end in ("from", "to") if line.get(end)]
    worked = [row["date"] for row in content.get("annex") or () if row.get("rate") is not None]
    return [date.fromisoformat(day) for day in days or worked]


def _tax(row: Content, sign: int, kept: Content) -> Tax:
    category = str(row["category"])
    reason = (kept.get("reasons") or {}).get(category)
    code = {"AE": "VATEX-EU-AE", "O": "VATEX-EU-O"}.get(category)
    rate = None if category == "O" else str(row["rate"])
    return Tax(category, rate, Decimal(row["base"]) * sign + ZERO, Decimal(row["amount"]) * sign + ZERO, reason, code)


def _totals(content: Content, sign: int) -> Totals:
    """The sums as they were kept; with VAT, the gross is net and VAT, and the rounding comes after it (BR-CO-16)."""
    net = Decimal(content["net"]) * sign + ZERO
    vat = sum((Decimal(row["amount"]) for row in content["vat"]), ZERO) * sign + ZERO
    total = Decimal(content["total"]) * sign + ZERO
    paid = Decimal(extra(content).get("paid") or 0) + ZERO
    lines = sum((Decimal(row["amount"]) for row in content["lines"]), ZERO) * sign + ZERO
    rounding = Decimal(content["rounding"]) * sign + ZERO
    return Totals(lines, net, vat, net + vat, paid, rounding, total - paid)


def _party(party: Content, outside: bool, language: str) -> Party:
    address = {key: _text(value) for key, value in (party.get("address") or {}).items()}
    street, house = address.get("street", ""), address.get("house_number", "")
    country = str(party.get("country") or "")
    parts = (house, street) if countries.of(country).house_number == "first" else (street, house)
    return Party(
        _text(party.get("name")),
        country,
        " ".join(part for part in parts if part),
        address.get("city", ""),
        address.get("postcode", ""),
        identifiers.legal_id(party),
        None if outside else _vat_id(party, language),
        identifiers.electronic_address(party),
    )


def _vat_id(party: Content, language: str) -> str | None:
    """A VAT id; a Swiss one with its ending in the document's language, as it is printed (art. 26 LTVA)."""
    found = identifiers.vat_id(party)
    if found and found.is_swiss and not found.has_ending:
        return found.value + {"fr": "TVA", "it": "IVA"}.get(language[:2].lower(), "MWST")
    return found.value if found else None


def _notes(content: Content) -> tuple[Note, ...]:
    """The coded notes, then the mentions that neither a note nor a reason for no VAT says already."""
    coded = [Note(row["text"], row["subject"]) for row in extra(content).get("notes") or ()]
    said = [note.text for note in coded] + list((extra(content).get("reasons") or {}).values())
    rest = [Note(text) for text in map(_text, content["mentions"]) if text and not _is_made_of(text, said)]
    treated = [Note("B2B", "BAR")] if is_between_french_companies(content) else []
    return tuple(treated + coded + rest)


def _is_made_of(text: str, sentences: Iterable[str]) -> bool:
    for sentence in sentences:
        text = text.replace(sentence, "")
    return not text.strip()


def _preceding(content: Content) -> Preceding | None:
    if not content.get("corrects"):
        return None
    return Preceding(str(content["corrects"]), _day(content.get("corrects_date")))


def _transfer(content: Content, totals: Totals) -> Transfer | None:
    """How to pay, where something is to be paid: SEPA's credit transfer for EUR, else any."""
    issuer, payment = content["issuer"], content.get("payment") or {}
    account = Iban.read(payment.get("iban") or issuer.get("iban"))
    if is_credit(content) or totals.payable <= 0 or not account.value:
        return None
    means = "58" if content["currency"] == "EUR" else "30"
    return Transfer(means, account.value, _text(issuer.get("name")), _text(issuer.get("bic")).upper() or None)


def _remittance(content: Content, totals: Totals) -> str | None:
    """What the payer quotes: the payment's reference, else the number."""
    if is_credit(content) or totals.payable <= 0:
        return None
    return str((content.get("payment") or {}).get("reference") or content["number"])


def _day(text: Any) -> date | None:
    return date.fromisoformat(text) if text else None


def _text(written: Any) -> str:
    """A text on one line, without what XML cannot carry."""
    shown = "".join(c if c.isprintable() or c.isspace() else "" for c in str(written or ""))
    return " ".join(shown.split())
