"""A SQLite file opened without SQLAlchemy, which takes longer to come in than a command, and to execute than SQLite.

`LightEngine` and its connections stand in for SQLAlchemy's. They run text (`Query`, `Change`); whatever else is asked
of them is asked of SQLAlchemy over the same connection, in the same transaction, so that nothing needs to know which
it has: it only takes longer.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, cast

from billing.store.sql import said

if TYPE_CHECKING:
    from sqlalchemy import Connection, Dialect, Engine

_PREFIX = "sqlite:///"
_ANSWERS = 1000  # that a connection keeps


def file_of_plain(url: str) -> Path | None:
    """The file that a URL names plainly, without options; None for any other, which SQLAlchemy is to read."""
    name = url.removeprefix(_PREFIX)
    plain = url.startswith(_PREFIX) and name and not name.startswith((":", "file:")) and not set(name) & set("?%#")
    return Path(name) if plain else None


class _Dialect:
    """The kind of database; SQLAlchemy's dialect where it is needed."""

    name = "sqlite"

    def __getattr__(self, name: str) -> object:
        return getattr(self.whole, name)

    @property
    def whole(self) -> "Dialect":
        from sqlalchemy.dialects import sqlite

        return sqlite.dialect()


class LightEngine:
    """A SQLite file, and connections to it that are kept until it is disposed of."""

    dialect = _Dialect()

    def __init__(
        self,
        file: Path,
        prepare: Callable[[sqlite3.Connection], None],
        begin: "Callable[[Connection], None]",
        whole: "Callable[[], Engine]",
    ) -> None:
        self.file = file
        self._prepare = prepare  # what every new connection is told
        self.begin_with = begin  # how its transactions begin
        self._make = whole
        self._whole: Engine | None = None
        self._over: Engine | None = None  # SQLAlchemy's over our connections
        self._given: sqlite3.Connection | None = None  # the one that it takes next
        self.known: dict[int, tuple[str, dict[Any, Any]]] = {}  # of customers' chains, see `store.recall`
        self._free: list[LightConnection] = []
        self._lock = Lock()

    @property
    def whole(self) -> "Engine":
        """SQLAlchemy's engine for the same file."""
        with self._lock:
            if self._whole is None:
                self._whole = self._make()
            return self._whole

    def __getattr__(self, name: str) -> object:
        return getattr(self.whole, name)

    def light(self) -> "LightConnection":
        """A connection, where `connect` would give SQLAlchemy's. Raises what that would."""
        with self._lock:
            if self._free:
                return self._free.pop()
        try:
            raw = sqlite3.connect(self.file, check_same_thread=False, isolation_level=None)
            try:
                self._prepare(raw)
            except BaseException:
                raw.close()
                raise
        except sqlite3.Error as failed:
            raise translated(failed, None) from failed
        return LightConnection(self, raw)

    def over(self, raw: sqlite3.Connection) -> "Connection":
        """SQLAlchemy's connection over one of ours; what it compiles for one it has for all."""
        with self._lock:
            if self._over is None:
                self._over = self._made_over()
            self._given = raw
            return self._over.connect()

    def _made_over(self) -> "Engine":
        from sqlalchemy import create_engine
        from sqlalchemy.pool import NullPool

        self._given = sqlite3.connect(":memory:")  # the first is asked what it is, and its transaction is rolled back
        made = create_engine(f"{_PREFIX}{self.file}", creator=lambda: self._given, poolclass=NullPool)
        made.connect().close()
        return made

    def answered(self, asked: object) -> object | None:
        """What was answered, where nobody has changed anything since; None where that is not known."""
        with self._lock:
            if not self._free:
                return None
            connection = self._free.pop()
        try:
            return connection.answered(asked)
        finally:
            self.keep(connection)

    def keep(self, connection: "LightConnection") -> None:
        """Keeps a connection for who needs one next."""
        with self._lock:
            self._free.append(connection)

    def dispose(self) -> None:
        """Ends the connections that nobody uses."""
        with self._lock:
            free, self._free = self._free, []
        for connection in free:
            connection.end()
        if self._whole is not None:
            self._whole.dispose()


