"""Makes a database, or brings an older one up to this program's version, with Alembic. Used by `billing init` alone."""

import os
from collections.abc import Iterable

from sqlalchemy import Connection, Engine, Table, UniqueConstraint, inspect, text
from sqlalchemy.exc import DBAPIError, OperationalError

from billing import filing, shipped
from billing.errors import DatabaseRefusal, why
from billing.store.engine import OURS, begin_to_write
from billing.store.refusing import refusal_of, sqlite_file
from billing.store.schema import ERASABLE, GUARDED, REVISION, metadata
from billing.store.within import issuer_of
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
            "no-database", say("{file} cannot be opened: {strerror}", file=file, strerror=why(failed))
        ) from failed
    try:
        with engine.connect() as connection:
            _alone(connection)
            known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
            _known_version(connection, known)  # before the journal's mode changes: a refusal changes nothing
            _lock(connection)
            if (issuer := issuer_of(engine.url)) is not None:  # its schema is made with its tables, or neither
                connection.execute(text(f'CREATE SCHEMA IF NOT EXISTS "{issuer}"'))
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
            _alone(connection)
            made = inspect(connection).has_table("issuer")
            return made and bool(connection.execute(text("SELECT count(*) FROM issuer")).scalar())
    except DBAPIError as failed:
        raise refusal_of(engine, failed) from failed


def _alone(connection: Connection) -> None:
    """Keeps to the schema that is asked for: what is made or asked there falls through to no other one."""
    if connection.dialect.name == "postgresql":
        from billing.store import postgresql

        postgresql.alone(connection)


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
    there = set(inspect(connection).get_table_names())  # an early migration does not know what later ones make
    if connection.dialect.name == "postgresql":
        connection.execute(text(_REFUSE))
        connection.execute(text(_REFUSE_UNLESS_ERASED))
    erasing = "erasure" in there
    for table in (name for name in tables if name in there):
        columns = [one["name"] for one in inspect(connection).get_columns(table)]  # later migrations may add some
        if erasing and table in ERASABLE and connection.dialect.name == "sqlite":
            connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_update"))
        for statement in _guards(connection.dialect.name, table, columns, erasing):
            connection.execute(text(statement))


def unguard(connection: Connection, tables: Iterable[str] = NAMES) -> None:
    """Takes the triggers off, as a migration must that rebuilds a table."""
    for table in tables:
        for verb in ("update", "delete", "truncate", "replace"):
            on = f" ON {table}" if connection.dialect.name == "postgresql" else ""
            connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_{verb}{on}"))


def guards(dialect: str) -> dict[str, str]:
    """The statement that makes each guard, by the guard's name, as they stand on a database of today."""
    found = [
        statement for table in NAMES for statement in _guards(dialect, table, metadata.tables[table].columns.keys())
    ]
    return {statement.split(" BEFORE ")[0].split()[-1]: statement for statement in found}


REFUSES = """
BEGIN RAISE EXCEPTION '% holds facts: rows are only ever inserted', TG_TABLE_NAME; END """
_REFUSE = f"""
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $${REFUSES}$$
"""
# The arguments are the columns that may change where an erasure names the row's place (P1)
REFUSES_UNLESS_ERASED = """
BEGIN
  IF to_jsonb(NEW) - TG_ARGV = to_jsonb(OLD) - TG_ARGV AND EXISTS (
    SELECT 1 FROM erasure e WHERE e.customer_id = OLD.customer_id AND e.place = OLD.seq
  ) THEN RETURN NEW; END IF;
  RAISE EXCEPTION '% holds facts: rows are only ever inserted', TG_TABLE_NAME;
END """
_REFUSE_UNLESS_ERASED = f"""
CREATE OR REPLACE FUNCTION refuse_change_unless_erased() RETURNS trigger LANGUAGE plpgsql
AS $${REFUSES_UNLESS_ERASED}$$
"""
FUNCTIONS = {"refuse_change": REFUSES, "refuse_change_unless_erased": REFUSES_UNLESS_ERASED}


def _guards(dialect: str, table: str, columns: Iterable[str], erasing: bool = True) -> list[str]:
    """The statements that make a table's guards; with `erasing` they let an erasure through."""
    may = ERASABLE.get(table, ()) if erasing else ()
    if dialect == "postgresql":
        refuse = dict.fromkeys(("update", "delete", "truncate"), "refuse_change()")
        if may:
            refuse["update"] = "refuse_change_unless_erased(" + ", ".join(f"'{name}'" for name in may) + ")"
        return [
            f"CREATE OR REPLACE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} "
            f"FOR EACH {'STATEMENT' if verb == 'truncate' else 'ROW'} EXECUTE FUNCTION {call}"
            for verb, call in refuse.items()
        ]
    refuse_ = f"BEGIN SELECT RAISE(ABORT, '{table} holds facts: rows are only ever inserted'); END"
    unless = f"WHEN NOT ({_erased(columns, may)}) " if may else ""
    guards = [
        f"CREATE TRIGGER IF NOT EXISTS {table}_no_update BEFORE UPDATE ON {table} {unless}{refuse_}",
        f"CREATE TRIGGER IF NOT EXISTS {table}_no_delete BEFORE DELETE ON {table} {refuse_}",
    ]
    # What REPLACE replaces, SQLite deletes without asking triggers, unless a connection turned `recursive_triggers` on.
    taken = " OR ".join(
        f"EXISTS (SELECT 1 FROM {table} WHERE {' AND '.join(f'{column} = NEW.{column}' for column in key)})"
        for key in _unique_keys(metadata.tables[table])
    )
    return [*guards, f"CREATE TRIGGER IF NOT EXISTS {table}_no_replace BEFORE INSERT ON {table} WHEN {taken} {refuse_}"]


def _erased(columns: Iterable[str], may: tuple[str, ...]) -> str:
    """That an erasure names the row's place, and nothing changes but the columns that may."""
    named = "EXISTS (SELECT 1 FROM erasure WHERE erasure.customer_id = OLD.customer_id AND erasure.place = OLD.seq)"
    return " AND ".join([named, *(f'NEW."{name}" IS OLD."{name}"' for name in columns if name not in may)])


def _unique_keys(table: Table) -> list[list[str]]:
    """The columns of each unique key of a table, without keys that another one makes unique already."""
    keys = [set(table.primary_key.columns.keys())]
    keys += [set(unique.columns.keys()) for unique in table.constraints if isinstance(unique, UniqueConstraint)]
    keys += [set(index.columns.keys()) for index in table.indexes if index.unique]
    return [sorted(key) for key in keys if not any(other < key for other in keys)]
