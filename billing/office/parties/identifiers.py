"""Whether numbers and zones are what they claim to be: VAT ids, SIREN, IBAN, time zones.

A VAT id or a SIREN that looks wrong is taken and doubted aloud: only its office knows. An IBAN that is wrong is
refused: money would go nowhere.
"""

import difflib
from collections.abc import Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from billing.errors import BadInput
from billing.law import countries
from billing.law.identifiers import Iban, VatId, siren_fault

ISSUER = "the issuer"


def doubts(who: str, party: Mapping[str, Any]) -> list[str]:
    """What looks wrong in the numbers of an issuer or customer, each a sentence; none where nothing does (M3)."""
    found = [_vat_doubt(party), _siren_doubt(party)]
    return [f"{who}: {doubt}" for doubt in found if doubt is not None]


def doubts_of(contents: Iterable[Mapping[str, Any]]) -> list[str]:
    """What looks wrong in the numbers on documents: the issuer's first, then each customer's once."""
    parties: dict[str, Mapping[str, Any]] = {}
    for content in contents:
        parties.setdefault(ISSUER, content["issuer"])
        parties.setdefault(content["customer"], content["recipient"])
    return [doubt for who, party in parties.items() for doubt in doubts(who, party)]


def with_doubts(answer: dict[str, Any], found: list[str]) -> dict[str, Any]:
    """An answer with its warnings, where there are any."""
    return answer | {"warnings": found} if found else answer


def check_accounts(values: Mapping[str, Any]) -> None:
    """Refuses an IBAN with wrong check digits, and a QR-IBAN that is none (`bad-input`)."""
    for key in ("iban", "qr_iban"):
        if values.get(key):
            _check_iban(key.replace("_", "-"), str(values[key]))
    if values.get("qr_iban") and not Iban.read(values["qr_iban"]).takes_qr_references:
        raise BadInput(
            "bad-input",
            f"qr-iban {values['qr_iban']!r} is no QR-IBAN: it begins with CH or LI and has 30000 to 31999 from its "
            "fifth digit on; an ordinary account is given with --iban",
        )


def check_timezone(name: str, near: str | None = None) -> None:
    """Refuses what is no time zone, and names some that are; `near` is one that lies close by (`bad-input`)."""
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        raise BadInput("bad-input", f"{name!r} is no time zone; {_zones_like(name, near)}") from None


def _zones_like(name: str, near: str | None) -> str:
    likely = difflib.get_close_matches(name, sorted(available_timezones()), n=3, cutoff=0.8)
    if not likely and near is not None:
        likely = [near]
    return f"did you mean {' or '.join(likely)}?" if likely else "write one as Europe/Zurich or Europe/Paris"


def _check_iban(key: str, written: str) -> None:
    wrong = Iban.read(written).fault
    if wrong is not None:
        raise BadInput("bad-input", f"{key} {written!r} is no IBAN: {wrong}; copy it from the bank")


def _vat_doubt(party: Mapping[str, Any]) -> str | None:
    written, country = party.get("vat_id"), countries.of(party.get("country"))
    vat_id = VatId.read(written, country.code)
    if vat_id is None:
        return None
    if vat_id.fault is not None:
        return f"VAT id {written!r} looks wrong: {vat_id.fault}"
    if country.code and vat_id.country.territory not in (country.code, country.territory):
        of = vat_id.country.code
        return f"VAT id {written!r} is one of {of}, not of {country.code}: VAT is decided by it and the country"
    return None


def _siren_doubt(party: Mapping[str, Any]) -> str | None:
    wrong = siren_fault(str(party["siren"])) if party.get("siren") else None
    return None if wrong is None else f"SIREN {party['siren']!r} looks wrong: {wrong}"
