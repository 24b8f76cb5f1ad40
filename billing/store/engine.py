"""Opens a database and its transactions: one to read, one to write. SQLite and PostgreSQL answer alike from here on."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from time import monotonic
from typing import Any
from urllib.parse import quote

from sqlalchemy import (
    URL,
    Connection,
    Dialect,
    Engine,
    Executable,
    RootTransaction,
    create_engine,
    event,
    inspect,
    make_url,
    text,
)
from sqlalchemy.exc import (
    ArgumentError,
    DBAPIError,
    NoSuchModuleError,
    OperationalError,
)
from sqlalchemy.pool import NullPool

from billing import interrupts, waiting
from billing.errors import UNSURE, DatabaseRefusal
from billing.store.locking import noted, watched
from billing.store.refusing import (
    file_of,
    is_table_missing,
    is_unsure,
    named,
    refusal_of,
    refusing,
    sqlite_file,
)
from billing.store.schema import REVISION
from billing.store.url import shown
from billing.store.within import issuer_of, keep_within
from billing.texts import Do, say

AT_ONCE = 10  # connections that are kept; as many again for who needs a second one
OURS = "tariff_version"  # a table that tells our databases from others that Alembic made


def open_engine(url: str | URL, keep: bool = False) -> Engine:
    """An engine for a SQLite or PostgreSQL URL; nothing is connected yet.

    With `keep`, what is connected stays so between transactions until the engine is disposed of.

    Raises DatabaseRefusal (`no-database`) for any other URL or a driver that is not installed.
    """
    try:
        parsed = make_url(url)
        kind = parsed.get_backend_name()
        if kind == "postgresql" and "+" not in parsed.drivername:
            parsed = parsed.set(drivername="postgresql+psycopg")
        if kind not in ("sqlite", "postgresql"):
            raise DatabaseRefusal(
                "no-database", say("{kind} is not supported: give a SQLite or PostgreSQL URL", kind=kind)
            )
        if kind == "sqlite" and file_of(parsed) is None:
            raise DatabaseRefusal(
                "no-database",
                say("{url} is a database in memory, gone when the command ends: give a file", url=shown(str(url))),
            )
        pool: dict[str, Any] = {"pool_size": AT_ONCE, "max_overflow": AT_ONCE} if keep else {}
        if kind == "postgresql":  # a connection that was cut while it waited is noticed before it is asked
            pool["pool_pre_ping"] = True
            if "application_name" not in parsed.query:  # what others are told that wait for us
                pool["connect_args"] = {"application_name": waiting.command()}
        if kind == "sqlite" and not keep:
            pool = {"poolclass": NullPool}
        engine = create_engine(parsed, **pool)
    except (ArgumentError, NoSuchModuleError, ValueError):
        raise DatabaseRefusal(
            "no-database",
            say("{url!r} is not a database URL", url=shown(str(url))),
            say("try sqlite:///billing.db or postgresql://host/name"),
        ) from None
    except ModuleNotFoundError as missing:
        raise DatabaseRefusal(
            "no-database", say("the driver {name} is missing: pip install 'support-billing[pg]'", name=missing.name)
        ) from None
    if kind == "sqlite":
        event.listen(engine, "connect", _on_sqlite_connect)
        event.listen(engine, "begin", _on_sqlite_begin)
    keep_within(engine)
    return engine


@contextmanager
def kept_open(engine: Engine) -> Iterator[Engine]:
    """The same database with its connection kept open between transactions, for work that takes many."""
    if not isinstance(engine.pool, NullPool):
        yield engine
        return
    again = kept(engine)
    try:
        yield again
    finally:
        again.dispose()


def kept(engine: Engine) -> Engine:
    """An engine that keeps its connections until it is disposed of."""
    again = create_engine(engine.url)
    if engine.dialect.name == "sqlite":
        event.listen(again, "connect", _on_sqlite_connect)
        event.listen(again, "begin", _on_sqlite_begin)
    keep_within(again)
    return again


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that sees one state of the database and writes nothing."""
    with refusing(engine), _begun_to_read(engine) as connection:
        yield connection


