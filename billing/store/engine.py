"""Opens a database and its transactions: one to read, one to write. SQLite and PostgreSQL answer alike from here on."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote

from billing import interrupts, waiting
from billing.errors import UNSURE, DatabaseRefusal
from billing.store.ahead import NOTHING, Asked, First
from billing.store.light import LightEngine, file_of_plain, light, light_engine
from billing.store.locking import noted, watched
from billing.store.query import Query, tell
from billing.store.refusing import (
    file_of,
    is_operational,
    is_table_missing,
    is_unsure,
    named,
    of_database,
    refusal_of,
    refusing,
    sqlite_file,
)
from billing.store.url import shown, with_hosts
from billing.store.within import issuer_of
from billing.store.written import REVISION
from billing.texts import Do, say

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, Engine, RootTransaction

AT_ONCE = 10  # connections that are kept; as many again for who needs a second one
_DRIVERS = ("sqlite", "sqlite+pysqlite", "postgresql+psycopg")
OURS = "tariff_version"  # a table that tells our databases from others that Alembic made


def open_light(url: str) -> "Engine":
    """An engine that keeps its connections; a plain SQLite file is opened without SQLAlchemy (`LightEngine`)."""
    file = file_of_plain(url)
    if file is None:
        return open_engine(url, keep=True)
    made = LightEngine(file, _on_sqlite_connect, _on_sqlite_begin, lambda: open_engine(url, keep=True))
    return cast("Engine", made)


def open_engine(url: "str | URL", keep: bool = False) -> "Engine":
    """An engine for a SQLite or PostgreSQL URL; nothing is connected yet.

    With `keep`, what is connected stays so between transactions until the engine is disposed of.

    Raises DatabaseRefusal (`no-database`) for any other URL or a driver that is not installed.
    """
    from sqlalchemy import create_engine, make_url
    from sqlalchemy.exc import ArgumentError, NoSuchModuleError
    from sqlalchemy.pool import NullPool

    try:
        parsed = make_url(with_hosts(url) if isinstance(url, str) else url)
        kind = parsed.get_backend_name()
        if kind == "postgresql" and "+" not in parsed.drivername:
            parsed = parsed.set(drivername="postgresql+psycopg")
        if kind not in ("sqlite", "postgresql") or parsed.drivername not in _DRIVERS:
            raise DatabaseRefusal(
                "no-database", say("{kind} is not supported: give a SQLite or PostgreSQL URL", kind=parsed.drivername)
            )
        if kind == "sqlite" and file_of(parsed) is None:
            raise DatabaseRefusal(
                "no-database",
                say("{url} is a database in memory, gone when the command ends: give a file", url=shown(str(url))),
            )
        pool: dict[str, Any] = {"pool_size": AT_ONCE, "max_overflow": AT_ONCE} if keep else {}
        if kind == "postgresql":
            from billing.store import postgresql  # only where there is one: its driver is an extra

            return postgresql.made(parsed, pool)
        engine = create_engine(parsed, **(pool if keep else {"poolclass": NullPool}))
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
    return _listened(engine)


def _listened(engine: "Engine") -> "Engine":
    """The engine of a SQLite file, whose connections and transactions begin as ours do."""
    from sqlalchemy import event

    event.listen(engine, "connect", _on_sqlite_connect)
    event.listen(engine, "begin", _on_sqlite_begin)
    return engine


@contextmanager
def kept_open(engine: "Engine") -> "Iterator[Engine]":
    """The same database with its connection kept open between transactions, for work that takes many."""
    from sqlalchemy.pool import NullPool

    if not isinstance(engine.pool, NullPool):
        yield engine
        return
    again = kept(engine)
    try:
        yield again
    finally:
        again.dispose()


def kept(engine: "Engine") -> "Engine":
    """An engine that keeps its connections until it is disposed of."""
    return open_engine(engine.url, keep=True)


@contextmanager
def reading(engine: "Engine", first: Iterable[Asked] = ()) -> "Iterator[Connection]":
    """A transaction that sees one state of the database and writes nothing. `first` is as in `writing`."""
    with refusing(engine), _begun_to_read(engine, First(first)) as connection:
        yield connection


def glance(engine: "Engine", statement: "Query", values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """The rows of one statement, in a transaction of its own: on PostgreSQL one round trip."""
    with refusing(engine), _begun_to_read(engine, First([(statement, values)], ends=True)) as connection:
        return statement.rows(connection, values)


def _begun_to_read(engine: "Engine", first: First = NOTHING) -> "Connection":
    """A connection in a transaction that reads; a file that only a writer could open is read as it lies there."""
    options: dict[str, Any] = {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == "postgresql" else {}
    try:
        return _begun(engine, options, first)
    except Exception as failed:
        alone = _as_it_lies(engine) if is_operational(failed) else None
        if alone is None:
            raise
        return _begun(alone, options)


def _begun(engine: "Engine", options: dict[str, Any], first: First = NOTHING, again: bool = True) -> "Connection":
    """A connection in a transaction on a database of ours; with `again` anew where it was cut while it waited."""
    connection = _connected(engine).execution_options(**options)
    try:
        if engine.dialect.name != "postgresql":
            connection.begin()
        require_ours(connection, first)
    except BaseException as failed:
        cut = of_database(failed) and getattr(failed, "connection_invalidated", False)
        connection.close()
        if not (cut and again):
            raise
    else:
        return connection
    engine.dispose()  # as by a restart of the server: those that wait beside it were cut too
    return _begun(engine, options, first, again=False)


def _connected(engine: "Engine") -> "Connection":
    own = light_engine(engine)
    return engine.connect() if own is None else cast("Connection", own.light())


def _as_it_lies(engine: "Engine") -> "Engine | None":
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
    from sqlalchemy import URL, create_engine
    from sqlalchemy.pool import NullPool

    query = {"mode": "ro", "immutable": "1", "uri": "true"}
    where = URL.create("sqlite", database=f"file:{quote(str(file))}", query=query)
    return _listened(create_engine(where, poolclass=NullPool))


class Overtaken(Exception):
    """Another writer came between what a late transaction had read and the first that it wrote."""


@contextmanager
def writing(engine: "Engine", first: Iterable[Asked] = (), late: bool = False) -> "Iterator[Connection]":
    """A transaction that writes, whole or not at all. `first` is asked of a PostgreSQL as it begins, see `ask_ahead`.

    On SQLite it holds the only write lock from its start, or where it is `late` from the first that it writes; on
    PostgreSQL it locks what it is told to (L4). Raises Overtaken where it was late and another wrote meanwhile.
    """
    late = late and engine.dialect.name == "sqlite"
    how = {"billing_writes": not late}
    with refusing(engine), _begun(engine, how, First(first)) as connection:
        begun = cast("RootTransaction", connection if light(connection) else connection.get_transaction())
        with _in_time(late), _taken_back(begun), ExitStack() as told, watched(connection):
            note = partial(told.enter_context, noted(sqlite_file(engine)))
            if late:
                connection.execution_options(**{_LATE: note})
            else:
                note()
            yield connection
        _commit(engine, begun)


def is_late(connection: "Connection") -> bool:
    """Whether a transaction holds no lock as long as it writes nothing."""
    return connection.get_execution_options().get(_LATE) is not None


def write_now(connection: "Connection") -> None:
    """Has a late transaction take the write lock, if nobody wrote since it began, and say so to those who wait."""
    note = connection.get_execution_options().get(_LATE)
    if note is not None:
        tell(connection, "UPDATE head SET seq = seq WHERE 1 = 0")
        connection.execution_options(**{_LATE: None})
        note()


_LATE = "billing_late"


@contextmanager
def _in_time(late: bool) -> Iterator[None]:
    """Says of a late transaction that somebody else was first. SQLite tells it at once, and no waiting would help."""
    try:
        yield
    except Exception as failed:
        if late and of_database(failed) and "database is locked" in str(failed.orig):
            raise Overtaken from failed
        raise


@contextmanager
def _taken_back(begun: "RootTransaction") -> Iterator[None]:
    """Rolls a transaction back where anything goes wrong before it is committed."""
    try:
        yield
    except BaseException:
        begun.rollback()
        raise


def _commit(engine: "Engine", begun: "RootTransaction") -> None:
    """Commits. Where no answer came from the database, nobody knows whether it did, and the refusal says so."""
    try:
        with interrupts.committing():
            begun.commit()
    except BaseException as failed:
        begun.rollback()  # else its connection is kept with the transaction open, and with its locks
        if of_database(failed) and is_unsure(failed):
            raise refusal_of(engine, failed, UNSURE) from failed
        raise


def require_ours(connection: "Connection", first: First = NOTHING) -> None:
    """Refuses a database that is not ours or that another version of the program made."""
    own = light(connection)
    try:
        if own is not None and own.settled.get("version") == REVISION:
            return
        found = _version(connection, first)
        foreign = found is None or (found != REVISION and not _has_ours(connection))
    except Exception as failed:
        if not of_database(failed) or not is_table_missing(failed):
            raise
        foreign = True
    if foreign:
        name = issuer_of(connection.engine.url)
        if name is not None:
            raise DatabaseRefusal(
                "no-database",
                say("there is no issuer {name} in {engine}", name=name, engine=named(connection.engine)),
                say("{do} makes it, {list} shows which there are", do=Do("issuer add", name), list=Do("issuer list")),
            ) from None
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
    if own is not None:
        own.settled["version"] = found


def _version(connection: "Connection", first: First) -> str | None:
    """The version that a database has, None where it has none. On PostgreSQL the transaction begins with it."""
    if connection.dialect.name == "postgresql":
        from billing.store import postgresql

        return postgresql.begin(connection, first)
    (found,) = _VERSION.row(connection, {}) or (None,)
    return None if found is None else str(found)


_VERSION = Query("SELECT version_num FROM alembic_version")


def _has_ours(connection: "Connection") -> bool:
    from sqlalchemy import inspect

    own = light(connection)
    return inspect(connection if own is None else own.whole).has_table(OURS)


def _on_sqlite_connect(connection: Any, _record: object = None) -> None:
    connection.isolation_level = None  # we begin transactions ourselves
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {waiting.patience() * 1000}")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.close()


def _on_sqlite_begin(connection: "Connection") -> None:
    if connection.get_execution_options().get("billing_writes"):
        begin_to_write(connection)
    else:
        tell(connection, "BEGIN")


def begin_to_write(connection: "Connection") -> None:
    """Takes a SQLite file's write lock; who must wait for it is told for whom, after a moment."""
    patience, file = waiting.patience(), sqlite_file(connection.engine)
    begun, told = monotonic(), False
    while True:
        left = patience - (monotonic() - begun)
        tell(connection, f"PRAGMA busy_timeout = {max(min(_SLICE, int(left * 1000)), 0)}")
        try:
            tell(connection, "BEGIN IMMEDIATE")
            break
        except Exception as failed:
            if not of_database(failed) or "database is locked" not in str(failed.orig) or left <= _SLICE / 1000:
                raise
        if not told and monotonic() - begun >= waiting.QUIET and waiting.tell is not None:
            told = True
            waiting.tell(waiting.waits(None if file is None else waiting.holder(file), patience))
    tell(connection, f"PRAGMA busy_timeout = {patience * 1000}")


_SLICE = 250  # milliseconds that SQLite waits by itself: as long it hears no signal
