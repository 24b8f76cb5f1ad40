"""SQLAlchemy's words and the tables, for modules that a command needs at once: SQLAlchemy takes longer to come in than
to log a minute.

A module takes them from here as it would from SQLAlchemy (and that is what they are to a type checker):
`from billing.store.sql import schema, select`. As long as SQLAlchemy is not there, an expression is only noted down
(`Later`), and is made when it is executed; what `billing.store.written` holds as text is never made at all.
"""

import operator
import sys
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from typing import TYPE_CHECKING, Any
from typing import cast as typed

if TYPE_CHECKING:
    from sqlalchemy import (
        ColumnElement,
        Connection,
        Engine,
        Executable,
        Select,
        String,
        Table,
        and_,
        bindparam,
        case,
        cast,
        delete,
        exists,
        func,
        insert,
        literal,
        literal_column,
        null,
        or_,
        select,
        text,
        tuple_,
        union_all,
        update,
    )

    from billing.store import schema

__all__ = [
    "ColumnElement", "Connection", "Engine", "Executable", "Later", "Select", "String", "Table", "and_", "bindparam",
    "case", "cast", "delete", "exists", "func", "insert", "is_here", "literal", "literal_column", "null", "or_",
    "said", "schema", "select", "text", "tuple_", "union_all", "update",
]  # fmt: skip


def is_here() -> bool:
    """Whether SQLAlchemy has come in."""
    return "sqlalchemy" in sys.modules


class Later:
    """An expression that was noted down: what is to be called with what, once SQLAlchemy is there."""

    __slots__ = ("_call", "_given", "_is_made", "_made", "_named", "_path")
    is_clause_element = False  # SQLAlchemy asks for what it stands for, by `__clause_element__`

    def __init__(self, path: str, call: Callable[..., Any], *given: object, **named: object) -> None:
        self._path = path  # as a table is found: `entry`
        self._call, self._given, self._named = call, given, named
        self._made: object = None
        self._is_made = False

    def __getattr__(self, name: str) -> object:
        if name.startswith("_"):
            raise AttributeError(name)
        return _noted(name, getattr, self, name)

    def __call__(self, *given: object, **named: object) -> object:
        return _noted("", _call, self, *given, **named)

    def __getitem__(self, key: object) -> object:
        return _noted("", operator.getitem, self, key)

    def __iter__(self) -> Iterator[object]:
        return iter(typed("Iterable[object]", said(self)))

    def __hash__(self) -> int:
        return object.__hash__(self)

    def __clause_element__(self) -> object:
        """What SQLAlchemy asks of all that it meets in an expression."""
        return said(self)

    def _execute_on_connection(self, *given: object) -> object:
        """What SQLAlchemy asks of a statement."""
        made: Any = said(self)
        return made._execute_on_connection(*given)


def _one(of: Callable[..., Any]) -> object:
    return lambda self: _noted("", of, self)


def _two(of: Callable[..., Any]) -> object:
    return lambda self, other: _noted("", of, self, other)


def _turned(of: Callable[..., Any]) -> object:
    return lambda self, other: _noted("", of, other, self)


for _name in ("eq", "ne", "lt", "le", "gt", "ge", "add", "sub", "mul", "and_", "or_"):
    setattr(Later, f"__{_name.strip('_')}__", _two(getattr(operator, _name)))
for _name in ("add", "sub", "mul"):
    setattr(Later, f"__r{_name}__", _turned(getattr(operator, _name)))
for _name in ("neg", "invert"):
    setattr(Later, f"__{_name}__", _one(getattr(operator, _name)))


def _call(what: Callable[..., Any], *given: object, **named: object) -> object:
    return what(*given, **named)


def _noted(path: str, call: Callable[..., Any], *given: object, **named: object) -> object:
    later = Later(path, call, *given, **named)
    return said(later) if is_here() else later


def said(value: object) -> object:
    """A value with all in it made that was only noted down."""
    if isinstance(value, Later):
        if not value._is_made:
            named = {name: said(each) for name, each in value._named.items()}
            value._made, value._is_made = value._call(*map(said, value._given), **named), True
        return value._made
    if type(value) is list:
        return [said(each) for each in value]
    if type(value) is tuple:
        return tuple(said(each) for each in value)
    if isinstance(value, dict):
        return {said(key): said(each) for key, each in value.items()}
    return value


def name_of(table: "Table | Later") -> str:
    """The name of a table, which may be noted down only."""
    return table._path if isinstance(table, Later) else table.name


def __getattr__(name: str) -> object:
    if name == "schema":
        return _noted(name, import_module, "billing.store.schema")
    if name not in __all__:
        raise AttributeError(name)
    return _noted(name, _word, name)


def _word(name: str) -> object:
    return getattr(import_module("sqlalchemy"), name)
