"""How all customers stand: what was agreed and granted, and what is left of it, in one pass each."""

from collections.abc import Mapping

from sqlalchemy import Connection, func, select

from billing.core.book import Book
from billing.core.facts import Bounce, Cancellation, Contract, Grant, Sale, SaleEnd, Term, TierChange
from billing.core.tariff import Tariff
from billing.store import schema
from billing.store.rows import TABLES, from_row

_AGREED = (Contract, TierChange, Term, Cancellation, Sale, Bounce, Grant, SaleEnd)


def books(connection: Connection, tariffs: Mapping[int, Tariff]) -> dict[int, Book]:
    """What was agreed with every customer who has a contract, and what was drawn of each grant; without entries."""
    found: dict[int, Book] = {}
    facts = []
    for kind in _AGREED:
        for row in connection.execute(select(TABLES[kind])).mappings():
            facts.append((row["customer_id"], row["seq"], row["n"], from_row(kind, row, tariffs)))
    for customer, _, _, fact in sorted(facts, key=lambda each: each[:3]):
        found.setdefault(customer, Book()).remember(fact)
    d = schema.draw.c
    drawn = select(d.customer_id, d.grant, func.sum(d.minutes)).group_by(d.customer_id, d.grant)
    for customer, grant, minutes in connection.execute(drawn):
        found[customer].used[grant] = int(minutes)
    for book in found.values():
        for end in book.ended.values():
            if end.grant is not None:  # what ended with a sale is gone like what was drawn (M12)
                book.used[end.grant] += end.minutes
    return found
