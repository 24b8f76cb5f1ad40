"""Answers that a PostgreSQL gave before they were asked for: what is known to be asked soon costs one round trip.

An answer is taken once, and none outlives what its transaction writes, or its end: nothing is told from here that the
database would not have said. A SQLite file answers as fast as one asks, and nothing is asked of it ahead.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from json import JSONDecoder
from typing import TYPE_CHECKING, Any, Protocol, cast

from billing.values import dataclass

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


def missing(connection: "Connection", asked: Iterable[Asked]) -> list[Asked]:
    """Of what is to be asked that of which no answer is kept."""
    kept = connection.info.get(_KEPT, {})
    return [one for one in asked if _place(kept.get(one[0], []), one[1]) is None]


def _place(kept: list[tuple[Mapping[str, Any], Rows]], values: Mapping[str, Any]) -> int | None:
    for place, (known, _) in enumerate(kept):
        if all(values[name] == value for name, value in known.items()):
            return place
    return None


def before(connection: "Connection", lock: Asked) -> None:
    """Forgets what was asked before a lock that is only asked for now: who was waited for may have changed it."""
    if noted(connection) is None and missing(connection, [lock]):
        forget(connection)


def forget(connection: "Connection") -> None:
    """Forgets what was asked ahead: it may be so no more."""
    connection.info.pop(_KEPT, None)


# One statement for many


def combined(asked: Sequence[tuple[str, Mapping[str, Any]]]) -> tuple[str, list[Any]]:
    """One statement that answers several, all rows of each as JSON, and its values, as the server itself takes them."""
    sql, places = _combined(tuple(sql for sql, _ in asked))
    return sql, [asked[n][1][name] for n, name in places]


@cache
def _combined(texts: tuple[str, ...]) -> tuple[str, tuple[tuple[int, str], ...]]:
    places: dict[tuple[int, str], int] = {}  # by statement and name
    parts = []
    for n, sql in enumerate(texts):
        pieces = _NAMED.split(sql.replace("%%", "%"))
        pieces[1::2] = [f"${places.setdefault((n, name), len(places) + 1)}" for name in pieces[1::2]]
        parts.append(f"(SELECT json_agg(q)::text FROM ({''.join(pieces)}) q)")
    return "SELECT " + ", ".join(parts), tuple(places)


@cache
def for_many(sql: str, kinds: tuple[str, ...]) -> str:
    """One statement that answers another for many values of it: they are arrays, of those kinds, by its names' order.

    Before each row stands for whom it is, from 1 on. OFFSET has the server plan what is inside as it does alone.
    """
    names = list(dict.fromkeys(_NAMED.findall(sql)))
    pieces = _NAMED.split(sql.replace("%%", "%"))
    pieces[1::2] = [f"of_many.p{names.index(name)}" for name in pieces[1::2]]
    arrays = ", ".join(f"${n}::{kind}[]" for n, kind in enumerate(kinds, 1))
    columns = ", ".join([*(f"p{n}" for n in range(len(names))), "nth"])
    return (
        f"SELECT of_many.nth, q.* FROM unnest({arrays}) WITH ORDINALITY AS of_many({columns}) "
        f"CROSS JOIN LATERAL (SELECT * FROM ({''.join(pieces)}) s OFFSET 0) q"
    )


_NAMED = re.compile(r"%\((\w+)\)s")


def rows_of(answer: str | None) -> Rows:
    """The rows of one statement of several, as it would have answered them by itself: text, whole numbers, nothing."""
    return [] if answer is None else _rows(answer)


_rows = JSONDecoder(object_pairs_hook=lambda pairs: tuple([value for _, value in pairs])).decode  # names may be twice
