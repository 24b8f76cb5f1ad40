"""Movements of bank files: what was booked from them and what is open. Ordinary rows: the payments are the facts."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from sqlalchemy import Connection, and_, exists, func, insert, or_, select, text

from billing.core.units import from_cents, in_cents
from billing.store import schema

_b, _r, _bounce, _p = schema.bank_movement.c, schema.reference.c, schema.bounce.c, schema.payment.c


class Movement(Protocol):
    """What is kept of a movement in a bank file."""

    @property
    def key(self) -> str: ...
    @property
    def batch(self) -> str: ...
    @property
    def is_batch(self) -> bool: ...
    @property
    def amount(self) -> Decimal: ...
    @property
    def currency(self) -> str: ...
    @property
    def value_on(self) -> date: ...
    @property
    def incoming(self) -> bool: ...
    @property
    def reference(self) -> str | None: ...
    @property
    def text(self) -> str: ...
    @property
    def name(self) -> str | None: ...
    @property
    def end_to_end(self) -> str | None: ...


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


def is_known(connection: Connection, key: str, batch: str, is_batch: bool) -> bool:
    """Whether a movement was imported before: itself, the whole it is part of once that was booked, or its parts."""
    same = [_b.key == key]
    if is_batch:
        same.append(_b.batch == batch)
    else:
        same.append(and_(_b.key == batch, _b.reason.is_(None)))
    return bool(connection.execute(select(exists().where(or_(*same)))).scalar())


def lock(connection: Connection) -> None:
    """Makes another import wait until this one has ended: their movements are numbered one after the other."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"LOCK TABLE {schema.bank_movement.name} IN SHARE ROW EXCLUSIVE MODE"))


def keep(connection: Connection, movement: Movement, reason: str | None) -> Item:
    """Keeps a movement; with a reason it is open. The parts of a whole that was open take its place.

    Numbers are not the database's to give: a sequence would go on counting when a preview is taken back.
    """
    number = (connection.execute(select(func.max(_b.id))).scalar() or 0) + 1
    if not movement.is_batch:
        connection.execute(schema.bank_movement.delete().where(_b.key == movement.batch, _b.is_batch == 1))
    values: dict[str, Any] = {
        "id": number,
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
    connection.execute(insert(schema.bank_movement).values(**values))
    return Item(
        number, movement.key, movement.amount, movement.currency, movement.value_on, movement.reference, movement.text,
        movement.name, reason or "", movement.incoming,
    )  # fmt: skip


def open_items(connection: Connection) -> list[Item]:
    """The movements that no payment was made of yet, oldest first."""
    settled = exists().where(_r.kind.in_(("payment", "bounce")), _r.external_id == "bank:" + _b.key)
    rows = connection.execute(
        select(
            _b.id, _b.key, _b.amount, _b.currency, _b.value_on, _b.reference, _b.text, _b.name, _b.reason, _b.incoming
        )
        .where(_b.reason.is_not(None), ~settled)
        .order_by(_b.value_on, _b.id)
    )
    return [
        Item(i, key, from_cents(cents), currency, date.fromisoformat(on), reference, text, name, reason, bool(incoming))
        for i, key, cents, currency, on, reference, text, name, reason, incoming in rows
    ]


def payments_of(connection: Connection, movement: Movement) -> list[tuple[str, Decimal]]:
    """The payments that a return takes back, ids and amounts: those of one credit of the same amount and the same
    end-to-end id or reference, the latest; a credit that paid several invoices is several payments."""
    same: list[Any] = []
    if movement.end_to_end:
        same.append(_b.end_to_end == movement.end_to_end)
    if movement.reference:
        same.append(_b.reference == movement.reference)
    if not same:
        return []
    rows = connection.execute(
        select(_b.key)
        .where(or_(*same), _b.amount == in_cents(movement.amount), _b.incoming == 1, _b.key != movement.key)
        .order_by(_b.value_on.desc(), _b.id.desc())
    ).scalars()
    for key in rows:
        bounced = exists().where(_bounce.customer_id == _r.customer_id, _bounce.payment == _r.seq)
        of_credit = or_(_r.external_id == f"bank:{key}", _r.external_id.like(f"bank:{key}/%"))
        found = connection.execute(
            select(_r.external_id, _p.amount)
            .join(schema.payment, and_(_p.customer_id == _r.customer_id, _p.seq == _r.seq))
            .where(_r.kind == "payment", of_credit, ~bounced)
            .order_by(_r.seq)
        ).all()
        if found:
            return [(external_id, from_cents(cents)) for external_id, cents in found]
    return []
