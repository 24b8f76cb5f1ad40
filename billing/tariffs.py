"""Tariff files: found, read, checked and described; a TOML text in, a frozen `core.tariff.Tariff` out.

What the keys mean is in `tariffs/README.md`. What a tariff means for an entry is decided in `core`, never here; a
version that a contract cites is kept by `store`. Checking needs pydantic, which is slow to import, so only the
functions that check import it: `parse` trusts its text and stays fast.
"""

import os
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from billing import shipped
from billing.core.tariff import Allowance, Category, Product, Tariff, Titles, Validity
from billing.core.units import to_cents
from billing.errors import BadInput, one_of

if TYPE_CHECKING:
    from pydantic import BaseModel
    from pydantic_core import ErrorDetails

LANGUAGES = ("fr", "de", "it", "en")

Table = dict[str, Any]
KeyPath = tuple[str, ...]
Row = tuple[str, str, str, str]


@dataclass(frozen=True)
class Version:
    """One dated version of a tariff, with its file's text word for word."""

    name: str
    valid_from: date
    text: str
    tariff: Tariff


@dataclass(frozen=True)
class Fault:
    """What is wrong in a tariff file, and where; `key` is empty where the file as a whole is at fault."""

    file: Path
    line: int
    key: str
    message: str

    def __str__(self) -> str:
        return ": ".join(part for part in (f"{self.file}:{self.line}", self.key, self.message) if part)


# --- finding ---------------------------------------------------------------------------------------------------------


def folders(environ: Mapping[str, str]) -> list[Path]:
    """The folders of tariffs: the user's own (BILLING_TARIFFS, earlier ones win), then those that ship."""
    own = [Path(part).expanduser() for part in environ.get("BILLING_TARIFFS", "").split(os.pathsep) if part]
    for folder in own:
        if not folder.is_dir():  # passed over, it would bill the shipped prices in place of the user's
            raise BadInput("bad-tariff", f"BILLING_TARIFFS names {folder}, which is not a folder")
    return [*own, shipped("tariffs")]


def names(folders: Iterable[Path]) -> list[str]:
    """The names of all tariffs in these folders, in alphabetical order."""
    return sorted({file.parent.name for folder in folders for file in folder.glob("*/*.toml")})


def versions(folders: Sequence[Path], name: str) -> list[Version]:
    """The versions of a tariff by date, all from the first folder that has it, and checked.

    Raises `unknown-tariff`, or `bad-tariff` with the first fault.
    """
    if name not in names(folders):
        raise one_of("tariff", name, names(folders))
    folder = next(folder for folder in folders if name in names([folder]))
    return [_checked(file) for file in sorted((folder / name).glob("*.toml"))]


def version_for(versions: Sequence[Version], day: date) -> Version:
    """The version in force on a day: the last that is valid by then; the first also counts for earlier days."""
    assert versions
    return next((version for version in reversed(versions) if version.valid_from <= day), versions[0])


def _checked(file: Path) -> Version:
    found = faults(file)
    if found:
        raise BadInput("bad-tariff", str(found[0]))
    text, day = _text(file), date.fromisoformat(file.stem)
    return Version(file.parent.name, day, text, parse(text, day))


def _text(file: Path) -> str:
    return file.read_bytes().decode("utf-8-sig")  # some editors begin a file with a byte order mark


# --- reading ---------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=256)
def parse(text: str, valid_from: date) -> Tariff:
    """The tariff that a text says. The text is trusted: it was checked when it came in."""
    return _tariff(_toml(text), valid_from)


def sources(text: str) -> dict[str, str]:
    """Where each figure of a tariff comes from: `increment`, `categories.support`, `allowance` … -> its source."""
    data = _toml(text)
    found = dict(data.get("source", {}))
    for group in ("categories", "products"):
        found |= {f"{group}.{name}": table.get("source", "") for name, table in data.get(group, {}).items()}
    if "allowance" in data:
        found["allowance"] = data["allowance"].get("source", "")
    return found


