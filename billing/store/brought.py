"""What customers brought from another system: their openings, and open invoices that are no documents of ours (G14)."""

from datetime import date
from functools import cache
from typing import Any, cast

from billing.core.facts import BroughtInvoice
from billing.core.opened import OpeningKind
from billing.store.asked import given, which
from billing.store.query import Query
from billing.store.rows import read
from billing.store.sql import Connection, bindparam, exists, schema, select
from billing.store.written import COLUMNS
from billing.values import dataclass

_o, _i, _v, _c, _l = (
    schema.opening.c, schema.brought_invoice.c, schema.opening_void.c, schema.customer.c, schema.link.c,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Brought:
    """An open invoice as a customer brought it."""

    customer_id: int
    customer: str
    opened_on: date
    invoice: BroughtInvoice


def invoices(
    connection: Connection, customer_id: int | None = None, until: int | None = None, number: str | None = None
) -> list[Brought]:
    """The open invoices that a customer brought, or all, by their days; with `until` as it stood at a position."""
    values = given(customer=customer_id, until=until, number=number)
    found = []
    for code, opened_on, *row in _invoices(frozenset(values)).rows(connection, values):
        named = dict(zip(_NAMES, row, strict=True))
        found.append(Brought(named["customer_id"], code, date.fromisoformat(opened_on), read(BroughtInvoice, named)))
    return found


_NAMES = COLUMNS["brought_invoice"]


@cache
def _invoices(names: frozenset[str]) -> Query:
    """What reads them, for what is given."""
    back = exists().where(_v.customer_id == _i.customer_id, _v.opening == _i.seq)
    stands: list[Any] = [~(back.where(_v.seq <= bindparam("until")) if "until" in names else back)]
    stands += which(names, schema.brought_invoice, schema.brought_invoice)
    stands += [_i.number == bindparam("number")] if "number" in names else []
    return Query(
        select(_c.code, _o.on, schema.brought_invoice)
        .join(schema.customer, _c.id == _i.customer_id)
        .join(schema.opening, (_o.customer_id == _i.customer_id) & (_o.seq == _i.seq))
        .where(*stands)
        .order_by(_i.issued_on, _i.customer_id, _i.seq)
    )


def customers(connection: Connection) -> tuple[str, ...]:
    """The codes of those who brought something that stands."""
    stands = ~exists().where(_v.customer_id == _o.customer_id, _v.opening == _o.seq)
    of = select(_c.code).where(exists().where(_o.customer_id == _c.id, stands)).order_by(_c.code)
    return tuple(connection.execute(of).scalars())


def is_opening(connection: Connection, customer_id: int, seq: int) -> bool:
    """Whether a position is an opening, taken back or not."""
    of = select(_o.seq).where(_o.customer_id == customer_id, _o.seq == seq)
    return connection.execute(of).first() is not None


def owed(connection: Connection, customer_id: int) -> set[int]:
    """The openings of a customer by which minutes are owed, taken back or not."""
    of = select(_o.seq).where(_o.customer_id == customer_id, _o.kind == "owed")
    return set(connection.execute(of).scalars())


def hanging(connection: Connection, customer_id: int, seq: int) -> tuple[set[int], set[int]]:
    """An entry and a quote that are under the contract of an opening, or an entry that drew its minutes, if any."""
    e, q, d = schema.entry.c, schema.quote.c, schema.draw.c
    grant = select(_o.grant).where(_o.customer_id == customer_id, _o.seq == seq).scalar_subquery()
    entries = [
        select(e.seq).where(e.customer_id == customer_id, e.contract == seq).limit(1),
        select(d.entry).where(d.customer_id == customer_id, d.grant == grant).limit(1),
    ]
    quote = select(q.seq).where(q.customer_id == customer_id, q.contract == seq).limit(1)
    found = {one for of in entries for one in connection.execute(of).scalars()}
    return found | {seq}, set(connection.execute(quote).scalars())


def voided(connection: Connection, customer_id: int, seq: int) -> tuple[OpeningKind, date, date]:
    """Of an opening that was taken back its kind, its day, and the day of that."""
    row = connection.execute(
        select(_o.kind, _o.on, _v.on)
        .join(schema.opening_void, (_v.customer_id == _o.customer_id) & (_v.opening == _o.seq))
        .where(_o.customer_id == customer_id, _o.seq == seq)
    ).one()
    return cast(OpeningKind, row[0]), date.fromisoformat(row[1]), date.fromisoformat(row[2])


def void_day(connection: Connection, customer_id: int, seq: int) -> date:
    """The day of a taking back that was recorded at a position."""
    found = connection.execute(select(_v.on).where(_v.customer_id == customer_id, _v.seq == seq)).scalar_one()
    return date.fromisoformat(found)


def ids(connection: Connection, customer_id: int) -> dict[int, str]:
    """The ids that a customer's openings were given, by position."""
    of = select(_l.seq, _l.external_id).where(
        _l.customer_id == customer_id, _l.kind == "opening", _l.external_id.is_not(None)
    )
    return {row.seq: row.external_id for row in connection.execute(of)}
