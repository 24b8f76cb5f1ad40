"""E-invoices: what a document keeps for them when it is issued, their XML and PDF, what is missing, the exact check.

A document's format is decided once, at issue, and kept in its content, so that the PDF of a document issued earlier
stays byte for byte what it was (M8). Documents from before there were e-invoices have neither; what their XML needs is
found from their content and the law of their day.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from billing import law
from billing.documents.words import words
from billing.errors import BadInput, one_of
from billing.exchange.einvoice import checks, demands, mapping, notes
from billing.exchange.einvoice.demands import FORMATS, Lack
from billing.law import countries
from billing.office.balances.answers import Answer
from billing.store import documents, parties
from billing.store.documents import Content

if TYPE_CHECKING:
    from billing.core.drafts import Draft
    from billing.office.transaction import Setting, Transaction
    from billing.store.ledger import Head

NO_DEMAND = "billing init --einvoice none"

missing_for = demands.missing_for

# When a document is issued


def prepare(content: Content, issuer: Mapping[str, Any], paid: Decimal, paid_on: date | None) -> None:
    """Adds to a document about to be issued what e-invoices need, and the format that its PDF has from now on.

    `paid` is what was paid before it was issued: nothing, or its total.
    """
    content["einvoice"] = _kept(content, issuer.get("vat_basis"), paid, paid_on)
    content["format"] = _format(content, issuer.get("einvoice"))


def hold_for(tx: "Transaction", head: "Head", drafts: Iterable["Draft"], on: date) -> tuple[str, str] | None:
    """Why a customer's documents must wait, and the command that mends it: the format that the issuer demands (M7)."""
    wanted = tx.issuer.get("einvoice")
    if wanted in (None, "none"):
        return None
    recipient = parties.customer(tx.connection, head.id)
    if recipient["consumer"]:  # a private person has no place in an exchange of e-invoices
        return None
    found: list[Lack] = []
    for draft in drafts:
        content = {
            "kind": draft.kind,
            "customer": head.code,
            "date": on.isoformat(),
            "currency": draft.currency,
            "issuer": tx.issuer,
            "recipient": recipient,
            "vat": [{"category": row.vat.category} for row in draft.totals.vat],
        }
        found += [lack for lack in lacks_demanded(content, wanted) if lack not in found]
    if not found:
        return None
    return "; ".join(lack.what for lack in found), next((lack.command for lack in found if lack.command), NO_DEMAND)


def lacks_demanded(content: Mapping[str, Any], wanted: str | None) -> list[Lack]:
    """What a document lacks for the format that the issuer demands; Factur-X is demanded of documents in EUR alone."""
    if wanted in (None, "none") or (wanted == "factur-x" and content["currency"] != "EUR"):
        return []
    return demands.lacks(content, wanted)  # type: ignore[arg-type]


def _format(content: Content, wanted: str | None) -> str:
    """Factur-X where the data suffice, unless the issuer wants none."""
    return "factur-x" if wanted != "none" and demands.can_be_embedded(content) else "pdf"


def _kept(content: Content, vat_basis: str | None, paid: Decimal, paid_on: date | None) -> Answer:
    on, language = date.fromisoformat(content["date"]), content["language"]
    country = str(content["issuer"]["country"])
    to_business = not content["recipient"].get("consumer")
    reform = countries.of(country).french_reform
    return {
        "frame": ("S2" if paid else "S1") if reform else None,
        "paid": str(paid),
        "paid_on": paid_on.isoformat() if paid_on else None,
        "tax_point": vat_basis if reform and _is_taxed(content) else None,
        "notes": notes.french(language, on) if reform and to_business else [],
        "reasons": _reasons(content, country, language, on, to_business),
        "terms": _terms(content, language),
        "buyer_reference": None,
    }


def _is_taxed(content: Content) -> bool:
    return any(row["category"] == "S" for row in content["vat"])


def _reasons(content: Content, country: str, language: str, on: date, to_business: bool) -> dict[str, str]:
    """Why there is no VAT, in the words of the document's mentions, by category (BT-120)."""
    untaxed = sorted({row["category"] for row in content["vat"]} - {"S"})
    always = law.mentions(country, (), content["kind"], language, on, to_business) if untaxed else []
    found = {}
    for category in untaxed:
        said = law.mentions(country, (category,), content["kind"], language, on, to_business)
        found[category] = " ".join(mention for mention in said if mention not in always)
    return {category: reason for category, reason in found.items() if reason}


