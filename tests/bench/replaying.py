"""What a program's statements cost without the program: noted as they are asked, then asked of a copy by bare sqlite3.

No floor, for they are the program's own: a share. What the rest of the program could be at most, if a goal is to hold.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

from tests.bench.measure import Cost, cost, raw

Call = tuple[str, *tuple[Any, ...]]  # a method of a connection, and what it was given


@contextmanager
def noted() -> Iterator[list[Call]]:
    """The calls of connections to SQLite that are opened meanwhile."""
    calls: list[Call] = []

    class Noting(sqlite3.Connection):
        def execute(self, *given: Any) -> sqlite3.Cursor:
            calls.append(("execute", *given))
            return super().execute(*given)

        def executemany(self, sql: str, rows: Iterable[Any]) -> sqlite3.Cursor:
            calls.append(("executemany", sql, kept := list(rows)))
            return super().executemany(sql, kept)

        def commit(self) -> None:
            calls.append(("commit",))
            super().commit()

        def rollback(self) -> None:
            calls.append(("rollback",))
            super().rollback()

    with patch.object(sqlite3, "connect", partial(sqlite3.connect, factory=Noting)):
        yield calls


def copied(path: Path) -> Path:
    """The database as it is now, in a file beside it."""
    copy = path.with_suffix(".copy.db")
    with closing(sqlite3.connect(path)) as there, closing(sqlite3.connect(copy)) as made:
        there.backup(made)
    return copy


def replayed(copy: Path, calls: list[Call]) -> Cost:
    """What the calls take on a copy of before, all rows fetched."""
    with closing(raw(copy)) as database:

        def again() -> None:
            for method, *given in calls:
                if method != "rollback" or database.in_transaction:
                    found = getattr(database, method)(*given)
                    if found is not None:
                        found.fetchall()

        return cost(again)
