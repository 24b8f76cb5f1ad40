"""Reminders as they are kept: what was sent for which invoice, and the letters with which (M10)."""

import json
from collections import defaultdict
from datetime import date
from functools import cache
from typing import Any

from billing.core.facts import Reminder
from billing.store.asked import given, which
from billing.store.query import Query
from billing.store.rows import from_row
from billing.store.sql import Connection, and_, func, schema, select
from billing.store.written import COLUMNS

Content = dict[str, Any]
_r, _p = schema.reminder.c, schema.personal.c


def sent(connection: Connection, customer_id: int | None = None, until: int | None = None) -> dict[str, list[Reminder]]:
    """The reminders of a customer, or all, by invoice, the oldest first; with `until` those up to a position."""
    values = given(customer=customer_id, until=until)
    found: dict[str, list[Reminder]] = defaultdict(list)
    for row in _sent(frozenset(values)).rows(connection, values):
        fact = from_row(Reminder, dict(zip(_NAMES, row, strict=True)), {})
        assert isinstance(fact, Reminder)
        found[fact.invoice].append(fact)
    return found


_NAMES = COLUMNS["reminder"]


@cache
def _sent(names: frozenset[str]) -> Query:
    return Query(select(schema.reminder).where(*which(names, schema.reminder, schema.reminder)).order_by(_r.seq, _r.n))


def last_on(connection: Connection) -> date | None:
    """The day of the latest reminder."""
    last = connection.execute(select(func.max(_r.on))).scalar()
    return None if last is None else date.fromisoformat(last)


def day_of(connection: Connection, customer_id: int, seq: int) -> date:
    """The day of what was sent at a position."""
    of = select(_r.on).where(_r.customer_id == customer_id, _r.seq == seq).distinct()  # one letter, several invoices
    return date.fromisoformat(connection.execute(of).scalars().one())


def letters(connection: Connection, on: date) -> list[Content]:
    """What stands on the letters of a day, by customer and position; those that were erased are not there."""
    positions = select(_r.customer_id, _r.seq).where(_r.on == on.isoformat()).distinct().subquery()
    statement = select(_p.value).join(
        positions, and_(positions.c.customer_id == _p.customer_id, positions.c.seq == _p.seq, _p.field == "letter")
    )
    found: list[Content] = [json.loads(text) for text in connection.execute(statement).scalars()]
    return sorted(found, key=lambda content: (content["customer"], content["position"]))
