"""Opens a database and its transactions: one to read, one to write. SQLite and PostgreSQL answer alike from here on."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError
from sqlalchemy.pool import NullPool

from billing.errors import DatabaseRefusal
from billing.store.schema import REVISION

BUSY_SECONDS = 60


def open_engine(url: str) -> Engine:
    """An engine for a SQLite or PostgreSQL URL; nothing is connected yet.

    Raises DatabaseRefusal (`no-database`) for any other URL or a driver that is not installed.
    """
    try:
        parsed = make_url(url)
        kind = parsed.get_backend_name()
        if kind == "postgresql" and "+" not in parsed.drivername:
            parsed = parsed.set(drivername="postgresql+psycopg")
        if kind not in ("sqlite", "postgresql"):
            raise DatabaseRefusal("no-database", f"{kind} is not supported: give a SQLite or PostgreSQL URL")
        engine = create_engine(parsed, poolclass=NullPool if kind == "sqlite" else None)
    except (ArgumentError, NoSuchModuleError):
        raise DatabaseRefusal(
            "no-database", f"{url!r} is not a database URL; try sqlite:///billing.db or postgresql://host/name"
        ) from None
    except ModuleNotFoundError as missing:
        raise DatabaseRefusal(
            "no-database", f"the driver {missing.name} is missing: pip install 'support-billing[pg]'"
        ) from None
    if kind == "sqlite":
        event.listen(engine, "connect", _on_sqlite_connect)
        event.listen(engine, "begin", _on_sqlite_begin)
    return engine


@contextmanager
def kept_open(engine: Engine) -> Iterator[Engine]:
    """The same database with its connection kept open between transactions, for work that takes many."""
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
    return again


def sqlite_file(engine: Engine) -> Path | None:
    """The file of a SQLite database, None for one in memory or elsewhere."""
    name = engine.url.database
    return Path(name) if engine.dialect.name == "sqlite" and name and name != ":memory:" else None


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that sees one state of the database and writes nothing."""
    options: dict[str, Any] = {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == "postgresql" else {}
    with _refusing(engine), engine.connect().execution_options(**options) as connection, connection.begin():
        require_ours(connection)
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that writes, whole or not at all.

    On SQLite it holds the only write lock from its start; on PostgreSQL it locks what it is told to (L4).
    """
    with _refusing(engine), engine.connect().execution_options(billing_writes=True) as connection, connection.begin():
        require_ours(connection)
        yield connection


def require_ours(connection: Connection) -> None:
    """Refuses a database that is not ours or that another version of the program made."""
    try:
        found = connection.execute(_VERSION).scalar()
    except DBAPIError:
        raise DatabaseRefusal(
            "no-database", f"{_shown(connection.engine)} is no billing database; `billing init` makes one"
        ) from None
    if found != REVISION:
        raise DatabaseRefusal(
            "not-migrated",
            f"{_shown(connection.engine)} has version {found}, this program needs {REVISION}; "
            "`billing init` brings an older one up, a newer one needs a newer program",
        )


_VERSION = text("SELECT version_num FROM alembic_version")


@contextmanager
def _refusing(engine: Engine) -> Iterator[None]:
    """Turns what a database cannot do (missing, read-only, full, locked) into a refusal."""
    file = sqlite_file(engine)
    if file is not None and not file.is_file():
        raise DatabaseRefusal("no-database", f"there is no database {file}; `billing init` makes one")
    try:
        yield
    except OperationalError as failed:
        raise refusal_of(engine, failed) from failed
    except DBAPIError as failed:
        if "file is not a database" in str(failed.orig) or "malformed" in str(failed.orig):
            raise refusal_of(engine, failed) from failed
        raise


def refusal_of(engine: Engine, failed: DBAPIError) -> DatabaseRefusal:
    """The refusal that says what a failed connection or statement means."""
    why = str(failed.orig).splitlines()[0]
    return DatabaseRefusal("no-database", f"{_shown(engine)}: {why}; nothing was changed")


def _shown(engine: Engine) -> str:
    file = sqlite_file(engine)
    return str(file) if file else engine.url.render_as_string(hide_password=True)


def _on_sqlite_connect(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # we begin transactions ourselves
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.close()


def _on_sqlite_begin(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("billing_writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