def _terms(content: Content, language: str) -> str | None:
    said, days = words(language), content.get("terms_days")
    if content["kind"] == "credit-note":
        return said["invoice.credited"]
    if days is None:
        return None
    return said[f"invoice.{ {0: 'terms-now', 1: 'terms-day'}.get(days, 'terms-days') }"].format(days=days)


# XML and PDF


def xml(content: Content, format: str) -> bytes:
    """The document as XML, CII or UBL, or a refusal that names what it lacks."""
    if format not in ("cii", "ubl"):
        raise BadInput("bad-input", f"format {format!r}: cii or ubl")
    missing = demands.missing_for(content, format)  # type: ignore[arg-type]
    if missing:
        name = demands.NAMES[format]  # type: ignore[index]
        raise BadInput("bad-input", f"{content['number']} cannot be written as {name}: {'; '.join(missing)}")
    return _written(content, format)


def pdf(content: Content, plain: bool = False, inside: bytes | None = None) -> bytes:
    """The document's PDF in the format that it was issued in: plain, or Factur-X with the XML inside (M8).

    `inside` is that XML, where it was made before.
    """
    from billing.documents import invoice_pdf

    if plain or not has_xml(content):
        return invoice_pdf.render(content)
    from billing.exchange.einvoice import embed

    sheets = invoice_pdf.drawn(content)
    issued = date.fromisoformat(content["date"])
    return embed.factur_x(sheets.pdf(), inside or _written(content, "cii"), sheets.title, sheets.author, issued)


def has_xml(content: Content) -> bool:
    """Whether a document's PDF has its e-invoice inside."""
    return bool(content.get("format") == "factur-x")


def _written(content: Content, format: str) -> bytes:
    from billing.exchange.einvoice import cii, ubl

    invoice = mapping.invoice(_completed(content))
    return cii.write(invoice) if format == "cii" else ubl.write(invoice)


def _completed(content: Content) -> Content:
    """A document from before there were e-invoices, with what its XML needs."""
    if "einvoice" in content:
        return content
    return content | {"einvoice": _kept(content, None, Decimal("0.00"), None)}


# The check


def check(setting: "Setting", number: str, format: str | None = None) -> Answer:
    """The exact check of a document, and which formats it can be issued in, with what is missing.

    `format` is the one that must be possible: by default the issuer's setting, else any XML.
    """
    from billing.office.transaction import look

    if format not in (None, *FORMATS):
        raise BadInput("bad-input", f"format {format!r}: {', '.join(FORMATS)}")
    with look(setting) as tx:
        kept = documents.find(tx.connection, number)
        if kept is None:
            raise one_of("invoice", number, documents.numbers(tx.connection))
        before = _before(tx, kept.content)
        wanted = format or tx.issuer.get("einvoice")
    content = _completed(kept.content)
    faults = checks.faults(content, before)
    formats: list[Answer] = []
    for name in FORMATS:
        missing = demands.missing_for(content, name)
        if name in ("cii", "ubl") and not missing:
            faults += _xml_faults(content, name)
        formats.append({"format": name, "possible": not missing, "missing": missing})
    return {
        "number": number,
        "ok": not faults and _suffices(content, formats, wanted),
        "faults": faults,
        "issued_as": content.get("format", "pdf"),
        "formats": formats,
    }


def _before(tx: "Transaction", content: Content) -> list[Content]:
    """The invoice that a note corrects, and the notes issued for it earlier."""
    if not content["corrects"]:
        return []
    invoice = documents.find(tx.connection, content["corrects"])
    notes = documents.notes_of(tx.connection, content["corrects"])
    earlier = [note for note in notes if note["number"] < content["number"]]
    return ([invoice.content] if invoice else []) + earlier


def _xml_faults(content: Content, format: str) -> list[str]:
    from billing.exchange.einvoice import amounts

    found = checks.disagreements(amounts.read(_written(content, format)), content)
    return [f"{format}: {fault}" for fault in found]


def _suffices(content: Content, formats: list[Answer], wanted: str | None) -> bool:
    if wanted in ("none", "pdf") or (wanted == "factur-x" and content["currency"] != "EUR"):
        return True
    names = ("cii", "ubl") if wanted is None else (wanted,)
    return any(row["possible"] for row in formats if row["format"] in names)