def _toml(text: str) -> Table:
    return tomllib.loads(text, parse_float=Decimal)  # 175.00 is exact, and no float ever comes near money


def _tariff(data: Table, valid_from: date) -> Tariff:
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


# --- describing ------------------------------------------------------------------------------------------------------


def describe(version: Version, language: str = "en") -> list[Row]:
    """Every setting of a tariff as (section, item, value, source), in the order in which a policy states them.

    Titles are in `language`; the words around them are English, as everywhere on the command line.
    """
    tariff, source = version.tariff, sources(version.text)
    rows = [("tariff", item, value, source.get(item, "")) for item, value in _settings(tariff)]
    for name, category in tariff.categories.items():
        item = f"{name} ({category.titles[language]})"
        rows.append(("categories", item, _charging(category, tariff.currency), source[f"categories.{name}"]))
    rows += [("allowance", item, value, source["allowance"]) for item, value in _allowances(tariff)]
    for name, product in tariff.products.items():
        section = f"{product.kind} {name} ({product.titles[language]})"
        rows += [(section, *row, source[f"products.{name}"]) for row in _offers(product, tariff.currency)]
    return rows


_MEANING = {
    "entry": "each entry by itself",
    "case": "the running total of a case, per category",
    "case-day": "the running total of a case and day, per category",
    "day": "the running total of a customer's day, per category",
    "year": "one year, renewed",
    "open": "open",
    "bill": "billed at the category's rate",
    "owe": "owed, and drawn from the next grant",
    "refuse": "refused",
    "never": "never",
    "renewal": "to a later pack",
    "payment": "full payment",
    "sale": "the day of sale",
}


def _settings(tariff: Tariff) -> Iterator[tuple[str, str]]:
    yield "currency", tariff.currency
    yield "increment", _minutes(tariff.increment)
    yield "rounding", _MEANING[tariff.rounding]
    if tariff.minimum:
        yield "minimum", _minutes(tariff.minimum)
    if tariff.tolerance:
        yield "tolerance", _minutes(tariff.tolerance)
    yield "term", _MEANING[tariff.term]
    yield "overage", _MEANING[tariff.overage]
    yield "carry_over", _MEANING[tariff.carry_over]
    if tariff.carry_over == "renewal":
        yield "grace_days", f"{tariff.grace_days} days"
    if tariff.goodwill_priority is not None:
        yield "goodwill_priority", str(tariff.goodwill_priority)
    if tariff.tiers:
        yield "tiers", ", ".join(tariff.tiers)


def _charging(category: Category, currency: str) -> str:
    rate = "no rate" if category.rate is None else f"{category.rate} {currency}/h"
    return {
        None: rate,
        "always": "free",
        "first": f"first case free, later ones charged as {category.charged_as}",
        "verified": f"free once verified, charged as {category.charged_as} until then",
    }[category.free]


def _allowances(tariff: Tariff) -> Iterator[tuple[str, str]]:
    rule = tariff.allowance
    if rule is None:
        return
    if rule.minimum_fee is not None:
        yield "minimum_fee", f"{rule.minimum_fee} {tariff.currency} a year"
    for tier in tariff.tiers:
        several = f", {_minutes(rule.several[tier])} with several main modules" if rule.main_modules else ""
        yield tier, _minutes(rule.single[tier]) + several
    if rule.main_modules:
        yield "main_modules", ", ".join(rule.main_modules)
    yield "covers", ", ".join(rule.covers)
    if rule.priority is not None:
        yield "priority", str(rule.priority)


def _offers(product: Product, currency: str) -> Iterator[tuple[str, str]]:
    yield "price", "given at the sale" if product.price is None else f"{product.price} {currency}"
    if product.minutes:
        yield "minutes", _minutes(product.minutes)
        yield "covers", ", ".join(product.covers)
        yield "credited_on", _MEANING[product.credited_on]
    amount, unit = product.validity.amount, product.validity.unit
    yield "validity", "the term" if unit == "term" else f"{amount} {unit}{'s' if amount > 1 else ''}"
    if product.reduced_rate is not None:
        yield "reduced_rate", f"{product.reduced_rate} {currency}/h for {', '.join(product.applies_to)}"
    for item in ("tiers", "requires"):
        if getattr(product, item):
            yield item, ", ".join(getattr(product, item))
    if product.contacts:
        yield "contacts", "one registered contact a piece"
    for item in ("extends", "limit", "priority"):
        if getattr(product, item) is not None:
            yield item, str(getattr(product, item))
    if product.priority_service:
        yield "priority_service", "yes"


