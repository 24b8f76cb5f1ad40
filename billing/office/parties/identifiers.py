"""Whether VAT ids and SIREN are what they claim to be.

One that looks wrong is taken and doubted aloud: only its office knows. An IBAN that is wrong is refused by the request
that gives it: money would go nowhere.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from billing.law import countries
from billing.law.identifiers import VatId, siren_fault
from billing.texts import Text, say
from billing.views.codec import to_json
from billing.views.documents import Document

ISSUER = say("the issuer")


def doubts(who: Text | str, party: Mapping[str, Any]) -> list[Text]:
    """What looks wrong in the numbers of an issuer or customer, each a sentence; none where nothing does (M3)."""
    found = [_vat_doubt(party), _siren_doubt(party), _place_doubt(party)]
    return [say("{who}: {doubt}", who=who, doubt=doubt) for doubt in found if doubt is not None]


def doubts_of(found: Iterable[Document]) -> list[Text]:
    """What looks wrong in the numbers on documents: the issuer's first, then each customer's once."""
    parties: dict[Text | str, Mapping[str, Any]] = {}
    for document in found:
        parties.setdefault(ISSUER, to_json(document.issuer))
        parties.setdefault(document.customer, to_json(document.recipient))
    return [doubt for who, party in parties.items() for doubt in doubts(who, party)]


def _vat_doubt(party: Mapping[str, Any]) -> Text | None:
    written, country = party.get("vat_id"), countries.of(party.get("country"))
    vat_id = VatId.read(written, country.code)
    if vat_id is None:
        return None
    if vat_id.fault is not None:
        return say("VAT id {number!r} looks wrong: {fault}", number=written, fault=vat_id.fault)
    if country.code and vat_id.country.territory not in (country.code, country.territory, country.part_of):
        of = vat_id.country.code
        return say(
            "VAT id {number!r} is one of {of}, not of {country}: VAT is decided by it and the country",
            number=written, of=of, country=country.code,
        )  # fmt: skip
    return None


def _siren_doubt(party: Mapping[str, Any]) -> Text | None:
    wrong = siren_fault(str(party["siren"])) if party.get("siren") else None
    if wrong is None:
        return None
    return say("SIREN {number!r} looks wrong: {fault}", number=party["siren"], fault=wrong)


def _place_doubt(party: Mapping[str, Any]) -> Text | None:
    """An overseas department has a code of its own; written as its state it would be taxed as that (M18)."""
    postcode = party.get("postcode") or (party.get("address") or {}).get("postcode")
    part = countries.part_at(party.get("country"), postcode) if party.get("code") else None
    if part is None:
        return None
    return say("postcode {postcode} is in {place}, which has VAT of its own: --country {place}", postcode=postcode,
               place=part.code)  # fmt: skip
