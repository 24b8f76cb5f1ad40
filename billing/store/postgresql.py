"""PostgreSQL as it is run: a schema of its own on the search path, a pooler between, a standby, and few round trips.

The first statement of each transaction goes with its BEGIN and asks all at once: our version, in which schema, whether
a pooler or a standby answers. It also bounds the waiting and keeps to the schema: nothing falls through to another one.
"""

import logging
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

import psycopg
from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.engine.interfaces import IsolationLevel
from sqlalchemy.exc import DBAPIError

from billing import waiting
from billing.errors import ONLY_READ, TO_THE_ROLE, BadInput, DatabaseRefusal
from billing.store import ahead, places
from billing.store.ahead import NOTHING, Asked, First, Reads
from billing.store.refusing import is_table_missing, named
from billing.store.within import issuer_of, keep_within
from billing.texts import Do, say
from billing.values import dataclass

OURS = ("postgresql", "postgresql+psycopg")  # drivers of URLs that are ours
_NEVER = ("0", "none")
_SPREAD = "spread"  # whether rows may lie on several machines
logging.getLogger("psycopg").addHandler(logging.NullHandler())  # a connection that is lost is told by what was asked


class Quiet(PGDialect_psycopg):
    """The driver's dialect, which asks a new connection nothing: libpq knows what the server said when it began."""

    supports_statement_cache = True

    def _get_server_version_info(self, connection: Connection) -> tuple[int, ...]:
        return divmod(_raw(connection).info.server_version, 10_000)

    def _get_default_schema_name(self, connection: Connection) -> str:
        raise NotImplementedError  # each transaction keeps to its own, see `begin`

    def get_default_isolation_level(self, dbapi_conn: object) -> IsolationLevel:  # noqa: ARG002
        return "READ COMMITTED"

    def _set_backslash_escapes(self, connection: Connection) -> None:
        self._backslash_escapes = _raw(connection).info.parameter_status("standard_conforming_strings") == "off"


registry.register("postgresql.billing", __name__, Quiet.__name__)


def made(url: URL, pool: Mapping[str, Any]) -> Engine:
    """An engine for a PostgreSQL URL; nothing is connected yet. Raises BadInput for `prepare_threshold` that is none.

    By default psycopg prepares what is asked again and again, and `begin` stops it behind a pooler.
    """
    arguments: dict[str, Any] = {}
    if "application_name" not in url.query:  # what others are told that wait for us
        arguments["application_name"] = waiting.command()
    if "prepare_threshold" in url.query:
        arguments["prepare_threshold"] = _threshold(str(url.query["prepare_threshold"]))
    driver = url.difference_update_query(["prepare_threshold", places.SETTING]).set(drivername="postgresql+billing")
    engine = create_engine(driver, connect_args=arguments, use_native_hstore=False, **pool)
    engine.url = url
    keep_within(engine)
    event.listen(engine, "before_cursor_execute", _forget)
    event.listen(engine, "checkin", _as_it_was)
    return engine


def _as_it_was(raw: "psycopg.Connection[Any] | None", _record: object) -> None:
    """Has a connection that waits begin its transactions again by itself, whoever takes it next."""
    if raw is not None and not raw.closed:
        raw.autocommit = False


def _threshold(written: str) -> int | None:
    """After how many times a statement is prepared; None for never, which is written 0 as elsewhere or `none`."""
    if written.lower() in _NEVER:
        return None
    if not re.fullmatch(r"[0-9]{1,6}", written):
        raise BadInput(
            "bad-input",
            say("prepare_threshold={given} in the URL is no whole number", given=written),
            say("0 for never"),
        )
    return int(written)


