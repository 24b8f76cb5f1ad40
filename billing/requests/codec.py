"""Requests and questions out of JSON: an object has the keys of their fields, and values are read as people write them.

What a value may be is the request's business, which checks itself; here it becomes one, or is refused by its key.
"""

import base64
import binascii
import dataclasses
import json
import types
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from billing.errors import BadInput
from billing.requests import inputs, moments
from billing.requests.base import Question, Request
from billing.requests.fields import FirstDay, Rates
from billing.texts import say
from billing.values import dataclass

A = TypeVar("A", bound=Request[Any] | Question[Any])


@dataclass(frozen=True, slots=True)
class Field:
    """A field that JSON can give: its key, whether it must, its type."""

    name: str
    needed: bool
    hint: object


@cache
def fields_of(of: Any) -> tuple[Field, ...]:
    """The fields of a request that JSON can give."""
    hints = get_type_hints(of, include_extras=True)
    return tuple(
        Field(f.name, f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING, hints[f.name])
        for f in dataclasses.fields(of)
        if f.init and _can_be_sent(hints[f.name])
    )


def _can_be_sent(hint: object) -> bool:
    """Not a file of the machine that asks, nor a table."""
    return Path not in _inner(hint) and (hint == Rates or _inner(hint)[:2] != (tuple, tuple))


def object_of(data: bytes) -> dict[str, object]:
    """The one object that a text of JSON is; numbers with a point are exact. Raises BadInput (`bad-input`)."""
    found = values_of(data)
    if not isinstance(found, dict):
        raise BadInput("bad-input", say("no JSON object"))
    return found


def values_of(data: bytes) -> object:
    """What a text of JSON says, an object or not; numbers with a point are exact. Raises BadInput (`bad-input`)."""
    try:
        found: object = json.loads(
            data.decode(), parse_float=Decimal, parse_constant=_no_number, object_pairs_hook=_no_repeats
        )
    except (ValueError, RecursionError) as wrong:
        raise BadInput("bad-input", say("no JSON object: {wrong}", wrong=wrong)) from None
    return found


def request_of(of: type[A], given: Mapping[str, object]) -> A:
    """The request of an object whose keys are its fields. Raises BadInput by the key that is strange or missing."""
    known = {field.name: field for field in fields_of(cast(Any, of))}
    strange = [key for key in given if key not in known]
    if strange:
        raise BadInput(
            "bad-input",
            say("{kind} has no key {strange!r}", kind=of.__name__, strange=strange[0]),
            say("it has {names}", names=", ".join(sorted(known))),
        )
    missing = [name for name, field in known.items() if field.needed and given.get(name) is None]
    if missing:
        raise BadInput("bad-input", say("{kind} needs {missing}", kind=of.__name__, missing=missing))
    values = {key: _reader_of(cast(Any, of), key)(value, key) for key, value in given.items() if value is not None}
    return of(**values)


@cache
def _reader_of(of: Any, name: str) -> Callable[[Any, str], Any]:
    return reader(next(field.hint for field in fields_of(of) if field.name == name))


def queried(hint: object, values: list[str], key: str) -> object:
    """What a query's text stands for, before it is read: whole numbers, yes and no, several."""
    parts = _inner(hint)
    if tuple in parts:
        return values
    if len(values) > 1:
        raise BadInput("bad-input", say("{key} is given {count} times", key=key, count=len(values)))
    (value,) = values
    if bool in parts:
        return {"true": True, "false": False}.get(value, value)
    if int in parts and value.removeprefix("-").isdecimal() and value.isascii() and len(value) < 20:
        return int(value)
    return value


def _inner(hint: object) -> tuple[Any, ...]:
    """The types that a hint is made of at its top: of `Annotated[int, …] | None` int."""
    if get_origin(hint) in (Union, types.UnionType):
        return tuple(one for part in get_args(hint) for one in _inner(part))
    if get_origin(hint) is Annotated:
        return _inner(get_args(hint)[0])
    if get_origin(hint) is tuple:
        return (tuple, *_inner(get_args(hint)[0]))
    return (hint,)


