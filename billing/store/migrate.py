"""Makes a database, or brings an older one up to this program's version, with Alembic. Used by `billing init` alone."""

from collections.abc import Iterable

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import DBAPIError, OperationalError

from billing import shipped
from billing.errors import DatabaseRefusal
from billing.store.engine import refusal_of, sqlite_file
from billing.store.schema import GUARDED, REVISION

NAMES = tuple(guarded.name for guarded in GUARDED)


def upgrade(engine: Engine) -> None:
    """Runs the migrations that a database lacks. Raises DatabaseRefusal for one that is newer or not ours."""
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(shipped("migrations")).replace("%", "%%"))
    file = sqlite_file(engine)
    if file is not None and not file.parent.is_dir():
        raise DatabaseRefusal("no-database", f"there is no folder {file.parent} to make {file.name} in")
    try:
        with engine.connect() as connection:
            if engine.dialect.name == "sqlite":
                connection.exec_driver_sql("COMMIT")  # the journal's mode cannot change inside a transaction
                connection.exec_driver_sql("PRAGMA journal_mode = WAL")
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            found = _version(connection)
            known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
            if found is not None and found not in known:
                raise DatabaseRefusal(
                    "not-migrated", f"the database has version {found}, which is newer than this program ({REVISION})"
                )
            if found is None and inspect(connection).get_table_names():
                raise DatabaseRefusal(
                    "no-database", "the database holds other tables; give `billing` a database of its own"
                )
            if found != REVISION:
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
            connection.commit()
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


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return str(found) if found is not None else None


def guard(connection: Connection, tables: Iterable[str] = NAMES) -> None:
    """Makes the triggers that refuse UPDATE and DELETE on tables of facts and decisions (L1).

    Every migration that changes a table calls it again: SQLite's batch mode drops triggers without a word.
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
        for verb in ("update", "delete", "truncate"):
            on = f" ON {table}" if connection.dialect.name == "postgresql" else ""
            connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_{verb}{on}"))


_REFUSE = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% holds facts: rows are only ever inserted', TG_TABLE_NAME; END $$
"""


def _guards(dialect: str, table: str) -> list[str]:
    if dialect == "postgresql":
        return [
            f"CREATE OR REPLACE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} "
            f"FOR EACH {'STATEMENT' if verb == 'truncate' else 'ROW'} EXECUTE FUNCTION refuse_change()"
            for verb in ("update", "delete", "truncate")
        ]
    return [
        f"CREATE TRIGGER IF NOT EXISTS {table}_no_{verb} BEFORE {verb.upper()} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} holds facts: rows are only ever inserted'); END"
        for verb in ("update", "delete")
    ]
