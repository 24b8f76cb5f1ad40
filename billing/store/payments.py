"""Payments across a customer's or everybody's invoices, summed by the database (M10)."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from sqlalchemy import Connection, and_, func, select

from billing.core.units import from_cents
from billing.store import schema

_p, _b, _doc = schema.payment.c, schema.bounce.c, schema.document.c


def paid_by_invoice(connection: Connection, customers: Iterable[int] | None = None) -> dict[str, Decimal]:
    """What was paid for each invoice, less what was taken back."""
    statement = (
        select(_p.invoice, func.sum(_p.amount))
        .outerjoin(schema.bounce, and_(_b.customer_id == _p.customer_id, _b.payment == _p.seq))
        .where(_b.payment.is_(None))
        .group_by(_p.invoice)
    )
    if customers is not None:
        statement = statement.where(_p.customer_id.in_(list(customers)))
    return {invoice: from_cents(int(cents)) for invoice, cents in connection.execute(statement)}


def received(connection: Connection, customer_id: int) -> dict[str, Decimal]:
    """The money that came in from a customer and was not taken back, by currency."""
    statement = (
        select(_doc.currency, func.sum(_p.amount))
        .join(schema.document, and_(_doc.customer_id == _p.customer_id, _doc.code == _p.invoice))
        .outerjoin(schema.bounce, and_(_b.customer_id == _p.customer_id, _b.payment == _p.seq))
        .where(_p.customer_id == customer_id, _b.payment.is_(None), _p.own_money == 0)
        .group_by(_doc.currency)
    )
    return {currency: from_cents(int(cents)) for currency, cents in connection.execute(statement)}


def pieces_in_force(connection: Connection, product: str, on: date) -> int:
    """How many pieces of a product are in force on a day, over all customers; other sales wait until this ends (G3)."""
    connection.execute(select(schema.series).with_for_update())  # what every sale locks to number its invoice
    s, day = schema.sale.c, on.isoformat()
    statement = select(func.sum(s.quantity)).where(s.product == product, s.sold_on <= day, s.until >= day)
    return int(connection.execute(statement).scalar() or 0)


def flows(connection: Connection, customer_id: int | None = None) -> list[tuple[str, date, Decimal]]:
    """Every payment, of one customer or of all, and negative every one taken back: invoice, day, amount."""
    of = [] if customer_id is None else [_p.customer_id == customer_id]
    paid = connection.execute(select(_p.invoice, _p.paid_on, _p.amount).where(*of)).all()
    back = connection.execute(
        select(_p.invoice, _b.on, -_p.amount)
        .join(schema.bounce, and_(_b.customer_id == _p.customer_id, _b.payment == _p.seq))
        .where(*of)
    )
    return [(invoice, date.fromisoformat(on), from_cents(int(cents))) for invoice, on, cents in [*paid, *back]]
