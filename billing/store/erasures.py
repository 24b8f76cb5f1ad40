"""Which erasures there are, as positions and codes (P4): what a log outside the database is made of."""

import json
from collections.abc import Iterator
from dataclasses import field
from datetime import date

from sqlalchemy import Connection, and_, select

from billing.store import chain, journal, schema
from billing.values import dataclass

_e, _k, _c = schema.erasure.c, schema.link.c, schema.customer.c
_NAMES = {"name", "email"}


@dataclass(slots=True)
class Kept:
    """An erasure of a customer's chain: its own position, what was erased beside the chain, and where in it."""

    code: str
    scope: str
    at: date
    position: str
    reason: str
    fields: tuple[str, ...]
    places: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)


def every(connection: Connection) -> Iterator[Kept]:
    """All erasures, customer by customer, in the order of recording; what was refused is none."""
    own, there = schema.link.alias().c, schema.link.alias()
    rows = (
        select(_e.customer_id, _c.code, _e.scope, _e.fields, _e.reason, _e.seq, _e.place, own.effective_on, own.hash,
               there.c.hash.label("placed"))
        .join(schema.customer, _c.id == _e.customer_id)
        .join(own.seq.table, and_(own.customer_id == _e.customer_id, own.seq == _e.seq))
        .outerjoin(there, and_(there.c.customer_id == _e.customer_id, there.c.seq == _e.place))
        .where(_e.scope != "refused")
        .order_by(_c.code, _e.seq, _e.n)
    )  # fmt: skip
    kept: Kept | None = None
    for row in connection.execute(rows):
        fields = tuple(json.loads(row.fields))
        if row.place is None:
            if kept is not None:
                yield kept
            position = chain.position(row.seq, row.hash)
            kept = Kept(row.code, row.scope, date.fromisoformat(row.effective_on), position, row.reason, fields)
        elif kept is not None:
            kept.places.append((chain.position(row.place, row.placed), fields))
    if kept is not None:
        yield kept


def agents(connection: Connection) -> dict[str, date]:
    """The agents whose name was taken away, and when: the journal had one, and has it no more."""
    named: set[str] = set()
    found: dict[str, date] = {}
    for fact in journal.recorded(connection, ("agent",)):
        if fact.content.keys() & _NAMES:
            named.add(fact.subject)
            found.pop(fact.subject, None)
        elif fact.subject in named and fact.act == "set":
            found[fact.subject] = date.fromisoformat(fact.at[:10])
    return found
