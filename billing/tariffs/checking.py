"""Finds every fault of a tariff file, each with its line, its key and what would work."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from billing.core.units import to_cents
from billing.tariffs.places import dotted, line_of, lines_of
from billing.tariffs.reading import Table, tariff_of, text_of, toml
from billing.tariffs.rules import AMOUNT, COUNT, NAMES, PRIORITY, KeyPath, hint, rule_faults, shown
from billing.tariffs.service import ALL, target_of, week_of

if TYPE_CHECKING:
    from pydantic import BaseModel
    from pydantic_core import ErrorDetails


@dataclass(frozen=True)
class Fault:
    """What is wrong in a tariff file, and where; `key` is empty where the file as a whole is at fault."""

    file: Path
    line: int
    key: str
    message: str

    def __str__(self) -> str:
        return ": ".join(part for part in (f"{self.file}:{self.line}", self.key, self.message) if part)


_FLAGS = (
    "from_take_up", "owner_is_first_answer", "written_authorisation", "on_files", "approval", "share",
    "specification", "acceptance",
)  # fmt: skip
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
    **dict.fromkeys(("minimum", "tolerance", "single", "several"), COUNT),
    **dict.fromkeys(("rate", "minimum_fee", "price", "reduced_rate"), AMOUNT),
    **dict.fromkeys(("priority", "goodwill_priority"), PRIORITY),
    **dict.fromkeys(("tiers", "covers", "requires", "applies_to", "main_modules"), NAMES),
    **dict.fromkeys(("contacts", "priority_service"), "true or false"),
    "timezone": "a time zone, such as Europe/Paris",
    "calendar": 'a holiday calendar, such as "FR", "FR-Alsace-Moselle" or "CH-ZH"',
    "priorities": 'a list of names, the most urgent first, such as ["urgent", "normal"]',
    "default_priority": "one of the priorities",
    "hours": "a table [service.hours.PRIORITY] for each priority, or one [service.hours.all]",
    "days": 'days with their hours, such as { mon-thu = ["08:00-12:00", "13:30-17:30"], fri = ["08:00-12:00"] }, '
    "each day once",
    "reason": 'why, by language, such as { fr = "Matériel", en = "Hardware" }',
    **dict.fromkeys(("reply", "take_up", "resolution"), '"2 business hours", "1 business day" or "48 elapsed hours"'),
    **dict.fromkeys(("business_day", "most_minutes", "above_minutes"), "whole minutes from 1 up, such as 480"),
    **dict.fromkeys(("notice_hours", "attempts", "attempts_within_days", "silence_days"), "a whole number from 1 up"),
    **dict.fromkeys(_FLAGS, "true or false"),
    "no_target": NAMES,
}
_MOST = 10_000_000  # money and minutes; more is a slip of the keyboard
_SERVICE_FIGURES = ("business_day", "notice_hours")
_FIGURES = ("increment", "minimum", "tolerance", "grace_days", "goodwill_priority")


def faults(path: Path) -> list[Fault]:
    """All that is wrong in a tariff file, by line; what refers to other parts is checked once the rest is right."""
    try:
        text = text_of(path)
        data = toml(text)
    except OSError as error:
        return [Fault(path, 1, "", f"cannot be read: {error.strerror}")]
    except UnicodeDecodeError as error:
        return [Fault(path, error.object.count(b"\n", 0, error.start) + 1, "", "is not UTF-8; save it as UTF-8")]
    except tomllib.TOMLDecodeError as error:
        return [_syntax_fault(path, text, str(error))]
    found = list(_shape_faults(data)) or list(rule_faults(tariff_of(data, date.min)))
    found += _place_faults(path, data)
    lines = lines_of(text)
    placed = [Fault(path, line_of(lines, key), dotted(key), message) for key, message in found]
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
        found.append((("name",), f"{shown(data['name'])} is not the name of the folder, {shown(folder)}"))
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
    yield from _source_faults((), data, _FIGURES)
    if "service" in data:
        yield from _service_shape_faults(data["service"])


def _service_shape_faults(table: Table) -> Iterator[tuple[KeyPath, str]]:
    yield from _source_faults(("service",), table, _SERVICE_FIGURES)
    for group in ("hours", "targets"):
        for name in table.get(group, {}):
            if name not in (*table["priorities"], ALL):
                known = hint(name, [*table["priorities"], ALL])
                yield ("service", group, name), f"{shown(name)} is no priority of this tariff; {known}"


def _source_faults(at: KeyPath, table: Table, figures: tuple[str, ...]) -> Iterator[tuple[KeyPath, str]]:
    given = table.get("source", {})
    for key in figures:
        if key in table and key not in given:
            yield (*at, "source", key), f"is missing: {_WANTED['source']}"
    for key in given:
        if key not in table:
            yield (*at, "source", key), f"is the source of nothing: this tariff sets no {key}"


def _said(path: KeyPath, detail: "ErrorDetails") -> str:
    kind, given, key = detail["type"], detail["input"], path[-1]
    if kind == "extra_forbidden":
        return f"is not a key here; {hint(key, _shape_of(path[:-1]).model_fields)}"
    if kind == "missing":
        return f"is missing: {_wanted(path)}"
    if kind == "literal_error":
        known = re.findall(r"'([^']*)'", str(detail["ctx"]["expected"]))
        return f"{shown(given)} is not known; {hint(given, known)}"
    return f"{shown(given)} is not {_wanted(path)}"


def _wanted(path: KeyPath) -> str:
    match path:
        case ("service", "evolutions", _, "free"):
            return "true or false"
        case ("source",) | ("service", "source"):
            return 'a source for each figure, such as source.increment = "…"'
        case ("source", _) | ("service", "source", _):
            return _WANTED["source"]
        case ("allowance", "minutes"):
            return "a table [allowance.minutes] with every tier"
        case ("allowance", "minutes", _):
            return "a table such as { single = 5, several = 10 }"
        case ("categories" | "products", _) | ("products" | "allowance",):
            return "a table"
        case ("service",) | ("service", "hours" | "targets" | "out_of_scope" | "evolutions", _):
            return "a table"
        case ("service", "closing" | "targets" | "out_of_scope" | "evolutions"):
            return "a table"
        case (*_, "title" | "reason", _):
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
        case ("service",) | ("service", "closing"):
            return _shapes()[path[-1]]
        case ("service", ("hours" | "targets" | "out_of_scope" | "evolutions") as group, _):
            return _shapes()[group]
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

    Title_ = Annotated[dict[Literal["fr", "de", "it", "en"], Text], Field(min_length=1)]
    Days = Annotated[dict[str, list[str]], BeforeValidator(_days)]
    TargetText = Annotated[str, BeforeValidator(_target)]

    class HoursShape(Shape):
        days: Days
        source: Text

    class TargetsShape(Shape):
        reply: TargetText | None = None
        take_up: TargetText | None = None
        resolution: TargetText | None = None
        source: Text

    class ClosingShape(Shape):
        attempts: Positive | None = None
        attempts_within_days: Positive | None = None
        silence_days: Positive | None = None
        on_files: bool = False
        source: Text

    class ScopeShape(Shape):
        reason: Title_
        source: Text

    class EvolutionShape(Shape):
        categories: Annotated[list[Text], Field(min_length=1)]
        most_minutes: Positive | None = None
        above_minutes: Positive | None = None
        approval: bool = False
        free: bool = False
        share: bool = False
        specification: bool = False
        acceptance: bool = False
        title: Title
        source: Text

    class ServiceShape(Shape):
        timezone: Text | None = None
        calendar: Text | None = None
        priorities: Annotated[list[Text], Field(min_length=1)]
        default_priority: Text | None = None
        business_day: Annotated[int, Field(ge=1, le=1440)] | None = None
        no_target: Names
        from_take_up: bool = False
        owner_is_first_answer: bool = False
        written_authorisation: bool = False
        notice_hours: Positive | None = None
        source: Annotated[dict[str, Text], Field(default_factory=dict)]
        hours: Annotated[dict[str, HoursShape], Field(min_length=1)]
        targets: Annotated[dict[str, TargetsShape], Field(default_factory=dict)]
        closing: ClosingShape | None = None
        out_of_scope: Annotated[dict[str, ScopeShape], Field(default_factory=dict)]
        evolutions: Annotated[dict[str, EvolutionShape], Field(default_factory=dict)]

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
        service: ServiceShape | None = None

    return {
        "tariff": TariffShape,
        "category": CategoryShape,
        "allowance": AllowanceShape,
        "minutes": MinutesShape,
        "product": ProductShape,
        "service": ServiceShape,
        "hours": HoursShape,
        "targets": TargetsShape,
        "closing": ClosingShape,
        "out_of_scope": ScopeShape,
        "evolutions": EvolutionShape,
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


def _days(value: object) -> dict[str, list[str]]:
    if not isinstance(value, dict) or not all(isinstance(texts, list) for texts in value.values()):
        raise ValueError
    if not all(isinstance(text, str) for texts in value.values() for text in texts):
        raise ValueError
    if not any(week_of(value)):
        raise ValueError
    return value


def _target(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError
    target_of(value)
    return value
