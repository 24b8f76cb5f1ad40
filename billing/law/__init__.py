"""What the law says about VAT and about the words on a document: dated data with its source (M2, M3, M11).

Pure but for reading its two TOML files once. It knows no customer and no document: who asks gives country, VAT id and
day. Rates and wording never stand in code; to change one, add a row to `vat.toml` or `mentions.toml`.
"""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from billing.core.vat import VatClass
from billing.errors import BadInput

Kind = Literal["invoice", "credit-note", "quote"]
Basis = Literal["invoice", "payment"]
_NOT_TAXED = Decimal("0.0")


@dataclass(frozen=True, slots=True)
class _Territory:
    """Countries that are one for VAT, and their standard rates, newest first."""

    code: str
    countries: tuple[str, ...]
    rates: tuple[tuple[date, Decimal], ...]


@dataclass(frozen=True, slots=True)
class _Member:
    """A member state of the EU, by the prefix of its VAT ids, with the days of its membership."""

    country: str
    prefix: str
    first: date
    last: date

    def on(self, day: date) -> bool:
        return self.first <= day <= self.last


def issuer_countries() -> list[str]:
    """The countries whose VAT is known: whose companies can issue documents."""
    return sorted(country for territory in _territories() for country in territory.countries)


def vat_class(issuer_country: str, customer_country: str, customer_vat_id: str | None, day: date) -> VatClass:
    """The VAT category and rate of work done on a day (M2, M3).

    Domestic: the standard rate. From one member state of the EU to another: reverse charge for a business, that is with
    a VAT id of another member state, else the issuer's rate. Elsewhere: not taxed. Refuses an issuer's country whose
    VAT is not known, and a day before its first known rate (`bad-input`).
    """
    territory = _territory_of(issuer_country)
    customer = customer_country.strip().upper()
    domestic = VatClass("S", _rate(territory, day))
    if customer in territory.countries:
        return domestic
    within_union = _member(territory.code, day) and _member(_country_for_union(customer), day)
    if not within_union:
        return VatClass("O", _NOT_TAXED)
    if _has_foreign_id(territory, customer, customer_vat_id, day):
        return VatClass("AE", _NOT_TAXED)
    return domestic


def mentions(
    issuer_country: str,
    categories: Iterable[str],
    kind: Kind,
    language: str,
    day: date,
    customer_is_business: bool,
    vat_basis: Basis | None = None,
) -> list[str]:
    """The sentences that a document of that day must carry, in a language (M3); English for a language we lack.

    `vat_basis` is what the issuer has said of when VAT is due; None, where nothing was said, is not printed.
    """
    territory = _territory_of(issuer_country)
    wanted = set(categories)
    customer = "business" if customer_is_business else "consumer"
    spoken = language[:2].lower()
    return [
        str(row.get(spoken, row["en"]))
        for row in _data("mentions.toml")["mention"]
        if row["territory"] == territory.code
        and kind in row["kinds"]
        and row.get("category", "") in wanted | {""}
        and row.get("customers", customer) == customer
        and row.get("vat_basis", vat_basis) == vat_basis
        and row["from"] <= day <= row.get("until", date.max)
    ]


def _rate(territory: _Territory, day: date) -> Decimal:
    for first, rate in territory.rates:
        if first <= day:
            return rate
    first = territory.rates[-1][0]
    raise BadInput("bad-input", f"no VAT rate of {territory.code} is known for {day}; the first is from {first}")


def _territory_of(issuer_country: str) -> _Territory:
    wanted = issuer_country.strip().upper()
    for territory in _territories():
        if wanted in territory.countries:
            return territory
    known = ", ".join(issuer_countries())
    raise BadInput("bad-input", f"the VAT of an issuer in {issuer_country!r} is not known; supported: {known}")


def _has_foreign_id(territory: _Territory, customer_country: str, vat_id: str | None, day: date) -> bool:
    """Whether a VAT id is one of a member state other than the issuer's, which makes its owner a business (M3)."""
    written = "".join(c for c in (vat_id or "").upper() if c.isalnum())
    if not written:
        return False
    if not written[:2].isalpha():
        return True  # without a prefix it counts as the customer's own country's, a member state by now
    member = next((m for m in _members() if written[:2] in (m.prefix, m.country)), None)
    return member is not None and member.on(day) and member.country != territory.code and len(written) > 2


def _country_for_union(country: str) -> str:
    """The member state that a country counts as: Monaco as France."""
    return next((t.code for t in _territories() if country in t.countries), country)


def _member(country: str, day: date) -> bool:
    return any(member.country == country and member.on(day) for member in _members())


@cache
def _territories() -> tuple[_Territory, ...]:
    data = _data("vat.toml")
    return tuple(
        _Territory(row["code"], tuple(row["countries"]), _rates(data["rate"], row["code"])) for row in data["territory"]
    )


def _rates(rows: list[dict[str, Any]], territory: str) -> tuple[tuple[date, Decimal], ...]:
    found = [(row["from"], Decimal(row["standard"])) for row in rows if row["territory"] == territory]
    return tuple(sorted(found, reverse=True))


@cache
def _members() -> tuple[_Member, ...]:
    states: dict[str, dict[str, Any]] = _data("vat.toml")["union"]["states"]
    return tuple(
        _Member(country, row.get("vat_prefix", country), row["from"], row.get("until", date.max))
        for country, row in states.items()
    )


@cache
def _data(name: str) -> dict[str, Any]:
    return tomllib.loads((files(__package__) / name).read_text(encoding="utf-8"))
