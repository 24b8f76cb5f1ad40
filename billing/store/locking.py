"""Who writes, for those who wait: a note beside a SQLite file; whom a session of a PostgreSQL waits for."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING

from billing import waiting
from billing.texts import Text

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine


@contextmanager
def noted(file: Path | None) -> Iterator[None]:
    """Leaves a note beside a SQLite file of who writes to it, until just before that is over."""
    if file is None:
        yield
        return
    waiting.begun(file)
    try:
        yield
    finally:
        waiting.ended(file)


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
