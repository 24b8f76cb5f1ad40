"""Reads what all customers have at once, a pass for each kind of fact: what was agreed, granted, drawn, is owed."""

from collections import defaultdict
from datetime import date

from sqlalchemy import Connection, exists, func, select

from billing.core.book import Book
from billing.core.facts import Bounce, Cancellation, Charge, Contract, Draw, Fact, Grant, Sale, SaleEnd, Term
from billing.core.tariff import Tariff
from billing.store import schema
from billing.store.ledger import fact_of, in_order
from billing.store.rows import TABLES

_KINDS = (Contract, Term, Cancellation, Sale, Bounce, Grant, SaleEnd)
_d, _ch = schema.draw.c, schema.charge.c
_owing = schema.charge.alias().c


Used = dict[int, dict[int, int]]  # minutes gone, by customer and grant


def books(connection: Connection, tariffs: dict[int, Tariff], at: date) -> tuple[dict[int, Book], Used]:
    """What was agreed with and granted to each customer, without entries, as it is drawn by the end of a day.

    Beside it what is gone of each grant by then: drawn, or ended with its sale (M12).
    """
    facts: dict[int, list[tuple[int, int, Fact]]] = defaultdict(list)
    for kind in _KINDS:
        for row in connection.execute(select(TABLES[kind])):
            facts[row[0]].append((row[1], row[2], fact_of(kind, row, tariffs)))
    found, used = {}, {}
    for customer, some in facts.items():
        book = found[customer] = Book()
        for _, _, fact in sorted(some, key=lambda one: one[:2]):
            book.remember(fact)
        ends = (end for end in book.ended.values() if end.grant is not None and end.dated_on <= at)
        used[customer] = {end.grant or 0: end.minutes for end in ends}
    drawn = select(_d.customer_id, _d.grant, func.sum(_d.minutes)).group_by(_d.customer_id, _d.grant)
    for customer, grant, minutes in connection.execute(drawn.where(_d.dated_on <= at.isoformat())):
        found[customer].used[grant] += int(minutes)
        used[customer][grant] = used[customer].get(grant, 0) + int(minutes)
    return found, used


def owing(connection: Connection) -> dict[int, list[tuple[list[Charge], list[Draw]]]]:
    """The charges and the settling draws of every entry that ever owed minutes, by customer (G9)."""
    ever = exists().where(_owing.customer_id == _ch.customer_id, _owing.entry == _ch.entry, _owing.owed > 0)
    charges: dict[tuple[int, int], list[Charge]] = defaultdict(list)
    by_customer = defaultdict(list)
    for row in connection.execute(select(schema.charge).where(ever)):
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
