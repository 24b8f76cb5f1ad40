"""Requests, views and refusals as JSON and back, exactly: what the command line and its server speak with each other.

Not the JSON for others (`views.codec`), which has English words and no types: here a view comes out equal to what went
in, with texts that are not said in a language yet. Reading is by the types of the fields, and takes nothing else.
"""

import base64
import binascii
import dataclasses
import json
import re
import types
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from functools import cache
from importlib import import_module
from string import Formatter
from typing import Annotated, Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from billing.errors import Refusal
from billing.texts import FORMS, Do, Text

MEDIA = "application/vnd.billing.door+json"
PATH = "/v1/door"
BEHIND = "Billing-Behind"  # the header that says how many seconds the standby is behind that answered
NOT_HERE = {  # what no server is asked, and why
    "AskAnchorMessages": "its answer holds the secrets of hooks",
    "AskAnchored": "of a file that is where it is asked, and compared where the database is",
    "AskDesk": "its answer holds the secret of a desk",
    "AskKey": "the server asks it itself, of each key that comes",
    "AskNextTry": "the server delivers to hooks",
    "AskSpreading": "of the database's machines, and answered there",
    "AskSession": "the server asks it itself, of each page that is asked for",
    "AskTrial": "its answer holds the secret of a hook",
    "BackUp": "of files that are where the database is",
    "CheckTariff": "of files that are where it is asked, and answered there",
    "ClaimMessages": "the server delivers to hooks, and has their secrets",
    "CountUses": "the server counts",
    "KeepErasures": "of a file that is where the database is",
    "MakeAnchor": "of files that are where the database is",
    "ReplayErasures": "of a file that is where it is asked, and done where the database is",
    "Spread": "of the database's machines, and done there",
    "Restore": "it puts a database where the server's is",
    "EndMessage": "the server delivers to hooks",
    "EndSession": "of pages, and the server's own",
    "EnterByLink": "its answer lets whoever has it in",
    "EnterByProvider": "the server makes it itself, of what a provider of log-ins vouches for",
}
_IS = "is"  # the key of a type's name, where it is made of another
T = TypeVar("T")
Read = Callable[[object], object]


class Unread(ValueError):
    """What cannot be read, and where: the other side is of another version, or no side of ours."""


def data_of(found: object) -> bytes:
    """The bytes of a JSON value."""
    return json.dumps(found, separators=(",", ":")).encode()


def value_of(data: bytes) -> dict[str, object]:
    """The object that some bytes are. Raises Unread."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError) as wrong:
        raise Unread(f"no JSON: {wrong}") from None
    if not isinstance(found, dict):
        raise Unread("no JSON object")
    return found


def written(value: object) -> object:
    """A value of a request's or a view's field, as JSON can hold it."""
    match value:
        case None | str() | int():
            return value
        case Decimal():
            return str(value)
        case date() | time():
            return value.isoformat()
        case bytes():
            return base64.b64encode(value).decode()
        case Text() | Do():
            return _told(value)
        case Sequence():
            return [written(item) for item in value]
        case Mapping():
            return {name: written(item) for name, item in value.items()}
    assert dataclasses.is_dataclass(value), value
    found = {name: written(getattr(value, name)) for name in _named(cast(Any, type(value)))}
    return found if not dataclasses.is_dataclass(type(value).__base__) else found | {_IS: type(value).__name__}


@cache
def _named(of: type[Any]) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(of) if field.init)


def read(hint: type[T], found: object) -> T:
    """The value of a type that JSON holds. Raises Unread; a request's own bounds raise what they raise."""
    return cast(T, _reader(cast(Any, hint))(found))


def view_of(of: type[Any]) -> type[Any]:
    """The type of the view that answers a request or a question."""
    for kind in of.__mro__:
        for base in getattr(kind, "__orig_bases__", ()):
            parts = get_args(base)
            if parts and not hasattr(parts[0], "__bound__"):
                return cast(type[Any], parts[0])
    raise AssertionError(of)


@cache
def _reader(hint: object) -> Read:
    origin, parts = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _reader(parts[0])
    if origin in (Union, types.UnionType):
        return _either(hint)
    if origin is Literal:
        return lambda found: _one_of(parts, found)
    if origin is Sequence or (origin is tuple and parts[-1:] == (Ellipsis,)):
        item = _reader(parts[0])
        return lambda found: tuple(item(one) for one in _is(list, found))
    if origin is tuple:
        items = [_reader(part) for part in parts]
        return lambda found: tuple(one(each) for one, each in zip(items, _long(found, len(items)), strict=True))
    if origin in (dict, Mapping):
        part = _reader(parts[1])
        return lambda found: {name: part(one) for name, one in _is(dict, found).items()}
    if hint in _PLAIN:
        return _PLAIN[hint]
    assert isinstance(hint, type) and dataclasses.is_dataclass(hint), hint
    return lambda found: _made(*_kind(hint, _is(dict, found)))


def _kind(of: type[Any], found: dict[str, Any]) -> tuple[type[Any], dict[str, Any]]:
    """The very type of what is one of several of a kind, as the events of a quote; and its fields."""
    name = found.get(_IS, of.__name__)
    for kind in _kinds(cast(Any, of)):
        if kind.__name__ == name:
            return kind, {key: value for key, value in found.items() if key != _IS}
    raise Unread(f"{name!r:.60} is no {of.__name__}")


@cache
def _kinds(of: type[Any]) -> tuple[type[Any], ...]:
    more = {getattr(import_module(kind.__module__), kind.__name__) for kind in of.__subclasses__()}
    return (of, *(kind for one in more for kind in _kinds(cast(Any, one))))


