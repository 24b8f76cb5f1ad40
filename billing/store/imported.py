"""Which rows of other tools were taken in, as what, and up to where an API was read: ordinary rows.

What a row said is kept as a salted digest (P1): it tells whether the tool changed it since, whatever was done to its
entry here. Of tools that correct with less than no time a row's own seconds are kept, so that files in any order come
to the same.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import Connection, delete, insert, select, text

from billing.store import chain, schema
from billing.store.appending import instant as kept
from billing.store.asked import chunks
from billing.store.rows import instant
from billing.values import dataclass

_t, _c = schema.imported_time.c, schema.import_cursor.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """A row: its day, its own seconds and what sorts it, its ticket where corrections are taken from it, what it said
    (a salted digest), and its entry; none where it never became one, or went with the row."""

    row: str
    on: date
    at: str
    seconds: int
    ticket: str | None
    digest: str
    entry: str | None

    def says(self, content: str) -> bool:
        """Whether it said the same."""
        salt, _, digest = self.digest.partition(":")
        return chain.salted(content, salt)[1] == digest


def digest(content: str) -> str:
    """What is kept of what a row says."""
    return ":".join(chain.salted(content))


def lock(connection: Connection) -> None:
    """Makes another import wait until this one has ended: of two that read the same rows, one takes them in."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"LOCK TABLE {schema.imported_time.name} IN SHARE ROW EXCLUSIVE MODE"))


def of_rows(connection: Connection, source: str, rows: Collection[str]) -> list[Imported]:
    """The rows of a source by their ids, as far as they were taken in."""
    return [
        _imported(row)
        for some in chunks(rows)
        for row in connection.execute(select(*_ROW).where(_t.source == source, _t.row.in_(some)))
    ]


def of_tickets(connection: Connection, source: str, tickets: Collection[str]) -> list[Imported]:
    """The rows of some tickets of a source."""
    return [
        _imported(row)
        for some in chunks(tickets)
        for row in connection.execute(select(*_ROW).where(_t.source == source, _t.ticket.in_(some)))
    ]


def of_days(connection: Connection, source: str, first: date, last: date) -> list[Imported]:
    """The rows of a source of some days."""
    within = (_t.source == source, _t.on >= first.isoformat(), _t.on <= last.isoformat())
    return [_imported(row) for row in connection.execute(select(*_ROW).where(*within).order_by(_t.on, _t.row))]


def keep(connection: Connection, source: str, rows: Iterable[Imported]) -> None:
    """Keeps rows as they are now."""
    made = [
        {"source": source, "row": one.row, "on": one.on.isoformat(), "at": one.at, "seconds": one.seconds,
         "ticket": one.ticket, "digest": one.digest, "entry": one.entry}
        for one in rows
    ]  # fmt: skip
    for some in chunks([str(row["row"]) for row in made]):
        connection.execute(delete(schema.imported_time).where(_t.source == source, _t.row.in_(some)))
    if made:
        connection.execute(insert(schema.imported_time), made)


def cursor(connection: Connection, source: str) -> tuple[str, datetime] | None:
    """Up to where an API was read, and when."""
    row = connection.execute(select(_c.cursor, _c.kept_at).where(_c.source == source)).first()
    return None if row is None else (row[0], instant(row[1]))


def keep_cursor(connection: Connection, source: str, cursor: str, at: datetime) -> None:
    """Keeps up to where an API was read."""
    connection.execute(delete(schema.import_cursor).where(_c.source == source))
    connection.execute(insert(schema.import_cursor), [{"source": source, "cursor": cursor, "kept_at": kept(at)}])


_ROW = (_t.row, _t.on, _t.at, _t.seconds, _t.ticket, _t.digest, _t.entry)


def _imported(row: Sequence[str]) -> Imported:
    id, on, at, seconds, ticket, said, entry = row
    return Imported(
        row=id, on=date.fromisoformat(on), at=at, seconds=int(seconds), ticket=ticket, digest=said, entry=entry
    )
