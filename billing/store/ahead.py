"""Answers that a PostgreSQL gave before they were asked for: what is known to be asked soon costs one round trip.

An answer is taken once, and none outlives what its transaction writes, or its end: nothing is told from here that the
database would not have said. A SQLite file answers as fast as one asks, and nothing is asked of it ahead.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from json import JSONDecoder
from typing import TYPE_CHECKING, Any, Protocol, cast

if TYPE_CHECKING:
    from sqlalchemy import Connection, Dialect


class Reads(Protocol):
    """A statement that reads, as `Query` is one."""

    def names(self, dialect: "Dialect") -> list[str]: ...

    def written(self, dialect: "Dialect", values: Mapping[str, Any]) -> tuple[str, Any]: ...


Asked = tuple[Reads, Mapping[str, Any]]  # a statement and its values
Rows = list[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class First:
    """What is asked as a transaction begins; with `ends` that is all of it."""

    asked: Iterable[Asked] = ()
    ends: bool = False


NOTHING = First()


class _Kind:
    name = "rehearsal"


class _Rehearsal:
    """Stands in for a connection: notes what would be asked, and answers that there is nothing."""

    dialect = _Kind()

    def __init__(self) -> None:
        self.asked: list[Asked] = []


def rehearsed() -> tuple["Connection", list[Asked]]:
    """Stands in for a connection, and what it is asked."""
    made = _Rehearsal()
    return cast("Connection", made), made.asked


def noted(connection: object) -> list[Asked] | None:
    """What was asked in a rehearsal, where it is one."""
    return connection.asked if isinstance(connection, _Rehearsal) else None


_KEPT = "asked ahead"


def keep(connection: "Connection", answers: Iterable[tuple[Reads, Mapping[str, Any], Rows]]) -> None:
    """Keeps answers for who asks the same, in this transaction."""
    kept = connection.info.setdefault(_KEPT, {})
    for statement, values, rows in answers:
        kept.setdefault(statement, []).append((values, rows))


def taken(connection: "Connection", statement: Reads, values: Mapping[str, Any]) -> Rows | None:
    """The answer that is kept, which is kept no more; None where it was not asked ahead with these values."""
    kept = connection.info.get(_KEPT, {}).get(statement, [])
    place = _place(kept, values)
    if place is None:
        return None
    found: Rows = kept.pop(place)[1]
    return found


def is_kept(connection: "Connection", statement: Reads, values: Mapping[str, Any]) -> bool:
    """Whether an answer is kept."""
    return _place(connection.info.get(_KEPT, {}).get(statement, []), values) is not None


def _place(kept: list[tuple[Mapping[str, Any], Rows]], values: Mapping[str, Any]) -> int | None:
    same = (n for n, (known, _) in enumerate(kept) if all(values[name] == value for name, value in known.items()))
    return next(same, None)


def forget(connection: "Connection") -> None:
    """Forgets what was asked ahead: it may be so no more."""
    connection.info.pop(_KEPT, None)


# One statement for many


def combined(asked: Sequence[tuple[str, Mapping[str, Any]]]) -> tuple[str, dict[str, Any]]:
    """One statement that answers several, all rows of each as JSON; and its values."""
    values = {f"{name}_{n}": value for n, (_, given) in enumerate(asked) for name, value in given.items()}
    return _combined(tuple(sql for sql, _ in asked)), values


@cache
def _combined(texts: tuple[str, ...]) -> str:
    parts = (re.sub(r"%\((\w+)\)s", rf"%(\g<1>_{n})s", sql) for n, sql in enumerate(texts))
    return "SELECT " + ", ".join(f"(SELECT json_agg(q)::text FROM ({sql}) q)" for sql in parts)


def rows_of(answer: str | None) -> Rows:
    """The rows of one statement of several, as it would have answered them by itself: text, whole numbers, nothing."""
    return [] if answer is None else _rows(answer)


_rows = JSONDecoder(object_pairs_hook=lambda pairs: tuple([value for _, value in pairs])).decode  # names may be twice
