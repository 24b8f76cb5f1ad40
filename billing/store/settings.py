"""Settings of the issuer that count from a day: rows that are only ever added (M16)."""

from datetime import date

from sqlalchemy import Connection, func, insert, select

from billing.store import schema
from billing.store.engine import Query

_s = schema.issuer_setting.c
_ALL = Query("SELECT since, value FROM issuer_setting WHERE name = :name ORDER BY since, n")


def of(connection: Connection, name: str) -> list[tuple[date, str | None]]:
    """What a setting is from which day on, in the order of the days; of one day the last said counts."""
    found = {date.fromisoformat(since): value for since, value in _ALL.rows(connection, {"name": name})}
    return list(found.items())


def keep(connection: Connection, name: str, since: date, value: str | None, recorded_at: str) -> None:
    """Says what a setting is from a day on."""
    n = (connection.execute(select(func.max(_s.n))).scalar() or 0) + 1
    row = {"n": n, "name": name, "since": since.isoformat(), "value": value, "recorded_at": recorded_at}
    connection.execute(insert(schema.issuer_setting), row)