def begin(connection: Connection, first: First = NOTHING) -> str | None:
    """Begins a transaction on its schema alone; the version of our tables there, None where there are none.

    `first` is asked in the same round trip.

    Raises DatabaseRefusal (`no-database`) where the first schema of the search path is missing, or has none of our
    tables while another one on the path has: what was asked would be done to the books of another issuer.
    """
    raw = _raw(connection)
    level = raw.isolation_level
    ahead.forget(connection)
    start: psycopg.Cursor[Any] | None = None
    try:
        raw.autocommit = True  # psycopg's own BEGIN would wait for its answer
        with together(connection):
            raw.execute("BEGIN" if level is None else f"BEGIN ISOLATION LEVEL {level.name.replace('_', ' ')}")
            connection.begin()
            start = raw.execute(_START, {"patience": f"{max(waiting.patience() * 1000, 1)}ms"})
            answers = _sent(connection, _wanted(connection, first.asked), connection.info.get(_SPREAD, True))
            if first.ends:
                raw.execute("ROLLBACK")
    except DBAPIError as failed:
        if not raw.closed and start is not None and start.pgresult is not None:
            connection.rollback()  # `first` failed, maybe for want of what other versions have: who asks it is told
            return begin(connection)
        if not is_table_missing(failed):
            raise
        raw.rollback()
        alone(connection)
        return None
    _keep(connection, answers)
    row = start.fetchone()
    if row is None:
        return None
    version, schema, current, path, user, pid, standby, behind, spread, *_ = row
    _check_path(connection, path, current, user)
    if schema != current:
        raise DatabaseRefusal(
            "no-database",
            say(
                "{engine}: schema {current} has no billing tables, {other}, later on its search_path, has",
                engine=named(connection.engine), current=current, other=schema,
            ),
            say("{do} makes some in {current}; or name {other} alone", do=Do("init"), current=current, other=schema),
        )  # fmt: skip
    if standby:
        _check_standby(connection, behind)
    connection.info["pid"] = pid
    connection.info[_SPREAD] = spread
    if pid != raw.info.backend_pid and "prepare_threshold" not in connection.engine.url.query:
        raw.prepare_threshold = None  # a pooler gives each transaction another session, which knows nothing prepared
    return str(version)


def _check_standby(connection: Connection, behind: int | None) -> None:
    """Refuses to write on a standby; to who reads there it is said, once, how far it is behind."""
    if connection.get_execution_options().get("billing_writes"):
        raise DatabaseRefusal(
            "no-database",
            say("{engine} is a standby, which is only read", engine=named(connection.engine)),
            ONLY_READ,
        )
    if behind:
        waiting.lags(behind)
    if behind and waiting.tell is not None and not connection.info.setdefault("told", False):
        connection.info["told"] = True
        waiting.tell(say("{engine} is a standby, {seconds} s behind", engine=named(connection.engine), seconds=behind))


_KEEP_TO = "set_config('search_path', quote_ident(current_schema()), true)"
# A standby has all where it has replayed what it received and still receives; else since its last transaction.
_START = f"""
SELECT v.version_num, n.nspname, current_schema(), current_setting('search_path'), current_user, pg_backend_pid(),
    pg_is_in_recovery(),
    CASE WHEN NOT pg_is_in_recovery() OR pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn()
            AND EXISTS (SELECT 1 FROM pg_stat_wal_receiver) THEN 0
        ELSE extract(epoch FROM now() - coalesce(pg_last_xact_replay_timestamp(), pg_postmaster_start_time()))
    END::int,
    EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'citus'),
    {_KEEP_TO}, set_config('lock_timeout', %(patience)s, true)
FROM alembic_version v JOIN pg_class c ON c.oid = v.tableoid JOIN pg_namespace n ON n.oid = c.relnamespace
"""


def alone(connection: Connection) -> None:
    """Keeps a transaction to the first schema of its search path, where there may be no tables yet.

    Raises DatabaseRefusal (`no-database`) where there is no such schema.
    """
    if issuer_of(connection.engine.url) is not None:
        return  # it began there
    asked = "SELECT current_schema(), current_setting('search_path'), current_user"
    current, path, user = connection.exec_driver_sql(asked).one()
    _check_path(connection, path, current, user)
    connection.exec_driver_sql(f"SELECT {_KEEP_TO}")


