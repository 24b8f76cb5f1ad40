"""Addresses that are customers': ordinary rows, which come and go (A4); personal data, outside the chain (P1)."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from billing.core.addressing import Kind
from billing.store import journal
from billing.store.appending import instant as kept
from billing.store.query import Query
from billing.store.rows import instant
from billing.store.sql import Connection, bindparam, func, null, schema, select
from billing.values import dataclass

_a, _c = schema.customer_address.c, schema.customer.c


@dataclass(frozen=True, slots=True)
class Row:
    """An address as it is kept."""

    customer: str
    value: str
    kind: Kind
    added_at: datetime
    added_by: str | None


_ROWS = select(_c.code, _a.value, _a.kind, _a.added_at, _a.added_by).join(
    schema.customer_address, _a.customer_id == _c.id
)
_NAMED = Query(_ROWS.where(_a.value == bindparam("value")))


def named(connection: Connection, value: str) -> Row | None:
    """The row of an address, a domain or a help desk's name."""
    row = _NAMED.row(connection, {"value": value})
    return None if row is None else _row(*row)


def every(connection: Connection, customer_id: int | None = None) -> list[Row]:
    """All addresses, or a customer's."""
    wanted = _ROWS if customer_id is None else _ROWS.where(_a.customer_id == customer_id)
    return [_row(*row) for row in connection.execute(wanted)]


def _row(customer: str, value: str, kind: Kind, added: str, by: str | None) -> Row:
    return Row(customer, value, kind, instant(added), by)


def whose_email(connection: Connection, spelt: Sequence[str]) -> list[str]:
    """The codes of the customers whose own e-mail address is one of these, written small."""
    mine = func.lower(func.trim(_c.email))
    return list(connection.execute(select(_c.code).where(mine.in_(spelt))).scalars())


def emails(connection: Connection, customer_id: int | None = None) -> list[tuple[str, str]]:
    """Customers' own e-mail addresses: codes and what is written there."""
    wanted = select(_c.code, _c.email).where(_c.email.is_not(null()))
    found = connection.execute(wanted if customer_id is None else wanted.where(_c.id == customer_id))
    return [(code, email) for code, email in found]


def add(connection: Connection, customer_id: int, kind: Kind, value: str, at: datetime, by: str | None) -> None:
    """Makes an address a customer's."""
    row = {"value": value, "kind": kind, "customer_id": customer_id, "added_at": kept(at), "added_by": by,
           "mark": secrets.token_hex(8)}  # fmt: skip
    journal.put(connection, schema.customer_address, [row])


def remove(connection: Connection, value: str) -> None:
    """Makes an address nobody's."""
    journal.take(connection, schema.customer_address, _a.value == value)
