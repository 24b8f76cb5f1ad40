"""Whether numbers are what they claim to be: VAT ids, SIREN, IBAN, time zones (python-stdnum, imported when asked).

A VAT id or a SIREN that looks wrong is taken and doubted aloud: only its office knows. An IBAN that is wrong is
refused: money would go nowhere.
"""

import difflib
from collections.abc import Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from billing.errors import BadInput

ISSUER = "the issuer"
_SWISS = ("CH", "LI")
_SWISS_TAX = ("MWST", "TVA", "IVA", "VAT", "TPV")  # what is written behind a Swiss number that is registered for VAT
_UNION_PREFIX = {"GR": "EL", "MC": "FR"}  # the prefix of a country's VAT ids, where it is not the country's own code
_COUNTRY = {"EL": "GR", "CHE": "CH", "XI": "GB"}


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
    if values.get("qr_iban"):
        from billing.documents import qrbill

        if not qrbill.is_qr_iban(values["qr_iban"]):
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
    from stdnum import iban
    from stdnum.exceptions import ValidationError

    try:
        iban.validate(written, check_country=False)  # banks come and go; the check digits are what a slip breaks
    except ValidationError as wrong:
        raise BadInput("bad-input", f"{key} {written!r} is no IBAN: {_why(wrong)}; copy it from the bank") from None


def _vat_doubt(party: Mapping[str, Any]) -> str | None:
    country = str(party.get("country") or "").upper()
    written = "".join(c for c in str(party.get("vat_id") or "").upper() if c.isalnum())
    if not written:
        return None
    prefixed = written if written[:2].isalpha() else _UNION_PREFIX.get(country, country) + written
    why = _why_no_vat_id(prefixed)
    if why is not None:
        return f"VAT id {party['vat_id']!r} looks wrong: {why}"
    of = _COUNTRY.get(prefixed[:3], _COUNTRY.get(prefixed[:2], prefixed[:2]))
    if country and of not in (country, "CH" if country in _SWISS else _UNION_PREFIX.get(country)):
        return f"VAT id {party['vat_id']!r} is one of {of}, not of {country}: VAT is decided by it and the country"
    return None


def _why_no_vat_id(written: str) -> str | None:
    """What is wrong in a VAT id with its prefix; None for a right one, and for countries whose ids we do not know."""
    from stdnum.exceptions import ValidationError

    known = _checker(written)
    if known is None:
        return None
    tax = next((tax for tax in _SWISS_TAX if written.startswith("CHE") and written.endswith(tax)), "")
    try:
        known.validate(written.removesuffix(tax))
    except ValidationError as wrong:
        return _why(wrong)
    return None


def _checker(written: str) -> Any:
    """The module that knows VAT ids with this prefix, None where there is none."""
    from stdnum.ch import uid
    from stdnum.eu import vat
    from stdnum.gb import vat as british

    if written.startswith("CHE"):
        return uid
    if written[:2] in ("GB", "XI"):
        return british
    return vat if written[:2].lower() in {*vat.MEMBER_STATES, "el"} else None


def _siren_doubt(party: Mapping[str, Any]) -> str | None:
    if not party.get("siren"):
        return None
    from stdnum.exceptions import ValidationError
    from stdnum.fr import siren

    try:
        siren.validate(str(party["siren"]))
    except ValidationError as wrong:
        return f"SIREN {party['siren']!r} looks wrong: {_why(wrong)}"
    return None


def _why(wrong: Exception) -> str:
    known = {
        "InvalidLength": "it is too long or too short",
        "InvalidChecksum": "its check digits do not fit",
        "InvalidFormat": "it is not written as one",
    }
    return known.get(type(wrong).__name__, "a part of it is none that exists")