def _check_path(connection: Connection, path: str, current: str | None, user: str | None) -> None:
    """Refuses a search path that is not the one of the URL, or whose first schema is not there for this user."""
    names = _names(path)
    asked = _asked(connection.engine.url) if issuer_of(connection.engine.url) is None else None
    if asked is not None and _names(asked) != names:
        raise DatabaseRefusal(
            "no-database",
            say(
                "{engine}: the search_path of the URL did not arrive, the server has {path}",
                engine=named(connection.engine),
                path=path,
            ),
            TO_THE_ROLE,
        )
    if names[:1] == [_USER] and (current == user or len(names) > 1):
        names = [user or ""] if current == user else names[1:]
    if current is None or names[0] != current:
        raise DatabaseRefusal(
            "no-database",
            say(
                "{engine}: there is no schema {schema}, the first of its search_path, that {user} may use",
                engine=named(connection.engine), schema=names[0] if names else "public", user=user,
            ),
            say("make it: CREATE SCHEMA …; nothing is done in another one"),
        )  # fmt: skip


_USER = "$user"
_NAME = re.compile(r'\s*(?:"((?:[^"]|"")*)"|([^\s,"]+))\s*(?:,|$)')
_IN_OPTIONS = re.compile(r"(?:-c\s*|--)search[_-]path=((?:\\.|\S)*)", re.IGNORECASE)


def _names(path: str) -> list[str]:
    """The schemas of a search path as it is written: a name without quotes is small."""
    return [bare.lower() if bare else quoted.replace('""', '"') for quoted, bare in _NAME.findall(path)]


def _asked(url: URL) -> str | None:
    """The search path that a URL gives among `options`; the last one counts."""
    found = [path for options in url.normalized_query.get("options", ()) for path in _IN_OPTIONS.findall(options)]
    return re.sub(r"\\(.)", r"\1", found[-1]) if found else None


# Round trips


def together(connection: Connection) -> AbstractContextManager[None]:
    """What is sent inside goes to the server in one round trip, as far as no answer is looked at."""
    if connection.dialect.name != "postgresql" or not psycopg.Pipeline.is_supported():
        return nullcontext()
    return _sent_together(connection)


@contextmanager
def _sent_together(connection: Connection) -> Iterator[None]:
    try:
        with _raw(connection).pipeline():
            yield
    except psycopg.Error as failed:
        raise told(connection, failed) from failed


def run(connection: Connection, sql: str, rows: Sequence[Any]) -> None:
    """Runs what answers no rows, once for each of some values; inside `together` it is not waited for."""
    ahead.forget(connection)
    try:
        if len(rows) == 1:
            _raw(connection).execute(sql, rows[0])
        else:
            with _raw(connection).cursor() as cursor:
                cursor.executemany(sql, rows)
    except psycopg.Error as failed:
        raise told(connection, failed, sql) from failed


def ask_ahead(
    connection: Connection, asked: Iterable[Asked], written: Callable[[], None] | None = None, apart: bool = False
) -> None:
    """Asks in one round trip what will be asked soon, after what `written` sends; what is kept is not asked again.

    It is one statement, or with `apart` one each, as for many rows; so it is where Citus is, for rows lie on several
    machines, and a statement is answered by one. What locks goes before: only statements that begin after it see what
    others have written.
    """
    asked = list(asked)  # which may look at what is kept
    if written is not None:
        ahead.forget(connection)
    wanted = _wanted(connection, asked)
    if not wanted and written is None:
        return
    with together(connection):
        if written is not None:
            written()
        answers = _sent(connection, wanted, apart or connection.info.get(_SPREAD, True))
    _keep(connection, answers)


def ask_of_many(connection: Connection, asked: Iterable[Asked]) -> None:
    """Asks in one round trip what will be asked soon of many: each statement once for all of them.

    What locks goes before, one by one and in its order; by itself goes too what looks at lists, and all where Citus is,
    for what is one's is on his machine.
    """
    alike: dict[Reads, list[Asked]] = {}
    for one in _wanted(connection, asked):
        alike.setdefault(one[0], []).append(one)
    if not alike:
        return
    spread = connection.info.get(_SPREAD, True)
    many = [] if spread else [some for some in alike.values() if _can_be_one(connection, some)]
    alone = [one for some in alike.values() if some not in many for one in some]
    with together(connection):
        sent = _sent(connection, alone, apart=True)
        cursors = [_sent_of_many(connection, some) for some in many]
    _keep(connection, sent)
    for some, cursor in zip(many, cursors, strict=True):
        answers: list[list[tuple[Any, ...]]] = [[] for _ in some]
        for nth, *row in cursor:
            answers[nth - 1].append(tuple(row))
        ahead.keep(connection, ((*one, rows) for one, rows in zip(some, answers, strict=True)))


