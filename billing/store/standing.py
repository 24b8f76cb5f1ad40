"""How all customers stand at the end of a day, a pass for each kind of fact: agreed, granted, drawn, owed."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

from sqlalchemy import Connection, exists, func, select

from billing.core.book import Book
from billing.core.facts import (
    Bounce,
    Cancellation,
    Charge,
    Contract,
    Draw,
    Fact,
    Grant,
    Opening,
    OpeningVoid,
    Sale,
    SaleEnd,
    Term,
)
from billing.core.tariff import Tariff
from billing.store import schema
from billing.store.ledger import fact_of, in_order
from billing.store.rows import TABLES

_KINDS = (Contract, Term, Cancellation, Sale, Bounce, Grant, SaleEnd, Opening, OpeningVoid)
_d, _ch = schema.draw.c, schema.charge.c
_owing = schema.charge.alias().c
_void = schema.opening_void.c


def books(connection: Connection, tariffs: Mapping[int, Tariff], at: date) -> dict[int, Book]:
    """What was agreed with and granted to each customer who has a contract, without entries.

    What is `used` of each grant is what was drawn, or ended with its sale, by the end of the day (B1, M12).
    """
    facts: dict[int, list[tuple[int, int, Fact]]] = defaultdict(list)
    for kind in _KINDS:
        for row in connection.execute(select(TABLES[kind])):
            facts[row[0]].append((row[1], row[2], fact_of(kind, row, tariffs)))
    found = {}
    for customer, some in facts.items():
        book = found[customer] = Book()
        for _, _, fact in sorted(some, key=lambda one: one[:2]):
            book.remember(fact)
        for end in book.ended.values():
            if end.grant is not None and end.dated_on > at:  # the book took it off when it was recorded
                book.used[end.grant] -= end.minutes
    drawn = select(_d.customer_id, _d.grant, func.sum(_d.minutes)).group_by(_d.customer_id, _d.grant)
    for customer, grant, minutes in connection.execute(drawn.where(_d.dated_on <= at.isoformat())):
        found[customer].used[grant] += int(minutes)
    return found


def owing(connection: Connection) -> dict[int, list[tuple[list[Charge], list[Draw]]]]:
    """The charges and the settling draws of every entry that ever owed minutes, by customer (G9)."""
    ever = exists().where(_owing.customer_id == _ch.customer_id, _owing.entry == _ch.entry, _owing.owed > 0)
    voided = exists().where(_void.customer_id == _ch.customer_id, _void.opening == _ch.entry)
    charges: dict[tuple[int, int], list[Charge]] = defaultdict(list)
    by_customer = defaultdict(list)
    for row in connection.execute(select(schema.charge).where(ever, ~voided)):
        by_customer[row[0]].append(row)
    for customer, rows in by_customer.items():
        for charge in in_order(rows):
            charges[customer, charge.entry].append(charge)
    draws: dict[tuple[int, int], list[Draw]] = defaultdict(list)
    for row in connection.execute(select(schema.draw).where(_d.kind == "settle")):
        draw = fact_of(Draw, row)
        draws[row[0], draw.entry].append(draw)
    found: dict[int, list[tuple[list[Charge], list[Draw]]]] = defaultdict(list)
    for (customer, entry), some in charges.items():
        found[customer].append((some, draws[customer, entry]))
    return found
