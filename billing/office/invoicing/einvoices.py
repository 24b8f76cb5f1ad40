"""E-invoices: what a document keeps for them when it is issued, their XML and PDF, what is missing, the exact check.

A document's format is decided once, at issue, and kept in its content, so that the PDF of a document issued earlier
stays byte for byte what it was (M8). Documents from before there were e-invoices have neither; what their XML needs is
found from their content and the law of their day.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from billing import law
from billing.documents import words
from billing.errors import BadInput, one_of
from billing.exchange.einvoice import checks, demands, mapping, notes
from billing.exchange.einvoice.demands import FORMATS, Format, Lack, Outline
from billing.law import countries
from billing.office.invoicing import papers
from billing.office.parties import particulars
from billing.requests.invoicing import CheckDocument
from billing.store import documents, near, parties
from billing.texts import Text, say
from billing.views.documents import Checked, CodedNote, Document, EInvoice, FormatChecked, Printed

if TYPE_CHECKING:
    from billing.core.drafts import Draft
    from billing.office.transaction import Transaction
    from billing.store.heads import Head

Xml = Literal["cii", "ubl"]

# When a document is issued


def prepared(
    document: Document, issuer: Mapping[str, Any], party: Mapping[str, Any], paid: Decimal, paid_on: date | None
) -> Document:
    """A document about to be issued with what e-invoices need, and the format that its PDF has from now on.

    `paid` is what was paid before it was issued: nothing, or its total.
    """
    kept = replace(
        _kept(document, issuer.get("vat_basis"), paid, paid_on), buyer_reference=party["buyer_reference"] or None
    )
    return replace(document, einvoice=kept, format=_format(document, _wanted(issuer, party)))


def _wanted(issuer: Mapping[str, Any], party: Mapping[str, Any]) -> str | None:
    """The format that documents for a customer must be fit for: its own, where it has one, else the issuer's (M7)."""
    found: str | None = party["einvoice"] or issuer.get("einvoice")
    return found


def demanded(tx: "Transaction", party: Mapping[str, Any]) -> str | None:
    """The format that a customer's documents must be fit for, or be held; None where a plain PDF will do (M7)."""
    wanted = _wanted(tx.issuer, party)
    return None if wanted in (None, "none") else wanted


def demand(tx: "Transaction", head: "Head", draft: "Draft", on: date) -> None:
    """Refuses what would issue a document that cannot have the format demanded of it (M7): nothing is recorded."""
    lack = hold_for(tx, parties.customer(tx.connection, head.id), [draft], on)
    if lack is not None:
        raise BadInput("bad-input", *lack)


def hold_for(tx: "Transaction", party: parties.Party, drafts: Iterable["Draft"], on: date) -> tuple[Text, str] | None:
    """Why a customer's documents must wait, and the command that mends it: the format that the issuer demands (M7)."""
    wanted, code = demanded(tx, party), party["code"]
    if wanted is None:
        return None
    recipient = papers.recipient(party)
    if recipient.consumer:  # a private person has no place in an exchange of e-invoices
        return None
    found: list[Lack] = []
    for draft in drafts:
        categories = frozenset(row.vat.category for row in draft.totals.vat)
        outline = Outline(code, on, draft.currency, papers.sender(tx.issuer), recipient, categories)
        found += [lack for lack in lacks_demanded(outline, wanted) if lack not in found]
        if particulars.has_no_address(recipient.address) and _is_demanded(outline, wanted):
            found += [lack for lack in (_no_address(code),) if lack not in found]
    if not found:
        return None
    none = f"billing customer change {code} --einvoice none"
    return _all(lack.what for lack in found), next((lack.command for lack in found if lack.command), none)


def _no_address(code: str) -> Lack:
    """What the law wants on every invoice, whatever the format asks (M18)."""
    command = f"billing customer change {code} --street STREET --postcode POSTCODE --city CITY"
    return Lack(say("customer {customer} has no address", customer=code), command)


