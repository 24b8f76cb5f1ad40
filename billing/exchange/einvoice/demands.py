"""What each format demands of a document, and the command that fills what is missing (M7).

Only fields that a user can lack are asked for; that amounts add up is `checks`' business. The rules quoted are those of
EN 16931 (BR-…), of the French reform (BR-FR-…, XP Z12-012) and of Peppol BIS Billing 3.0 (PEPPOL-…).
"""

import shlex
from collections.abc import Callable, Iterator
from datetime import date
from typing import Literal

from billing.exchange.einvoice import identifiers, mapping, notes
from billing.exchange.einvoice.model import Identifier
from billing.texts import Text, say
from billing.values import dataclass
from billing.views.documents import Document, PartyOnPaper, Recipient, Sender

Format = Literal["pdf", "factur-x", "cii", "ubl"]
FORMATS: tuple[Format, ...] = ("pdf", "factur-x", "cii", "ubl")  # none of them demands nothing: a plain PDF
NAMES: dict[Format, str] = {
    "pdf": "plain PDF",
    "factur-x": "Factur-X (PDF/A-3 with CII inside)",
    "cii": "CII D16B (EN 16931)",
    "ubl": "UBL 2.1 (Peppol BIS Billing 3.0)",
}


@dataclass(frozen=True, slots=True)
class Lack:
    """Something that a format demands and a document has not, and the command that fills it, if one does."""

    what: Text
    command: str | None = None

    @property
    def text(self) -> Text:
        """What an issued document lacks, which no command changes (M8), with the one that fills it for the next."""
        if self.command is None:
            return self.what
        return say("{what}; for the next documents: {command}", what=self.what, command=self.command)


@dataclass(frozen=True, slots=True)
class Outline:
    """What a format asks of a document, which can be asked before it has a number."""

    customer: str
    on: date
    currency: str
    issuer: Sender
    recipient: Recipient
    categories: frozenset[str]  # of VAT

    @classmethod
    def of(cls, document: Document) -> "Outline":
        """The outline of a document that was issued or is about to be."""
        categories = frozenset(row.category for row in document.vat)
        return cls(document.customer, document.on, document.currency, document.issuer, document.recipient, categories)


def missing_for(outline: Outline, format: Format) -> list[Text]:
    """What an issued document lacks for a format, each with the command that fills it for the next ones (M8).

    A plain PDF demands nothing (M7).
    """
    return [lack.text for lack in lacks(outline, format)]


def lacks(outline: Outline, format: Format) -> list[Lack]:
    """What a document lacks for a format."""
    if format == "pdf":
        return []
    found = list(_core(outline))
    if mapping.is_between_french_companies(outline.issuer, outline.recipient) and format != "ubl":
        found += _french(outline)
    if format == "ubl":
        found += _peppol(outline)
    if format == "factur-x" and outline.currency != "EUR":
        found.append(Lack(say("the currency is {currency}, Factur-X is made in EUR", currency=outline.currency)))
    return found


def fit(outline: Outline, format: Format) -> Text | None:
    """Who can take a document in a format: what is fit for Peppol is not for the platforms of the French reform."""
    french = mapping.is_between_french_companies(outline.issuer, outline.recipient)
    if format == "ubl":
        if french:
            return say("for receivers in Peppol; the French platforms take Factur-X or CII")
        return say("for receivers in Peppol")
    if format == "pdf":
        return None
    return say("for the French platforms, not for Peppol") if french else say("not for Peppol, which takes UBL")


def can_be_embedded(outline: Outline) -> bool:
    """Whether nothing is missing for Factur-X: asked for each document that is issued, so answered at once."""
    return outline.currency == "EUR" and not lacks(outline, "factur-x")


# The European norm


def _core(outline: Outline) -> Iterator[Lack]:
    issuer, customer = outline.issuer, outline.recipient
    categories = outline.categories
    if "O" in categories and len(categories) > 1:
        yield Lack(say("lines outside the scope of VAT stand beside taxed ones (BR-O-11)"))
    if categories & {"S", "AE"}:
        yield from _vat_id(issuer, say("the issuer"), "BT-31", _init)
    elif "E" in categories and not identifiers.vat_id(issuer):
        if not issuer.tax_number:
            what = say("the issuer has neither a VAT id nor a tax number (BT-31, BT-32, BR-E-02)")
            yield Lack(what, _init("tax-number", "TAX-NUMBER"))
    elif identifiers.legal_id(issuer) is None:
        what = say("the issuer has no SIREN, UID or enterprise number (BR-CO-26, BT-30)")
        yield Lack(what, _init("vat-id", "VAT-ID"))
    needed = "AE" in categories and identifiers.legal_id(customer) is None
    if needed or (identifiers.vat_id(customer) and "O" not in categories):
        yield from _vat_id(customer, _named(outline), "BT-48", _changer(outline))
    for party, whose, command in _parties(outline):
        address = identifiers.electronic_address(party)
        if party.electronic_address and (address is None or not identifiers.is_valid_address(address)):
            yield _bad_address(party, whose, command)


