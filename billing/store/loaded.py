"""Files that were loaded, by the digest of their lines without an id."""

from datetime import date

from sqlalchemy import Connection, select

from billing.store import journal, schema

_f = schema.loaded_file.c


def day_of(connection: Connection, digest: str) -> date | None:
    """The day on which lines were loaded for the first time."""
    found = connection.execute(select(_f.loaded_on).where(_f.digest == digest)).scalar()
    return None if found is None else date.fromisoformat(found)


def keep(connection: Connection, digest: str, lines: int, on: date) -> None:
    """Keeps that lines were loaded."""
    journal.put(connection, schema.loaded_file, [{"digest": digest, "lines": lines, "loaded_on": on.isoformat()}])