def _begun_to_read(engine: Engine) -> Connection:
    """A connection in a transaction that reads; a file that only a writer could open is read as it lies there."""
    options: dict[str, Any] = {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == "postgresql" else {}
    try:
        return _reader(engine, options)
    except OperationalError:
        alone = _as_it_lies(engine)
        if alone is None:
            raise
        return _reader(alone, options)


def _reader(engine: Engine, options: dict[str, Any]) -> Connection:
    connection = engine.connect().execution_options(**options)
    try:
        connection.begin()
        require_ours(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _as_it_lies(engine: Engine) -> Engine | None:
    """A SQLite file opened without anything being made beside it, as in a folder that is read-only or full.

    None where there is something beside it that belongs to it: a log that nobody wrote back yet.
    """
    file = sqlite_file(engine)
    if file is None or "immutable" in engine.url.query:
        return None
    log = file.with_name(f"{file.name}-wal")
    try:
        if not file.is_file() or (log.exists() and log.stat().st_size > 0):
            return None
    except OSError:
        return None
    query = {"mode": "ro", "immutable": "1", "uri": "true"}
    alone = create_engine(URL.create("sqlite", database=f"file:{quote(str(file))}", query=query), poolclass=NullPool)
    event.listen(alone, "connect", _on_sqlite_connect)
    event.listen(alone, "begin", _on_sqlite_begin)
    return alone


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that writes, whole or not at all.

    On SQLite it holds the only write lock from its start; on PostgreSQL it locks what it is told to (L4).
    """
    with refusing(engine), engine.connect().execution_options(billing_writes=True) as connection:
        begun = connection.begin()
        with noted(sqlite_file(engine)), _taken_back(begun), watched(connection):
            require_ours(connection)
            yield connection
        _commit(engine, begun)


@contextmanager
def _taken_back(begun: RootTransaction) -> Iterator[None]:
    """Rolls a transaction back where anything goes wrong before it is committed."""
    try:
        yield
    except BaseException:
        begun.rollback()
        raise


def _commit(engine: Engine, begun: RootTransaction) -> None:
    """Commits. Where no answer came from the database, nobody knows whether it did, and the refusal says so."""
    try:
        with interrupts.committing():
            begun.commit()
    except BaseException as failed:
        begun.rollback()  # else its connection is kept with the transaction open, and with its locks
        if isinstance(failed, DBAPIError) and is_unsure(failed):
            raise refusal_of(engine, failed, UNSURE) from failed
        raise


class Query:
    """A statement that reads, written out once and handed to the driver as it is.

    What SQLAlchemy does at each execution takes longer than SQLite needs for a few rows. `statement` is text or an
    expression, without lists of values; its parameters are named.
    """

    def __init__(self, statement: str | Executable) -> None:
        self._statement = text(statement) if isinstance(statement, str) else statement
        self._written: dict[str, tuple[str, Sequence[str] | None, dict[str, Any]]] = {}  # by kind of database

    def rows(self, connection: Connection, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """The rows, in the transaction of `connection`."""
        dialect = connection.dialect
        sql, parameters = self.written(dialect, values)
        cursor = connection.connection.cursor()
        try:
            cursor.execute(sql, parameters)
            return list(cursor.fetchall())
        except dialect.loaded_dbapi.Error as failed:
            raise DBAPIError.instance(sql, None, failed, dialect.loaded_dbapi.Error, dialect=dialect) from failed
        finally:
            cursor.close()

    def row(self, connection: Connection, values: Mapping[str, Any]) -> tuple[Any, ...] | None:
        """The first row, if there is one."""
        return next(iter(self.rows(connection, values)), None)

    def written(self, dialect: Dialect, values: Mapping[str, Any]) -> tuple[str, Any]:
        """The statement and its parameters as the driver takes them."""
        if dialect.name not in self._written:
            compiled: Any = self._statement.compile(dialect=dialect)  # type: ignore[attr-defined]
            fixed = {name: value for name, value in compiled.params.items() if value is not None}
            self._written[dialect.name] = (compiled.string, compiled.positiontup, fixed)
        sql, order, fixed = self._written[dialect.name]
        given = {**fixed, **values} if fixed else values
        return sql, given if order is None else [given[name] for name in order]


def require_ours(connection: Connection) -> None:
    """Refuses a database that is not ours or that another version of the program made."""
    try:
        (found,) = _VERSION.row(connection, {}) or (None,)
        foreign = found != REVISION and not inspect(connection).has_table(OURS)
    except DBAPIError as failed:
        if not is_table_missing(failed):
            raise
        foreign = True
    name = issuer_of(connection.engine.url)
    if foreign and name is not None:
        raise DatabaseRefusal(
            "no-database",
            say("there is no issuer {name} in {engine}", name=name, engine=named(connection.engine)),
            say("{do} makes it, {list} shows which there are", do=Do("issuer add", name), list=Do("issuer list")),
        ) from None
    if foreign:
        raise DatabaseRefusal(
            "no-database",
            say("{engine} is no billing database", engine=named(connection.engine)),
            say("{do} makes one", do=Do("init")),
        ) from None
    if found != REVISION:
        raise DatabaseRefusal(
            "not-migrated",
            say(
                "{engine} has version {found}, this program needs {revision}",
                engine=named(connection.engine),
                found=found,
                revision=REVISION,
            ),
            say("{do} brings an older one up, a newer one needs a newer program", do=Do("init")),
        )


_VERSION = Query("SELECT version_num FROM alembic_version")


def _on_sqlite_connect(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # we begin transactions ourselves
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {waiting.patience() * 1000}")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.close()


def _on_sqlite_begin(connection: Connection) -> None:
    if connection.get_execution_options().get("billing_writes"):
        begin_to_write(connection)
    else:
        connection.exec_driver_sql("BEGIN")


def begin_to_write(connection: Connection) -> None:
    """Takes a SQLite file's write lock; who must wait for it is told for whom, after a moment."""
    patience, file = waiting.patience(), sqlite_file(connection.engine)
    begun, told = monotonic(), False
    while True:
        left = patience - (monotonic() - begun)
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {max(min(_SLICE, int(left * 1000)), 0)}")
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            break
        except OperationalError as failed:
            if "database is locked" not in str(failed.orig) or left <= _SLICE / 1000:
                raise
        if not told and monotonic() - begun >= waiting.QUIET and waiting.tell is not None:
            told = True
            waiting.tell(waiting.waits(None if file is None else waiting.holder(file), patience))
    connection.exec_driver_sql(f"PRAGMA busy_timeout = {patience * 1000}")


_SLICE = 250  # milliseconds that SQLite waits by itself: as long it hears no signal
