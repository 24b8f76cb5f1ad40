"""Erasing: what of a chain's positions and of the rows beside them is somebody's, and taking it away (P1, P2).

What is erased is recorded first, with the digest of what will be left; only then do the guards let it through.
"""

import json
from collections.abc import Collection, Iterable
from dataclasses import field

from sqlalchemy import ColumnElement, Connection, Engine, Table, delete, func, or_, select, update

from billing.core import ends
from billing.store import chain, inventory, journal, personal, schema
from billing.store.auditing import Position
from billing.store.kept import ErasureRow
from billing.store.rows import Row, columns
from billing.store.watching import OF_TABLE
from billing.values import dataclass

REQUEST = "link.request"
_TABLES = {table.name: table for table in schema.LEDGER}
_CUSTOMER = inventory.columns_of("customer", "party")
_c, _p, _link = schema.customer.c, schema.personal.c, schema.access_link.c


@dataclass(slots=True)
class Place:
    """What is erased of a position: by name what is beside the chain, and what rows of the chain become."""

    beside: set[str] = field(default_factory=set)
    rows: dict[tuple[str, int], Row] = field(default_factory=dict)  # by table and number
    request: bool = False

    @property
    def fields(self) -> tuple[str, ...]:
        """What is erased, by names that are nobody's."""
        found = self.beside | {f"{table}.{column}" for (table, _), row in self.rows.items() for column in row}
        return tuple(sorted(found | ({REQUEST} if self.request else set())))


Places = dict[int, Place]


# What there is to erase


def of_customer(connection: Connection, customer_id: int, found: Iterable[Position]) -> Places:
    """All that is personal at a customer's positions, papers apart."""
    places: Places = {}
    for seq, name in connection.execute(select(_p.seq, _p.field).where(_p.customer_id == customer_id)):
        places.setdefault(seq, Place()).beside.add(name)
    for position in found:
        for name, row in position.rows:
            _empty(places, position.seq, name, row, ends.written(name, row))
        if position.link is not None and position.link.request is not None:
            places.setdefault(position.seq, Place()).request = True
    return places


def of_contact(connection: Connection, customer_id: int, found: Iterable[Position], number: int, name: str) -> Places:
    """What is a contact's: the name, what was written where the number stands, and every text that has the name."""
    named, places = personal.naming_places(connection, customer_id, number), Places()
    for seq, beside, value in personal.texts(connection, customer_id):
        if beside == f"contact-{number}" or (seq in named and beside == "note") or personal.names(value, name):
            places.setdefault(seq, Place()).beside |= {beside, "file"} if beside == "file-name" else {beside}
    for position in found:
        for table, row in position.rows:
            his = tuple(one for one in ends.written(table, row) if personal.names(str(row[one]), name))
            _empty(places, position.seq, table, row, his)
            if table in ("sale", "time_grant") and number in json.loads(row["contacts"]):
                named.add(position.seq)
        touched = position.seq in places or position.seq in named
        if touched and position.link is not None and position.link.request is not None:
            places.setdefault(position.seq, Place()).request = True
    return places


def of_fields(
    connection: Connection, customer_id: int, found: Iterable[Position], wanted: dict[int, set[str]]
) -> Places:
    """What is there of fields that a log of erasures names, by position."""
    places: Places = {}
    for seq, name in connection.execute(select(_p.seq, _p.field).where(_p.customer_id == customer_id)):
        if name in wanted.get(seq, ()):
            places.setdefault(seq, Place()).beside.add(name)
    for position in found:
        names = wanted[position.seq]
        for table, row in position.rows:
            his = tuple(column for column in ends.written(table, row) if f"{table}.{column}" in names)
            _empty(places, position.seq, table, row, his)
        if REQUEST in names and position.link is not None and position.link.request is not None:
            places.setdefault(position.seq, Place()).request = True
    return places


def _empty(places: Places, seq: int, table: str, row: Row, which: Collection[str]) -> None:
    if which:
        n = row["n"]
        assert isinstance(n, int)
        places.setdefault(seq, Place()).rows[table, n] = dict.fromkeys(which, "")


def rows_of(places: Places, scope: str, found: Iterable[Position]) -> list[Row]:
    """The rows that name what is erased at which place, with the digest of what is left of the chain there."""
    by_seq = {position.seq: position for position in found}
    return [
        columns(ErasureRow(place=seq, scope=scope, fields=place.fields, rest=_rest(by_seq[seq], place)))
        for seq, place in sorted(places.items())
    ]


def _rest(position: Position, place: Place) -> str | None:
    if not place.rows and not place.request:
        return None
    assert position.link is not None
    head = [None if place.request and n == 6 else one for n, one in enumerate(position.link.hashed())]
    rows = [(name, row | place.rows.get((name, row["n"]), {})) for name, row in position.rows]
    return chain.rest_hash(position.link.hash, head, [chain.content(name, row) for name, row in rows])


# Taking it away


def take(connection: Connection, customer_id: int, places: Places) -> None:
    """Takes away what was recorded as erased at a customer's positions."""
    for seq, place in places.items():
        if place.beside:
            named = _p.field.in_(sorted(place.beside))
            connection.execute(delete(schema.personal).where(_p.customer_id == customer_id, _p.seq == seq, named))
        for (name, n), row in place.rows.items():
            table = _TABLES[name]
            his = (table.c.customer_id == customer_id, table.c.seq == seq, table.c.n == n)
            connection.execute(update(table).where(*his).values(**row))
        if place.request:
            k = schema.link.c
            connection.execute(
                update(schema.link).where(k.customer_id == customer_id, k.seq == seq).values(request=None)
            )


