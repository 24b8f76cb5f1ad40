"""Finds every fault of a tariff file, each with its line, its key and what would work."""

import re
import tomllib
from collections.abc import Container, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from billing.errors import BadInput
from billing.tariffs.models import at, keys, marks, model, works
from billing.tariffs.places import dotted, line_of, lines_of
from billing.tariffs.reading import table_of, tariff_of, text_of, toml
from billing.tariffs.rules import KeyPath, hint, rule_faults, shown
from billing.tariffs.service import ALL
from billing.tariffs.shape import FIGURE, ServiceTable, TariffTable
from billing.values import dataclass

if TYPE_CHECKING:
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


def faults(path: Path) -> list[Fault]:
    """All that is wrong in a tariff file, by line; what refers to other parts is checked once the rest is right."""
    try:
        text = text_of(path)
        data = toml(text)
    except BadInput as error:
        return [Fault(path, 1, "", f"{error.what}")]
    except UnicodeDecodeError as error:
        return [Fault(path, error.object.count(b"\n", 0, error.start) + 1, "", "is not UTF-8; save it as UTF-8")]
    except tomllib.TOMLDecodeError as error:
        return [_syntax_fault(path, text, str(error))]
    found = list(_shape_faults(data)) or list(rule_faults(tariff_of(table_of(data), date.min)))
    found += _place_faults(path, data)
    lines = lines_of(text)
    placed = [Fault(path, line_of(lines, key), dotted(key), message) for key, message in found]
    return sorted(placed, key=lambda fault: fault.line)


def _syntax_fault(path: Path, text: str, message: str) -> Fault:
    at = re.search(r" \(at (?:line (\d+), column \d+|end of document)\)$", message)
    line = int(at[1]) if at and at[1] else len(text.rstrip().split("\n"))
    return Fault(path, line, "", f"is not TOML: {message[: at.start()] if at else message}")


def _place_faults(path: Path, data: dict[str, Any]) -> list[tuple[KeyPath, str]]:
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


def _shape_faults(data: dict[str, Any]) -> Iterator[tuple[KeyPath, str]]:
    from pydantic import ValidationError

    try:
        model(TariffTable).model_validate(data)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            path = tuple(part for part in detail["loc"] if isinstance(part, str) and part != "[key]")
            yield path, _said(path, detail)
        return
    file = table_of(data)
    yield from _source_faults((), TariffTable, data, file.source)
    if file.service is not None:
        yield from _source_faults(("service",), ServiceTable, data["service"], file.service.source)
        yield from _priority_faults(("service", "hours"), file.service.hours, file.service.priorities)
        yield from _priority_faults(("service", "targets"), file.service.targets, file.service.priorities)
        yield from _priority_faults(("service", "meanings"), file.service.meanings, file.service.priorities, ())


def _priority_faults(
    where: KeyPath, named: Iterable[str], priorities: tuple[str, ...], more: tuple[str, ...] = (ALL,)
) -> Iterator[tuple[KeyPath, str]]:
    known = (*priorities, *more)
    for name in named:
        if name not in known:
            yield (*where, name), f"{shown(name)} is no priority of this tariff; {hint(name, known)}"


def _source_faults(
    where: KeyPath, of: type, given: Container[str], sources: dict[str, str]
) -> Iterator[tuple[KeyPath, str]]:
    for key, takes in keys(of).items():
        if key in given and FIGURE in marks(takes) and key not in sources:
            yield (*where, "source", key), f"is missing: {works((*where, 'source', key))}"
    for key in sources:
        if key not in given:
            yield (*where, "source", key), f"is the source of nothing: this tariff sets no {key}"


def _said(path: KeyPath, detail: "ErrorDetails") -> str:
    kind, given, key = detail["type"], detail["input"], path[-1]
    if kind == "extra_forbidden":
        return f"is not a key here; {hint(key, keys(at(path[:-1])))}"
    if kind == "missing":
        return f"is missing: {works(path)}"
    if kind == "literal_error":
        known = re.findall(r"'([^']*)'", str(detail["ctx"]["expected"]))
        return f"{shown(given)} is not known; {hint(given, known)}"
    return f"{shown(given)} is not {works(path)}"