def _minutes(minutes: int) -> str:
    return f"{minutes} min ({minutes // 60} h)" if minutes and minutes % 60 == 0 else f"{minutes} min"


# --- checking --------------------------------------------------------------------------------------------------------

_AMOUNT = "an amount of at least 0 with at most two decimals, such as 175.00"
_COUNT = "whole minutes, such as 5"
_PRIORITY = "a whole number; the smallest is drawn first, and what has none comes last"
_NAMES = 'a list of names, such as ["support"]'
_WANTED = {  # what would work, by the last part of the key
    "name": "the name of the tariff, the same as its folder's",
    "currency": 'three capital letters, such as "CHF"',
    "increment": "whole minutes from 1 up, such as 5",
    "minutes": "whole minutes from 1 up, such as 120",
    "rounding": '"entry", "case", "case-day" or "day"',
    "term": '"year" or "open"',
    "overage": '"bill", "owe" or "refuse"',
    "carry_over": '"never" or "renewal"',
    "free": '"always", "first" or "verified"',
    "kind": '"pack" or "add-on"',
    "credited_on": '"payment" or "sale"',
    "validity": '"1 year", "6 months", "30 days" or "term", of at most 100 years',
    "grace_days": "whole days, such as 30",
    "limit": "a whole number from 1 up",
    "categories": "a table [categories.NAME] for each, and at least one",
    "charged_as": "the name of a category",
    "extends": "the name of a product",
    "title": 'a title by language, such as { fr = "Support", en = "Support" }',
    "source": 'the document and the heading that it comes from, or "ours: …" and why',
    **dict.fromkeys(("minimum", "tolerance", "single", "several"), _COUNT),
    **dict.fromkeys(("rate", "minimum_fee", "price", "reduced_rate"), _AMOUNT),
    **dict.fromkeys(("priority", "goodwill_priority"), _PRIORITY),
    **dict.fromkeys(("tiers", "covers", "requires", "applies_to", "main_modules"), _NAMES),
    **dict.fromkeys(("contacts", "priority_service"), "true or false"),
}
_MOST = 10_000_000  # money and minutes; more is a slip of the keyboard
_FIGURES = ("increment", "minimum", "tolerance", "grace_days", "goodwill_priority")


def faults(path: Path) -> list[Fault]:
    """All that is wrong in a tariff file, by line; what refers to other parts is checked once the rest is right."""
    try:
        text = _text(path)
        data = _toml(text)
    except OSError as error:
        return [Fault(path, 1, "", f"cannot be read: {error.strerror}")]
    except UnicodeDecodeError as error:
        return [Fault(path, error.object.count(b"\n", 0, error.start) + 1, "", "is not UTF-8; save it as UTF-8")]
    except tomllib.TOMLDecodeError as error:
        return [_syntax_fault(path, text, str(error))]
    found = list(_shape_faults(data)) or list(_rule_faults(_tariff(data, date.min)))
    found += _place_faults(path, data)
    lines = _lines(text)
    placed = [Fault(path, _line(lines, key), _dotted(key), message) for key, message in found]
    return sorted(placed, key=lambda fault: fault.line)


def _syntax_fault(path: Path, text: str, message: str) -> Fault:
    at = re.search(r" \(at (?:line (\d+), column \d+|end of document)\)$", message)
    line = int(at[1]) if at and at[1] else len(text.rstrip().split("\n"))
    return Fault(path, line, "", f"is not TOML: {message[: at.start()] if at else message}")


