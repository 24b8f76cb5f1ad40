"""JSON Schema out of the types of requests and views: what the codecs read and write, with the bounds of each field."""

import dataclasses
import types
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Annotated, Any, Literal, Union, cast, get_args, get_origin, get_type_hints

from billing.core.units import CENT
from billing.requests import codec
from billing.requests import fields as bounds
from billing.requests.parties import Code, Days
from billing.requests.parties import OneOf as OneOfParty
from billing.texts import Do, Text

Schema = dict[str, Any]
MONEY = r"^-?[0-9]+(\.[0-9]+)?$"
_PLAIN: dict[object, Schema] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    Decimal: {"type": "string", "pattern": MONEY},
    date: {"type": "string", "format": "date"},
    datetime: {"type": "string", "format": "date-time"},
    time: {"type": "string"},
    bytes: {"type": "string", "contentEncoding": "base64"},
    Text: {"type": "string"},
    Do: {"type": "string"},
    Any: {},
    object: {},
}
_MOMENT: Schema = {"type": "string", "examples": ["2025-03-04T12:15", "2025-03-04T12:15:00+01:00", "12:15"]}
_NAME = "#/components/schemas/"


class Schemas:
    """The schemas of all types that a document names, by name."""

    def __init__(self) -> None:
        self.named: dict[str, Schema] = {}
        self._types: dict[str, type] = {}

    # What is answered

    def view(self, of: object) -> Schema:
        """The schema of a view's type, or of a value in one; its dataclasses are named."""
        origin, parts = get_origin(of), get_args(of)
        if origin in (Union, types.UnionType):
            return {"anyOf": [self.view(part) for part in parts]}
        if of is type(None):
            return {"type": "null"}
        if origin is Annotated:
            return self.view(parts[0])
        if origin is Literal:
            return {"enum": list(parts)}
        if origin in (tuple, list, Sequence):
            return {"type": "array", "items": self.view(parts[0])}
        if origin in (dict, Mapping):
            return {"type": "object", "additionalProperties": self.view(parts[1])}
        if isinstance(of, type) and dataclasses.is_dataclass(of) and of not in _PLAIN:
            return {"$ref": _NAME + self._name(of)}
        return dict(_PLAIN[of])

    def _name(self, of: type) -> str:
        name = self._called(of)
        if name not in self.named:
            self.named[name] = {}  # it may hold itself
            self.named[name] = self._object(of)
        return name

    def _called(self, of: type) -> str:
        """The name of a type; of two that are called alike the second has its module before it."""
        name = of.__name__.lstrip("_")
        if self._types.setdefault(name, of) is not of:
            name = of.__module__.rpartition(".")[2].capitalize() + name
            assert self._types.setdefault(name, of) is of, name
        return name

    def _object(self, of: type) -> Schema:
        hints = get_type_hints(of)
        properties: dict[str, Schema] = {}
        required: dict[str, bool] = {}
        for field in dataclasses.fields(cast(Any, of)):
            key = field.metadata.get("key") or field.name
            schema = self.view(hints[field.name])
            properties[key] = {"anyOf": [properties[key], schema]} if key in properties else schema
            required[key] = required.get(key, False) or not field.metadata.get("omit")
        found: Schema = {"type": "object", "title": of.__name__, "properties": properties}
        if any(required.values()):
            found["required"] = [key for key, must in required.items() if must]
        return found

    # What is asked

    def body(self, of: type, without: tuple[str, ...]) -> Schema:
        """The schema of a request's body, of the fields that are not in the path; named."""
        name = self._called(of)
        if name not in self.named:
            fields = [field for field in codec.fields_of(cast(Any, of)) if field.name not in without]
            made: Schema = {
                "type": "object",
                "title": name,
                "properties": {field.name: asked(field.hint) for field in fields},
                "additionalProperties": False,
            }
            needed = [field.name for field in fields if field.needed]
            self.named[name] = made | ({"required": needed} if needed else {})
        return {"$ref": _NAME + name}


def asked(hint: object) -> Schema:
    """The schema of a value of a request's field, as its codec reads it; null is the same as nothing."""
    if get_origin(hint) in (Union, types.UnionType):
        kinds = [part for part in get_args(hint) if part is not type(None)]
        if set(kinds) == {datetime, time}:
            return dict(_MOMENT)
        if len(kinds) == 1:
            inner = asked(kinds[0])
            if len(kinds) == len(get_args(hint)):
                return inner
            if isinstance(inner.get("type"), str):
                inner = inner | {"type": [inner["type"], "null"]}
                return inner | ({"enum": [*inner["enum"], None]} if "enum" in inner else {})
            return {"anyOf": [inner, {"type": "null"}]}
    if get_origin(hint) is Annotated:
        kind, *limits = get_args(hint)
        schema = asked(kind)
        for limit in limits:
            schema = _bounded(schema, limit)
        return schema
    if get_origin(hint) is Literal:
        return {"type": "string", "enum": list(get_args(hint))}
    if hint == bounds.Rates:
        return {"type": "array", "items": {"type": "string", "pattern": r"^[A-Za-z]{3}=[0-9]{1,6}([.][0-9]{1,10})?$"}}
    if get_origin(hint) is tuple:
        return {"type": "array", "items": asked(get_args(hint)[0])}
    if hint is datetime:
        return {"type": "string", "examples": ["2025-03-04T12:15"]}
    return dict(_PLAIN[hint])


def _bounded(schema: Schema, limit: object) -> Schema:
    """A schema with what a bound says; what it cannot say, the answer says."""
    match limit:
        case bounds.Letters():
            return schema | {"minLength": 1, "maxLength": limit.most}
        case bounds.OneOf():
            return schema | {"enum": list(limit.known)}
        case OneOfParty():
            return schema | {"enum": list(limit.words)}
        case bounds.Sum():
            return schema | {"pattern": r"^[0-9]{1,8}(\.[0-9]{1,2})?$", "examples": [f"{CENT * 123450}"]}
        case bounds.PerCent():
            return schema | {"pattern": r"^[0-9]{1,3}(\.[0-9]{1,2})?$"}
        case bounds.Whole():
            return schema | {"minimum": limit.least, "maximum": limit.most}
        case bounds.Worked():
            return schema | {"minimum": 1, "maximum": bounds.DAY_SECONDS}
        case bounds.FirstDay():
            return {"type": "string", "pattern": r"^[0-9]{4}-(0[1-9]|1[0-2])$", "examples": ["2025-03"]}
        case bounds.Capitals():
            return schema | {"pattern": f"^[A-Za-z]{{{limit.count}}}$"}
        case Code():
            return schema | {"pattern": r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$"}
        case Days():
            return schema | {"minimum": 0, "maximum": 365}
    return schema
