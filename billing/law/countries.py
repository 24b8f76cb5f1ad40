"""What is known of a country: one record of `countries.toml`, of an issuer's country or only of customers' (M11).

No code elsewhere knows a country by its code: it asks the record. What a record must have for an issuer, and whether
the dated tables have it too, is in `issuers`.
"""

from functools import cache, lru_cache
from typing import Literal

from billing.law.data import table
from billing.values import dataclass


@dataclass(frozen=True, slots=True)
class CompanyId:
    """How a company's number in the register stands in its VAT id, and the scheme of such numbers (ISO 6523)."""

    pattern: str
    scheme: str | None = None


@dataclass(frozen=True, slots=True)
class Country:
    """A country's record; what it lacks is None. What each field means is said at the head of `countries.toml`."""

    code: str
    currency: str | None = None
    timezone: str | None = None
    language: str | None = None
    vat: str | None = None
    part_of: str | None = None
    postcodes: str | None = None
    mentions: str | None = None
    accounts: str | None = None
    reminders: str | None = None
    calendar: str | None = None
    regions: tuple[str, ...] = ()
    window: int | None = None
    figures: str | None = None
    credit_note: Literal["avoir", "note de crédit"] | None = None
    vat_label: Literal["country", "union"] | None = None
    usage: Literal["german"] | None = None
    house_number: Literal["first", "last"] = "last"
    postcode: Literal["first", "last"] = "first"
    vat_prefixes: tuple[str, ...] = ()
    written: tuple[str, ...] = ()
    company_id: CompanyId | None = None
    einvoice_address: str | None = None
    eea: bool = False
    qr_bill: bool = False
    french_reform: bool = False
    peppol_contact: bool = False
    structured_reference: bool = False

    @property
    def territory(self) -> str:
        """What it counts as for VAT: Monaco as France, most countries as themselves."""
        return self.vat or self.code

    @property
    def own_figures(self) -> str | None:
        """The locale of CLDR in whose way its amounts and days are written whatever the language, if there is one."""
        return None if self.figures == "language" else self.figures

    def region_names(self) -> dict[str, str]:
        """Its regions with holidays of their own: our name of each, and the library's."""
        parts = (region.partition(":") for region in self.regions)
        return {name: library or name for name, _, library in parts}


@lru_cache(1024)
def of(code: str | None) -> Country:
    """The record of a country; an empty one for a country of which nothing is known."""
    wanted = (code or "").strip().upper()
    return _records().get(wanted) or Country(wanted)


def records() -> list[Country]:
    """All records, in their order."""
    return list(_records().values())


def of_zone(timezone: str | None) -> Country | None:
    """The country that a time zone is the default of."""
    return next((record for record in records() if timezone and record.timezone == timezone), None)


def part_at(country: str | None, postcode: str | None) -> Country | None:
    """The part of a country with VAT of its own that a postcode lies in, if it does."""
    plain = (postcode or "").strip()
    parts = (record for record in records() if record.part_of == of(country).code and record.postcodes)
    return next((record for record in parts if plain.startswith(str(record.postcodes))), None)


def of_vat_prefix(written: str) -> Country | None:
    """The country whose VAT ids begin like this one: `EL…` and `GR…` are Greek, `FR…` French and not Monaco's."""
    for record in records():
        begins = (*record.vat_prefixes, record.code) if record.vat_prefixes else ()
        if any(written.startswith(prefix) for prefix in begins) and record.territory == record.code:
            return record
    return None


def meant_by(code: str) -> Country | None:
    """The country that people write a code for which is none of ISO 3166: `EL` as VAT ids begin, or `UK`."""
    return next((record for record in records() if code in (*record.written, *record.vat_prefixes)), None)


def vat_prefixes() -> set[str]:
    """What the VAT ids of all known countries begin with."""
    return {prefix for record in records() for prefix in record.vat_prefixes}


@cache
def _records() -> dict[str, Country]:
    return {code: _record(code, dict(row)) for code, row in table("countries").items()}


def _record(code: str, row: dict[str, object]) -> Country:
    known = {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
    if isinstance(company := row.get("company_id"), dict):
        known["company_id"] = CompanyId(**company)
    return Country(code, **known)  # type: ignore[arg-type]  # a wrong key or kind fails in the test of the records