def _place_faults(path: Path, data: Table) -> list[tuple[KeyPath, str]]:
    found: list[tuple[KeyPath, str]] = []
    folder = path.resolve().parent.name
    if not _is_day(path.stem) or path.suffix != ".toml":
        found.append(((), f"the file's name {path.name} must be the day it is valid from, such as 2025-01-01.toml"))
    if isinstance(data.get("name"), str) and data["name"] != folder:
        found.append((("name",), f"{_shown(data['name'])} is not the name of the folder, {_shown(folder)}"))
    return found


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text  # it also reads 20250101
    except ValueError:
        return False


# Shape: which keys there are, and what kind of value each takes.


def _shape_faults(data: Table) -> Iterator[tuple[KeyPath, str]]:
    from pydantic import ValidationError

    try:
        _shapes()["tariff"].model_validate(data)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            path = tuple(part for part in detail["loc"] if isinstance(part, str) and part != "[key]")
            yield path, _said(path, detail)
        return
    for key in _FIGURES:
        if key in data and key not in data["source"]:
            yield ("source", key), f"is missing: {_WANTED['source']}"
    for key in data["source"]:
        if key not in data:
            yield ("source", key), f"is the source of nothing: this tariff sets no {key}"


def _said(path: KeyPath, detail: "ErrorDetails") -> str:
    kind, given, key = detail["type"], detail["input"], path[-1]
    if kind == "extra_forbidden":
        return f"is not a key here; {_hint(key, _shape_of(path[:-1]).model_fields)}"
    if kind == "missing":
        return f"is missing: {_wanted(path)}"
    if kind == "literal_error":
        known = re.findall(r"'([^']*)'", str(detail["ctx"]["expected"]))
        return f"{_shown(given)} is not known; {_hint(given, known)}"
    return f"{_shown(given)} is not {_wanted(path)}"


def _wanted(path: KeyPath) -> str:
    match path:
        case ("source",):
            return 'a source for each figure, such as source.increment = "…"'
        case ("source", _):
            return _WANTED["source"]
        case ("allowance", "minutes"):
            return "a table [allowance.minutes] with every tier"
        case ("allowance", "minutes", _):
            return "a table such as { single = 5, several = 10 }"
        case ("categories" | "products", _) | ("products" | "allowance",):
            return "a table"
        case (*_, "title", _):
            return "a text"
    return _WANTED[path[-1]]


def _shape_of(path: KeyPath) -> "type[BaseModel]":
    match path:
        case ("categories", _):
            return _shapes()["category"]
        case ("products", _):
            return _shapes()["product"]
        case ("allowance",):
            return _shapes()["allowance"]
        case ("allowance", "minutes", _):
            return _shapes()["minutes"]
    assert path == (), path
    return _shapes()["tariff"]


@lru_cache(maxsize=1)
def _shapes() -> "dict[str, type[BaseModel]]":
    from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

    Text = Annotated[str, StringConstraints(min_length=1)]
    Names = Annotated[list[Text], Field(default_factory=list)]
    Title = Annotated[dict[Literal["fr", "de", "it", "en"], Text], Field(default_factory=dict)]
    Money = Annotated[Decimal, BeforeValidator(_money)]
    Period = Annotated[str, BeforeValidator(_period)]
    Count = Annotated[int, Field(ge=0, le=_MOST)]
    Positive = Annotated[int, Field(ge=1, le=_MOST)]

    class Shape(BaseModel):
        model_config = ConfigDict(extra="forbid", strict=True)

    class CategoryShape(Shape):
        rate: Money | None = None
        free: Literal["always", "first", "verified"] | None = None
        charged_as: Text | None = None
        title: Title
        source: Text

    class MinutesShape(Shape):
        single: Count
        several: Count | None = None

    class AllowanceShape(Shape):
        covers: Annotated[list[Text], Field(min_length=1)]
        minutes: dict[str, MinutesShape]
        main_modules: Names
        minimum_fee: Money | None = None
        priority: int | None = None
        source: Text

    class ProductShape(Shape):
        kind: Literal["pack", "add-on"]
        price: Money | None = None
        minutes: Positive | None = None
        covers: Names
        credited_on: Literal["payment", "sale"] = "sale"
        validity: Period
        tiers: Names
        requires: Names
        contacts: bool = False
        extends: Text | None = None
        limit: Positive | None = None
        reduced_rate: Money | None = None
        applies_to: Names
        priority: int | None = None
        priority_service: bool = False
        title: Title
        source: Text

    class TariffShape(Shape):
        name: Text
        currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
        increment: Positive
        rounding: Literal["entry", "case", "case-day", "day"]
        minimum: Count = 0
        tolerance: Count = 0
        term: Literal["year", "open"]
        overage: Literal["bill", "owe", "refuse"]
        carry_over: Literal["never", "renewal"] = "never"
        grace_days: Count = 30
        goodwill_priority: int | None = None
        tiers: Names
        source: dict[str, Text]
        title: Title
        categories: Annotated[dict[str, CategoryShape], Field(min_length=1)]
        allowance: AllowanceShape | None = None
        products: Annotated[dict[str, ProductShape], Field(default_factory=dict)]

    return {
        "tariff": TariffShape,
        "category": CategoryShape,
        "allowance": AllowanceShape,
        "minutes": MinutesShape,
        "product": ProductShape,
    }


