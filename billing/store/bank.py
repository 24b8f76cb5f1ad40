"""Movements of bank files: what was booked from them and what is open. Ordinary rows: the payments are the facts."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, Literal, TypeVar

from billing.core.matching import Credit, names_of
from billing.core.mentions import Payable
from billing.core.movements import BankMovement, Entry, KeptMovement
from billing.core.suspense import Moved
from billing.core.units import from_cents, in_cents
from billing.store import journal
from billing.store.asked import by_customer
from billing.store.query import Query, each
from billing.store.sql import (
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    exists,
    func,
    or_,
    schema,
    select,
    text,
)
from billing.values import dataclass

_b, _r, _bounce, _p = schema.bank_movement.c, schema.reference.c, schema.bounce.c, schema.payment.c
_l = schema.link.c
_part = schema.bank_part.c
_AT_ONCE = 400  # values in a statement
_DIGITS = 19  # fewer have the numbers that a database holds
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Item:
    """A movement of which something is on suspense: `left`, of which what the bank kept back is a part too.

    `reason` says why it is open; none where it is money out that no customer's is. `parts` are how many are booked.
    """

    id: int
    key: str
    left: Decimal
    currency: str
    value_on: date
    reference: str | None
    text: str
    name: str | None
    reason: str | None
    incoming: bool
    parts: int = 0


def lock(connection: Connection) -> None:
    """Makes another import wait until this one has ended: their movements are numbered one after the other."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"LOCK TABLE {schema.bank_movement.name} IN SHARE ROW EXCLUSIVE MODE"))


# Kept and open


def keep(connection: Connection, movements: Sequence[tuple[BankMovement, str | None, date | None]]) -> list[int]:
    """Keeps movements under their numbers, which it answers: each with the reason why it is open, and its day.

    Numbers are not the database's to give: a sequence would go on counting when a preview is taken back.
    """
    if not movements:
        return []
    first = (connection.execute(select(func.max(_b.id))).scalar() or 0) + 1
    rows = [_row(number, *movement) for number, movement in enumerate(movements, first)]
    journal.put(connection, schema.bank_movement, rows)
    return [row["id"] for row in rows]


def forget(connection: Connection, wholes: Iterable[str]) -> None:
    """Forgets open entries whose parts take their place."""
    for some in _some(sorted(wholes)):
        journal.take(connection, schema.bank_movement, _b.key.in_(some) & (_b.is_batch == 1))


def _joined(movement: BankMovement) -> str | None:
    return " ".join(movement.references) or None


def _row(number: int, movement: BankMovement, reason: str | None, on: date | None) -> dict[str, Any]:
    return {
        "id": number,
        "key": movement.key,
        "batch": movement.batch,
        "is_batch": int(movement.is_batch),
        "amount": in_cents(movement.amount),
        "currency": movement.currency,
        "value_on": movement.value_on.isoformat(),
        "incoming": int(movement.incoming),
        "reference": _joined(movement),
        "text": movement.text,
        "name": movement.name,
        "end_to_end": movement.end_to_end,
        "reason": reason,
        "posted_on": None if on is None else on.isoformat(),
        "charges": in_cents(movement.charges),
        "is_charge": int(movement.is_charge),
    }


_FIRST = _r.external_id == "bank:" + _b.key  # a movement's first payment, or its return
_PART = _r.external_id.like("bank:" + _b.key + "/%")


_WAITS = or_(_b.reason.is_not(None), and_(_b.incoming == 0, func.coalesce(_b.is_charge, 0) == 0))


def open_items(connection: Connection, everything: bool = False) -> list[Item]:
    """Movements of which something is open still, oldest first; with `everything` also money out that is nobody's."""
    return _open(connection, _WAITS if everything else _b.reason.is_not(None))


def open_items_of(connection: Connection, keys: Collection[str]) -> list[Item]:
    """Of some movements those of which something is open still, oldest first, whosever money it is."""
    found = [item for some in _some([*keys]) for item in _open(connection, and_(_WAITS, _b.key.in_(some)))]
    return sorted(found, key=lambda item: (item.value_on, item.id))


def open_item(connection: Connection, number: str) -> Item | None:
    """The movement of a number, if something of it is open still."""
    known = number.isascii() and number.isdigit() and len(number) < _DIGITS and number == f"{int(number)}"
    return next(iter(_open(connection, and_(_WAITS, _b.id == int(number)))), None) if known else None