def _vat_id(party: PartyOnPaper, whose: Text, term: str, command: Callable[[str, str], str]) -> Iterator[Lack]:
    if not identifiers.vat_id(party):
        yield Lack(say("{whose} has no VAT id ({term})", whose=whose, term=term), command("vat-id", "VAT-ID"))
    elif not identifiers.is_vat_id(party):
        what = say("{whose}: {number!r} is no VAT id ({term}, BR-CO-09)", whose=whose, number=party.vat_id, term=term)
        yield Lack(what, command("vat-id", "VAT-ID"))


# The French reform


def _french(outline: Outline) -> Iterator[Lack]:
    for party, whose, command in _parties(outline):
        term = "BT-30" if party is outline.issuer else "BT-47"
        rule = "BR-FR-10" if party is outline.issuer else "BR-FR-11"
        if identifiers.siren(party) is None:
            number = identifiers.siren_of_vat_id(party) or "SIREN"
            what = say("{whose} has no SIREN ({term}, {rule})", whose=whose, term=term, rule=rule)
            yield Lack(what, command("siren", number))
        address = identifiers.electronic_address(party)
        if address is None and not party.electronic_address:
            yield _no_address(party, whose, command)
        elif address and party is outline.recipient and not _is_in_directory(address, identifiers.siren(party)):
            what = say(
                "{whose}: the electronic address is not its SIREN's in the directory (BT-49, BR-FR-21)", whose=whose
            )
            yield Lack(what, command("electronic-address", identifiers.suggested_address(party)))
    if outline.currency != "EUR":
        currency = outline.currency
        yield Lack(say("the currency is {currency}: the reform wants VAT in EUR too (BR-FR-CO-12)", currency=currency))
    on = outline.on
    if len(notes.french("fr", on)) < len(notes.SUBJECTS):
        yield Lack(say("the notes PMD, PMT and AAB have no wording for {day} (BR-FR-05)", day=on))


def _is_in_directory(address: Identifier, siren: str | None) -> bool:
    return address.scheme == identifiers.FRENCH_ADDRESS and bool(siren) and address.value.startswith(siren or "")


# Peppol


def _peppol(outline: Outline) -> Iterator[Lack]:
    """Both parties are found by an electronic address of a scheme of Peppol's (PEPPOL-EN16931-R010, R020, CL008)."""
    for party, whose, command in _parties(outline):
        address = identifiers.electronic_address(party)
        if address is None and not party.electronic_address:
            yield _no_address(party, whose, command)
        elif address and not (address.scheme or "").isdigit():
            what = say(
                "{whose}: Peppol knows no addresses of scheme {scheme} (PEPPOL-EN16931-CL008)",
                whose=whose, scheme=address.scheme,
            )  # fmt: skip
            yield Lack(what, command("electronic-address", identifiers.suggested_address(party)))
    if mapping.is_between_germans(outline.issuer, outline.recipient):
        yield from _peppol_in_germany(outline)


def _peppol_in_germany(outline: Outline) -> Iterator[Lack]:
    """What Peppol wants between two parties in Germany (DE-R-001 to DE-R-009)."""
    head, issuer = outline.issuer.head, outline.issuer
    for given, name, term, rule in (
        (head.phone, "phone", "BT-42", "DE-R-006"),
        (head.email, "email", "BT-43", "DE-R-007"),
    ):
        if not (given or "").strip():
            what = say("the issuer has no {name} ({term}, {rule})", name=name, term=term, rule=rule)
            yield Lack(what, _init(name, name.upper()))
    if not (issuer.iban or issuer.qr_iban):
        yield Lack(say("the issuer has no account to be paid to (BG-16, DE-R-001)"), _init("iban", "IBAN"))
    for party, whose, command in _parties(outline):
        if not (party.address.city and party.address.postcode):
            place = command("postcode", "POSTCODE") + " --city CITY"
            yield Lack(say("{whose} has no town with its postcode (DE-R-003, DE-R-008)", whose=whose), place)


def _no_address(party: PartyOnPaper, whose: Text, command: Callable[[str, str], str]) -> Lack:
    suggested = identifiers.suggested_address(party)
    what = say("{whose} has no electronic address (BT-34, BT-49)", whose=whose)
    return Lack(what, command("electronic-address", suggested))


def _bad_address(party: PartyOnPaper, whose: Text, command: Callable[[str, str], str]) -> Lack:
    given = party.electronic_address
    what = say("{whose}: {given!r} is no electronic address as SCHEME:ADDRESS", whose=whose, given=given)
    return Lack(what, command("electronic-address", identifiers.suggested_address(party)))


# Who lacks it, and what fills it


def _parties(outline: Outline) -> Iterator[tuple[PartyOnPaper, Text, Callable[[str, str], str]]]:
    yield outline.issuer, say("the issuer"), _init
    yield outline.recipient, _named(outline), _changer(outline)


def _named(outline: Outline) -> Text:
    return say("customer {customer}", customer=outline.customer)


def _init(option: str, value: str) -> str:
    return f"billing init --{option} {shlex.quote(value)}"


def _changer(outline: Outline) -> Callable[[str, str], str]:
    return lambda option, value: (
        f"billing customer change {shlex.quote(str(outline.customer))} --{option} {shlex.quote(value)}"
    )
