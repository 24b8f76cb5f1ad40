"""Reads a tariff's TOML text into frozen values; the text was checked when it came in."""

import tomllib
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from billing import given
from billing.core.tariff import Allowance, Category, Product, Tariff
from billing.tariffs.service import service_of
from billing.tariffs.shape import AllowanceTable, CategoryTable, Money, ProductTable, TariffTable
from billing.tariffs.written import amount_of, titles_of, validity_of
from billing.values import dataclass
from billing.views.codec import from_json


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
    return tariff_of(table_of(toml(text)), valid_from)


def sources(text: str) -> dict[str, str]:
    """Where each figure of a tariff comes from: `increment`, `categories.support`, `allowance` … -> its source."""
    return dict(_sources((), table_of(toml(text))))


def toml(text: str) -> dict[str, Any]:
    """A TOML document with exact numbers. Raises TOMLDecodeError, also for what is nested beyond all measure."""
    try:
        return tomllib.loads(text, parse_float=Decimal)  # 175.00 is exact, and no float ever comes near money
    except RecursionError:
        raise tomllib.TOMLDecodeError("values are nested too deep") from None


def table_of(data: dict[str, Any]) -> TariffTable:
    """A document of the right shape as the tables that it is made of."""
    return from_json(TariffTable, data)


def tariff_of(file: TariffTable, valid_from: date) -> Tariff:
    """The tariff that a file's tables say."""
    return Tariff(
        name=file.name,
        valid_from=valid_from,
        titles=titles_of(file.title, file.name),
        currency=file.currency,
        increment=file.increment,
        rounding=file.rounding,
        term=file.term,
        overage=file.overage,
        categories={name: _category(name, table) for name, table in file.categories.items()},
        products={name: _product(name, table) for name, table in file.products.items()},
        tiers=file.tiers,
        allowance=_allowance(file.allowance) if file.allowance else None,
        minimum=file.minimum,
        tolerance=file.tolerance,
        carry_over=file.carry_over,
        grace_days=file.grace_days,
        goodwill_priority=file.goodwill_priority,
        service=service_of(file.service) if file.service else None,
    )


def _category(name: str, table: CategoryTable) -> Category:
    return Category(
        name=name,
        titles=titles_of(table.title, name),
        rate=_amount(table.rate),
        free=table.free,
        charged_as=table.charged_as,
    )


def _allowance(table: AllowanceTable) -> Allowance:
    return Allowance(
        covers=table.covers,
        single={tier: row.single for tier, row in table.minutes.items()},
        several={tier: row.single if row.several is None else row.several for tier, row in table.minutes.items()},
        main_modules=table.main_modules,
        minimum_fee=_amount(table.minimum_fee),
        priority=table.priority,
    )


def _product(name: str, table: ProductTable) -> Product:
    return Product(
        name=name,
        titles=titles_of(table.title, name),
        kind=table.kind,
        validity=validity_of(table.validity),
        price=_amount(table.price),
        minutes=table.minutes or 0,
        covers=table.covers,
        credited_on=table.credited_on,
        tiers=table.tiers,
        requires=table.requires,
        contacts=table.contacts,
        extends=table.extends,
        limit=table.limit,
        reduced_rate=_amount(table.reduced_rate),
        applies_to=table.applies_to,
        priority=table.priority,
        priority_service=table.priority_service,
    )


def _amount(written: Money | None) -> Decimal | None:
    return None if written is None else amount_of(written)


def _sources(at: tuple[str, ...], part: object) -> Iterator[tuple[str, str]]:
    """The sources in a table, and in the tables that it holds: each has one, or one for each of its figures."""
    match part:
        case dict():
            for name, inner in part.items():
                yield from _sources((*at, name), inner)
        case object(source=str(source)):
            yield ".".join(at), source
        case object(source=dict(figures)):
            yield from ((".".join((*at, figure)), source) for figure, source in figures.items())
    for each in fields(part) if is_dataclass(part) else ():
        yield from _sources((*at, each.name), getattr(part, each.name))


def text_of(file: Path) -> str:
    return given.text(file)  # without the byte order mark that some editors begin a file with
