"""Finds names by how they begin, in their order, whatever the letter case: for completion at any size of the books."""

from sqlalchemy import Connection, select

from billing.store import schema

COLUMNS = {
    "customers": schema.customer.c.code,
    "cases": schema.case_reference.c.reference,
    "entries": schema.entry.c.id,
    "invoices": schema.document.c.code,
    "quotes": schema.quote.c.number,
    "maintenance": schema.maintenance.c.code,
}


def agents(connection: Connection) -> list[str]:
    """Who has logged work, in order."""
    column = schema.entry.c.agent
    return list(connection.execute(select(column).where(column.is_not(None)).distinct().order_by(column)).scalars())


def beginning(connection: Connection, kind: str, start: str, most: int) -> list[str]:
    """The first names of a kind that begin with a text."""
    column = COLUMNS[kind]
    statement = select(column).where(column.istartswith(start, autoescape=True)).order_by(column).limit(most)
    return list(connection.execute(statement).scalars())