def _made(of: type[Any], found: dict[str, Any]) -> object:
    fields = _fields(cast(Any, of))
    strange = found.keys() - fields.keys()
    if strange:
        raise Unread(f"{of.__name__} has no {sorted(strange)[0]!r:.60}")
    missing = [name for name, (needed, _) in fields.items() if needed and name not in found]
    if missing:
        raise Unread(f"{of.__name__} needs {missing[0]!r}")
    values = {}
    for name, value in found.items():
        try:
            values[name] = fields[name][1](value)
        except Unread as wrong:
            raise Unread(f"{of.__name__}.{name}: {wrong}") from None
    return of(**values)


@cache
def _fields(of: type[Any]) -> dict[str, tuple[bool, Read]]:
    """Of each field that is given: whether it must be, and what reads it."""
    hints = get_type_hints(of)
    return {
        f.name: (f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING, _reader(hints[f.name]))
        for f in dataclasses.fields(of)
        if f.init
    }


def _either(hint: object) -> Read:
    """What reads one of several types, of which JSON shows which it is: the first that can be read."""
    readers = [_reader(part) for part in get_args(hint) if part is not type(None)]
    empty = type(None) in get_args(hint)

    def one(found: object) -> object:
        if found is None and empty:
            return None
        for reader in readers[:-1]:
            try:
                return reader(found)
            except Unread:
                pass
        return readers[-1](found)

    return one


def _is(kind: type[T], found: object) -> T:
    if type(found) is not kind:
        raise Unread(f"{found!r:.60} where a {kind.__name__} is to be")
    return found


def _long(found: object, count: int) -> list[object]:
    values: list[object] = _is(list, found)
    if len(values) != count:
        raise Unread(f"{len(values)} values where {count} are to be")
    return values


def _one_of(words: tuple[Any, ...], found: object) -> object:
    if found not in words:
        raise Unread(f"{found!r:.60} is none of {', '.join(map(str, words))}")
    return found


def _text(kind: Callable[[str], Any]) -> Read:
    """What reads a value that is written as text."""

    def of(found: object) -> object:
        try:
            return kind(_is(str, found))
        except (ValueError, InvalidOperation, binascii.Error):
            raise Unread(f"{found!r:.60} cannot be read") from None

    return of


def _moment(found: str) -> datetime:
    if len(found) <= 10:  # a day alone is a day
        raise ValueError(found)
    return datetime.fromisoformat(found)


# Texts: what they hold may be anything, so that each value says what it is


def _told(value: object) -> object:
    match value:
        case None | str() | int():
            return value
        case Decimal():
            return {"decimal": str(value)}
        case datetime():
            return {"moment": value.isoformat()}
        case date():
            return {"day": value.isoformat()}
        case time():
            return {"time": value.isoformat()}
        case Do():
            return {"do": list(value.words)}
        case Text():
            values = {name: _told(one) for name, one in value.values.items()}
            return {"say": value.template, "of": values, "where": value.context}
        case tuple() | list():
            return [_told(one) for one in value]
        case Mapping():
            return {"table": {name: _told(one) for name, one in value.items()}}
    return str(value)


def _heard(found: object) -> object:
    match found:
        case None | str() | int():
            return found
        case list():
            return [_heard(one) for one in found]
        case {"decimal": value}:
            return _PLAIN[Decimal](value)
        case {"moment": value}:
            return _PLAIN[datetime](value)
        case {"day": value}:
            return _PLAIN[date](value)
        case {"time": value}:
            return _PLAIN[time](value)
        case {"do": [str() as command, *words]}:
            return Do(command, *words)
        case {"say": str() as template, "of": dict() as values, "where": None | str() as context} if _is_plain(
            template, values
        ):
            return Text(template, {name: _heard(one) for name, one in values.items()}, context)
        case {"table": dict() as table}:
            return {name: _heard(one) for name, one in table.items()}
    raise Unread(f"{found!r:.60} is nothing to be told")


def _is_plain(template: str, values: Mapping[str, object]) -> bool:
    """Whether a template only names its values, and counts them, as all of this program do: who asks may have another.

    One that looks into a value, or says how wide it is, is not filled in for whoever sent it.
    """
    try:
        fields = [field for field in Formatter().parse(template) if field[1] is not None]
    except ValueError:
        return False
    return all(
        name in values and (as_ in (None, "r") if not how else as_ is None and re.fullmatch(FORMS, how))
        for _, name, how, as_ in fields
    )


def _of_kind(kind: type) -> Read:
    def of(found: object) -> object:
        return _is(kind, _heard(found) if isinstance(found, dict) else found)

    return of


_PLAIN: dict[Any, Read] = {
    str: lambda found: _is(str, found),
    int: lambda found: _is(int, found),
    bool: lambda found: _is(bool, found),
    Decimal: _text(Decimal),
    datetime: _text(_moment),
    date: _text(date.fromisoformat),
    time: _text(time.fromisoformat),
    bytes: _text(lambda found: base64.b64decode(found, validate=True)),
    Text: _of_kind(Text),
    Do: _of_kind(Do),
    Any: lambda found: found,
    type(None): lambda found: _is(type(None), found),
}


# Refusals

_SAID = cast(type[Any], str | Text | None)


def refused(refusal: Refusal) -> dict[str, Any]:
    """A refusal, to be said in the language of whoever asked."""
    return {"code": refusal.code, "what": _told(refusal.what), "remedy": _told(refusal.remedy)}


def refusal_of(found: object) -> Refusal:
    """The refusal that was sent, of the kind that has its code. Raises Unread for a code that no kind has."""
    match found:
        case {"code": str() as code, "what": what, "remedy": remedy}:
            for kind in Refusal.__subclasses__():
                if code in kind.codes:
                    return kind(code, read(_SAID, what), read(_SAID, remedy))
    raise Unread(f"an unknown refusal {found!r:.60}")