def _money(value: object) -> Decimal:
    number = Decimal(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else Decimal("NaN")
    if not number.is_finite() or not 0 <= number <= _MOST or number != to_cents(number):
        raise ValueError
    return number


def _period(value: object) -> str:
    read = re.fullmatch(r"([1-9]\d*) (day|month|year)s?", value) if isinstance(value, str) else None
    most = {"day": 36_525, "month": 1_200, "year": 100}
    if value != "term" and (read is None or int(read[1]) > most[read[2]]):
        raise ValueError
    return str(value)


# Rules: what the parts of a tariff ask of each other.


def _rule_faults(tariff: Tariff) -> Iterator[tuple[KeyPath, str]]:
    if tariff.minimum % tariff.increment:
        yield ("minimum",), f"{tariff.minimum} is not a multiple of increment, {tariff.increment}"
    if tariff.tolerance >= tariff.increment:
        yield ("tolerance",), f"{tariff.tolerance} must be less than increment, {tariff.increment}"
    if len(set(tariff.tiers)) < len(tariff.tiers):
        yield ("tiers",), "names a tier twice"
    for category in tariff.categories.values():
        yield from _category_faults(category, tariff)
    if tariff.allowance is not None:
        yield from _allowance_faults(tariff.allowance, tariff)
    for product in tariff.products.values():
        yield from _product_faults(product, tariff)


def _category_faults(category: Category, tariff: Tariff) -> Iterator[tuple[KeyPath, str]]:
    at = ("categories", category.name)
    sometimes = category.free in ("first", "verified")
    if category.charged_as is None and sometimes:
        yield (*at, "charged_as"), f'is missing: free = "{category.free}" needs the category charged otherwise'
    if category.charged_as is not None and not sometimes:
        yield (*at, "charged_as"), 'goes only with free = "first" or free = "verified"'
    elif category.charged_as is not None:
        yield from _unknown((*at, "charged_as"), [category.charged_as], "category", tariff.categories)
        target = tariff.categories.get(category.charged_as)
        if target is not None and target.charged_as is not None:
            message = f"{category.charged_as} is itself charged as {target.charged_as}; name a category that is not"
            yield (*at, "charged_as"), message
    if tariff.overage == "bill" and category.rate is None and category.free is None and not category.charged_as:
        yield (*at, "rate"), f'is missing: overage = "bill" needs {_AMOUNT}'


def _allowance_faults(rule: Allowance, tariff: Tariff) -> Iterator[tuple[KeyPath, str]]:
    if not tariff.tiers:
        yield ("tiers",), "is missing: [allowance] gives its minutes by tier"
    if tariff.term != "year":
        yield ("term",), '"open" has no allowance; [allowance] needs term = "year"'
    yield from _unknown(("allowance", "covers"), rule.covers, "category", tariff.categories)
    for tier in tariff.tiers:
        if tier not in rule.single:
            yield ("allowance", "minutes", tier), "is missing: minutes are needed for every tier, if only single = 0"
    for tier in rule.single if tariff.tiers else ():
        yield from _unknown(("allowance", "minutes", tier), [tier], "tier", tariff.tiers)


def _product_faults(product: Product, tariff: Tariff) -> Iterator[tuple[KeyPath, str]]:
    at = ("products", product.name)
    others = [name for name in tariff.products if name != product.name]
    yield from _unknown((*at, "covers"), product.covers, "category", tariff.categories)
    yield from _unknown((*at, "applies_to"), product.applies_to, "category", tariff.categories)
    yield from _unknown((*at, "tiers"), product.tiers, "tier", tariff.tiers)
    yield from _unknown((*at, "requires"), product.requires, "other product", others)
    yield from _unknown((*at, "extends"), [product.extends] if product.extends else [], "other product", others)
    if not product.minutes and (product.kind == "pack" or product.covers):
        yield (*at, "minutes"), f"is missing: {_COUNT}; a pack is minutes, and covers is of no use without"
    if not product.covers and (product.kind == "pack" or product.minutes):
        yield (*at, "covers"), f"is missing: the categories that the minutes are for, {_NAMES}"
    if product.reduced_rate is not None and not product.applies_to:
        yield (*at, "applies_to"), f"is missing: the categories that reduced_rate is for, {_NAMES}"
    if product.reduced_rate is None and product.applies_to:
        yield (*at, "reduced_rate"), f"is missing: the rate of applies_to, {_AMOUNT}"
    if product.extends and not product.contacts:
        yield (*at, "contacts"), "is missing: extends needs contacts = true"


def _unknown(at: KeyPath, wanted: Iterable[str], what: str, known: Iterable[str]) -> Iterator[tuple[KeyPath, str]]:
    for name in wanted:
        if name not in known:
            yield at, f"{_shown(name)} is no {what} of this tariff; {_hint(name, known)}"


def _hint(wanted: object, known: Iterable[str]) -> str:
    import difflib

    near = difflib.get_close_matches(str(wanted), list(known), n=1, cutoff=0.6)
    return f"did you mean {near[0]}?" if near else f"known: {', '.join(known) or 'none'}"


def _shown(value: object) -> str:
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict | list):
        return f"{'a' if value else 'an empty'} {'table' if isinstance(value, dict) else 'list'}"
    return str(value)


