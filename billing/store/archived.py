"""What was issued in a year, each document with its place in its series (L6)."""

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Table, func, select

from billing.core.units import ZERO
from billing.store import schema
from billing.store.chain import GENESIS
from billing.store.damage import BROKEN, damaged
from billing.views.archive import InYear

_AT_ONCE = 500  # rows held while they are read: a document's content is far larger than what is kept of it


def issued(connection: Connection, first: date, last: date) -> list[InYear]:
    """Invoices, credit notes and quotes from a day to a day, in the order of the days and of their numbers.

    Raises DatabaseRefusal (`damaged`) for one whose content is none.
    """
    kept = (schema.document, schema.quote_document)
    return sorted((row for table in kept for row in _read(connection, table, first, last)),
                  key=lambda row: (row.on, row.number))  # fmt: skip


def _read(connection: Connection, table: Table, first: date, last: date) -> Iterator[InYear]:
    c, owner = table.c, schema.customer.c
    before = func.lag(c.series_hash).over(partition_by=c.series, order_by=(c.year, c.number)).label("before")
    chained = select(c.code, c.customer_id, c.issued_on, c.content, before, c.series_hash).subquery().c
    rows = connection.execute(
        select(chained.code, owner.code, chained.issued_on, chained.content, chained.before, chained.series_hash)
        .join(schema.customer, owner.id == chained.customer_id)
        .where(chained.issued_on.between(first.isoformat(), last.isoformat()))
        .execution_options(yield_per=_AT_ONCE)
    )
    for number, customer, on, content, previous, digest in rows:
        try:
            said = _said(json.loads(content))
        except BROKEN:
            raise damaged(number) from None
        yield InYear(
            number=number, customer=customer, on=date.fromisoformat(on), before=previous or GENESIS, hash=digest, **said
        )


def _said(kept: dict[str, Any]) -> dict[str, Any]:
    """What an index says of a document or a quote, from its content."""
    due, vat = kept.get("due"), sum((Decimal(row["amount"]) for row in kept["vat"]), ZERO)
    return {
        "kind": kept["kind"],
        "due": date.fromisoformat(due) if due else None,
        "name": kept["recipient"]["name"] or None,  # past its ten years (P2)
        "currency": kept["currency"],
        "net": Decimal(kept["net"]),
        "vat": vat,
        "rounding": Decimal(kept["rounding"]),
        "total": Decimal(kept["total"]),
        "corrects": kept.get("corrects"),
    }
