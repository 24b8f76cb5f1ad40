"""Payments across a customer's or everybody's invoices, summed by the database (M10)."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from billing.core.units import ZERO, from_cents
from billing.store.asked import given, which
from billing.store.query import Query
from billing.store.sql import ColumnElement, Connection, Table, and_, bindparam, exists, func, schema, select

_p, _b, _doc, _w = schema.payment.c, schema.bounce.c, schema.document.c, schema.write_off.c
_part = schema.bank_part.c


def paid_by_invoice(connection: Connection, customers: Iterable[int] | None = None) -> dict[str, Decimal]:
    """What was paid for each invoice, less what was taken back."""
    statement = _PAID_BY_INVOICE
    if customers is not None:
        some = list(customers)
        if len(some) == 1:
            return _summed(_PAID_BY_ONE.rows(connection, {"customer": some[0]}))
        statement = statement.where(_p.customer_id.in_(some))
    return _summed(connection.execute(statement))


def _summed(rows: Iterable[Any]) -> dict[str, Decimal]:
    return {invoice: from_cents(int(cents)) for invoice, cents in rows}


_PAID_BY_INVOICE = (
    select(_p.invoice, func.sum(_p.amount))
    .outerjoin(schema.bounce, and_(_b.customer_id == _p.customer_id, _b.payment == _p.seq))
    .where(_b.payment.is_(None))
    .group_by(_p.invoice)
)
_PAID_BY_ONE = Query(_PAID_BY_INVOICE.where(_p.customer_id == bindparam("customer")))


def written_off(connection: Connection, customers: Iterable[int] | None = None) -> dict[str, Decimal]:
    """What was written off of each invoice (M15)."""
    statement = select(_w.invoice, func.sum(_w.amount)).group_by(_w.invoice)
    if customers is not None:
        statement = statement.where(_w.customer_id.in_(list(customers)))
    return _summed(connection.execute(statement))


def written_off_on(
    connection: Connection, customer_id: int | None = None, until: int | None = None
) -> list[tuple[str, date, Decimal]]:
    """Every write-off, of one customer or of all: invoice, day, amount; with `until` those up to a position."""
    values = given(customer=customer_id, until=until)
    found = _written(frozenset(values)).rows(connection, values)
    return [(invoice, date.fromisoformat(on), from_cents(int(cents))) for invoice, on, cents in found]


@cache
def _written(names: frozenset[str]) -> Query:
    return Query(select(_w.invoice, _w.on, _w.amount).where(*which(names, schema.write_off, schema.write_off)))


def received(connection: Connection, customer_id: int) -> dict[str, Decimal]:
    """The money that came in from a customer and was neither taken back nor paid out, by currency."""
    sums: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for found in (_PAID, _PAID_BROUGHT, _DEPOSITED, _REFUNDED):
        for currency, cents in found.rows(connection, {"customer": customer_id}):
            sums[currency] += from_cents(int(cents))
    return dict(sums)


_d, _r, _v = schema.deposit.c, schema.refund.c, schema.opening_void.c
_i = schema.brought_invoice.c


def _received(table: Table, number: ColumnElement[str], *which: ColumnElement[bool]) -> Query:
    """What came for the invoices of a table, by currency."""
    t = table.c
    return Query(
        select(t.currency, func.sum(_p.amount))
        .select_from(schema.payment)
        .join(table, and_(t.customer_id == _p.customer_id, number == _p.invoice, *which))
        .outerjoin(schema.bounce, and_(_b.customer_id == _p.customer_id, _b.payment == _p.seq))
        .where(_p.customer_id == bindparam("customer"), _b.payment.is_(None), _p.own_money == 0)
        .group_by(t.currency)
    )


_PAID = _received(schema.document, _doc.code)
_PAID_BROUGHT = _received(
    schema.brought_invoice, _i.number, ~exists().where(_v.customer_id == _i.customer_id, _v.opening == _i.seq)
)
_DEPOSITED = Query(
    select(_d.currency, func.sum(_d.amount))
    .outerjoin(schema.bounce, and_(_b.customer_id == _d.customer_id, _b.payment == _d.seq))
    .where(
        _d.customer_id == bindparam("customer"),
        _b.payment.is_(None),
        ~exists().where(_v.customer_id == _d.customer_id, _v.opening == _d.seq),
    )
    .group_by(_d.currency)
)
_REFUNDED = Query(
    select(_r.currency, -func.sum(_r.amount)).where(_r.customer_id == bindparam("customer")).group_by(_r.currency)
)


def pieces_in_force(connection: Connection, product: str, on: date) -> int:
    """How many pieces of a product are in force on a day, over all customers; other sales wait until this ends (G3).

    One that was credited has ended (M12).
    """
    connection.execute(select(schema.series).with_for_update())  # what every sale locks to number its invoice
    s, e, day = schema.sale.c, schema.sale_end.c, on.isoformat()
    ended = select(1).where(e.customer_id == s.customer_id, e.sale == s.seq, e.on <= day).correlate(schema.sale)
    taken_back = exists().where(_v.customer_id == s.customer_id, _v.opening == s.seq)
    in_force = (s.product == product, s.sold_on <= day, s.until >= day, ~ended.exists(), ~taken_back)
    statement = select(func.sum(s.quantity)).where(*in_force)
    return int(connection.execute(statement).scalar() or 0)


def last_price(connection: Connection, product: str, currency: str) -> Decimal | None:
    """What a piece of a product cost when it was last sold for money, over all customers."""
    s = schema.sale.c
    statement = (
        select(s.price, s.quantity)
        .where(s.product == product, s.currency == currency, s.price > 0)
        .order_by(s.sold_on.desc(), s.customer_id.desc(), s.seq.desc())
        .limit(1)
    )
    found = connection.execute(statement).first()
    return None if found is None else from_cents(int(found[0])) / int(found[1])


Flow = tuple[str, date, Decimal, date | None]


def flows(connection: Connection, customer_id: int | None = None, until: int | None = None) -> list[Flow]:
    """Every payment, of one customer or of all, and negative every one taken back: invoice, day, amount, and the day
    on which somebody said that a movement of the bank is it; with `until` what was recorded up to a position."""
    values = given(customer=customer_id, until=until)
    return [
        (invoice, date.fromisoformat(on), from_cents(int(cents)), date.fromisoformat(settled) if settled else None)
        for query in _flows(frozenset(values))
        for invoice, on, cents, settled in query.rows(connection, values)
    ]


@cache
def _flows(names: frozenset[str]) -> tuple[Query, Query]:
    """What reads the payments, and what reads those taken back."""
    paid = (
        select(_p.invoice, _p.paid_on, _p.amount, _part.settled_on)
        .outerjoin(schema.bank_part, and_(_part.customer_id == _p.customer_id, _part.seq == _p.seq))
        .where(*which(names, schema.payment, schema.payment))
    )
    back = (
        select(_p.invoice, _b.on, -_p.amount, _part.settled_on)
        .join(schema.bounce, and_(_b.customer_id == _p.customer_id, _b.payment == _p.seq))
        .outerjoin(schema.bank_part, and_(_part.customer_id == _b.customer_id, _part.seq == _b.seq))
        .where(*which(names, schema.payment, schema.bounce))
    )
    return Query(paid), Query(back)
