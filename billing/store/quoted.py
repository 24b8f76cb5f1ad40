"""Which quotes there are and whose they are, without what stands on them: for work that counts for them (S8)."""

from billing.store.query import Query
from billing.store.sql import Connection, and_, bindparam, func, schema, select

_q = schema.quote_document.c

_NAMED = Query(
    select(schema.quote.c.seq)
    .where(schema.quote.c.customer_id == bindparam("customer"), schema.quote.c.case == bindparam("case"))
    .limit(1)
)


def names_case(connection: Connection, customer_id: int, case: str) -> bool:
    """Whether a quote of the customer is for a case."""
    return _NAMED.row(connection, {"customer": customer_id, "case": case}) is not None


def owner_of(connection: Connection, number: str) -> int | None:
    """The customer whose quote has that number."""
    return connection.execute(select(_q.customer_id).where(_q.code == number)).scalar()


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
