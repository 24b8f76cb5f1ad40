"""What goes wrong, at the driver: where a statement or a commit is handed to the database, and at `fsync`.

So the program sees what it would see of a full disk, a failing fsync or a connection that is gone: an error of the
driver, or nothing ever again, for it is killed. A lost answer comes after the commit did what it says. Files that are
given out meet a disk that fails, or is full, when it is to keep them.
"""

import errno
import os
import signal
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any
from unittest.mock import patch

import psycopg
from sqlalchemy import Engine

from billing.store.light import LightConnection, LightEngine, light_engine, translated
from tests.simulation.steps import Fault

STATEMENTS = ("statement", "full", "cut", "kill")  # before a statement
COMMITS = ("fsync", "lost", "kill-commit", "kill-after")
KINDS = (*STATEMENTS, *COMMITS)
FILES = {"file-fsync": errno.EIO, "file-full": errno.ENOSPC}  # at the how-manieth file or folder that is to be kept
MOST_FILES = 6
KILLS = ("kill", "kill-commit", "kill-after")  # in a process of its own
MOST_STATEMENTS = 16


class Sabotage:
    """A fault that waits on an engine for its moment; `struck` is whether it came."""

    def __init__(self, engine: Engine, fault: Fault, cut: Any = None) -> None:
        self.dialect: Any = engine.dialect
        self.fault = fault
        self.cut = cut  # ends the engine's connections at the server
        self.count = 0
        self.struck = False

    def strike(self) -> None:
        self.struck = True
        if self.fault.kind in KILLS:
            os.kill(os.getpid(), signal.SIGKILL)
        if self.fault.kind == "cut":
            self.cut()
        else:
            raise self.error()

    def error(self) -> Exception:
        """What the driver says."""
        if self.dialect.name == "sqlite":
            words = {"full": "database or disk is full", "fsync": "disk I/O error", "statement": "disk I/O error"}
            return sqlite3.OperationalError(words.get(self.fault.kind, "disk I/O error"))
        from psycopg import errors

        kinds: dict[str, type[Exception]] = {"full": errors.DiskFull, "fsync": errors.IoError}
        return kinds.get(self.fault.kind, errors.AdminShutdown)(f"simulated: {self.fault.kind}")

    def statement(self, *_: Any) -> None:
        self.count += 1
        if self.fault.kind in STATEMENTS and self.count == self.fault.at and not self.struck:
            self.strike()

    def commit(self, real: Any, connection: Any) -> None:
        if self.fault.kind in ("fsync", "kill-commit") and not self.struck:
            self.strike()
        real(connection)
        if self.fault.kind in ("lost", "kill-after") and not self.struck:
            self.strike()


@contextmanager
def sabotaged(engine: Engine, fault: Fault, cut: Any = None) -> Iterator[Sabotage]:
    """An engine on which a fault waits: by whatever way the program hands a statement to the driver."""
    found = Sabotage(engine, fault, cut)
    with ExitStack() as undone:
        own = light_engine(engine)
        if own is None:
            _through_sqlalchemy(undone, found, engine.dialect)
            undone.enter_context(
                patch.object(engine.dialect, "do_commit", partial(found.commit, engine.dialect.do_commit))
            )
            _before(undone, psycopg.Connection, "execute", found.statement)
            _before(undone, psycopg.Cursor, "executemany", found.statement)
        else:
            if own._over is None:
                own._over = own._made_over()
            _through_sqlalchemy(undone, found, own._over.dialect)
            for name in ("rows", "many"):
                _before(undone, LightConnection, name, partial(_told, found.statement))
            real = LightConnection.commit
            undone.enter_context(
                patch.object(LightConnection, "commit", lambda connection: _told(found.commit, real, connection))
            )
        yield found


def _through_sqlalchemy(undone: ExitStack, found: Sabotage, dialect: Any) -> None:
    for name in ("do_execute", "do_executemany", "do_execute_no_params"):
        _before(undone, dialect, name, found.statement)


def _before(undone: ExitStack, of: Any, name: str, first: Callable[[], None]) -> None:
    real = getattr(of, name)

    def does(*given: Any, **more: Any) -> Any:
        first()
        return real(*given, **more)

    undone.enter_context(patch.object(of, name, does))


def _told(does: Callable[..., None], *given: Any) -> None:
    try:
        does(*given)
    except sqlite3.Error as failed:
        raise translated(failed, None) from failed


@contextmanager
def failing_disk(fault: Fault) -> Iterator[list[int]]:
    """A disk that does not keep what it is to keep, from the how-manieth time on; what it was asked to keep then."""
    real, count, failed = os.fsync, 0, list[int]()

    def sync(file: int) -> None:
        nonlocal count
        count += 1
        if count >= fault.at:
            failed.append(file)
            raise OSError(FILES[fault.kind], os.strerror(FILES[fault.kind]))
        real(file)

    os.fsync = sync  # type: ignore[assignment]
    try:
        yield failed
    finally:
        os.fsync = real


@contextmanager
def full_disk(engine: Engine, pages: int) -> Iterator[None]:
    """A SQLite file that may grow by a few pages alone: then SQLite itself says that it is full."""
    real = LightEngine.light

    def bound(own: LightEngine) -> LightConnection:
        connection = real(own)
        (now,) = connection.raw.execute("PRAGMA page_count").fetchone()
        connection.raw.execute(f"PRAGMA max_page_count = {now + pages}")
        return connection

    try:
        with patch.object(LightEngine, "light", bound):
            yield
    finally:
        engine.dispose()
