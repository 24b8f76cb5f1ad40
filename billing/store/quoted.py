"""Which quotes there are and whose they are, without what stands on them: for work that counts for them (S8)."""

from datetime import date

from billing.store.query import Query
from billing.store.sql import Connection, and_, bindparam, func, schema, select

_q = schema.quote_document.c

_NAMED = Query(
    select(schema.quote.c.seq).where(
        schema.quote.c.customer_id == bindparam("customer"), schema.quote.c.case == bindparam("case")
    )
)
_PLACE = Query(select(_q.customer_id, _q.seq).where(_q.code == bindparam("number")))


def for_case(connection: Connection, customer_id: int, case: str) -> list[int]:
    """The positions of the customer's quotes that are for a case."""
    return [row[0] for row in _NAMED.rows(connection, {"customer": customer_id, "case": case})]


def place_of(connection: Connection, number: str) -> tuple[int, int] | None:
    """The customer whose quote has that number, and its position."""
    row = _PLACE.row(connection, {"number": number})
    return None if row is None else (row[0], row[1])


def invoiced(connection: Connection, customer_id: int, invoice: str) -> list[int]:
    """The positions of the customer's quotes that an invoice was of."""
    e = schema.quote_event.c
    of = select(e.quote).where(e.customer_id == customer_id, e.kind == "invoiced", e.invoice == invoice)
    return list(connection.execute(of).scalars())


def delivered(connection: Connection, first: date, last: date) -> dict[int, list[int]]:
    """The quotes that were delivered from a day to another, by customer."""
    e = schema.quote_event.c
    days = e.on.between(first.isoformat(), last.isoformat())
    of = select(e.customer_id, e.quote).where(e.kind == "delivered", days).order_by(e.customer_id, e.quote)
    found: dict[int, list[int]] = {}
    for customer_id, quote in connection.execute(of):
        found.setdefault(customer_id, []).append(quote)
    return found


def logged_seconds(connection: Connection, customer_id: int, quote: int) -> int:
    """The seconds of the live entries on the quote at a position."""
    e, w, k = schema.entry.c, schema.quoted_work.c, schema.correction.c
    voided = select(1).where(k.customer_id == e.customer_id, k.kind == "void", k.entry == e.seq).exists()
    statement = (
        select(func.coalesce(func.sum(e.logged_seconds), 0))
        .join(schema.quoted_work, and_(w.customer_id == e.customer_id, w.seq == e.seq))
        .where(e.customer_id == customer_id, w.quote == quote, ~voided)
    )
    return int(connection.execute(statement).scalar_one())