def _all(parts: Iterable[Text]) -> Text:
    """Several texts as one, with semicolons."""
    first, *rest = parts
    return say("{first}; {rest}", first=first, rest=_all(rest)) if rest else first


def lacks_demanded(outline: Outline, wanted: str | None) -> list[Lack]:
    """What a document lacks for the format that the issuer demands; Factur-X is demanded of documents in EUR alone."""
    return demands.lacks(outline, wanted) if _is_demanded(outline, wanted) else []  # type: ignore[arg-type]


def _is_demanded(outline: Outline, wanted: str | None) -> bool:
    return wanted not in (None, "none") and (wanted != "factur-x" or outline.currency == "EUR")


def _format(document: Document, wanted: str | None) -> Printed:
    """Factur-X where the data suffice, unless the issuer wants none."""
    return "factur-x" if wanted != "none" and demands.can_be_embedded(Outline.of(document)) else "pdf"


def _kept(document: Document, vat_basis: str | None, paid: Decimal, paid_on: date | None) -> EInvoice:
    on, language, country = document.on, document.language, document.issuer.country
    to_business = not document.recipient.consumer
    french = countries.of(country).french_reform
    coded = notes.french(language, on) if french and to_business else []
    return EInvoice(
        frame=("S2" if paid else "S1") if french else None,
        paid=paid,
        paid_on=paid_on,
        tax_point=vat_basis if french and _is_taxed(document) else None,
        notes=tuple(CodedNote(subject, text) for subject, text in coded),
        reasons=_reasons(document, to_business),
        terms=_terms(document),
    )


def _is_taxed(document: Document) -> bool:
    return any(row.category == "S" for row in document.vat)


def _reasons(document: Document, to_business: bool) -> dict[str, str]:
    """Why there is no VAT, in the words of the document's mentions, by category (BT-120)."""
    country, kind, language, on = document.issuer.country, document.kind, document.language, document.on
    there = document.recipient.country
    untaxed = sorted({row.category for row in document.vat} - {"S"})
    always = law.mentions(country, (), kind, language, on, to_business, None, there) if untaxed else []
    found = {}
    for category in untaxed:
        said = law.mentions(country, (category,), kind, language, on, to_business, None, there)
        found[category] = " ".join(mention for mention in said if mention not in always)
    return {category: reason for category, reason in found.items() if reason}


def _terms(document: Document) -> str | None:
    if document.is_note:
        return words.said(document.language)(words.INVOICE_CREDITED)
    return None if document.terms_days is None else words.terms(document.terms_days, document.language)


# XML and PDF


def missing_for(document: Document, format: Format) -> list[Text]:
    """What an issued document lacks for a format, each with the command that fills it for the next ones (M7, M8)."""
    return demands.missing_for(Outline.of(document), format)


def xml_beside(document: Document, wanted: str | None) -> Xml | None:
    """Which XML goes out beside a document's PDF: the wanted one, by default the one inside it; none if it is unfit."""
    format: Xml = "ubl" if wanted == "ubl" else "cii"
    asked = is_beside(document.format, wanted)
    return format if asked and not missing_for(document, format) else None


def is_beside(format: Printed | None, wanted: str | None) -> bool:
    """Whether XML is to go out beside a PDF of that format, where the document is fit for it."""
    return wanted in ("cii", "ubl") or (wanted != "none" and format == "factur-x")


def sent_as(document: Document, wanted: str | None) -> tuple[Xml, ...]:
    """The XML that goes with a document when it is sent: each format for which it lacks nothing (M20).

    What is `wanted` of the customer's documents goes alone; where that is none, or the one inside the PDF, no XML does.
    """
    every: tuple[Xml, ...] = ("cii", "ubl")
    asked = every if wanted is None else [format for format in every if format == wanted]
    return tuple(format for format in asked if not missing_for(document, format))


