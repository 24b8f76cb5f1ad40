"""Series of numbers without gaps, taken inside the transaction that keeps what is numbered (M6, L6)."""

import json
import re
from datetime import date
from typing import Any

from billing.errors import Forbidden
from billing.store import chain
from billing.store.engine import write_now
from billing.store.query import Query
from billing.store.rows import Row
from billing.store.sql import Connection, bindparam, insert, schema, select, update
from billing.texts import say
from billing.values import dataclass

Content = dict[str, Any]
SERIES = {"invoice": "INV", "credit-note": "CN"}
QUOTES, MAINTENANCE = "Q", "M"  # series of their own (S8, S9)


@dataclass(slots=True)
class Series:
    """A series of numbers as its locked row has it: the last number of the last year, and the last hash."""

    name: str
    last_on: date | None
    last_number: int
    hash: str

    def next_number(self, on: date) -> int:
        """The number of a document issued on a day: the year's next (M6)."""
        return self.last_number + 1 if self.last_on is not None and self.last_on.year == on.year else 1


def code(name: str, on: date, number: int) -> str:
    """A document's number as it is printed: `INV-2025-00001`."""
    return f"{name}-{on.year}-{number:05d}"


def is_number(text: str) -> bool:
    """Whether a text has the form of a document's number."""
    return re.fullmatch(rf"({'|'.join(SERIES.values())})-\d{{4}}-\d{{5}}", text) is not None


def lock_series(connection: Connection, name: str, on: date) -> Series:
    """The series, locked until the transaction ends; an issue date before its last one is refused (M6)."""
    write_now(connection)
    series = _series(connection, name, lock=True)
    if series.last_on is not None and on < series.last_on:
        raise Forbidden(
            "out-of-order",
            say(
                "{on} is before the last document of series {name}, issued on {last_on}",
                on=on,
                name=name,
                last_on=series.last_on,
            ),
            say("issue from that day on"),
        )
    return series


def peek_series(connection: Connection, name: str) -> Series:
    """The series as it is, not locked: for a preview."""
    return _series(connection, name, lock=False)


_s = schema.series.c
_SERIES = select(_s.name, _s.last_on, _s.last_number, _s.hash).where(_s.name == bindparam("of"))
_SERIES_BY_LOCK = {False: Query(_SERIES), True: Query(_SERIES.with_for_update())}
_SAVE_SERIES = update(schema.series).where(_s.name == bindparam("of"))


def _series(connection: Connection, name: str, lock: bool) -> Series:
    ((_, last_on, last_number, digest),) = _SERIES_BY_LOCK[lock].rows(connection, {"of": name})
    return Series(name, date.fromisoformat(last_on) if last_on else None, last_number, digest)


def make_series(connection: Connection) -> None:
    """Makes the rows of the series in a new database."""
    known = set(connection.execute(select(schema.series.c.name)).scalars())
    for name in (*SERIES.values(), QUOTES, MAINTENANCE):
        if name not in known:
            values = {"name": name, "last_number": 0, "hash": chain.GENESIS}
            connection.execute(insert(schema.series).values(**values))


def save_series(connection: Connection, series: Series) -> None:
    """Keeps where a series has come to."""
    assert series.last_on is not None
    values = {"last_on": series.last_on.isoformat(), "last_number": series.last_number, "hash": series.hash}
    connection.execute(_SAVE_SERIES, {"of": series.name, **values})


def numbered_row(series: Series, content: Content, on: date) -> tuple[Row, str]:
    """What a row of a series has in common with every other, and its text; the series moves on."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    number = series.next_number(on)
    series.last_on, series.last_number = on, number
    series.hash = chain.series_hash(series.hash, text)
    return {
        "series": series.name,
        "year": on.year,
        "number": number,
        "code": content["number"],
        "issued_on": on.isoformat(),
    }, text