class LightConnection:
    """A connection to a SQLite file and, once it has begun, its transaction."""

    dialect = LightEngine.dialect

    def __init__(self, engine: LightEngine, raw: sqlite3.Connection) -> None:
        self.engine = engine
        self.raw = raw
        self._whole: Connection | None = None
        self._options: dict[str, Any] = {}
        self._seen: int | None = None  # what others had committed when the transaction began, once that was asked
        self._others = 0  # how many rows this connection had changed by then, but for those appended to chains
        self._chained = 0  # how many it has appended to chains
        self._settled: dict[Any, Any] = {}
        self._of: tuple[int, int] | None = None  # the state of the database that `_settled` is of
        self._answers: dict[Any, object] = {}
        self._answers_of: tuple[int, int] | None = None  # the same of `_answers`

    def rows(self, statement: str, values: Mapping[str, Any] | Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows of a statement. Raises what SQLAlchemy would."""
        try:
            return self.raw.execute(statement, values).fetchall()
        except sqlite3.Error as failed:
            raise translated(failed, statement) from failed

    def many(self, statement: str, values: "Iterable[Sequence[Any] | Mapping[str, Any]]") -> None:
        """Runs a statement once for each of several values."""
        try:
            self.raw.executemany(statement, values)
        except sqlite3.Error as failed:
            raise translated(failed, statement) from failed

    # What SQLAlchemy is asked

    def execution_options(self, **options: object) -> "LightConnection":
        self._options |= options
        return self

    def get_execution_options(self) -> Mapping[str, Any]:
        return self._options

    def execute(self, statement: object, *values: object, **how: object) -> object:
        whole: Any = self.whole
        return whole.execute(said(statement), *values, **how)

    @property
    def whole(self) -> "Connection":
        """SQLAlchemy's connection over this one, in its transaction."""
        if self._whole is None:
            self._whole = self.engine.over(self.raw)
        return self._whole

    def __getattr__(self, name: str) -> object:
        return getattr(self.whole, name)

    # A transaction

    def begin(self) -> "LightConnection":
        self._seen, self._others = None, self.raw.total_changes - self._chained
        self.engine.begin_with(cast("Connection", self))
        return self

    @contextmanager
    def appending(self) -> Iterator[None]:
        """While rows are appended to chains, and to what hangs on them: nothing else is changed."""
        before = self.raw.total_changes
        try:
            yield
        finally:
            self._chained += self.raw.total_changes - before

    @property
    def settled(self) -> dict[Any, Any]:
        """What was worked out from rows that hang on no chain: forgotten once one of them is changed, by whomever (L2).

        What is worked out from rows that this transaction changed, and may take back, is remembered by nobody.
        """
        others = self.raw.total_changes - self._chained
        if others != self._others:
            return {}
        if self._seen is None:
            self._seen = self._commits()
        if self._of != (self._seen, others):
            self._settled, self._of = {}, (self._seen, others)
        return self._settled

    def answer(self, asked: object, found: object) -> None:
        """Keeps what a transaction that only reads has answered, as long as nobody changes anything."""
        if self._seen is None:
            self._seen = self._commits()
        state = self._seen, self.raw.total_changes
        if self._answers_of != state or len(self._answers) >= _ANSWERS:
            self._answers, self._answers_of = {}, state
        self._answers[asked] = found

    def answered(self, asked: object) -> object | None:
        """What was answered, where nobody has changed anything since; asked between transactions."""
        if asked not in self._answers or self._answers_of != (self._commits(), self.raw.total_changes):
            return None
        return self._answers[asked]

    def _commits(self) -> int:
        """A number that is another one once somebody else has committed; that of a transaction stays."""
        ((found,),) = self.rows("PRAGMA data_version")
        return int(found)

    def commit(self) -> None:
        """Commits. Raises what SQLAlchemy would."""
        if self._whole is not None:
            self._whole.commit()
        try:
            self.raw.commit()
        except sqlite3.Error as failed:
            raise translated(failed, "COMMIT") from failed

    def rollback(self) -> None:
        """Takes back what is not committed."""
        if self._whole is not None:
            self._whole.rollback()
        self.raw.rollback()

    def __enter__(self) -> "LightConnection":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Rolls back what is open, and leaves the connection to who needs one next."""
        self._options.clear()
        try:
            self.rollback()
        except BaseException:
            self.end()
            raise
        self.engine.keep(self)

    def end(self) -> None:
        """Ends it."""
        if self._whole is not None:
            self._whole.close()
        self.raw.close()


def light_engine(of: object) -> LightEngine | None:
    """What stands in for SQLAlchemy's engine, where it is that."""
    return of if isinstance(of, LightEngine) else None


def light(of: object) -> LightConnection | None:
    """What stands in for SQLAlchemy's connection, where it is that."""
    return of if isinstance(of, LightConnection) else None


def translated(failed: sqlite3.Error, statement: str | None) -> Exception:
    """An error as SQLAlchemy would have raised it: what refuses and what tries again knows those."""
    from sqlalchemy.exc import DBAPIError

    return DBAPIError.instance(statement, None, failed, sqlite3.Error)