def _can_be_one(connection: Connection, some: Sequence[Asked]) -> bool:
    """Whether a statement that is asked of some can be asked once for all."""
    said = [statement.written(connection.dialect, values) for statement, values in some]
    is_plain = all(set(map(type, values.values())) in _PLAIN for _, values in said)
    return len(some) > 1 and "FOR UPDATE" not in said[0][0] and is_plain


_PLAIN = ({int}, {str}, {int, str})


def _sent_of_many(connection: Connection, some: Sequence[Asked]) -> "psycopg.Cursor[Any]":
    """A statement sent once for all of whom it is asked."""
    statement = some[0][0]
    said = [statement.written(connection.dialect, values) for statement, values in some]
    names = statement.names(connection.dialect)
    kinds = tuple("bigint" if type(said[0][1][name]) is int else "text" for name in names)
    columns = [[values[name] for _, values in said] for name in names]
    return psycopg.RawCursor(_raw(connection)).execute(ahead.for_many(said[0][0], kinds), columns)


def _wanted(connection: Connection, asked: Iterable[Asked]) -> list[Asked]:
    """What is not kept yet, each with those values alone that it looks at."""
    dialect = connection.dialect
    own = ((one, {name: values[name] for name in one.names(dialect) if name in values}) for one, values in asked)
    return ahead.missing(connection, own)


@dataclass(frozen=True, slots=True)
class _Sent:
    """Statements that were sent, each with the values that it looks at, and where their answers will be."""

    asked: Sequence[Asked]
    cursor: "psycopg.Cursor[Any]"


def _sent(connection: Connection, wanted: Iterable[Asked], apart: bool = False) -> list[_Sent]:
    raw = _raw(connection)
    sent, others = [], []
    for asked in wanted:
        sql, values = asked[0].written(connection.dialect, asked[1])
        if apart or "FOR UPDATE" in sql:
            sent.append(_Sent([asked], raw.execute(sql, values)))
        else:
            others.append((asked, (sql, values)))
    if others:
        said = [one for _, one in others]
        cursor = psycopg.RawCursor(raw).execute(*ahead.combined(said)) if said[1:] else raw.execute(*said[0])
        sent.append(_Sent([asked for asked, _ in others], cursor))
    return sent


def _keep(connection: Connection, sent: Iterable[_Sent]) -> None:
    for one in sent:
        rows = one.cursor.fetchall()
        answers = [rows] if len(one.asked) == 1 else [ahead.rows_of(answer) for answer in rows[0]]
        ahead.keep(connection, ((*asked, answer) for asked, answer in zip(one.asked, answers, strict=True)))


def _forget(connection: Connection, _cursor: object, sql: str, *_: object) -> None:
    """Forgets what was asked ahead where SQLAlchemy writes, or waits for a lock: it may be so no more."""
    if not sql.startswith("SELECT") or "FOR UPDATE" in sql or "_lock" in sql:
        ahead.forget(connection)


def told(connection: Connection, failed: psycopg.Error, sql: str = "") -> DBAPIError:
    """A driver's error as SQLAlchemy raises it; a connection that is lost is given up."""
    lost = _raw(connection).closed
    if lost:
        connection.invalidate(failed)
    return DBAPIError.instance(
        sql, None, failed, psycopg.Error, connection_invalidated=lost, dialect=connection.dialect
    )  # type: ignore[return-value]


def _raw(connection: Connection) -> "psycopg.Connection[Any]":
    """The driver's own connection."""
    return connection.connection.driver_connection  # type: ignore[return-value]
