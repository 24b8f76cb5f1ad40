"""Copies of a whole database, consistent while others write, and how they are put back. Nothing is judged here.

SQLite: its own backup interface, from one moment of the database, into a file. PostgreSQL: its clients pg_dump, at the
moment that a transaction of ours sees, and pg_restore.
"""

import os
import shutil
import sqlite3
import struct
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, inspect, text

from billing.errors import BadInput, DatabaseRefusal, why
from billing.store import places, schema
from billing.store.engine import open_engine
from billing.store.url import shown
from billing.texts import say

Progress = Callable[[int, int | None], None]
_PAGES = 2000  # that are copied at a time
_SQLITE, _POSTGRESQL = b"SQLite format 3\x00", b"PGDMP"
_PIECE = 1 << 20  # bytes


def kind_of(file: Path) -> str:
    """What a backup is of: `sqlite` or `postgresql`. Refuses what is none, or obviously torn (`bad-input`)."""
    try:
        with file.open("rb") as opened:
            head = opened.read(100)
            size = os.fstat(opened.fileno()).st_size
    except OSError as failed:
        raise BadInput("bad-input", say("cannot read {file}: {strerror}", file=file, strerror=why(failed))) from None
    if head.startswith(_POSTGRESQL):
        return "postgresql"
    if not head.startswith(_SQLITE) or len(head) < 100:
        raise BadInput("bad-input", say("{file} is no backup", file=file),
                       say("give a file that {command} wrote", command="billing backup"))  # fmt: skip
    page: int = struct.unpack(">H", head[16:18])[0]
    pages: int = struct.unpack(">I", head[28:32])[0]
    if pages * (65536 if page == 1 else page) != size or _beside(file, "-wal") or _beside(file, "-journal"):
        raise BadInput(
            "bad-input", say("{file} is torn: it was copied while somebody wrote", file=file),
            say("copy a database with {command}, never with cp", command="billing backup"),
        )  # fmt: skip
    return "sqlite"


def _beside(file: Path, ending: str) -> bool:
    with suppress(OSError):
        return file.with_name(file.name + ending).stat().st_size > 0
    return False


# SQLite


def engine_of(file: Path) -> Engine:
    """An engine for a SQLite file, whatever signs are in its name."""
    return open_engine(URL.create("sqlite", database=str(file)))


def copy_file(source: Path, target: Path, progress: Progress | None = None) -> None:
    """Copies a SQLite database as it is at one moment; writers do not wait, what they write meanwhile is not in it."""

    def told(_status: int, left: int, pages: int) -> None:
        if progress:
            progress(pages - left, pages)

    try:
        with closing(_opened(source)) as live, closing(_opened(target)) as copy:
            live.execute("BEGIN")
            live.execute("SELECT count(*) FROM sqlite_master").fetchone()  # from here on it sees one state
            live.backup(copy, pages=_PAGES, progress=told)
    except sqlite3.Error as failed:
        raise DatabaseRefusal(
            "no-database", say("{engine}: {why}", engine=str(source), why=str(failed)), say("nothing was changed")
        ) from failed


def settle(file: Path) -> None:
    """Brings all that was written beside a SQLite file into it, so that it is whole by itself."""
    with closing(_opened(file)) as copy:
        copy.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def broken(file: Path) -> list[str]:
    """What SQLite finds broken in a file."""
    try:
        with closing(_opened(file)) as copy:
            return [why for (why,) in copy.execute("PRAGMA integrity_check(10)") if why != "ok"]
    except sqlite3.Error as failed:
        return [str(failed)]


def revision(file: Path) -> str | None:
    """Which version of the program a SQLite file is of; none where it is not ours or not there."""
    if not file.is_file():
        return None
    with suppress(sqlite3.Error), closing(_opened(file)) as found:
        found.execute(f"SELECT 1 FROM {schema.tariff_version.name} LIMIT 1")
        row = found.execute("SELECT version_num FROM alembic_version").fetchone()
        return None if row is None else str(row[0])
    return None


@contextmanager
def alone_with(file: Path) -> Iterator[None]:
    """Holds a SQLite database that nobody else has open, all of it in its one file. Refuses where somebody has it.

    What is broken is nobody's: it is taken as it is.
    """
    live = _opened(file)
    try:
        live.execute("PRAGMA busy_timeout = 2000")
        try:
            mode = live.execute("PRAGMA journal_mode = DELETE").fetchone()[0]
            live.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            raise DatabaseRefusal(
                "no-database", say("{file} is in use", file=file),
                say("stop what works with it (billing serve, tick), then restore again"),
            ) from None  # fmt: skip
        except sqlite3.DatabaseError:
            mode = "broken"
        try:
            yield
        except BaseException:
            if mode != "broken":
                live.execute("ROLLBACK")
                live.execute("PRAGMA journal_mode = WAL")
            raise
    finally:
        live.close()


