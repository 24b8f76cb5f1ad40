"""What customers brought from another system: their openings, and open invoices that are no documents of ours (G14)."""

from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from billing.core.facts import BroughtInvoice
from billing.core.opened import OpeningKind
from billing.store.rows import read
from billing.store.sql import Connection, exists, schema, select

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
    back = exists().where(_v.customer_id == _i.customer_id, _v.opening == _i.seq)
    stands: list[Any] = [~(back if until is None else back.where(_v.seq <= until))]
    stands += [] if until is None else [_i.seq <= until]
    stands += [] if customer_id is None else [_i.customer_id == customer_id]
    stands += [] if number is None else [_i.number == number]
    rows = connection.execute(
        select(_c.code.label("code"), _o.on.label("opened_on"), schema.brought_invoice)
        .join(schema.customer, _c.id == _i.customer_id)
        .join(schema.opening, (_o.customer_id == _i.customer_id) & (_o.seq == _i.seq))
        .where(*stands)
        .order_by(_i.issued_on, _i.customer_id, _i.seq)
    ).mappings()
    return [
        Brought(row["customer_id"], row["code"], date.fromisoformat(row["opened_on"]), read(BroughtInvoice, row))
        for row in rows
    ]


def customers(connection: Connection) -> tuple[str, ...]:
    """The codes of those who brought something that stands."""
    stands = ~exists().where(_v.customer_id == _o.customer_id, _v.opening == _o.seq)
    of = select(_c.code).where(exists().where(_o.customer_id == _c.id, stands)).order_by(_c.code)
    return tuple(connection.execute(of).scalars())


def is_opening(connection: Connection, customer_id: int, seq: int) -> bool:
    """Whether a position is an opening, taken back or not."""
    of = select(_o.seq).where(_o.customer_id == customer_id, _o.seq == seq)
    return connection.execute(of).first() is not None


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
