"""What the law says about VAT and about the words on a document: dated data with its source (M2, M3, M11).

Pure but for reading its TOML files once. It knows no customer and no document: who asks gives country, VAT id and
day. Rates and wording never stand in code; to change one, add a row to `vat.toml` or `mentions.toml`. What has no day
is in a country's record, `countries.toml`.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Literal

from billing.core.vat import VatClass
from billing.errors import BadInput
from billing.law import countries
from billing.law.data import table
from billing.texts import say
from billing.values import dataclass

if TYPE_CHECKING:
    from billing.law.identifiers import VatId

Kind = Literal["invoice", "credit-note", "quote"]
Basis = Literal["invoice", "payment"]
_NOT_TAXED = Decimal("0.0")
_OUTSIDE = VatClass("O", _NOT_TAXED)


@dataclass(frozen=True, slots=True)
class _Territory:
    """Countries that are one for VAT, and their standard rates, newest first."""

    code: str
    rates: tuple[tuple[date, Decimal], ...]


@lru_cache(4096)
def vat_class(
    issuer_country: str, customer_country: str, customer_vat_id: str | None, day: date, is_exempt: bool = False
) -> VatClass:
    """The VAT category and rate of work done on a day (M2, M3).

    Domestic: the standard rate, in a part of the country with VAT of its own the rate there, or none (M18). From one
    member state of the EU to another: reverse charge for a business, that is with a VAT id of another member state,
    else the issuer's rate. Elsewhere: not taxed. An issuer whom the law exempts charges none where it would charge its
    rate (M18). Refuses an issuer's country whose VAT is not known, and a day before its first known rate (`bad-input`).
    """
    territory = _territory_of(issuer_country)
    customer = countries.of(customer_country)
    domestic = VatClass("E", _NOT_TAXED) if is_exempt else VatClass("S", _rate(territory.code, territory.rates, day))
    if customer.territory == territory.code:
        return domestic
    if customer.part_of == territory.code:
        rate = _rate(customer.code, _rates(table("vat")["rate"], customer.code), day)
        return VatClass("E" if is_exempt else "S", _NOT_TAXED if is_exempt else rate) if rate else _OUTSIDE
    if not (is_member(territory.code, day) and is_member(customer.territory, day)):
        return _OUTSIDE
    if _has_foreign_id(territory, _read(customer_vat_id, customer.code), day):
        return VatClass("AE", _NOT_TAXED)
    return domestic


def wants_vat_id(issuer_country: str, customer_country: str, customer_vat_id: str | None, day: date) -> bool:
    """Whether a customer in another member state has no VAT id that makes it a business (M3, M18)."""
    territory, customer = _territory_of(issuer_country), countries.of(customer_country)
    if customer.territory == territory.code:
        return False
    both = is_member(territory.code, day) and is_member(customer.territory, day)
    return both and not _has_foreign_id(territory, _read(customer_vat_id, customer.code), day)


def mentions(
    issuer_country: str,
    categories: Iterable[str],
    kind: Kind,
    language: str,
    day: date,
    customer_is_business: bool,
    vat_basis: Basis | None = None,
    customer_country: str | None = None,
) -> list[str]:
    """The sentences that a document of that day must carry, in a language (M3); English for a language we lack.

    `vat_basis` is what the issuer has said of when VAT is due; None, where nothing was said, is not printed.
    """
    _territory_of(issuer_country)  # refuses a country whose law is not known
    territory = countries.of(issuer_country).mentions
    wanted = set(categories)
    place = countries.of(customer_country).code
    customer = "business" if customer_is_business else "consumer"
    spoken = language[:2].lower()
    return [
        str(row.get(spoken, row["en"]))
        for row in table("mentions")["mention"]
        if row["territory"] == territory
        and kind in row["kinds"]
        and row.get("category", "") in wanted | {""}
        and row.get("customers", customer) == customer
        and row.get("vat_basis", vat_basis) == vat_basis
        and place in row.get("places", [place])
        and place not in row.get("elsewhere", ())
        and row["from"] <= day <= row.get("until", date.max)
    ]


def _rate(code: str, rates: tuple[tuple[date, Decimal], ...], day: date) -> Decimal:
    for first, rate in rates:
        if first <= day:
            return rate
    first = rates[-1][0]
    raise BadInput(
        "bad-input",
        say("no VAT rate of {code} is known for {day}", code=code, day=day),
        say("the first is from {first}", first=first),
    )


def _territory_of(issuer_country: str) -> _Territory:
    wanted = countries.of(issuer_country).vat
    for territory in _territories():
        if wanted == territory.code:
            return territory
    from billing.law import issuers  # only a refusal needs it: the accounts that it looks for bring the journal along

    known = ", ".join(issuers.possible())
    raise BadInput(
        "bad-input",
        say("the VAT of an issuer in {issuer_country!r} is not known", issuer_country=issuer_country),
        say("supported: {known}", known=known),
    )


def _read(vat_id: str | None, country: str) -> "VatId | None":
    from billing.law.identifiers import VatId  # who only writes a day needs no number

    return VatId.read(vat_id, country)


def _has_foreign_id(territory: _Territory, vat_id: "VatId | None", day: date) -> bool:
    """Whether a VAT id is one of a member state other than the issuer's, which makes its owner a business (M3)."""
    if vat_id is None or len(vat_id.value) <= 2:
        return False
    state = vat_id.country.territory
    return is_member(state, day) and state != territory.code


def is_member(country: str, day: date) -> bool:
    """Whether a country was a member state of the Union on a day."""
    state = table("vat")["union"]["states"].get(country)
    return state is not None and state["from"] <= day <= state.get("until", date.max)


@cache
def is_by_month() -> bool:
    """Whether all days of a month are taxed alike: rates and memberships have only changed between two months."""
    data = table("vat")
    dated = [*data["rate"], *data["union"]["states"].values()]
    return all(row["from"].day == 1 and (row.get("until", _YEAR_END) + timedelta(1)).day == 1 for row in dated)


_YEAR_END = date(2000, 12, 31)


@cache
def _territories() -> tuple[_Territory, ...]:
    data = table("vat")
    return tuple(_Territory(row["code"], _rates(data["rate"], row["code"])) for row in data["territory"])


def _rates(rows: list[dict[str, Any]], territory: str) -> tuple[tuple[date, Decimal], ...]:
    found = [(row["from"], Decimal(row["standard"])) for row in rows if row["territory"] == territory]
    return tuple(sorted(found, reverse=True))
