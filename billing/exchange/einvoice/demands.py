"""What each format demands of a document, and the command that fills what is missing (M7).

Only fields that a user can lack are asked for; that amounts add up is `checks`' business. The rules quoted are those of
EN 16931 (BR-…), of the French reform (BR-FR-…, XP Z12-012) and of Peppol BIS Billing 3.0 (PEPPOL-…).
"""

import shlex
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from billing.exchange.einvoice import identifiers, mapping, notes
from billing.exchange.einvoice.model import Identifier

Content = Mapping[str, Any]
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

    what: str
    command: str | None = None

    def __str__(self) -> str:
        return self.what if self.command is None else f"{self.what}; {self.command}"


def missing_for(content: Content, format: Format) -> list[str]:
    """What a document lacks for a format, each with the command that fills it. A plain PDF demands nothing (M7)."""
    return [str(lack) for lack in lacks(content, format)]


def lacks(content: Content, format: Format) -> list[Lack]:
    """What a document lacks for a format.

    Of the content only parties, kind, currency, date and the categories of VAT are asked, so that a document about to
    be issued can be looked at before it has a number.
    """
    if format == "pdf":
        return []
    found = list(_core(content))
    if mapping.is_between_french_companies(content) and format != "ubl":
        found += _french(content)
    if format == "ubl":
        found += _peppol(content)
    if format == "factur-x" and content["currency"] != "EUR":
        found.append(Lack(f"the currency is {content['currency']}, Factur-X is made in EUR"))
    return found


def can_be_embedded(content: Content) -> bool:
    """Whether nothing is missing for Factur-X: asked for each document that is issued, so answered at once."""
    return content["currency"] == "EUR" and not lacks(content, "factur-x")


# The European norm


def _core(content: Content) -> Iterator[Lack]:
    issuer, customer = content["issuer"], content["recipient"]
    categories = {row["category"] for row in content["vat"]}
    if "O" in categories and len(categories) > 1:
        yield Lack("lines outside the scope of VAT stand beside taxed ones (BR-O-11)")
    if categories & {"S", "AE"}:
        yield from _vat_id(issuer, "the issuer", "BT-31", _init)
    elif identifiers.legal_id(issuer) is None:
        yield Lack("the issuer has no SIREN, UID or enterprise number (BR-CO-26, BT-30)", _init("vat-id", "VAT-ID"))
    needed = "AE" in categories and identifiers.legal_id(customer) is None
    if needed or (identifiers.vat_id(customer) and "O" not in categories):
        yield from _vat_id(customer, _named(content), "BT-48", _changer(content))
    for party, whose, command in _parties(content):
        address = identifiers.electronic_address(party)
        if party.get("electronic_address") and (address is None or not identifiers.is_valid_address(address)):
            yield _bad_address(party, whose, command)


def _vat_id(party: Content, whose: str, term: str, command: Callable[[str, str], str]) -> Iterator[Lack]:
    if not identifiers.vat_id(party):
        yield Lack(f"{whose} has no VAT id ({term})", command("vat-id", "VAT-ID"))
    elif not identifiers.is_vat_id(party):
        yield Lack(f"{whose}: {party['vat_id']!r} is no VAT id ({term}, BR-CO-09)", command("vat-id", "VAT-ID"))


# The French reform


def _french(content: Content) -> Iterator[Lack]:
    for party, whose, command in _parties(content):
        term = "BT-30" if party is content["issuer"] else "BT-47"
        rule = "BR-FR-10" if party is content["issuer"] else "BR-FR-11"
        if identifiers.siren(party) is None:
            number = identifiers.siren_of_vat_id(party) or "SIREN"
            yield Lack(f"{whose} has no SIREN ({term}, {rule})", command("siren", number))
        address = identifiers.electronic_address(party)
        if address is None and not party.get("electronic_address"):
            yield _no_address(party, whose, command)
        elif address and party is content["recipient"] and not _is_in_directory(address, identifiers.siren(party)):
            what = f"{whose}: the electronic address is not its SIREN's in the directory (BT-49, BR-FR-21)"
            yield Lack(what, command("electronic-address", identifiers.suggested_address(party)))
    if content["currency"] != "EUR":
        yield Lack(f"the currency is {content['currency']}: the reform wants VAT in EUR too (BR-FR-CO-12)")
    on = date.fromisoformat(content["date"])
    if len(notes.french("fr", on)) < len(notes.SUBJECTS):
        yield Lack(f"the notes PMD, PMT and AAB have no wording for {on} (BR-FR-05)")


def _is_in_directory(address: Identifier, siren: str | None) -> bool:
    return address.scheme == identifiers.FRENCH_ADDRESS and bool(siren) and address.value.startswith(siren or "")


# Peppol


def _peppol(content: Content) -> Iterator[Lack]:
    """Both parties are found by an electronic address of a scheme of Peppol's (PEPPOL-EN16931-R010, R020, CL008)."""
    for party, whose, command in _parties(content):
        address = identifiers.electronic_address(party)
        if address is None and not party.get("electronic_address"):
            yield _no_address(party, whose, command)
        elif address and not (address.scheme or "").isdigit():
            what = f"{whose}: Peppol knows no addresses of scheme {address.scheme} (PEPPOL-EN16931-CL008)"
            yield Lack(what, command("electronic-address", identifiers.suggested_address(party)))


def _no_address(party: Content, whose: str, command: Callable[[str, str], str]) -> Lack:
    suggested = identifiers.suggested_address(party)
    return Lack(f"{whose} has no electronic address (BT-34, BT-49)", command("electronic-address", suggested))


def _bad_address(party: Content, whose: str, command: Callable[[str, str], str]) -> Lack:
    what = f"{whose}: {party['electronic_address']!r} is no electronic address as SCHEME:ADDRESS"
    return Lack(what, command("electronic-address", identifiers.suggested_address(party)))


# Who lacks it, and what fills it


def _parties(content: Content) -> Iterator[tuple[Content, str, Callable[[str, str], str]]]:
    yield content["issuer"], "the issuer", _init
    yield content["recipient"], _named(content), _changer(content)


def _named(content: Content) -> str:
    return f"customer {content['customer']}"


def _init(option: str, value: str) -> str:
    return f"billing init --{option} {shlex.quote(value)}"


def _changer(content: Content) -> Callable[[str, str], str]:
    return lambda option, value: (
        f"billing customer change {shlex.quote(str(content['customer']))} --{option} {shlex.quote(value)}"
    )