def _opened(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(f"file:{quote(str(file.absolute()))}?mode=rw", uri=True, isolation_level=None)
    connection.execute("PRAGMA busy_timeout = 60000")
    return connection


def copy_bytes(source: Path, target: Path, progress: Progress | None = None) -> None:
    """Copies a file that nobody writes."""
    size, done = source.stat().st_size, 0
    with source.open("rb") as old, target.open("wb") as new:
        while piece := old.read(_PIECE):
            new.write(piece)
            done += len(piece)
            if progress:
                progress(done // _PIECE, size // _PIECE + 1)


# PostgreSQL


def dump(connection: Connection, target: Path) -> None:
    """Writes a PostgreSQL database as the transaction of `connection` sees it, in pg_dump's custom format."""
    snapshot = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
    within = connection.execute(text("SELECT current_schema()")).scalar_one()
    _run("pg_dump", connection.engine, "--format=custom", f"--snapshot={snapshot}", f"--schema={within}",
         "--no-owner", "--no-privileges", f"--file={target}")  # fmt: skip


def is_empty(engine: Engine) -> bool:
    """Whether a database holds no tables where ours would be."""
    with engine.connect() as connection:
        _alone(connection)
        return not inspect(connection).get_table_names()


def fill(engine: Engine, source: Path) -> None:
    """Puts a dump into an empty PostgreSQL database, whole or not at all."""
    with engine.connect() as connection:
        _alone(connection)
        within = connection.execute(text("SELECT current_schema()")).scalar()
    if within is None:
        raise DatabaseRefusal(
            "no-database",
            say("{engine} has no schema to put it in", engine=shown(engine.url.render_as_string(hide_password=True))),
            say("make the one that its search_path names: CREATE SCHEMA …"),
        )
    _run("pg_restore", engine, "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges",
         f"--schema={within}", str(source))  # fmt: skip


def _alone(connection: Connection) -> None:
    """Keeps to the first schema of the search path: what another one holds is another issuer's."""
    from billing.store import postgresql  # only where there is one: its driver is an extra

    postgresql.alone(connection)


def empty(engine: Engine) -> None:
    """Takes all tables of ours out of a database again."""
    with engine.begin() as connection:
        _alone(connection)
        for table in inspect(connection).get_table_names():
            connection.execute(text(f'DROP TABLE IF EXISTS "{table}" CASCADE'))
        ours = (
            "SELECT proname FROM pg_proc WHERE pronamespace = current_schema()::regnamespace AND proname LIKE 'refuse%'"
        )
        for function in connection.execute(text(ours)).scalars().all():  # of guards
            connection.execute(text(f'DROP FUNCTION IF EXISTS "{function}"() CASCADE'))


def _run(program: str, engine: Engine, *arguments: str) -> None:
    """Runs a client of PostgreSQL on a database; its password is never an argument, which everybody sees."""
    found = shutil.which(program)
    if found is None:
        raise BadInput(
            "bad-input", say("{program}, a client of PostgreSQL, is not here", program=program),
            say("install PostgreSQL's client programs (as postgresql-client), or run {program} on its own server",
                program=program),
        )  # fmt: skip
    url = engine.url.set(password=None)
    environment = dict(os.environ)
    if engine.url.password:
        environment["PGPASSWORD"] = str(engine.url.password)
    name = for_clients(url)
    done = subprocess.run([found, "--dbname", name, *arguments], env=environment, capture_output=True, text=True)
    if done.returncode:
        why = "; ".join(done.stderr.strip().splitlines()[:3]) or program
        raise DatabaseRefusal(
            "no-database", say("{engine}: {why}", engine=shown(name), why=why), say("nothing was changed")
        )


def for_clients(url: URL) -> str:
    """What a URL names, as PostgreSQL's clients read it: theirs have one list of hosts, and no blank that is a plus."""
    from psycopg.conninfo import make_conninfo

    _, given = url.get_dialect()().create_connect_args(
        url.difference_update_query(["prepare_threshold", places.SETTING])
    )
    return make_conninfo(**given)
