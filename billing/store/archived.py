"""What was issued in a year, each document with its place in its series (L6)."""

import json
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Column, Connection, Table, func, select

from billing.core.units import ZERO, from_cents
from billing.store import schema
from billing.store.chain import GENESIS
from billing.store.damage import BROKEN, damaged
from billing.views.archive import InYear

_d = schema.document.c
_OF_DOCUMENTS = (_d.kind, _d.due_on, _d.currency, _d.net, _d.vat, _d.rounding, _d.total, _d.corrects)
_AT_ONCE = 500  # rows held while they are read: a document's content is far larger than what is kept of it


def issued(connection: Connection, first: date, last: date) -> list[InYear]:
    """Invoices, credit notes and quotes from a day to a day, in the order of the days and of their numbers.

    Of a document that was erased after its time there are number, days, amounts and digest, of a quote nothing (P2).
    Raises DatabaseRefusal (`damaged`) for one whose content is none.
    """
    found = [
        *_read(connection, schema.document, first, last, _OF_DOCUMENTS),
        *_read(connection, schema.quote_document, first, last),
    ]
    return sorted(found, key=lambda row: (row.on, row.number))


def _read(
    connection: Connection, table: Table, first: date, last: date, more: Sequence[Column[Any]] = ()
) -> Iterator[InYear]:
    c, owner = table.c, schema.customer.c
    before = func.lag(c.series_hash).over(partition_by=c.series, order_by=(c.year, c.number)).label("before")
    chained = select(c.code, c.customer_id, c.issued_on, c.content, before, c.series_hash, *more).subquery().c
    named = (chained.code, owner.code, chained.issued_on, chained.content, chained.before, chained.series_hash)
    rows = connection.execute(
        select(*named, *(chained[column.name] for column in more))
        .join(schema.customer, owner.id == chained.customer_id)
        .where(chained.issued_on.between(first.isoformat(), last.isoformat()))
        .execution_options(yield_per=_AT_ONCE)
    )
    for number, customer, on, content, previous, digest, *left in rows:
        if not content and not more:
            continue
        try:
            said = _said(json.loads(content)) if content else _left(*left)
        except BROKEN:
            raise damaged(number) from None
        yield InYear(
            number=number, customer=customer, on=date.fromisoformat(on), before=previous or GENESIS, hash=digest, **said
        )


def _left(kind: str, due: str | None, currency: str, *amounts: Any) -> dict[str, Any]:
    """What an index says of a document that was erased: what its row has."""
    *cents, corrects = amounts
    sums = dict(zip(("net", "vat", "rounding", "total"), map(from_cents, cents), strict=True))
    on = date.fromisoformat(due) if due else None
    return {"kind": kind, "due": on, "name": None, "currency": currency, "corrects": corrects, **sums}


def _said(kept: dict[str, Any]) -> dict[str, Any]:
    """What an index says of a document or a quote, from its content."""
    due, vat = kept.get("due"), sum((Decimal(row["amount"]) for row in kept["vat"]), ZERO)
    return {
        "kind": kept["kind"],
        "due": date.fromisoformat(due) if due else None,
        "name": kept["recipient"]["name"],
        "currency": kept["currency"],
        "net": Decimal(kept["net"]),
        "vat": vat,
        "rounding": Decimal(kept["rounding"]),
        "total": Decimal(kept["total"]),
        "corrects": kept.get("corrects"),
    }
