"""Opens a database and its transactions: one to read, one to write. SQLite and PostgreSQL answer alike from here on."""

import re
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
OURS = "tariff_version"  # a table that tells our databases from others that Alembic made


def open_engine(url: str, keep: bool = False) -> Engine:
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
            raise DatabaseRefusal("no-database", f"{kind} is not supported: give a SQLite or PostgreSQL URL")
        engine = create_engine(parsed, poolclass=NullPool if kind == "sqlite" and not keep else None)
    except (ArgumentError, NoSuchModuleError):
        raise DatabaseRefusal(
            "no-database", f"{shown(url)!r} is not a database URL; try sqlite:///billing.db or postgresql://host/name"
        ) from None
    except ModuleNotFoundError as missing:
        raise DatabaseRefusal(
            "no-database", f"the driver {missing.name} is missing: pip install 'support-billing[pg]'"
        ) from None
    if kind == "sqlite":
        event.listen(engine, "connect", _on_sqlite_connect)
        event.listen(engine, "begin", _on_sqlite_begin)
    return engine


def shown(url: str) -> str:
    """A database URL as it may be printed: without its password."""
    where, question, query = url.partition("?")
    where = re.sub(r"(://[^:/@]*):.+@", r"\1:***@", where)
    where = re.sub(r":(?!\*\*\*@)[^:@/]+@", ":***@", where)  # what is no URL may hold one all the same
    return where + question + re.sub(r"(?i)(pass\w*=)[^&]*", r"\1***", query)


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
    except DBAPIError as failed:
        if _is_the_databases(failed):
            raise refusal_of(engine, failed) from failed
        raise


def _is_the_databases(failed: DBAPIError) -> bool:
    """Whether it is the database that cannot: missing, read-only, full, locked or broken."""
    if isinstance(failed, OperationalError) or getattr(failed.orig, "sqlstate", None) in _CANNOT:
        return True
    return any(why in str(failed.orig) for why in ("file is not a database", "malformed"))


_CANNOT = {"25006", "42501"}  # read-only, no privilege: psycopg does not count them as operational


def refusal_of(engine: Engine, failed: DBAPIError) -> DatabaseRefusal:
    """The refusal that says what a failed connection or statement means."""
    why = _without_password(engine, str(failed.orig).splitlines()[0])
    return DatabaseRefusal("no-database", f"{_shown(engine)}: {why}; nothing was changed")


def _shown(engine: Engine) -> str:
    file = sqlite_file(engine)
    return str(file) if file else shown(engine.url.render_as_string(hide_password=True))


def _without_password(engine: Engine, message: str) -> str:
    """A driver's message, which may quote what it connected with."""
    password = engine.url.password
    return message.replace(str(password), "***") if password else message


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