def personal_columns(connection: Connection, customer_id: int) -> tuple[str, ...]:
    """The columns of a customer's own row that hold something personal."""
    row = connection.execute(select(schema.customer).where(_c.id == customer_id)).mappings().one()
    return tuple(name for name in _CUSTOMER if row[name] is not None and (name, row[name]) != ("name", row["code"]))


def clear_customer(connection: Connection, customer_id: int, code: str, which: Collection[str]) -> None:
    """Empties columns of a customer's own row; the name becomes the code."""
    if which:
        _forget_salt(connection, schema.customer, f"{customer_id}")
        journal.change(connection, schema.customer, _c.id == customer_id,
                       {name: code if name == "name" else None for name in which})  # fmt: skip


def clear_beside(connection: Connection, customer_id: int, emails: Collection[str], at: str) -> None:
    """Takes away a customer's addresses, what opens pages, and what passes by itself: messages, threads, timers."""
    journal.take(connection, schema.customer_address, schema.customer_address.c.customer_id == customer_id)
    end_links(connection, _link.customer_id == customer_id, at)
    t, his = schema.imported_time.c, select(schema.entry.c.id).where(schema.entry.c.customer_id == customer_id)
    connection.execute(update(schema.imported_time).where(t.entry.in_(his)).values(digest=""))  # its salt is in it
    for table in (schema.outbox, schema.desk_push, schema.mail_thread, schema.timer):
        connection.execute(delete(table).where(table.c.customer_id == customer_id))
    waiting = schema.mail_waiting.c
    connection.execute(delete(schema.mail_waiting).where(func.lower(waiting.sender).in_(sorted(emails))))


def end_links(connection: Connection, which: ColumnElement[bool], at: str) -> None:
    """Ends links and the sessions that came by them, and takes the contact's name off."""
    held = or_(_link.contact.is_not(None), _link.revoked_at.is_(None))
    names = list(connection.execute(select(_link.name).where(which, held)).scalars())
    connection.execute(delete(schema.session).where(schema.session.c.link.in_(names)))
    for name in names:
        _forget_salt(connection, schema.access_link, name)
        still = connection.execute(select(_link.revoked_at).where(_link.name == name)).scalar()
        journal.change(connection, schema.access_link, _link.name == name, {"contact": None, "revoked_at": still or at})


def links_of(connection: Connection, customer_id: int, name: str) -> list[str]:
    """The links of a customer's contact."""
    rows = connection.execute(select(_link.name, _link.contact).where(_link.customer_id == customer_id))
    return [link for link, contact in rows if contact is not None and personal.names(contact, name)]


def clear_messages(connection: Connection, customer_id: int, name: str) -> None:
    """Takes away messages to hooks that name a contact."""
    o = schema.outbox.c
    for number, body in connection.execute(select(o.number, o.body).where(o.customer_id == customer_id)).all():
        if personal.names(body, name) or personal.names(json.dumps(json.loads(body), ensure_ascii=False), name):
            connection.execute(delete(schema.outbox).where(o.number == number))


def clear_agent(connection: Connection, code: str) -> None:
    """Takes an agent's name and address away, and what he came in by."""
    _forget_salt(connection, schema.agent, code)
    journal.change(connection, schema.agent, schema.agent.c.code == code, {"name": None, "email": None, "role": None})


def clear_movements(connection: Connection, before: str) -> int:
    """Empties who paid and what he wrote in the movements of the bank before a day; how many those were."""
    m = schema.bank_movement.c
    held = or_(m.text != "", *(m[name].is_not(None) for name in ("name", "reference", "end_to_end")))
    found = list(connection.execute(select(m.id).where(m.value_on < before, held)).scalars())
    for one in found:
        _forget_salt(connection, schema.bank_movement, f"{one}")
        journal.change(connection, schema.bank_movement, m.id == one,
                       {"text": "", "name": None, "reference": None, "end_to_end": None})  # fmt: skip
    return len(found)


def _forget_salt(connection: Connection, table: Table, subject: str) -> None:
    """Takes away what the journal's digests of a row were made with: from then on they say nothing."""
    s = schema.journal_salt.c
    kind = OF_TABLE[table].kind
    connection.execute(delete(schema.journal_salt).where(s.kind == kind, s.subject == subject))


# The disk

_TOUCHED = (
    "personal", "customer", "customer_address", "access_link", "session", "outbox", "desk_push", "mail_thread",
    "mail_waiting", "timer", "journal_salt", "agent", "bank_movement", "imported_time", *schema.ERASABLE,
)  # fmt: skip


def scrub(engine: Engine) -> bool:
    """Writes the tables anew without what was taken away, and empties the log beside a SQLite file.

    Whether it could: others who read or write just then may be in the way.
    """
    raw = engine.raw_connection()
    try:
        if engine.dialect.name == "sqlite":
            cursor = raw.cursor()
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            found = cursor.fetchone()
            return found is not None and found[0] == 0
        raw.driver_connection.autocommit = True  # type: ignore[union-attr]
        cursor = raw.cursor()
        for table in _TOUCHED:
            cursor.execute(f'VACUUM FULL "{table}"')
        return True
    except engine.dialect.loaded_dbapi.Error:
        return False
    finally:
        raw.invalidate()
        raw.close()
