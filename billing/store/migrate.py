"""Makes a database, or brings an older one up to this program's version, with Alembic. Used by `billing init` alone."""

import os
from collections.abc import Iterable

from sqlalchemy import Connection, Engine, Table, UniqueConstraint, inspect, text
from sqlalchemy.exc import DBAPIError, OperationalError

from billing import filing, shipped
from billing.errors import DatabaseRefusal
from billing.store.engine import OURS, begin_to_write
from billing.store.refusing import refusal_of, sqlite_file
from billing.store.schema import GUARDED, REVISION, metadata
from billing.texts import say

NAMES = tuple(guarded.name for guarded in GUARDED)


def upgrade(engine: Engine) -> bool:
    """Runs the migrations that a database lacks; whether there were any.

    Raises DatabaseRefusal for one that is newer or not ours.
    """
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(shipped("migrations")).replace("%", "%%"))
    file = sqlite_file(engine)
    if file is not None and not file.parent.is_dir():
        raise DatabaseRefusal(
            "no-database", say("there is no folder {parent} to make {name} in", parent=file.parent, name=file.name)
        )
    try:
        if file is not None and not file.exists() and "mode" not in engine.url.query:
            os.close(filing.open_new(file, 0))  # SQLite would make it for everybody to read; its own beside it follow
    except OSError as failed:
        raise DatabaseRefusal(
            "no-database", say("{file} cannot be opened: {strerror}", file=file, strerror=failed.strerror)
        ) from failed
    try:
        with engine.connect() as connection:
            known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
            _known_version(connection, known)  # before the journal's mode changes: a refusal changes nothing
            _lock(connection)
            lacked = _known_version(connection, known) != REVISION
            if lacked:
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
            connection.commit()
            return lacked
    except (OperationalError, DBAPIError) as failed:
        raise refusal_of(engine, failed) from failed


def has_issuer(engine: Engine) -> bool:
    """Whether there is a database of any version, with an issuer in it; asks without making one."""
    file = sqlite_file(engine)
    if file is not None and not file.is_file():
        return False
    try:
        with engine.connect() as connection:
            made = inspect(connection).has_table("issuer")
            return made and bool(connection.execute(text("SELECT count(*) FROM issuer")).scalar())
    except DBAPIError as failed:
        raise refusal_of(engine, failed) from failed


def _known_version(connection: Connection, known: set[str]) -> str | None:
    """The version of a database of ours, None for an empty one; any other is refused."""
    tables = inspect(connection).get_table_names()
    if not tables:
        return None
    found = None
    if "alembic_version" in tables:
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if found is None or OURS not in tables:
        raise DatabaseRefusal(
            "no-database", say("the database holds other tables"), say("give `billing` a database of its own")
        )
    if found not in known:
        raise DatabaseRefusal(
            "not-migrated",
            say(
                "the database has version {found}, which is newer than this program ({revision})",
                found=found,
                revision=REVISION,
            ),
        )
    return str(found)


def _lock(connection: Connection) -> None:
    """Makes another `init` of the same database wait until the transaction ends."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_INIT})"))
        return
    connection.exec_driver_sql("COMMIT")  # the journal's mode cannot change inside a transaction
    connection.exec_driver_sql("PRAGMA journal_mode = WAL")
    begin_to_write(connection)


_INIT = int.from_bytes(b"billing", "big")  # the advisory lock's number, any that others hardly take


def guard(connection: Connection, tables: Iterable[str] = NAMES) -> None:
    """Makes the triggers that refuse UPDATE, DELETE, TRUNCATE and REPLACE on tables of facts and decisions (L1).

    Every migration that changes a table calls it again: SQLite's batch mode drops triggers without a word. Tables that
    later migrations make are left to them.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text(_REFUSE))
    there = set(inspect(connection).get_table_names())  # an early migration does not know what later ones make
    for table in (name for name in tables if name in there):
        for statement in _guards(connection.dialect.name, table):
            connection.execute(text(statement))


def unguard(connection: Connection, tables: Iterable[str] = NAMES) -> None:
    """Takes the triggers off, as a migration must that rebuilds a table."""
    for table in tables:
        for verb in ("update", "delete", "truncate", "replace"):
            on = f" ON {table}" if connection.dialect.name == "postgresql" else ""
            connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_{verb}{on}"))


def guards(dialect: str) -> dict[str, str]:
    """The statement that makes each guard, by the guard's name, as they stand on a database of today."""
    found = [statement for table in NAMES for statement in _guards(dialect, table)]
    return {statement.split(" BEFORE ")[0].split()[-1]: statement for statement in found}


REFUSES = """
BEGIN RAISE EXCEPTION '% holds facts: rows are only ever inserted', TG_TABLE_NAME; END """
_REFUSE = f"""
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $${REFUSES}$$
"""


def _guards(dialect: str, table: str) -> list[str]:
    if dialect == "postgresql":
        return [
            f"CREATE OR REPLACE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} "
            f"FOR EACH {'STATEMENT' if verb == 'truncate' else 'ROW'} EXECUTE FUNCTION refuse_change()"
            for verb in ("update", "delete", "truncate")
        ]
    refuse = f"BEGIN SELECT RAISE(ABORT, '{table} holds facts: rows are only ever inserted'); END"
    guards = [
        f"CREATE TRIGGER IF NOT EXISTS {table}_no_{verb} BEFORE {verb.upper()} ON {table} {refuse}"
        for verb in ("update", "delete")
    ]
    # What REPLACE replaces, SQLite deletes without asking triggers, unless a connection turned `recursive_triggers` on.
    taken = " OR ".join(
        f"EXISTS (SELECT 1 FROM {table} WHERE {' AND '.join(f'{column} = NEW.{column}' for column in key)})"
        for key in _unique_keys(metadata.tables[table])
    )
    return [*guards, f"CREATE TRIGGER IF NOT EXISTS {table}_no_replace BEFORE INSERT ON {table} WHEN {taken} {refuse}"]


def _unique_keys(table: Table) -> list[list[str]]:
    """The columns of each unique key of a table, without keys that another one makes unique already."""
    keys = [set(table.primary_key.columns.keys())]
    keys += [set(unique.columns.keys()) for unique in table.constraints if isinstance(unique, UniqueConstraint)]
    keys += [set(index.columns.keys()) for index in table.indexes if index.unique]
    return [sorted(key) for key in keys if not any(other < key for other in keys)]
