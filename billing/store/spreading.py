"""Spreads one issuer's books over machines by customer, with Citus: which statements, made from the tables as they are.

A customer's rows lie together on one machine. What has a key of its own (an id, a case, a number) lies by that key, and
what is small or concerns everybody is on every machine.
"""

from sqlalchemy import Connection, Engine, ForeignKeyConstraint, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import AddConstraint, DropConstraint

from billing.errors import DatabaseRefusal
from billing.store import schema
from billing.store.engine import writing
from billing.store.refusing import named, refusing
from billing.texts import Do, say

FIRST = schema.link  # the tables of the ledger lie where its rows lie
LEDGER = (FIRST, schema.head, schema.personal, *schema.LEDGER, *schema.DERIVED)
DIRECTORIES = {  # by which of its columns each is spread
    schema.reference: "external_id", schema.case_reference: "reference", schema.case_name: "folded",
    schema.payment_reference: "reference", schema.document_number: "code",
}  # fmt: skip
EVERYWHERE = tuple(table for table in schema.metadata.sorted_tables if table not in LEDGER and table not in DIRECTORIES)
_ALLOW = "citus.enable_unsafe_triggers"  # the guards are triggers; each asks of the row's own customer alone


def plan() -> list[str]:
    """The statements that spread a database, in their order, in one transaction."""
    between: list[ForeignKeyConstraint] = []
    within: list[ForeignKeyConstraint] = []
    for table in schema.metadata.sorted_tables:
        for key in table.foreign_key_constraints:
            if key.referred_table not in EVERYWHERE:
                (within if table in LEDGER and key.referred_table in LEDGER else between).append(key)
    within.sort(key=lambda key: LEDGER.index(key.table))
    return [
        f"SET LOCAL {_ALLOW} = on",
        "SET LOCAL citus.multi_shard_modify_mode = 'sequential'",
        f"DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET {_ALLOW} = on', current_database()); END $$",
        *(_sql(DropConstraint(key)) for key in (*between, *within)),
        *(f"SELECT create_reference_table('{table.name}')" for table in EVERYWHERE),
        f"SELECT create_reference_table('{_VERSION}')",
        f"SELECT create_distributed_table('{FIRST.name}', 'customer_id')",
        *(
            f"SELECT create_distributed_table('{table.name}', 'customer_id', colocate_with := '{FIRST.name}')"
            for table in LEDGER[1:]
        ),
        *(
            f"SELECT create_distributed_table('{table.name}', '{column}', colocate_with := 'none')"
            for table, column in DIRECTORIES.items()
        ),
        *(_sql(AddConstraint(key)) for key in within),
    ]


_VERSION = "alembic_version"


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
    with refusing(engine), engine.connect() as connection:
        there = connection.execute(text(_HAS_CITUS)).scalar()
    if not there:
        raise DatabaseRefusal(
            "no-database",
            say("{engine} has no Citus, by which it would be spread over machines", engine=named(engine)),
            say("let its administrator say `CREATE EXTENSION citus` there, then {do}", do=Do("shard")),
        )


_HAS_CITUS = "SELECT EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'citus')"
_IS_SPREAD = """
SELECT EXISTS (SELECT 1 FROM pg_dist_partition WHERE logicalrel = to_regclass(:table) AND partmethod = 'h')
"""


def is_spread(connection: Connection) -> bool:
    """Whether a PostgreSQL with Citus is spread by customer already."""
    return bool(connection.execute(text(_IS_SPREAD), {"table": FIRST.name}).scalar())


def spread(engine: Engine, dry_run: bool = False) -> bool:
    """Spreads a database by customer, all of it or nothing; whether it was not before.

    Raises DatabaseRefusal (`no-database`) where it cannot be.
    """
    require_citus(engine)
    with writing(engine) as connection:
        if is_spread(connection):
            return False
        if not dry_run:
            for statement in plan():
                connection.execute(text(statement))
    return True
