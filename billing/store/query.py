"""Statements as they are handed to the driver: written down beforehand, asked one by one or several at once."""

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar, cast

from billing.store import ahead
from billing.store.ahead import Asked
from billing.store.light import light
from billing.store.sql import said
from billing.store.written import STATEMENTS, Written

if TYPE_CHECKING:
    from sqlalchemy import Connection, Dialect, Executable

T = TypeVar("T")


class Query:
    """A statement, written out once and handed to the driver as it is.

    What SQLAlchemy does at each execution takes longer than SQLite needs for a few rows. `statement` is text or an
    expression; its parameters are named. An expression that a variable of its module holds is compiled beforehand, by
    `tools/statements.py` into `billing.store.written`; another one when it is first executed.
    """

    def __init__(self, statement: "str | Executable", name: str | None = None) -> None:
        self._statement = statement
        self._module = sys._getframe(1).f_globals
        self._name = name
        self._written: dict[str, Written] = {}  # by kind of database
        self._names: list[str] | None = None

    def rows(self, connection: "Connection", values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """The rows, in the transaction of `connection`."""
        if (own := light(connection)) is not None:
            return own.rows(*self.written(connection.dialect, values))
        if (asked := ahead.noted(connection)) is not None:
            asked.append((self, dict(values)))
            return []
        if (known := ahead.taken(connection, self, values)) is not None:
            return known
        sql, parameters = self.written(connection.dialect, values)
        with cursor_of(connection, sql) as cursor:
            cursor.execute(sql, parameters)
            return list(cursor.fetchall())

    def row(self, connection: "Connection", values: Mapping[str, Any]) -> tuple[Any, ...] | None:
        """The first row, if there is one."""
        return next(iter(self.rows(connection, values)), None)

    def run(self, connection: "Connection", values: Sequence[Mapping[str, Any]]) -> None:
        """Runs what answers no rows, once for each of some values; a column that is not among them is empty."""
        sql, order, fixed = self._of(connection.dialect)
        if (own := light(connection)) is not None:
            own.many(
                sql, values if order is None else [[{**fixed, **row}.get(name) for name in order] for row in values]
            )
        elif connection.dialect.name == "postgresql":
            from billing.store import postgresql

            places = self.names(connection.dialect)
            rows = [{name: row.get(name, fixed.get(name)) for name in places} for row in values]
            postgresql.run(connection, sql, rows)
        else:
            connection.execute(self._made, [*values])

    def names(self, dialect: "Dialect") -> list[str]:
        """The parameters that it has on PostgreSQL."""
        if self._names is None:
            self._names = list(dict.fromkeys(_NAMED.findall(self._of(dialect)[0])))
        return self._names

    def written(self, dialect: "Dialect", values: Mapping[str, Any]) -> tuple[str, Any]:
        """The statement and its parameters as the driver takes them."""
        sql, order, fixed = self._of(dialect)
        given: Any = {**fixed, **values} if fixed else values
        if order is None:
            return sql, given
        if "__[" in sql:  # a place for each value of a list
            for name in dict.fromkeys(order):
                if isinstance(given[name], list):
                    sql = sql.replace(f"__[{name}]", ", ".join("?" * len(given[name])) or "NULL")
            each = (given[name] if isinstance(given[name], list) else [given[name]] for name in order)
            return sql, [value for values in each for value in values]
        return sql, [given[name] for name in order]

    def _of(self, dialect: "Dialect") -> Written:
        if dialect.name not in self._written:
            if isinstance(self._statement, str) and dialect.name == "sqlite":
                self._written[dialect.name] = self._statement, None, {}
            else:
                known = STATEMENTS.get(self.name or "", {}).get(dialect.name)
                self._written[dialect.name] = known or self.compiled(dialect)
        return self._written[dialect.name]

    @property
    def _made(self) -> "Executable":
        """The statement as SQLAlchemy has it."""
        from sqlalchemy import text

        return text(self._statement) if isinstance(self._statement, str) else cast("Executable", said(self._statement))

    @property
    def is_expression(self) -> bool:
        return not isinstance(self._statement, str)

    @property
    def name(self) -> str | None:
        """The variable that holds it, as `ledger._USED`; of a dictionary its key too."""
        if self._name is None:
            module = self._module["__name__"].rpartition(".")[2]
            for variable, value in list(self._module.items()):  # a thread may still import into it
                if value is self:
                    self._name = f"{module}.{variable}"
                elif type(value) is dict:
                    for key, one in value.items():
                        if one is self:
                            self._name = f"{module}.{variable}[{getattr(key, '__name__', key)}]"
        return self._name

    def compiled(self, dialect: "Dialect") -> Written:
        """The statement as SQLAlchemy writes it, the names of its parameters in order, those that have a value."""
        compiled: Any = self._made.compile(dialect=getattr(dialect, "whole", dialect))  # type: ignore[attr-defined]
        fixed = {name: value for name, value in compiled.params.items() if value is not None}
        if compiled.positiontup is None:  # psycopg takes a list as one value
            sql = re.sub(r" IN \(__\[POSTCOMPILE_(\w+?)(~~.*?~~)?\]\)", r" = ANY(%(\1)s)", compiled.string)
            return sql, None, fixed
        return re.sub(r"__\[POSTCOMPILE_(\w+)\]", r"__[\1]", compiled.string), tuple(compiled.positiontup), fixed


_NAMED = re.compile(r"%\((\w+)\)s")


@contextmanager
def cursor_of(connection: "Connection", sql: str) -> Iterator[Any]:
    """A cursor of the driver's, whose errors are SQLAlchemy's."""
    from sqlalchemy.exc import DBAPIError

    dialect, cursor = connection.dialect, connection.connection.cursor()
    try:
        yield cursor
    except dialect.loaded_dbapi.Error as failed:
        raise DBAPIError.instance(sql, None, failed, dialect.loaded_dbapi.Error, dialect=dialect) from failed
    finally:
        cursor.close()


def rows_of(connection: "Connection", asked: Sequence[Query], values: Mapping[str, Any]) -> list[list[tuple[Any, ...]]]:
    """The rows of several statements that read, asked at once."""
    ask_together(connection, asked, values)
    return [query.rows(connection, values) for query in asked]


def ask_together(connection: "Connection", asked: Sequence[Query], values: Mapping[str, Any]) -> None:
    """Asks a PostgreSQL in one round trip several statements that will be asked with the same values."""
    if connection.dialect.name == "postgresql":
        from billing.store import postgresql

        postgresql.ask_ahead(connection, [(query, values) for query in asked], apart=True)


def each(connection: "Connection", asked: Sequence[Asked]) -> Iterator[list[tuple[Any, ...]]]:
    """The rows of the same asked of many, of each by itself; of a PostgreSQL some are asked in one round trip."""
    for start in range(0, len(asked), _TOGETHER):
        some = asked[start : start + _TOGETHER]
        ask_ahead(connection, some)
        for statement, values in some:
            yield cast("Query", statement).rows(connection, values)


_TOGETHER = 50


def ask_ahead(connection: "Connection", asked: Iterable[Asked], written: "Callable[[], None] | None" = None) -> None:
    """Asks a PostgreSQL in one round trip what will be asked soon; `written` is sent before it, in the same one.

    What is kept already is not asked again; nothing is kept from before something is written.
    """
    if connection.dialect.name == "postgresql":
        from billing.store import postgresql

        postgresql.ask_ahead(connection, asked, written)
    elif written is not None:
        written()


def by_lots(connection: "Connection", many: Iterable[T], ask: "Callable[[Connection, T], object]") -> Iterator[T]:
    """Each of many, of which `ask` reads what will be read: of a PostgreSQL it is asked for a lot in one round trip."""
    if connection.dialect.name != "postgresql":
        yield from many
        return
    for some in some_of(many, A_LOT):
        ahead.forget(connection)  # what nobody took
        ask_of_each(connection, some, ask)
        yield from some


A_LOT = 100


def some_of(many: Iterable[T], count: int) -> Iterator[list[T]]:
    """Of many so many at a time, in their order."""
    left = iter(many)
    while some := list(islice(left, count)):
        yield some


def ask_of_each(connection: "Connection", of: Iterable[T], ask: "Callable[[Connection, T], object]") -> None:
    """Asks a PostgreSQL in one round trip what `ask` reads of each of many; it is called with what only notes it."""
    if connection.dialect.name == "postgresql":
        from billing.store import postgresql

        rehearsal, asked = ahead.rehearsed()
        for one in of:
            ask(rehearsal, one)
        postgresql.ask_of_many(connection, asked)


def tell(connection: "Connection", statement: str) -> None:
    """Runs a statement that answers nothing."""
    if (own := light(connection)) is not None:
        own.rows(statement)
    else:
        connection.exec_driver_sql(statement)
