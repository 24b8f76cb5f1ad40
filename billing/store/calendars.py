"""The holidays that were kept with contracts' years: rows of a customer's chain, read back by term."""

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from billing.store.query import Query
from billing.store.rows import Row
from billing.store.sql import Connection, Table, bindparam, schema, select

TermKey = tuple[int, int, int]  # customer, contract, number of the term


def row(contract: int, term: int, year: int, calendar: str, days: Iterable[date]) -> tuple[Table, Row]:
    """The row that keeps a year's holidays with a term."""
    text = json.dumps([day.isoformat() for day in days], separators=(",", ":"))
    return schema.calendar_year, {
        "contract": contract, "term": term, "year": year, "calendar": calendar, "days": text,
    }  # fmt: skip


_c = schema.calendar_year.c
_YEARS = select(_c.customer_id, _c.contract, _c.term, _c.year, _c.days)
_KEPT, _KEPT_OF = Query(_YEARS), Query(_YEARS.where(_c.customer_id == bindparam("customer")))


def kept(connection: Connection, customer_id: int | None = None) -> dict[TermKey, dict[int, tuple[date, ...]]]:
    """The holidays kept with each term by year, of one customer or of all."""
    found: dict[TermKey, dict[int, tuple[date, ...]]] = defaultdict(dict)
    read: dict[str, tuple[date, ...]] = {}  # many terms have the same days
    query = _KEPT if customer_id is None else _KEPT_OF
    for customer, contract, term, year, text in query.rows(connection, {"customer": customer_id}):
        if text not in read:
            read[text] = tuple(map(date.fromisoformat, json.loads(text)))
        found[customer, contract, term][year] = read[text]
    return found
