"""Writes rows as the driver takes them, and for many lifts what asks of each whether it replaces another.

A unique key refuses a row that is there already; the guard `no_replace` is for REPLACE, which this program never says
(L1). Many rows are written without asking it, and it is made again before the transaction ends. What a transaction did
to triggers, SQLite takes back with it: whatever becomes of a load, the guard stands.
"""

from functools import cache
from operator import itemgetter
from typing import Any

from billing.store.light import light
from billing.store.query import Query, cursor_of, tell
from billing.store.sql import Connection

MANY = 500  # rows of a table: from there on a lifted guard or a stream saves more than it costs
_PLACED = ("customer_id", "seq")
_GUARD = Query("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = :name")


class Writer:
    """Writes rows of tables in one transaction; `end` leaves the database guarded as it was."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._is_sqlite = connection.dialect.name == "sqlite"
        self._lifted: dict[str, str] = {}  # guards by name, and what makes each
        self.aside: dict[tuple[str, tuple[str, ...]], str] = {}  # tables of rows put aside, by table and columns

    def put_aside(self, table: str, names: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
        """Puts rows where SQLite keeps what is of this connection alone, on the disk; `insert` takes them from there.

        They are gone with a transaction that is taken back.
        """
        if (table, names) not in self.aside:
            self.aside[table, names] = made = f"aside_{len(self.aside)}"
            columns = ", ".join(f'"{name}"' for name in names)
            tell(self._connection, f'CREATE TEMP TABLE {made} AS SELECT {columns} FROM "{table}" WHERE 1 = 0')
        self._many(_written(self.aside[table, names], names, "?"), rows)

    def insert(self, table: str, names: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
        """Inserts rows, which hold these columns in their order; with them all of the same that were put aside."""
        if (table, names) in self.aside:
            self._from_aside(table, names, rows)
            return
        many = len(rows) >= MANY
        if not self._is_sqlite:
            self._insert(table, names, rows, many)
            return
        if many:
            self._lift(f"{table}_no_replace")
            if names[:2] == _PLACED:  # by customer, for nearly all of its indexes begin so
                rows.sort(key=itemgetter(0, 1))
        self._many(_written(table, names, "?"), rows)

    def _from_aside(self, table: str, names: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
        self.put_aside(table, names, rows)
        made, columns = self.aside.pop((table, names)), ", ".join(f'"{name}"' for name in names)
        order = ", ".join(_PLACED) if names[:2] == _PLACED else "rowid"
        self._lift(f"{table}_no_replace")
        tell(self._connection, f'INSERT INTO "{table}" ({columns}) SELECT {columns} FROM {made} ORDER BY {order}')
        tell(self._connection, f"DROP TABLE {made}")

    def _many(self, sql: str, rows: list[tuple[Any, ...]]) -> None:
        if (own := light(self._connection)) is not None:
            own.many(sql, rows)
            return
        with cursor_of(self._connection, sql) as cursor:
            cursor.executemany(sql, rows)

    def end(self) -> None:
        """Makes the guards again that were lifted and not taken back to since."""
        for name, made in self._lifted.items():
            if _GUARD.row(self._connection, {"name": name}) is None:
                tell(self._connection, made)
        self._lifted.clear()

    def _lift(self, name: str) -> None:
        found = None if name in self._lifted else _GUARD.row(self._connection, {"name": name})
        if found is not None:
            tell(self._connection, f"DROP TRIGGER {name}")
            self._lifted[name] = found[0]

    def _insert(self, table: str, names: tuple[str, ...], rows: list[tuple[Any, ...]], many: bool) -> None:
        """Inserts rows on PostgreSQL: many in a stream of their own, few so that they can be sent with others."""
        from billing.store import postgresql

        if many:
            self._stream(table, names, rows)
        else:
            postgresql.run(self._connection, _written(table, names, "%s"), rows)

    def _stream(self, table: str, names: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
        quoted = self._connection.dialect.identifier_preparer
        columns = ", ".join(quoted.quote(name) for name in names)
        sql = f"COPY {quoted.quote(table)} ({columns}) FROM STDIN"
        with cursor_of(self._connection, sql) as cursor, cursor.copy(sql) as copy:
            for row in rows:
                copy.write_row(row)


@cache
def _written(table: str, names: tuple[str, ...], place: str) -> str:
    """The statement that inserts a row, as a driver takes it: values in the order of the names."""
    columns = ", ".join(f'"{name}"' for name in names)
    return f'INSERT INTO "{table}" ({columns}) VALUES ({", ".join([place] * len(names))})'
