"""JSON out of views and back: the one place where a view's attributes become keys.

Days and instants become ISO text, money a string with its decimals, durations stay integers; the order of keys is that
of the fields; words are English there. Reading is for contents that were kept: it takes what an earlier version wrote.
"""

import dataclasses
import types
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from billing.texts import Do, Text
from billing.views.packed import Packed

V = TypeVar("V")


def to_json(view: Any) -> dict[str, Any]:
    """A view as an object for `json.dumps`."""
    found = {}
    for name, key, omitted in _keys(cast(Any, type(view))):
        value = getattr(view, name)
        if omitted is dataclasses.MISSING or value != omitted:
            found[key] = value if type(value) in _AS_THEY_ARE else _plain(value)
    return found


_AS_THEY_ARE = {type(None), str, int, bool}


def _plain(value: Any) -> Any:
    known = _WRITTEN.get(type(value))
    if known is not None:
        return known(value)
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, Decimal | Text | Do):  # words are English in JSON, which has no language
        return str(value)
    if isinstance(value, tuple | list | Packed):
        return [_plain(item) for item in value]
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    return to_json(value)


_WRITTEN: dict[type, Any] = {  # what most values are: the others are looked at
    Decimal: str,
    date: date.isoformat,
    tuple: lambda values: [value if type(value) in _AS_THEY_ARE else _plain(value) for value in values],
}


def from_json(of: type[V], found: dict[str, Any]) -> V:
    """The view of a type that an object of JSON was made of; keys that are missing have their field's default."""
    values = {}
    for name, key, read in _readers(cast(Any, of)):
        if key in found:
            value = found[key]
            values[name] = value if read is None else read(value)
    return of(**values)


@cache
def _keys(of: Any) -> tuple[tuple[str, str, Any], ...]:
    """Of each field: its name, its key, and the value at which it is left out."""
    return tuple(
        (f.name, f.metadata.get("key") or f.name, f.default if f.metadata.get("omit") else dataclasses.MISSING)
        for f in dataclasses.fields(of)
    )


@cache
def _readers(of: Any) -> tuple[tuple[str, str, Any], ...]:
    hints = get_type_hints(of)
    return tuple((name, key, _reader(hints[name])) for name, key, _ in _keys(of))


def _reader(hint: Any) -> Any:
    """What makes a value of a type out of JSON; None where it is the same."""
    if get_origin(hint) in (Union, types.UnionType):
        kinds = [part for part in get_args(hint) if part is not type(None)]
        inner = _reader(kinds[0]) if len(kinds) == 1 else None
        return inner and (lambda value: None if value is None else inner(value))
    if get_origin(hint) in (tuple, Sequence):
        item = _reader(get_args(hint)[0])
        return (lambda values: tuple(map(item, values))) if item else tuple
    if get_origin(hint) is dict:
        part = _reader(get_args(hint)[1])
        return part and (lambda values: {name: part(value) for name, value in values.items()})
    if hint is Decimal:
        return Decimal
    if hint is datetime:
        return datetime.fromisoformat
    if hint is date:
        return date.fromisoformat
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return lambda found: from_json(hint, found)
    return None
