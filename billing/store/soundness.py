"""Whether the database itself is sound: the bytes of its file, and the guards on tables of facts (L1, L7)."""

import re
from collections.abc import Iterator

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from billing.store import migrate

_AT_MOST = 100  # lines of one check


def file_faults(connection: Connection) -> Iterator[str]:
    """What SQLite finds wrong with its own file: pages, indexes, rows that break a key; PostgreSQL looks by itself."""
    if connection.dialect.name != "sqlite":
        return
    for check in (f"PRAGMA integrity_check({_AT_MOST})", "PRAGMA foreign_key_check"):
        try:
            for n, row in enumerate(connection.exec_driver_sql(check)):
                if row[0] != "ok" and n < _AT_MOST:
                    yield f"the database file: {_said(check, row)}"
        except DBAPIError as failed:
            yield f"the database file: {failed.orig}"


def _said(check: str, row: tuple[object, ...]) -> str:
    if "foreign_key" in check:
        return f"row {row[1]} of {row[0]} belongs to a row of {row[2]} that is not there"
    return str(row[0])


def guard_faults(connection: Connection) -> Iterator[str]:
    """The guards on tables of facts that are not there, or are others (L1)."""
    there = _there(connection)
    for name, wanted in sorted(migrate.guards(connection.dialect.name).items()):
        if name not in there:
            yield f"the guard {name} is missing"
        elif _plain(there[name]) != _plain(wanted):
            yield f"the guard {name} is another one"


def _there(connection: Connection) -> dict[str, str]:
    if connection.dialect.name == "sqlite":
        rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
        return {row[0]: row[1] for row in rows}
    rows = connection.execute(
        text(
            "SELECT tgname, pg_get_triggerdef(t.oid), tgenabled, proname, prosrc FROM pg_trigger t"
            " JOIN pg_proc p ON p.oid = tgfoid JOIN pg_class c ON c.oid = tgrelid"
            " WHERE NOT tgisinternal AND c.relnamespace = current_schema()::regnamespace"
        )
    )
    return {
        name: statement
        for name, statement, enabled, function, source in rows
        if enabled in ("O", "A") and _plain(source) == _plain(migrate.FUNCTIONS.get(function, ""))
    }


def _plain(statement: str) -> list[str]:
    """A statement without what makes no difference: names of schemas, blanks, in which order keys are looked for."""
    statement = re.sub(r"\b(OR REPLACE|IF NOT EXISTS) |\w+\.(?=\w+ (FOR|BEFORE|EXECUTE))", "", statement)
    return sorted(re.sub(r'[\s"]+', " ", part).strip() for part in re.split(r" OR | WHEN | BEGIN ", statement))
