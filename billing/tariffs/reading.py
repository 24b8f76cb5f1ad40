"""Reads a tariff's TOML text into frozen values; the text was checked when it came in."""

import tomllib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from billing.core.tariff import Allowance, Category, Product, Tariff, Titles, Validity
from billing.core.units import to_cents
from billing.tariffs.service import service_of, service_sources

LANGUAGES = ("fr", "de", "it", "en")

Table = dict[str, Any]


@dataclass(frozen=True)
class Version:
    """One dated version of a tariff, with its file's text word for word."""

    name: str
    valid_from: date
    text: str
    tariff: Tariff


@lru_cache(maxsize=256)
def parse(text: str, valid_from: date) -> Tariff:
    """The tariff that a text says. The text is trusted: it was checked when it came in."""
    return tariff_of(toml(text), valid_from)


def sources(text: str) -> dict[str, str]:
    """Where each figure of a tariff comes from: `increment`, `categories.support`, `allowance` … -> its source."""
    data = toml(text)
    found = dict(data.get("source", {}))
    for group in ("categories", "products"):
        found |= {f"{group}.{name}": table.get("source", "") for name, table in data.get(group, {}).items()}
    if "allowance" in data:
        found["allowance"] = data["allowance"].get("source", "")
    if "service" in data:
        found |= service_sources(data["service"])
    return found


def toml(text: str) -> Table:
    """A TOML document with exact numbers. Raises TOMLDecodeError, also for what is nested beyond all measure."""
    try:
        return tomllib.loads(text, parse_float=Decimal)  # 175.00 is exact, and no float ever comes near money
    except RecursionError:
        raise tomllib.TOMLDecodeError("values are nested too deep") from None


def tariff_of(data: Table, valid_from: date) -> Tariff:
    optional = ("minimum", "tolerance", "carry_over", "grace_days", "goodwill_priority")
    return Tariff(
        name=data["name"],
        valid_from=valid_from,
        titles=_titles(data, data["name"]),
        currency=data["currency"],
        increment=data["increment"],
        rounding=data["rounding"],
        term=data["term"],
        overage=data["overage"],
        categories={name: _category(name, table) for name, table in data["categories"].items()},
        products={name: _product(name, table) for name, table in data.get("products", {}).items()},
        tiers=tuple(data.get("tiers", ())),
        allowance=_allowance(data["allowance"]) if "allowance" in data else None,
        service=service_of(data["service"]) if "service" in data else None,
        **{key: data[key] for key in optional if key in data},
    )


def _category(name: str, table: Table) -> Category:
    return Category(
        name=name,
        titles=_titles(table, name),
        rate=_amount(table, "rate"),
        free=table.get("free"),
        charged_as=table.get("charged_as"),
    )


def _allowance(table: Table) -> Allowance:
    minutes = table["minutes"]
    return Allowance(
        covers=tuple(table["covers"]),
        single={tier: row["single"] for tier, row in minutes.items()},
        several={tier: row.get("several", row["single"]) for tier, row in minutes.items()},
        main_modules=tuple(table.get("main_modules", ())),
        minimum_fee=_amount(table, "minimum_fee"),
        priority=table.get("priority"),
    )


def _product(name: str, table: Table) -> Product:
    plain = ("minutes", "credited_on", "contacts", "extends", "limit", "priority", "priority_service")
    lists = ("covers", "tiers", "requires", "applies_to")
    optional: Table = {key: table[key] for key in plain if key in table}
    optional |= {key: tuple(table[key]) for key in lists if key in table}
    return Product(
        name=name,
        titles=_titles(table, name),
        kind=table["kind"],
        validity=_validity(table["validity"]),
        price=_amount(table, "price"),
        reduced_rate=_amount(table, "reduced_rate"),
        **optional,
    )


def _titles(table: Table, name: str) -> Titles:
    """A title in every language: the missing ones as in English, or in any language given, or the bare name."""
    given: Titles = table.get("title", {})
    other = given.get("en") or next(iter(given.values()), name)
    return {language: given.get(language, other) for language in LANGUAGES}


def _amount(table: Table, key: str) -> Decimal | None:
    return to_cents(Decimal(table[key])) if key in table else None


def _validity(text: str) -> Validity:
    if text == "term":
        return Validity(1, "term")
    amount, unit = text.split()
    units: dict[str, Literal["day", "month", "year"]] = {"day": "day", "month": "month", "year": "year"}
    return Validity(int(amount), units[unit.removesuffix("s")])


def text_of(file: Path) -> str:
    return file.read_bytes().decode("utf-8-sig")  # some editors begin a file with a byte order mark
