"""Maps as data: what a tool's files are like (`tools/TOOL.toml`), and what a company says of its own (`--map FILE`).

Which column has what, in which unit time is, what is no time worked. A key that is not known is refused by its name,
and so is what cannot be meant.
"""

import dataclasses
import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from billing.errors import BadInput
from billing.exchange.imports.durations import UNITS
from billing.texts import say
from billing.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Skip:
    """What is no time worked: where a column has one of some values, `unless` any other; without values, nothing."""

    column: str
    values: tuple[str, ...] = ()
    unless: bool = False
    because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """One kind of file of a tool: a column, or a path into JSON, for each thing that is known of a row.

    Of several columns for whom a row is of, the first counts that leads to a customer; of those for an agent or a note
    the first that is filled in. `A + B` is both, with a blank between. `each` is a list in each of `rows`.
    """

    name: str
    format: str = ""  # csv or json, where the same columns in the other are another shape
    needs: tuple[str, ...] = ()
    rows: str = ""
    each: str = ""
    id: str = ""
    number: str = ""  # what of an id is the tool's own number, so that all its exports call a row the same
    updated: str = ""
    date: str = ""
    start: str = ""
    end: str = ""
    duration: str = ""
    before: str = ""  # what the duration stood at before: the row is the difference
    unit: str = "hours"
    customer: tuple[str, ...] = ()
    split: str = ""  # what stands between a customer's name and that of somebody there
    ticket: tuple[str, ...] = ()
    text: tuple[str, ...] = ()  # that may begin with a case
    agent: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()  # as categories, but most of them are none
    note: tuple[str, ...] = ()
    same: tuple[str, ...] = ()  # what tells two rows without an id apart, beside all that
    corrections: bool = False  # whether less than no time takes from the ticket's rows before it
    total: str = ""  # the column that names the field of which a row is a change
    skip: tuple[Skip, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """What a company says of its own: `source` is what ids begin with, the tool's name if it is not said; `prefix` how
    its cases are called, as `T-{id}`; `total` is Zendesk's field that counts a ticket's seconds."""

    source: str | None = None
    prefix: str | None = None
    total: str | None = None
    customers: Mapping[str, str] = dataclasses.field(default_factory=dict)
    agents: Mapping[str, str] = dataclasses.field(default_factory=dict)
    categories: Mapping[str, str] = dataclasses.field(default_factory=dict)
    tickets: Mapping[str, str] = dataclasses.field(default_factory=dict)
    columns: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    skip: tuple[Skip, ...] = ()


@cache
def shipped(tool: str) -> tuple[Shape, ...]:
    """The kinds of files of a tool."""
    text = (resources.files("billing.exchange.imports") / "tools" / f"{tool}.toml").read_text("utf-8")
    return tuple(_shape(one, f"{tool}.toml") for one in tomllib.loads(text)["shape"])


def own(data: bytes | None, name: str = "map") -> Own:
    """A company's own map. Raises BadInput (`bad-input`), naming the key."""
    if data is None:
        return Own()
    try:
        found = tomllib.loads(data.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as failed:
        raise BadInput("bad-input", say("{file} is no TOML: {why}", file=name, why=str(failed))) from None
    _check_keys(found, ("source", "prefix", "total", *_TABLES, "columns", "skip"), name)
    tables = {key: {str(k).strip(): v for k, v in _words(found.get(key, {}), key).items()} for key in _TABLES}
    columns = _columns(found.get("columns", {}))
    skips = found.get("skip", [])
    if not isinstance(skips, list):
        raise _wrong("skip", skips, "[[skip]] column = \"Billable\" values = [\"No\"]")  # fmt: skip
    source, prefix, total = (_word(found, key) for key in ("source", "prefix", "total"))
    if prefix is not None and "{id}" not in prefix:
        prefix = f"{prefix.strip()}{{id}}"
    if source is not None and not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}", source):
        raise _wrong("source", source, "kimai-zurich")
    return Own(source=source, prefix=prefix, total=total, customers=tables["customers"], agents=tables["agents"],
               categories=tables["categories"], tickets=tables["tickets"], columns=columns,
               skip=tuple(_skip(one, name) for one in skips))  # fmt: skip


def fitted(shape: Shape, mine: Own) -> Shape:
    """A shape with the company's columns in place of the tool's, and what it skips beside."""
    needs = tuple(_renamed(shape, mine.columns, column) for column in shape.needs)
    return dataclasses.replace(shape, **{**mine.columns, "needs": needs, "skip": (*shape.skip, *mine.skip)})


_TABLES = ("customers", "agents", "categories", "tickets")
_FIELDS = {field.name: field for field in dataclasses.fields(Shape)}
_MANY = ("needs", "customer", "ticket", "text", "agent", "category", "tags", "note", "same")
_NOT_OWN = ("name", "format", "number", "needs", "skip", "total", "corrections")
_OWN_COLUMNS = tuple(name for name in _FIELDS if name not in _NOT_OWN)


def _shape(found: dict[str, Any], name: str) -> Shape:
    values: dict[str, Any] = dict(found)
    assert set(values) <= set(_FIELDS), (name, set(values) - set(_FIELDS))
    values["skip"] = tuple(_skip(one, name) for one in values.get("skip", ()))
    assert values.get("unit", "hours") in UNITS, (name, values["unit"])
    values |= {key: tuple(values[key]) for key in _MANY if key in values}
    return Shape(**values)


def _columns(found: object) -> dict[str, Any]:
    if not isinstance(found, dict):
        raise _wrong("columns", found, "[columns] date = \"Datum\"")  # fmt: skip
    _check_keys(found, _OWN_COLUMNS, "columns")
    made: dict[str, Any] = {}
    for key, value in found.items():
        values = value if isinstance(value, list) else [value]
        if not all(isinstance(one, str) for one in values) or (key not in _MANY and len(values) != 1):
            raise _wrong(f"columns.{key}", value, "the name of a column")
        made[key] = tuple(values) if key in _MANY else values[0]
    if made.get("unit", "hours") not in UNITS:
        raise _wrong("columns.unit", made["unit"], ", ".join(UNITS))
    return made


def _renamed(shape: Shape, columns: Mapping[str, Any], column: str) -> str:
    """The company's name for a column of the tool's."""
    for field, value in columns.items():
        old = getattr(shape, field)
        if (old == column or (isinstance(old, tuple) and column in old)) and value:
            return value if isinstance(value, str) else value[0]
    return column


def _skip(found: object, name: str) -> Skip:
    if not isinstance(found, dict) or not isinstance(found.get("column"), str):
        raise _wrong("skip", found, "column = \"Billable\"")  # fmt: skip
    _check_keys(found, ("column", "values", "unless", "because"), f"{name}: skip")
    values = found.get("values", [])
    if not isinstance(values, list) or not isinstance(found.get("unless", False), bool):
        raise _wrong("skip.values", values, "values = [\"No\"]")  # fmt: skip
    because = found.get("because", "")
    return Skip(
        column=found["column"], values=tuple(str(value).casefold() for value in values),
        unless=found.get("unless", False), because=because if isinstance(because, str) else "",
    )  # fmt: skip


def _words(found: object, key: str) -> dict[str, str]:
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise _wrong(key, found, f"[{key}] \"name there\" = \"name here\"")  # fmt: skip
    return found


def _word(found: Mapping[str, Any], key: str) -> str | None:
    value = found.get(key)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if value is not None and not (isinstance(value, str) and value.strip()):
        raise _wrong(key, value, f'{key} = "…"')
    return value


def _check_keys(found: Mapping[str, Any], known: tuple[str, ...], where: str) -> None:
    strange = [key for key in found if key not in known]
    if strange:
        raise BadInput(
            "bad-input",
            say("{where}: there is no {key!r}", where=where, key=strange[0]),
            say("it has {names}", names=", ".join(known)),
        )


def _wrong(key: str, value: object, wanted: str) -> BadInput:
    return BadInput(
        "bad-input", say("the map's {key} {value!r} is none", key=key, value=str(value)[:60]),
        say("write {wanted}", wanted=wanted),
    )  # fmt: skip