def _no_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key is there twice")
    return found


def _no_number(word: str) -> None:
    raise ValueError(f"{word} is no number")


def reader(hint: object) -> Callable[[Any, str], Any]:
    """What reads a value of a field's type: text is read as people write it."""
    if get_origin(hint) in (Union, types.UnionType):
        hint = next(part for part in get_args(hint) if part is not type(None))
    if get_origin(hint) is Annotated:
        if any(isinstance(bound, FirstDay) for bound in get_args(hint)[1:]):
            return month
        hint = get_args(hint)[0]
    if get_origin(hint) is tuple:
        if hint == Rates:
            return lambda value, key: tuple(inputs.rate(one) for one in texts(value, key))
        item = reader(get_args(hint)[0])
        return texts if item is text else lambda value, key: tuple(item(one, key) for one in texts(value, key))
    return text if get_origin(hint) is Literal else _READERS[hint]


def shown(value: object) -> str:
    """A value that was refused, as JSON writes it; text in the quotation marks of all refusals."""
    if isinstance(value, str | Decimal):
        return repr(value) if isinstance(value, str) else str(value)
    return json.dumps(value, ensure_ascii=False, default=str)[:60]


def text(value: object, key: str) -> str:
    """Text; its bounds are the request's."""
    if not isinstance(value, str):
        raise BadInput("bad-input", say("{key} {shown}: give text of 1 to 200 characters", key=key, shown=shown(value)))
    return value


def month(value: object, key: str) -> date:
    """A month as 2025-03, as its first day."""
    return inputs.month(text(value, key))


def texts(value: object, key: str) -> tuple[str, ...]:
    """Several texts."""
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise BadInput("bad-input", say("{key}: give a list of texts of 1 to 200 characters", key=key))
    return tuple(value)


def whole(value: object, key: str) -> int:
    """A whole number."""
    if not isinstance(value, int) or isinstance(value, bool):
        code = "bad-duration" if key == "minutes" else "bad-input"
        raise BadInput(code, say("{key} {shown}: give a whole number", key=key, shown=shown(value)))
    return value


def money(value: object, key: str) -> Decimal:
    """An amount of money, as a number or as text."""
    if not isinstance(value, str | int | Decimal) or isinstance(value, bool):
        raise BadInput("bad-input", say('{key} {shown}: give an amount as "1234.50"', key=key, shown=shown(value)))
    return inputs.money(str(value), key)


def flag(value: object, key: str) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise BadInput("bad-input", say("{key} {shown}: give true or false", key=key, shown=shown(value)))
    return value


def day(value: object, key: str) -> date:
    """A day in ISO form."""
    if not isinstance(value, str):
        raise BadInput("bad-date", say("{key} {shown}: write a date as 2025-03-31", key=key, shown=shown(value)))
    return _day(value)


_day = lru_cache(1000)(inputs.day)  # a file has a few hundred days, and each of them often


def when(value: object, key: str) -> datetime | time:
    """A moment, or a time of today."""
    return moments.when(text(value, key))


def moment(value: object, key: str) -> datetime:
    """A moment, which has a day."""
    return moments.moment_or_day(text(value, key))


def data(value: object, key: str) -> bytes:
    """Bytes, in base64; or as they are, where they came by themselves."""
    if isinstance(value, bytes):
        return value
    try:
        return base64.b64decode(text(value, key), validate=True)
    except (binascii.Error, ValueError):
        raise BadInput("bad-input", say("{key}: give it in base64", key=key)) from None


_READERS: dict[Any, Callable[[Any, str], Any]] = {
    str: text, int: whole, Decimal: money, bool: flag, date: day, datetime | time: when,
    datetime: moment, bytes: data,
}  # fmt: skip
