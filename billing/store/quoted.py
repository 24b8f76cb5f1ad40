"""Which quotes there are and whose they are, without what stands on them: for work that counts for them (S8)."""

from sqlalchemy import Connection, bindparam, select

from billing.store import schema
from billing.store.engine import Query

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


def numbers(connection: Connection) -> list[str]:
    return list(connection.execute(select(_q.code).order_by(_q.year, _q.number)).scalars())
