"""What goes wrong, at the driver: where SQLAlchemy hands a statement or a commit to the database, and at `fsync`.

So the program sees what it would see of a full disk, a failing fsync or a connection that is gone: an error of the
driver, or nothing ever again, for it is killed. A lost answer comes after the commit did what it says. Files that are
given out meet a disk that fails, or is full, when it is to keep them.
"""

import errno
import os
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from sqlalchemy import Engine, event

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
    """An engine on which a fault waits."""
    found, dialect = Sabotage(engine, fault, cut), engine.dialect
    names = ("do_execute", "do_executemany", "do_execute_no_params")
    real = {name: getattr(dialect, name) for name in (*names, "do_commit")}

    def execute(name: str) -> Any:
        def does(*given: Any, **more: Any) -> Any:
            found.statement()
            return real[name](*given, **more)

        return does

    try:
        for name in names:
            setattr(dialect, name, execute(name))
        dialect.do_commit = partial(found.commit, real["do_commit"])  # type: ignore[method-assign]
        yield found
    finally:
        for name in real:
            delattr(dialect, name)


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

    def bound(connection: Any, *_: Any) -> None:
        (now,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {now + pages}")

    event.listen(engine, "checkout", bound)
    try:
        yield
    finally:
        event.remove(engine, "checkout", bound)
        engine.dispose()
