"""Writes rows as the driver takes them, and for many lifts what asks of each whether it replaces another.

A unique key refuses a row that is there already; the guard `no_replace` is for REPLACE, which this program never says
(L1). Many rows are written without asking it, and it is made again before the transaction ends. What a transaction did
to triggers, SQLite takes back with it: whatever becomes of a load, the guard stands.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Table, insert
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import DBAPIError

from billing.store.engine import Query

MANY = 500  # rows of a table: from there on a lifted guard or a stream saves more than it costs
_GUARD = Query("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = :name")


class Writer:
    """Writes rows of tables in one transaction; `end` leaves the database guarded as it was."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._is_sqlite = connection.dialect.name == "sqlite"
        self._lifted: dict[str, str] = {}  # guards by name, and what makes each

    def insert(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """Inserts rows, each of which has the columns of the first."""
        many = len(rows) >= MANY
        if not (many or self._is_sqlite):
            self._connection.execute(insert(table), rows)
            return
        names = tuple(column.name for column in table.columns if column.name in rows[0])
        values = map(itemgetter(*names), rows) if len(names) > 1 else ((row[names[0]],) for row in rows)
        if not self._is_sqlite:
            self._stream(table, names, values)
            return
        if many:
            self._lift(f"{table.name}_no_replace")
        sql = _written(table, names)
        with self._cursor(sql) as cursor:
            cursor.executemany(sql, values)

    def end(self) -> None:
        """Makes the guards again that were lifted and not taken back to since."""
        for name, made in self._lifted.items():
            if _GUARD.row(self._connection, {"name": name}) is None:
                self._connection.exec_driver_sql(made)
        self._lifted.clear()

    def _lift(self, name: str) -> None:
        found = None if name in self._lifted else _GUARD.row(self._connection, {"name": name})
        if found is not None:
            self._connection.exec_driver_sql(f"DROP TRIGGER {name}")
            self._lifted[name] = found[0]

    def _stream(self, table: Table, names: Sequence[str], values: Iterator[Sequence[Any]]) -> None:
        quoted = self._connection.dialect.identifier_preparer
        columns = ", ".join(quoted.quote(name) for name in names)
        sql = f"COPY {quoted.format_table(table)} ({columns}) FROM STDIN"
        with self._cursor(sql) as cursor, cursor.copy(sql) as copy:
            for row in values:
                copy.write_row(row)

    @contextmanager
    def _cursor(self, sql: str) -> Iterator[Any]:
        """A cursor of the driver, whose errors are raised as SQLAlchemy's."""
        dialect = self._connection.dialect
        cursor = self._connection.connection.cursor()
        try:
            yield cursor
        except dialect.loaded_dbapi.Error as failed:
            raise DBAPIError.instance(sql, None, failed, dialect.loaded_dbapi.Error, dialect=dialect) from failed
        finally:
            cursor.close()


@cache
def _written(table: Table, names: tuple[str, ...]) -> str:
    """The statement that inserts a row, as SQLite takes it: values in the order of the names."""
    return str(insert(table).compile(dialect=sqlite.dialect(), column_keys=names))