def xml(document: Document, format: Xml) -> bytes:
    """The document as XML, CII or UBL, or a refusal that names what it lacks."""
    missing = missing_for(document, format)
    if missing:
        name = demands.NAMES[format]
        raise BadInput(
            "bad-input",
            say("{number} cannot be written as {format}: {missing}", number=document.number, format=name,
                missing=_all(missing)),
            _anew(document),
        )  # fmt: skip
    return _written(document, format)


def _anew(document: Document) -> Text:
    """What would work where an issued document lacks something: it stays as it is (M8)."""
    if document.is_note:
        return say("{number} stays as it was issued", number=document.number)
    return say(
        "{number} stays as it was issued: give what is missing, credit it and issue it anew", number=document.number
    )


def pdf(document: Document, plain: bool = False, inside: bytes | None = None, logo: bytes | None = None) -> bytes:
    """The document's PDF in the format that it was issued in: plain, or Factur-X with the XML inside (M8).

    `inside` is that XML, where it was made before; `logo` are the bytes that its issuer's head names.
    """
    from billing.documents import invoice_pdf

    if plain or document.format != "factur-x":
        return invoice_pdf.render(document, logo)
    from billing.exchange.einvoice import embed

    sheets = invoice_pdf.drawn(document, logo)
    xml = inside or _written(document, "cii")
    return embed.factur_x(sheets.pdf(), xml, sheets.title, sheets.author, document.on)


def _written(document: Document, format: Xml) -> bytes:
    from billing.exchange.einvoice import cii, ubl

    invoice = mapping.invoice(_completed(document))
    return cii.write(invoice) if format == "cii" else ubl.write(invoice)


def _completed(document: Document) -> Document:
    """A document from before there were e-invoices, with what its XML needs."""
    if document.einvoice is not None:
        return document
    return replace(document, einvoice=_kept(document, None, Decimal("0.00"), None))


# The check


def check(tx: "Transaction", question: CheckDocument) -> Checked:
    """The exact check of a document, and which formats it can be issued in, with what is missing.

    The format asked for must be possible: by default the issuer's setting, else any XML.
    """
    kept = documents.find(tx.connection, question.number)
    if kept is None:
        raise one_of("invoice", question.number, near.documents(tx.connection, question.number))
    document = _completed(kept.document())
    faults = checks.faults(document, _before(tx, document))
    formats: list[FormatChecked] = []
    for name in FORMATS:
        missing = missing_for(document, name)
        if name in ("cii", "ubl") and not missing:
            faults += _xml_faults(document, "cii" if name == "cii" else "ubl")
        fit = None if missing else demands.fit(Outline.of(document), name)
        formats.append(FormatChecked(name, not missing, tuple(missing), fit))
    wanted = question.format or _wanted(tx.issuer, parties.customer(tx.connection, document.customer))
    suffices = _suffices(document, formats, wanted)
    return Checked(
        number=document.number,
        ok=not faults and suffices,
        faults=tuple(faults),
        issued_as=document.format or "pdf",
        formats=tuple(formats),
        warnings=(*particulars.lacking([document]), *(() if suffices else (_anew(document),))),
    )


def _before(tx: "Transaction", document: Document) -> list[Document]:
    """The invoice that a note corrects, and the notes issued for it earlier."""
    if not document.corrects:
        return []
    invoice = documents.find(tx.connection, document.corrects)
    notes = documents.notes_of(tx.connection, document.corrects)
    earlier = [note for note in notes if note.number < document.number]
    return ([invoice.document()] if invoice else []) + earlier


def _xml_faults(document: Document, format: Xml) -> list[str]:
    from billing.exchange.einvoice import amounts

    found = checks.disagreements(amounts.read(_written(document, format)), document)
    return [f"{format}: {fault}" for fault in found]


def _suffices(document: Document, formats: list[FormatChecked], wanted: str | None) -> bool:
    if wanted in ("none", "pdf") or (wanted == "factur-x" and document.currency != "EUR"):
        return True
    names = ("cii", "ubl") if wanted is None else (wanted,)
    return any(row.possible for row in formats if row.format in names)