# Places: tomllib keeps no line numbers, so they are looked up in the text.

_PART = r"""(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')"""
_KEY = re.compile(rf"\s*({_PART}(?:\s*\.\s*{_PART})*)\s*=")
_HEADER = re.compile(rf"\s*\[\[?\s*({_PART}(?:\s*\.\s*{_PART})*)\s*\]")


def _lines(text: str) -> dict[KeyPath, int]:
    """The line of each table's header and of each key that begins a line."""
    found: dict[KeyPath, int] = {}
    table: KeyPath = ()
    quoted = False
    for number, line in enumerate(text.split("\n"), 1):
        header, key = _HEADER.match(line), _KEY.match(line)
        if header and not quoted:
            path = table = _parts(header[1])
        elif key and not quoted:
            path = table + _parts(key[1])
        else:
            path = ()
        quoted ^= (line.count('"""') + line.count("'''")) % 2 == 1
        for end in range(1, len(path) + 1):
            found.setdefault(path[:end], number)
    return found


def _parts(dotted: str) -> KeyPath:
    return tuple(part.strip("\"'") for part in re.findall(_PART, dotted))


def _line(lines: Mapping[KeyPath, int], path: KeyPath) -> int:
    """The line of a key; of the table around it where the key stands on none of its own."""
    return next((lines[path[:end]] for end in range(len(path), 0, -1) if path[:end] in lines), 1)


def _dotted(path: KeyPath) -> str:
    return ".".join(part if re.fullmatch(r"[A-Za-z0-9_-]+", part) else f'"{part}"' for part in path)
