"""Finds entries and cases by what people call them."""

from dataclasses import dataclass

from sqlalchemy import Connection, and_, exists, select

from billing.core.facts import Entry
from billing.store import schema
from billing.store.rows import from_row

_e, _k = schema.entry.c, schema.correction.c


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry is: the customer's key and the position in the chain."""

    customer_id: int
    seq: int


def find_entry(connection: Connection, entry_id: str) -> Place | None:
    """The place of an entry, by its external id, else by the id that was made of customer code and position."""
    r = schema.reference.c
    found = connection.execute(select(r.customer_id, r.seq).where(r.kind == "entry", r.external_id == entry_id)).first()
    if found is None:
        code, _, seq = entry_id.rpartition("-")
        if not (seq.isascii() and seq.isdigit() and len(seq) < 10):
            return None
        found = connection.execute(
            select(_e.customer_id, _e.seq)
            .join(schema.customer, schema.customer.c.id == _e.customer_id)
            .where(schema.customer.c.code == code, _e.seq == int(seq), _e.id == entry_id)
        ).first()
    return None if found is None else Place(*found)


def entry_at(connection: Connection, customer_id: int, seq: int) -> Entry:
    """The entry at a place."""
    row = connection.execute(
        select(schema.entry).where(_e.customer_id == customer_id, _e.seq == seq)
    ).mappings().one()  # fmt: skip
    entry = from_row(Entry, row, {})
    assert isinstance(entry, Entry)
    return entry


def entry_ids(connection: Connection, like: str) -> list[str]:
    """Ids of entries that begin like the one asked for: for a hint and for completion."""
    stem = like.replace("%", "").replace("_", "")[:4]
    return list(connection.execute(select(_e.id).where(_e.id.like(f"{stem}%")).order_by(_e.id).limit(200)).scalars())


def last_entry_of(connection: Connection, agent: str | None) -> Place | None:
    """The live entry that an agent recorded last."""
    voided = exists().where(_k.customer_id == _e.customer_id, _k.kind == "void", _k.entry == _e.seq)
    link = schema.link.c
    statement = (
        select(_e.customer_id, _e.seq)
        .join(schema.link, and_(link.customer_id == _e.customer_id, link.seq == _e.seq))
        .where(_e.agent == agent if agent is not None else _e.agent.is_(None), ~voided)
        .order_by(link.recorded_at.desc(), _e.customer_id.desc(), _e.seq.desc())
        .limit(1)
    )
    found = connection.execute(statement).first()
    return None if found is None else Place(*found)


def case_references(connection: Connection, customer_id: int | None = None) -> list[str]:
    """Case references, of one customer or of all, the newest last."""
    c = schema.case_reference.c
    statement = select(c.reference).order_by(c.customer_id, c.seq)
    if customer_id is not None:
        statement = statement.where(c.customer_id == customer_id)
    return list(connection.execute(statement).scalars())
