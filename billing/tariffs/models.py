"""What the type hints of `shape` say, and pydantic's models made of them: strict, and without a key too many."""

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import MISSING, fields, is_dataclass
from functools import cache, partial, reduce
from operator import or_
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, cast, get_args, get_origin, get_type_hints

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    ValidationError,
    create_model,
)

from billing.tariffs.shape import FILLED, Bounds, Like, Says, TariffTable, Works

_STRICT = ConfigDict(extra="forbid", strict=True)


@cache
def model(of: type) -> type[BaseModel]:
    """The model of a table of the file."""
    hints = keys(of)
    wanted: dict[str, Any] = {each.name: (_checked(hints[each.name]), _field(each)) for each in fields(of)}
    return create_model(of.__name__, __config__=_STRICT, **wanted)


def keys(of: object) -> dict[str, Any]:
    """The keys of a table, and what each takes with all its marks."""
    return get_type_hints(cast(type, _bare(of)), include_extras=True)


def marks(hint: object) -> tuple[object, ...]:
    """What is marked on a value, or on one that may also be left out."""
    present = _present(hint)
    return get_args(present)[1:] if get_origin(present) is Annotated else ()


def at(path: Sequence[str]) -> object:
    """What a tariff file has at a path of keys."""
    found: object = TariffTable
    for key in path:
        found = get_args(_bare(found))[1] if get_origin(_bare(found)) is dict else keys(found)[key]
    return found


def works(path: Sequence[str]) -> str:
    """What would work at a path of keys."""
    hint = at(path)
    said = [mark.text for mark in marks(hint) if isinstance(mark, Works)]
    if said:
        return said[-1]
    if get_origin(_bare(hint)) is Literal:
        *names, last = (f'"{name}"' for name in get_args(_bare(hint)))
        return f"{', '.join(names)} or {last}"
    return "true or false" if _bare(hint) is bool else "a table"


def _present(hint: object) -> object:
    """What a value is where it is not left out; of one that may be a number of two kinds, both."""
    parts = [part for part in get_args(hint) if part is not NoneType]
    return parts[0] if get_origin(hint) in (Union, UnionType) and len(parts) == 1 else hint


def _bare(hint: object) -> object:
    """What a value is, without marks."""
    present = _present(hint)
    return get_args(present)[0] if get_origin(present) is Annotated else present


def _field(each: dataclasses.Field[Any]) -> object:
    if each.default_factory is not MISSING:
        return Field(default_factory=each.default_factory)
    return ... if each.default is MISSING else each.default


def _checked(hint: object) -> object:
    """A hint as pydantic has it: lists for tuples, models for tables, its constraints for ours."""
    origin, parts = get_origin(hint), get_args(hint)
    if origin is Annotated:
        inner = _checked(parts[0])
        for mark in parts[1:]:
            for constraint in _constraints(mark, inner):
                inner = Annotated[inner, constraint]
        return inner
    if origin in (Union, UnionType):
        return reduce(or_, map(_checked, parts))
    if origin is tuple:
        return list[_checked(parts[0])]  # type: ignore[misc]
    if origin is dict:
        return dict[_checked(parts[0]), _checked(parts[1])]  # type: ignore[misc]
    return model(hint) if isinstance(hint, type) and is_dataclass(hint) else hint


def _constraints(mark: object, inner: object) -> list[object]:
    match mark:
        case Bounds(least=least, most=most):
            return [Field(ge=least, le=most)]
        case Like(pattern=pattern):
            return [StringConstraints(pattern=pattern)]
        case Says(read=read):
            return [
                BeforeValidator(partial(_whole, read, TypeAdapter(cast(type, inner), config=ConfigDict(strict=True))))
            ]
    return [Field(min_length=1)] if mark == FILLED else []


def _whole(read: Callable[[Any], object], adapter: TypeAdapter[Any], value: object) -> object:
    """A value that says something; what is wrong in a part of it is wrong with the whole."""
    try:
        read(adapter.validate_python(value))
    except ValidationError:
        raise ValueError from None
    return value
