"""How large things are on the disk and how many there are, and keeping SQLite's plans for reading up to it."""

import shutil
from collections.abc import Mapping
from datetime import date, timedelta

from sqlalchemy import Connection, Table, func, select, text
from sqlalchemy.exc import DBAPIError

from billing.store import schema
from billing.store.refusing import sqlite_file
from billing.values import dataclass
from billing.views.stats import TableSize

_e, _d, _c = schema.entry.c, schema.document.c, schema.customer.c


@dataclass(frozen=True, slots=True)
class Sizes:
    """Bytes: of the database, of it what holds nothing, and what the disk has left where that can be seen from here."""

    size: int
    unused: int | None
    left: int | None


def of(connection: Connection) -> Sizes:
    """The database's size; a SQLite file with the log beside it."""
    if connection.dialect.name == "postgresql":
        return Sizes(connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one(), None, None)
    pages, size, unused = (
        connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
        for name in ("page_count", "page_size", "freelist_count")
    )
    file = sqlite_file(connection.engine)
    log = file and file.with_name(f"{file.name}-wal")
    beside = log.stat().st_size if log and log.exists() else 0
    return Sizes(pages * size + beside, unused * size, shutil.disk_usage(file.parent).free if file else None)


def tables(connection: Connection) -> list[TableSize]:
    """All tables, the largest first."""
    sizes = _by_table(connection)
    found = [_table(connection, table, sizes) for table in schema.metadata.sorted_tables]
    return sorted(found, key=lambda row: (-(row.size or 0), -row.rows, row.table))


def _table(connection: Connection, table: Table, sizes: Mapping[str, int]) -> TableSize:
    rows = connection.execute(select(func.count()).select_from(table)).scalar_one()
    return TableSize(table.name, rows, sizes.get(table.name))


def _by_table(connection: Connection) -> dict[str, int]:
    """Bytes by table, its indexes with it; nothing where this SQLite was built without telling."""
    if connection.dialect.name == "postgresql":
        every = text("SELECT relname, pg_total_relation_size(oid) FROM pg_class"
                     " WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace")  # fmt: skip
    else:
        every = text("SELECT m.tbl_name, sum(s.pgsize) FROM dbstat s JOIN sqlite_master m ON m.name = s.name"
                     " WHERE s.aggregate = TRUE GROUP BY m.tbl_name")  # fmt: skip
    try:
        return {row[0]: row[1] for row in connection.execute(every)}
    except DBAPIError:
        return {}


def used(connection: Connection) -> tuple[int, str | None]:
    """How many customers there are, and the latest month of which a run issued something."""
    count, month = connection.execute(
        select(select(func.count()).select_from(schema.customer).scalar_subquery(), func.max(_d.run_month))
    ).one()
    return count, month and month[:7]


def worked(connection: Connection, today: date) -> tuple[date | None, int]:
    """The first day of work there is, and how many entries are of the twelve months before today."""
    first = connection.execute(select(func.min(_e.worked_on))).scalar()
    since = (today - timedelta(days=365)).isoformat()
    lately = connection.execute(select(func.count()).where(_e.worked_on > since)).scalar_one()
    return (date.fromisoformat(first) if first else None), lately


def busiest(connection: Connection) -> str | None:
    """The code of the customer with the most entries."""
    most = select(_e.customer_id).group_by(_e.customer_id).order_by(func.count().desc(), _e.customer_id).limit(1)
    return connection.execute(select(_c.code).where(_c.id == most.scalar_subquery())).scalar()


def numbered(connection: Connection, year: int) -> dict[str, int]:
    """The last number of each series of documents in a year."""
    rows = connection.execute(
        select(_d.series, func.max(_d.number)).where(_d.year == year).group_by(_d.series).order_by(_d.series)
    )
    return {row[0]: row[1] for row in rows}


def optimize(connection: Connection) -> None:
    """Has SQLite look again, briefly, at what is in tables that have grown; PostgreSQL does so by itself."""
    if connection.dialect.name == "sqlite":
        looked = text("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_stat1'")
        known = connection.execute(looked).first() is not None  # `optimize` knows of none that nobody ever looked at
        connection.exec_driver_sql("PRAGMA analysis_limit = 400")
        connection.exec_driver_sql("PRAGMA optimize(0x10002)" if known else "ANALYZE")
