"""Movements of bank files: what was booked from them and what is open. Ordinary rows: the payments are the facts."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, func, insert, or_, select, text

from billing.core.matching import BankMovement, Credit, KeptMovement, Payable
from billing.core.units import from_cents, in_cents
from billing.store import schema
from billing.store.engine import Query

_b, _r, _bounce, _p = schema.bank_movement.c, schema.reference.c, schema.bounce.c, schema.payment.c
_AT_ONCE = 400  # values in a statement
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Item:
    """A movement that is open, with the reason."""

    id: int
    key: str
    amount: Decimal
    currency: str
    value_on: date
    reference: str | None
    text: str
    name: str | None
    reason: str
    incoming: bool


def lock(connection: Connection) -> None:
    """Makes another import wait until this one has ended: their movements are numbered one after the other."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"LOCK TABLE {schema.bank_movement.name} IN SHARE ROW EXCLUSIVE MODE"))


# Kept and open


def keep(connection: Connection, movements: Sequence[tuple[BankMovement, str | None]]) -> list[Item]:
    """Keeps movements; with a reason they are open. The parts of a whole that was open take its place.

    Numbers are not the database's to give: a sequence would go on counting when a preview is taken back.
    """
    if not movements:
        return []
    wholes = {movement.batch for movement, _ in movements if not movement.is_batch}
    for some in _some(sorted(wholes)):
        connection.execute(schema.bank_movement.delete().where(_b.key.in_(some), _b.is_batch == 1))
    first = (connection.execute(select(func.max(_b.id))).scalar() or 0) + 1
    stay = [(movement, reason) for movement, reason in movements if not (movement.is_batch and movement.key in wholes)]
    items = [_item(number, movement, reason) for number, (movement, reason) in enumerate(stay, first)]
    rows = [_row(item, movement, reason) for item, (movement, reason) in zip(items, stay, strict=True)]
    connection.execute(insert(schema.bank_movement), rows)
    return items


def _item(number: int, movement: BankMovement, reason: str | None) -> Item:
    return Item(
        number, movement.key, movement.amount, movement.currency, movement.value_on, movement.reference, movement.text,
        movement.name, reason or "", movement.incoming,
    )  # fmt: skip


def _row(item: Item, movement: BankMovement, reason: str | None) -> dict[str, Any]:
    return {
        "id": item.id,
        "key": movement.key,
        "batch": movement.batch,
        "is_batch": int(movement.is_batch),
        "amount": in_cents(movement.amount),
        "currency": movement.currency,
        "value_on": movement.value_on.isoformat(),
        "incoming": int(movement.incoming),
        "reference": movement.reference,
        "text": movement.text,
        "name": movement.name,
        "end_to_end": movement.end_to_end,
        "reason": reason,
    }


_SETTLED = exists().where(_r.kind.in_(("payment", "bounce")), _r.external_id == "bank:" + _b.key)


def open_items(connection: Connection) -> list[Item]:
    """The movements that no payment was made of yet, oldest first."""
    rows = connection.execute(
        select(
            _b.id, _b.key, _b.amount, _b.currency, _b.value_on, _b.reference, _b.text, _b.name, _b.reason, _b.incoming
        )
        .where(_b.reason.is_not(None), ~_SETTLED)
        .order_by(_b.value_on, _b.id)
    )
    return [
        Item(i, key, from_cents(cents), currency, date.fromisoformat(on), reference, text, name, reason, bool(incoming))
        for i, key, cents, currency, on, reference, text, name, reason, incoming in rows
    ]


# What a file is matched with


_PAYABLES = Query("""
    SELECT d.code, c.code, c.name, d.currency, d.total + coalesce(n.total, 0) - coalesce(p.paid, 0), r.reference
    FROM document d
    JOIN customer c ON c.id = d.customer_id
    LEFT JOIN (SELECT corrects, sum(total) AS total FROM document WHERE corrects IS NOT NULL GROUP BY corrects) n
        ON n.corrects = d.code
    LEFT JOIN (
        SELECT p.invoice, sum(p.amount) AS paid FROM payment p
        WHERE NOT EXISTS (SELECT 1 FROM bounce b WHERE b.customer_id = p.customer_id AND b.payment = p.seq)
        GROUP BY p.invoice) p ON p.invoice = d.code
    LEFT JOIN payment_reference r ON r.code = d.code
    WHERE d.kind = 'invoice'
    ORDER BY d.issued_on, d.year, d.number
""")


def payables(connection: Connection) -> list[Payable]:
    """Every invoice with what is open on it, by customer."""
    rows = sorted(_PAYABLES.rows(connection, {}), key=lambda row: str(row[1]))
    return [
        Payable(number, name, currency, from_cents(max(int(left), 0)), reference)
        for number, _, name, currency, left, reference in rows
    ]


def kept(connection: Connection, movements: Iterable[BankMovement]) -> list[KeptMovement]:
    """What earlier files have kept of the movements of a file, and of the entries that they are part of."""
    names = {name for movement in movements for name in (movement.key, movement.batch)}
    found = select(_b.key, _b.batch, _b.reason.is_(None)).where
    return [
        KeptMovement(key, batch, bool(booked))
        for some in _some(sorted(names))
        for key, batch, booked in connection.execute(found(or_(_b.key.in_(some), _b.batch.in_(some))))
    ]


def credits(connection: Connection, movements: Iterable[BankMovement]) -> list[Credit]:
    """The booked credits that the returns of a file name by end-to-end id or reference, the latest first."""
    returns = [movement for movement in movements if movement.returned and not movement.incoming]
    found: dict[str, Credit] = {}
    paid: dict[str, list[tuple[str, Decimal]]] = defaultdict(list)
    for some in _some(returns):
        for key, cents, reference, end_to_end, payment, part in connection.execute(_named_by(some)):
            found[key] = Credit(key, from_cents(cents), reference, end_to_end, ())
            paid[key].append((payment, from_cents(part)))
    return [
        Credit(key, credit.amount, credit.reference, credit.end_to_end, tuple(paid[key]))
        for key, credit in found.items()
    ]


def _named_by(returns: Sequence[BankMovement]) -> Select[Any]:
    """The credits that returns may take back, a row for each payment of them that stands."""
    same: list[ColumnElement[bool]] = [
        _b.end_to_end.in_({movement.end_to_end for movement in returns if movement.end_to_end}),
        _b.reference.in_({movement.reference for movement in returns if movement.reference}),
    ]
    bounced = exists().where(_bounce.customer_id == _r.customer_id, _bounce.payment == _r.seq)
    of_credit = or_(_r.external_id == "bank:" + _b.key, _r.external_id.like("bank:" + _b.key + "/%"))
    return (
        select(_b.key, _b.amount, _b.reference, _b.end_to_end, _r.external_id, _p.amount)
        .join(schema.reference, and_(_r.kind == "payment", of_credit))
        .join(schema.payment, and_(_p.customer_id == _r.customer_id, _p.seq == _r.seq))
        .where(or_(*same), _b.incoming == 1, ~bounced)
        .order_by(_b.value_on.desc(), _b.id.desc(), _r.seq)
    )


def _some(values: Sequence[_T]) -> Iterator[Sequence[_T]]:
    """The values in parts that a statement can hold."""
    for start in range(0, len(values), _AT_ONCE):
        yield values[start : start + _AT_ONCE]