def _open(connection: Connection, which: ColumnElement[bool]) -> list[Item]:
    rows = connection.execute(
        select(_b.id, _b.key, _b.amount + func.coalesce(_b.charges, 0), _b.currency, _b.value_on, _b.reference, _b.text,
               _b.name, _b.reason, _b.incoming)
        .where(which)
        .order_by(_b.value_on, _b.id)
    ).all()  # fmt: skip
    said = _said(connection, [key for _, key, *_ in rows])
    found = []
    for i, key, cents, currency, on, reference, text_, name, reason, incoming in rows:
        parts, booked = said.get(key, (0, 0))
        if booked < cents:
            day, left = date.fromisoformat(on), from_cents(cents - booked)
            found.append(Item(i, key, left, currency, day, reference, text_, name, reason, bool(incoming), parts))
    return found


def _said(connection: Connection, keys: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Of each movement of which something is booked, in how many parts, and how many cents of it in all."""
    found: dict[str, tuple[int, int]] = {}

    def add(key: str, cents: int) -> None:
        parts, sum_ = found.get(key, (0, 0))
        found[key] = parts + 1, sum_ + cents

    for some in _some(keys):
        for key, cents in connection.execute(
            select(_part.movement, _part.amount + _part.charges * _b.incoming)
            .join(schema.bank_movement, _b.key == _part.movement)
            .where(_part.movement.in_(some))
        ):
            add(key, cents)
        for key, cents in _earlier(connection, _b.key.in_(some), _FIRST):
            add(key, cents)
    for key in [key for key, (parts, _) in found.items() if parts == 1]:
        for _, cents in _earlier(connection, _b.key == key, _PART):
            add(key, cents)
    return found


def _earlier(connection: Connection, *which: ColumnElement[bool]) -> Iterator[tuple[str, int]]:
    """What versions booked of some movements that did not say what the bank saw of it: movements and cents."""
    booked = _r.kind.in_(("payment", "bounce"))
    named = select(_b.key, _r.customer_id, _r.seq).join(schema.reference, and_(booked, *which))
    rows = [tuple(row) for row in connection.execute(named)]
    found = _at(connection, _EARLIER, [(customer, seq) for _, customer, seq in rows])
    return ((key, cents) for key, customer, seq in rows for _, _, cents in found[customer, seq])


def _at(connection: Connection, query: Query, places: Iterable[tuple[int, int]]) -> dict[tuple[int, int], list[Any]]:
    """The rows that a statement answers of some places, by customer and position."""
    found: dict[tuple[int, int], list[Any]] = defaultdict(list)
    of = by_customer(places)
    asked = [(query, {"customer": customer, "places": some}) for customer, seqs in of.items() for some in _some(seqs)]
    for rows in each(connection, asked):
        for row in rows:
            found[row[0], row[1]].append(row)
    return found


_came = schema.payment.alias()  # the payment that was taken back
_CENTS = func.coalesce(_p.amount, _came.c.amount)
_BOOKED = (
    schema.link.outerjoin(schema.bank_part, and_(_part.customer_id == _l.customer_id, _part.seq == _l.seq))
    .outerjoin(schema.payment, and_(_l.kind == "payment", _p.customer_id == _l.customer_id, _p.seq == _l.seq))
    .outerjoin(schema.bounce, and_(_l.kind == "bounce", _bounce.customer_id == _l.customer_id, _bounce.seq == _l.seq))
    .outerjoin(_came, and_(_came.c.customer_id == _bounce.customer_id, _came.c.seq == _bounce.payment))
)
_PLACES = (_l.customer_id == bindparam("customer"), _l.seq.in_(bindparam("places", expanding=True)))
_EARLIER = Query(select(_l.customer_id, _l.seq, _CENTS).select_from(_BOOKED).where(*_PLACES, _part.seq.is_(None)))


def moved(connection: Connection) -> list[Moved]:
    """Every movement as the books see it, in the order of their days."""
    booked: dict[str, int] = defaultdict(int)
    kept_back: dict[str, int] = defaultdict(int)
    settled: dict[str, list[tuple[date, Decimal]]] = defaultdict(list)
    for key, amount, charges, on in connection.execute(
        select(_part.movement, _part.amount, _part.charges, _part.settled_on)
    ):
        if on is None:
            booked[key] += amount
            kept_back[key] += charges
        else:
            settled[key].append((date.fromisoformat(on), from_cents(amount)))
    for key, cents in connection.execute(_BEFORE_PARTS):
        booked[key.removeprefix("bank:").partition("/")[0]] += cents
    rows = connection.execute(
        select(_b.id, _b.key, func.coalesce(_b.posted_on, _b.value_on), _b.currency, _b.incoming, _b.amount, _b.charges,
               _b.is_charge)
    ).all()  # fmt: skip
    found = [
        Moved(
            name=f"B{i}",
            on=date.fromisoformat(on),
            currency=currency,
            incoming=bool(incoming),
            amount=from_cents(cents),
            charges=from_cents(charges or 0),
            is_charge=bool(is_charge),
            booked=from_cents(booked[key]),
            kept_back=from_cents(kept_back[key] if incoming else 0),
            settled=tuple(settled[key]),
        )
        for i, key, on, currency, incoming, cents, charges, is_charge in rows
    ]
    return sorted(found, key=lambda each: each.on)


_BEFORE_PARTS = (
    select(_l.external_id, _CENTS)
    .select_from(_BOOKED)
    .where(_l.kind.in_(("payment", "bounce")), _l.external_id.like("bank:%"), _part.seq.is_(None), _CENTS.is_not(None))
)


# What a file is matched with


_PAYABLES = Query("""
    SELECT d.code, c.code, c.name, d.currency,
        d.total + coalesce(n.total, 0) - coalesce(p.paid, 0) - coalesce(w.written, 0),
        d.total, coalesce(n.total, 0), coalesce(w.written, 0)
    FROM (
        SELECT code, customer_id, currency, total, issued_on, year, number, 0 AS seq FROM document
        WHERE kind = 'invoice'
        UNION ALL
        SELECT i.number, i.customer_id, i.currency, i.open, i.issued_on, 0, 0, i.seq FROM brought_invoice i
        WHERE NOT EXISTS (SELECT 1 FROM opening_void v WHERE v.customer_id = i.customer_id AND v.opening = i.seq)
    ) d
    JOIN customer c ON c.id = d.customer_id
    LEFT JOIN (
        SELECT customer_id, corrects, sum(total) AS total FROM document WHERE corrects IS NOT NULL
        GROUP BY customer_id, corrects) n ON n.customer_id = d.customer_id AND n.corrects = d.code
    LEFT JOIN (
        SELECT p.customer_id, p.invoice, sum(p.amount) AS paid FROM payment p
        WHERE NOT EXISTS (SELECT 1 FROM bounce b WHERE b.customer_id = p.customer_id AND b.payment = p.seq)
        GROUP BY p.customer_id, p.invoice) p ON p.customer_id = d.customer_id AND p.invoice = d.code
    LEFT JOIN (
        SELECT customer_id, invoice, sum(amount) AS written FROM write_off
        GROUP BY customer_id, invoice) w ON w.customer_id = d.customer_id AND w.invoice = d.code
    ORDER BY d.issued_on, d.year, d.number, d.customer_id, d.seq
""")
_REFERENCES = Query(select(schema.payment_reference.c.code, schema.payment_reference.c.reference))


def payables(connection: Connection) -> list[Payable]:
    """Every invoice with what is open on it, by customer."""
    rows = sorted(_PAYABLES.rows(connection, {}), key=lambda row: str(row[1]))
    references = dict(_REFERENCES.rows(connection, {}))
    return [
        Payable(
            number, name, currency, from_cents(max(int(left), 0)), references.get(number), _settled(*map(int, sums))
        )
        for number, _, name, currency, left, *sums in rows
    ]


def _settled(total: int, credited: int, written_off: int) -> Literal["paid", "credited", "written off"]:
    """Why nothing is open on an invoice where nothing is (M10, M15)."""
    if credited < 0 and total + credited <= 0:
        return "credited"
    return "written off" if written_off else "paid"


def kept(connection: Connection, entries: Iterable[Entry]) -> list[KeptMovement]:
    """What earlier files have kept that the entries of a file may be: of the same names, days or ids of payers."""
    movements = [movement for entry in entries for movement in entry]
    names = {name for m in movements for name in (m.key, m.batch, m.former) if name}
    days = {day.isoformat() for movement in movements for day in (movement.value_on, movement.booked_on)}
    ids = {movement.end_to_end for movement in movements if movement.end_to_end}
    columns = (_b.key, _b.batch, _b.is_batch, _b.amount, _b.currency, _b.value_on, _b.incoming, _b.reference, _b.text,
               _b.name, _WAITS, _b.end_to_end)  # fmt: skip
    found: dict[str, KeptMovement] = {}
    for condition in [
        *(or_(_b.key.in_(some), _b.batch.in_(some)) for some in _some(sorted(names))),
        *(_b.value_on.in_(some) for some in _some(sorted(days))),
        *(_b.end_to_end.in_(some) for some in _some(sorted(ids))),
    ]:
        rows = connection.execute(select(*columns).where(condition).order_by(_b.id))
        for key, batch, whole, cents, currency, on, incoming, reference, text_, name, waits, end_to_end in rows:
            found[key] = KeptMovement(
                key, batch, bool(whole), from_cents(cents), currency, date.fromisoformat(on), bool(incoming),
                tuple((reference or "").split()), text_, name, not waits, end_to_end,
            )  # fmt: skip
    booked = _said(connection, [key for key, one in found.items() if not one.booked])
    return [replace(one, booked=True) if key in booked else one for key, one in found.items()]


def credits(connection: Connection, entries: Iterable[Entry]) -> list[Credit]:
    """The booked credits that the returns of a file name by end-to-end id or reference, the latest first."""
    returns = [movement for entry in entries for movement in entry if movement.returned and not movement.incoming]
    found: dict[str, Credit] = {}
    paid: dict[str, list[tuple[str, Decimal]]] = defaultdict(list)
    payers: dict[str, frozenset[str]] = defaultdict(frozenset)
    invoices: dict[str, list[tuple[str, Decimal]]] = defaultdict(list)
    for some in _some(returns):
        rows = connection.execute(_named_by(some)).all()
        stands = _at(connection, _STANDING, [(row.customer_id, row.seq) for row in rows])
        for key, cents, reference, end_to_end, name, payment, customer, seq in rows:
            for _, _, payer, part, invoice in stands[customer, seq]:
                found[key] = Credit(key, from_cents(cents), tuple((reference or "").split()), end_to_end, ())
                paid[key].append((payment, from_cents(part)))
                payers[key] |= names_of(name, payer)
                invoices[key].append((invoice, from_cents(part)))
    return [
        replace(one, payments=tuple(paid[key]), payers=payers[key], invoices=tuple(invoices[key]))
        for key, one in found.items()
    ]


def _named_by(returns: Sequence[BankMovement]) -> Select[Any]:
    """The credits that returns may take back, a row for each payment of them."""
    same: list[ColumnElement[bool]] = [
        _b.end_to_end.in_({movement.end_to_end for movement in returns if movement.end_to_end}),
        _b.reference.in_({name for m in returns for name in (_joined(m), *m.references) if name}),
    ]
    return (
        select(_b.key, _b.amount, _b.reference, _b.end_to_end, _b.name, _r.external_id, _r.customer_id, _r.seq)
        .join(schema.reference, and_(_r.kind == "payment", or_(_FIRST, _PART)))
        .where(or_(*same), _b.incoming == 1)
        .order_by(_b.value_on.desc(), _b.id.desc(), _r.seq)
    )


_STANDING = Query(  # payments that were not taken back
    select(_p.customer_id, _p.seq, schema.customer.c.name, _p.amount, _p.invoice)
    .join(schema.customer, schema.customer.c.id == _p.customer_id)
    .where(
        _p.customer_id == bindparam("customer"), _p.seq.in_(bindparam("places", expanding=True)),
        ~exists().where(_bounce.customer_id == _p.customer_id, _bounce.payment == _p.seq),
    )
    .order_by(_p.seq, _p.n)
)  # fmt: skip


def _some(values: Sequence[_T]) -> Iterator[Sequence[_T]]:
    """The values in parts that a statement can hold."""
    for start in range(0, len(values), _AT_ONCE):
        yield values[start : start + _AT_ONCE]
