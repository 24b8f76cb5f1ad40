"""Who writes, for those who wait: a note beside a SQLite file; whom a session of a PostgreSQL waits for."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Lock, Thread
from time import monotonic, sleep
from typing import TYPE_CHECKING

from billing import waiting
from billing.texts import Text

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine


@contextmanager
def noted(file: Path | None) -> Iterator[None]:
    """Leaves a note beside a SQLite file of who writes to it longer than a moment, until just before that is over.

    Nobody asks for it sooner (`waiting.QUIET`), and it takes longer to leave than most requests to record.
    """
    if file is None:
        yield
        return
    _notes.begin(file)
    try:
        yield
    finally:
        _notes.end(file)


class _Notes:
    """The SQLite files that this process writes to, and a thread that leaves the notes."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._since: dict[Path, float] = {}  # on the clock that never jumps
        self._left: set[Path] = set()
        self._watched = False

    def begin(self, file: Path) -> None:
        with self._lock:
            self._since[file] = monotonic()
            if not self._watched:
                with suppress(RuntimeError):  # no thread to be had: nobody is named
                    Thread(target=self._watch, name="who writes", daemon=True).start()
                    self._watched = True

    def end(self, file: Path) -> None:
        with self._lock:
            del self._since[file]
            if file in self._left:
                self._left.remove(file)
                waiting.ended(file)

    def _watch(self) -> None:
        """Looks now and then, as long as something is written every few seconds."""
        last = monotonic()
        while True:
            with self._lock:
                now = monotonic()
                last = now if self._since else last
                if now - last > _IDLE:
                    self._watched = False
                    return
                for file, since in self._since.items():
                    if now - since >= _MOMENT and file not in self._left:
                        waiting.begun(file, datetime.now(UTC) - timedelta(seconds=now - since))
                        self._left.add(file)
            sleep(_MOMENT)


_MOMENT, _IDLE = waiting.QUIET / 4, 10.0  # seconds
_notes = _Notes()
os.register_at_fork(after_in_child=_notes.__init__)  # type: ignore[misc]


@contextmanager
def watched(connection: "Connection") -> Iterator[None]:
    """Says whom a transaction on PostgreSQL waits for, where that takes more than a moment."""
    if connection.dialect.name != "postgresql" or waiting.tell is None:
        yield
        return
    over = Event()
    whose = (connection.engine, connection.info["pid"], over)
    watcher = Thread(target=_watch, args=whose, name="who is waited for", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()


def _watch(engine: "Engine", pid: int, over: Event) -> None:
    """Says once whom a session waits for, if it does after a moment or later."""
    from sqlalchemy.exc import SQLAlchemyError

    while not over.wait(waiting.QUIET):
        with suppress(SQLAlchemyError):
            who = _blocking(engine, pid)
            if who and waiting.tell is not None and not over.is_set():
                return waiting.tell(waiting.waits(who[0], waiting.patience()))
    return None


def _blocking(engine: "Engine", pid: int) -> list[Text | None]:
    """Who holds what a session waits for, as far as the server says so."""
    from sqlalchemy import text
    from sqlalchemy.pool import NullPool

    from billing.store import postgresql

    again = postgresql.made(engine.url, {"poolclass": NullPool})
    with again.connect() as connection:
        rows = connection.execute(text(_BLOCKING), {"pid": pid}).all()
    return [
        None if name is None or since is None else waiting.held_by(str(name), number, since.astimezone())
        for number, name, since in rows
    ]


_BLOCKING = """
SELECT holder.pid, NULLIF(activity.application_name, ''), activity.xact_start
FROM unnest(pg_blocking_pids(:pid)) AS holder(pid) LEFT JOIN pg_stat_activity activity ON activity.pid = holder.pid
"""
