"""Spreads one issuer's books over machines by customer, with Citus: which statements, made from the tables as they are.

A customer's rows lie together on one machine. What has a key of its own (an id, a case, a number) lies by that key, and
what is small or concerns everybody is on every machine.
"""

from collections.abc import Collection, Iterator

from sqlalchemy import Connection, Engine, ForeignKeyConstraint, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import DBAPIError
from sqlalchemy.schema import AddConstraint, DropConstraint

from billing.errors import DatabaseRefusal
from billing.store import schema
from billing.store.engine import writing
from billing.store.refusing import named, refusal_of, refusing
from billing.texts import Do, say

FIRST = schema.link  # the tables of the ledger lie where its rows lie
LEDGER = (FIRST, schema.head, schema.personal, *schema.LEDGER, *schema.DERIVED)
DIRECTORIES = {  # by which of its columns each is spread
    schema.reference: "external_id", schema.case_reference: "reference", schema.case_name: "folded",
    schema.payment_reference: "reference", schema.document_number: "code",
}  # fmt: skip
EVERYWHERE = tuple(table for table in schema.metadata.sorted_tables if table not in LEDGER and table not in DIRECTORIES)
_ALLOW = "citus.enable_unsafe_triggers"  # the guards are triggers; each asks of the row's own customer alone


def plan(there: Collection[str] = ()) -> list[str]:
    """The statements that spread a database, in their order, in one transaction; but for tables that are spread."""
    between: list[ForeignKeyConstraint] = []
    within: list[ForeignKeyConstraint] = []
    for table in schema.metadata.sorted_tables:
        for key in table.foreign_key_constraints:
            if key.referred_table not in EVERYWHERE and not {table.name, key.referred_table.name} <= set(there):
                (within if table in LEDGER and key.referred_table in LEDGER else between).append(key)
    within.sort(key=lambda key: LEDGER.index(key.table))
    return [
        f"SET LOCAL {_ALLOW} = on",
        "SET LOCAL citus.multi_shard_modify_mode = 'sequential'",
        f"DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET {_ALLOW} = on', current_database()); END $$",
        *(_sql(DropConstraint(key)) for key in (*between, *within)),
        *(statement for name, statement in _places() if name not in there),
        *(_sql(AddConstraint(key)) for key in within),
    ]


def _places() -> Iterator[tuple[str, str]]:
    """Each table with the statement that puts its rows where they lie, in the order in which they are put there."""
    for name in (*(table.name for table in EVERYWHERE), "alembic_version"):
        yield name, f"SELECT create_reference_table('{name}')"
    yield FIRST.name, f"SELECT create_distributed_table('{FIRST.name}', 'customer_id')"
    for table in LEDGER[1:]:
        together = f"SELECT create_distributed_table('{table.name}', 'customer_id', colocate_with := '{FIRST.name}')"
        yield table.name, together
    for table, column in DIRECTORIES.items():
        yield table.name, f"SELECT create_distributed_table('{table.name}', '{column}', colocate_with := 'none')"


def _sql(made: "AddConstraint | DropConstraint") -> str:
    return " ".join(str(made.compile(dialect=postgresql.dialect())).split())  # type: ignore[no-untyped-call]


def require_citus(engine: Engine) -> None:
    """Refuses a database that cannot be spread, which need not be one of ours yet: any but a PostgreSQL with Citus.

    Raises DatabaseRefusal (`no-database`).
    """
    if engine.dialect.name != "postgresql":
        raise DatabaseRefusal(
            "no-database",
            say("{engine} cannot be spread over machines: only a PostgreSQL with Citus can", engine=named(engine)),
            say("{do} shows what would be done on one", do=Do("shard --plan")),
        )
    if not _has_citus(engine):
        raise DatabaseRefusal(
            "no-database",
            say("{engine} has no Citus, by which it would be spread over machines", engine=named(engine)),
            say("let its administrator say `CREATE EXTENSION citus` there, then {do}", do=Do("shard")),
        )


def _has_citus(engine: Engine) -> bool:
    with refusing(engine), engine.connect() as connection:
        return bool(connection.execute(text(_HAS_CITUS)).scalar())


_HAS_CITUS = "SELECT EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'citus')"
_PLACED = """
SELECT c.relname, p.partmethod FROM pg_dist_partition p JOIN pg_class c ON c.oid = p.logicalrel
WHERE c.relnamespace = current_schema()::regnamespace
"""


def placed(connection: Connection) -> set[str]:
    """The tables that a PostgreSQL with Citus has spread by customer; none where it has not, as in a schema that lies
    on one machine as a whole."""
    found = {row[0]: row[1] for row in connection.execute(text(_PLACED))}
    return set(found) if found.get(FIRST.name) == "h" else set()


def spread(engine: Engine, dry_run: bool = False) -> list[str]:
    """Spreads a database by customer, all of it or nothing; the statements that it lacked. What is spread already is
    left: of tables that came later their own statements are lacking.

    Raises DatabaseRefusal (`no-database`) where it cannot be.
    """
    require_citus(engine)
    with writing(engine) as connection:
        return _spread(connection, placed(connection), dry_run)


def keep_up(engine: Engine) -> None:
    """Spreads the tables that migrations made on one machine alone, where all others are spread by customer."""
    if engine.dialect.name == "postgresql" and _has_citus(engine):
        with writing(engine) as connection:
            if there := placed(connection):
                _spread(connection, there)


def _spread(connection: Connection, there: Collection[str], dry_run: bool = False) -> list[str]:
    wanted = plan(there) if any(name not in there for name, _ in _places()) else []
    try:
        for statement in () if dry_run else wanted:
            connection.execute(text(statement))
    except DBAPIError as failed:
        raise refusal_of(connection.engine, failed) from failed
    return wanted
