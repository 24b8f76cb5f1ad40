"""Quotes as documents: numbered and kept whole in a series of their own, found by their number (S8, M6)."""

import json
from typing import Any

from billing.store.damage import BROKEN, damaged
from billing.store.numbering import Series, numbered_row
from billing.store.rows import Row
from billing.store.sql import Connection, schema, select
from billing.values import dataclass
from billing.views import codec
from billing.views.quotes import QuotePaper

_q = schema.quote_document.c


@dataclass(frozen=True, slots=True)
class KeptQuote:
    """A quote as it is kept: whose, at which position, and what is on it."""

    customer_id: int
    seq: int
    paper: QuotePaper


def row_of(series: Series, paper: QuotePaper) -> tuple[Any, Row]:
    """The ledger's row of a new quote's document; the series moves on to its number and hash."""
    numbered, text = numbered_row(series, codec.to_json(paper), paper.on)
    return schema.quote_document, numbered | {"content": text, "series_hash": series.hash}


def read(text: str, number: str) -> QuotePaper:
    """What is on a quote, as it was kept. Raises DatabaseRefusal (`damaged`)."""
    try:
        return codec.from_json(QuotePaper, json.loads(text))
    except BROKEN:
        raise damaged(number) from None


def find(connection: Connection, number: str) -> KeptQuote | None:
    """The quote of that number."""
    found = connection.execute(select(_q.customer_id, _q.seq, _q.content).where(_q.code == number)).first()
    return None if found is None else KeptQuote(found[0], found[1], read(found[2], number))


def listed(connection: Connection, customer_id: int | None = None) -> list[KeptQuote]:
    """Quotes in the order of their numbers, of one customer or of all."""
    statement = select(_q.customer_id, _q.seq, _q.content, _q.code).order_by(_q.year, _q.number)
    if customer_id is not None:
        statement = statement.where(_q.customer_id == customer_id)
    return [KeptQuote(owner, seq, read(*paper)) for owner, seq, *paper in connection.execute(statement)]
