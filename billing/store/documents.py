"""Issued documents: stored whole, numbered without gaps inside the transaction that keeps them (M6, M8, L6)."""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, and_, bindparam, exists, func, insert, or_, select, update

from billing.core.facts import Charge, Entry
from billing.core.invoicing import Billed, Line, Totals
from billing.core.units import from_cents, in_cents
from billing.core.vat import VatClass
from billing.errors import Forbidden
from billing.store import chain, schema
from billing.store.ledger import Head, in_order
from billing.store.rows import Row, from_row

Content = dict[str, Any]
SERIES = {"invoice": "INV", "credit-note": "CN"}
QUOTES, MAINTENANCE = "Q", "M"  # series of their own (S8, S9)

# Numbering


@dataclass(slots=True)
class Series:
    """A series of numbers as its locked row has it: the last number of the last year, and the last hash."""

    name: str
    last_on: date | None
    last_number: int
    hash: str

    def next_number(self, on: date) -> int:
        """The number of a document issued on a day: the year's next (M6)."""
        return self.last_number + 1 if self.last_on is not None and self.last_on.year == on.year else 1


def code(name: str, on: date, number: int) -> str:
    """A document's number as it is printed: `INV-2025-00001`."""
    return f"{name}-{on.year}-{number:05d}"


def lock_series(connection: Connection, name: str, on: date) -> Series:
    """The series, locked until the transaction ends; an issue date before its last one is refused (M6)."""
    s = schema.series.c
    row = connection.execute(select(schema.series).where(s.name == name).with_for_update()).mappings().one()
    last_on = date.fromisoformat(row["last_on"]) if row["last_on"] else None
    if last_on is not None and on < last_on:
        raise Forbidden(
            "out-of-order",
            f"{on} is before the last document of series {name}, issued on {last_on}; issue from that day on",
        )
    return Series(name, last_on, row["last_number"], row["hash"])


def peek_series(connection: Connection, name: str) -> Series:
    """The series as it is, not locked: for a preview."""
    row = connection.execute(select(schema.series).where(schema.series.c.name == name)).mappings().one()
    return Series(name, date.fromisoformat(row["last_on"]) if row["last_on"] else None, row["last_number"], row["hash"])


def make_series(connection: Connection) -> None:
    """Makes the rows of the series in a new database."""
    known = set(connection.execute(select(schema.series.c.name)).scalars())
    for name in (*SERIES.values(), QUOTES, MAINTENANCE):
        if name not in known:
            values = {"name": name, "last_number": 0, "hash": chain.GENESIS}
            connection.execute(insert(schema.series).values(**values))


# Keeping


def rows_of(
    series: Series, content: Content, lines: Iterable[Line], totals: Totals, billed_to: date | None
) -> list[tuple[Any, Row]]:
    """The ledger's rows of a document; the series moves on to its number and hash."""
    on = date.fromisoformat(content["date"])
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    number = series.next_number(on)
    series.last_on, series.last_number = on, number
    series.hash = chain.series_hash(series.hash, text)
    name = content["number"]
    rows: list[tuple[Any, Row]] = [
        (
            schema.document,
            {
                "series": series.name,
                "year": on.year,
                "number": number,
                "code": name,
                "kind": content["kind"],
                "issued_on": content["date"],
                "due_on": content["due"],
                "currency": content["currency"],
                "net": in_cents(totals.net),
                "vat": in_cents(totals.total - totals.rounding - totals.net),
                "rounding": in_cents(totals.rounding),
                "total": in_cents(totals.total),
                "corrects": content["corrects"],
                "run_month": content["period"],
                "billed_to": billed_to.isoformat() if billed_to else None,
                "content": text,
                "series_hash": series.hash,
            },
        )
    ]
    for place, line in enumerate(lines, 1):
        rows.append((schema.document_line, _line_row(name, place, line)))
        rows += [
            (schema.document_entry, {"code": name, "line": place, "entry": entry, "minutes": minutes})
            for entry, minutes in line.entries
        ]
    return rows


def save_series(connection: Connection, series: Series, content: Content) -> None:
    """Keeps where a series has come to with a document, and the reference by which banks name it."""
    reference = (content.get("payment") or {}).get("reference")
    if reference:
        connection.execute(insert(schema.payment_reference).values(reference=reference, code=content["number"]))
    assert series.last_on is not None
    values = {"last_on": series.last_on.isoformat(), "last_number": series.last_number, "hash": series.hash}
    connection.execute(update(schema.series).where(schema.series.c.name == series.name).values(**values))


def _line_row(name: str, place: int, line: Line) -> Row:
    return {
        "code": name,
        "line": place,
        "kind": line.kind,
        "name": line.name,
        "minutes": line.minutes,
        "quantity": line.quantity,
        "rate": None if line.rate is None else in_cents(line.rate),
        "amount": in_cents(line.amount),
        "vat_category": line.vat.category,
        "vat_rate": str(line.vat.rate),
        "corrects": line.corrects[0] if line.corrects else None,
        "corrects_line": line.corrects[1] if line.corrects else None,
    }


# Reading

_doc, _line, _part = schema.document.c, schema.document_line.c, schema.document_entry.c
_ch, _e = schema.charge.c, schema.entry.c


@dataclass(frozen=True, slots=True)
class Kept:
    """A document as it is kept, with what credit notes have taken of it since."""

    customer_id: int
    seq: int
    content: Content
    total: Decimal
    credited: Decimal


def _kept(connection: Connection, *conditions: Any) -> list[Kept]:
    credits = (
        select(_doc.corrects, func.sum(_doc.total).label("sum"))
        .where(_doc.corrects.is_not(None))
        .group_by(_doc.corrects)
        .subquery()
    )
    statement = (
        select(_doc.customer_id, _doc.seq, _doc.content, _doc.total, credits.c.sum)
        .outerjoin(credits, credits.c.corrects == _doc.code)
        .where(*conditions)
        .order_by(_doc.issued_on, _doc.series.desc(), _doc.year, _doc.number)
    )
    return [
        Kept(customer, seq, json.loads(text), from_cents(total), -from_cents(int(credited or 0)))
        for customer, seq, text, total, credited in connection.execute(statement)
    ]


def find(connection: Connection, number: str) -> Kept | None:
    """The document of that number."""
    found = _kept(connection, _doc.code == number)
    return found[0] if found else None


def listed(connection: Connection, month: str | None = None, customer_id: int | None = None) -> list[Kept]:
    """Documents in the order of their dates, of a month of issue or a customer if asked."""
    conditions: list[Any] = [] if month is None else [_doc.issued_on.like(f"{month}-%")]
    if customer_id is not None:
        conditions.append(_doc.customer_id == customer_id)
    return _kept(connection, *conditions)


def by_reference(connection: Connection, reference: str) -> str | None:
    """The number of the invoice that is paid with a reference."""
    r = schema.payment_reference.c
    return connection.execute(select(r.code).where(r.reference == reference)).scalar()


def numbers(connection: Connection) -> list[str]:
    return list(connection.execute(select(_doc.code).order_by(_doc.code)).scalars())


def of_run(connection: Connection, month: str) -> Iterable[Content]:
    """The documents that the runs of a month have issued, in the order of their numbers."""
    statement = select(_doc.content).where(_doc.run_month == month).order_by(_doc.series.desc(), _doc.year, _doc.number)
    for (text,) in connection.execute(statement):
        yield json.loads(text)


# What is billed and what is not


_CANDIDATES = (
    select(_ch.entry)
    .where(_ch.customer_id == bindparam("customer"), _ch.seq > bindparam("mark"), _ch.overage > 0)
    .union(
        select(_ch.entry).where(
            _ch.customer_id == bindparam("customer"),
            _ch.free == "void",
            or_(_ch.seq > bindparam("mark"), _ch.dated_on > bindparam("at")),
        ),
        select(_ch.entry)
        .join(schema.entry, and_(_e.customer_id == _ch.customer_id, _e.seq == _ch.entry))
        .where(_ch.customer_id == bindparam("customer"), _ch.overage > 0, _e.worked_on > bindparam("billed_to")),
    )
)
_earlier = schema.document.alias("earlier").c
_DATED_LATER = exists().where(  # recorded before, yet dated after the day: what it billed is not billed on that day
    _earlier.customer_id == _doc.customer_id, _earlier.seq < _doc.seq, _earlier.issued_on > bindparam("at")
)
_MARK = (
    select(_doc.seq, _doc.billed_to)
    .where(
        _doc.customer_id == bindparam("customer"),
        _doc.billed_to.is_not(None),
        _doc.issued_on <= bindparam("at"),
        ~_DATED_LATER,
    )
    .order_by(_doc.seq.desc())
    .limit(1)
)
_CHARGED = select(schema.charge).where(_ch.customer_id == bindparam("customer"), _ch.entry.in_(_CANDIDATES))
_WORKED = select(schema.entry).where(_e.customer_id == bindparam("customer"), _e.seq.in_(_CANDIDATES))
_PARTS = (
    select(_part.code, _part.line, _part.entry, _part.minutes, _line.corrects, _line.corrects_line)
    .join(schema.document_line, and_(_line.customer_id == _part.customer_id, _line.code == _part.code,
                                     _line.line == _part.line))
    .join(schema.document, and_(_doc.customer_id == _part.customer_id, _doc.seq == _part.seq))
    .where(_part.customer_id == bindparam("customer"), _part.entry.in_(_CANDIDATES),
           _doc.issued_on <= bindparam("at"))
)  # fmt: skip
_LINES = (
    select(_line.code, _line.line, _line.corrects, _line.corrects_line, _line.name, _line.rate, _line.minutes,
           _line.amount, _line.vat_category, _line.vat_rate, _doc.issued_on, _doc.currency)
    .join(schema.document, and_(_doc.customer_id == _line.customer_id, _doc.seq == _line.seq))
    .where(
        _line.customer_id == bindparam("customer"),
        or_(_line.code.in_(bindparam("codes", expanding=True)), _line.corrects.in_(bindparam("codes", expanding=True))),
        _doc.issued_on <= bindparam("at"),
    )
)  # fmt: skip


def unsettled(
    connection: Connection, customer: Head, at: date
) -> tuple[dict[int, tuple[Entry, list[Charge]]], list[Billed]]:
    """The entries whose overage may differ from what is billed, and the lines that billed them.

    All that a run has looked at is settled by its documents; only what was recorded since, or worked after the month
    it billed, can differ. Documents after `at` do not count.
    """
    values: dict[str, Any] = {"customer": customer.id, "at": at.isoformat(), "mark": -1, "billed_to": "9999-12-31"}
    mark = connection.execute(_MARK, values).first()
    if mark is not None:
        values["mark"], values["billed_to"] = mark
    charges: dict[int, list[Charge]] = defaultdict(list)
    for charge in in_order(connection.execute(_CHARGED, values)):
        charges[charge.entry].append(charge)
    if not charges:
        return {}, []
    entries = {}
    for row in connection.execute(_WORKED, values).mappings():
        entries[row["seq"]] = (from_row(Entry, row, {}), charges[row["seq"]])
    return entries, _billed(connection, values)  # type: ignore[return-value]


def _billed(connection: Connection, values: dict[str, Any]) -> list[Billed]:
    parts = connection.execute(_PARTS, values).all()
    if not parts:
        return []
    codes = sorted({corrects or name for name, _, _, _, corrects, _ in parts})
    lines: dict[tuple[str, int], Billed] = {}
    credits = []
    for name, place, corrects, of, category, rate, minutes, amount, vat, vat_rate, on, currency in connection.execute(
        _LINES, {**values, "codes": codes}
    ):
        if corrects is not None:
            credits.append(((corrects, of), minutes, from_cents(amount)))
        elif rate is not None:
            taxed = VatClass(vat, Decimal(vat_rate))
            issued = date.fromisoformat(on)
            lines[name, place] = Billed(
                name, place, issued, category, from_cents(rate), taxed, minutes, from_cents(amount), {}, currency
            )
    for line_key, minutes, amount_less in credits:
        lines[line_key].minutes += minutes
        lines[line_key].amount += amount_less
    for name, place, entry, minutes, corrects, of in parts:
        left = lines[(corrects, of) if corrects is not None else (name, place)].entries
        left[entry] = left.get(entry, 0) + minutes
    return list(lines.values())


def customers_to_bill(connection: Connection) -> list[int]:
    """The keys of the customers for whom something may have to be issued."""
    last = (
        select(_doc.customer_id, func.max(_doc.seq).label("mark"))
        .where(_doc.billed_to.is_not(None))
        .group_by(_doc.customer_id)
        .subquery()
    )
    mark = func.coalesce(last.c.mark, -1)
    since = select(_ch.customer_id).outerjoin(last, last.c.customer_id == _ch.customer_id)
    changed = since.where(_ch.seq > mark, or_(_ch.overage > 0, _ch.free == "void"))
    newer = (
        select(_ch.customer_id)
        .join(last, last.c.customer_id == _ch.customer_id)
        .join(schema.document, and_(_doc.customer_id == last.c.customer_id, _doc.seq == last.c.mark))
        .join(schema.entry, and_(_e.customer_id == _ch.customer_id, _e.seq == _ch.entry))
        .where(_ch.overage > 0, _e.worked_on > _doc.billed_to)
    )
    return list(connection.execute(changed.union(newer)).scalars())


def is_numbered(connection: Connection, number: str) -> bool:
    return bool(connection.execute(select(exists().where(_doc.code == number))).scalar())


def notes_of(connection: Connection, invoice: str) -> list[Content]:
    """The contents of the credit notes that correct an invoice."""
    rows = connection.execute(select(_doc.content).where(_doc.corrects == invoice).order_by(_doc.number))
    return [json.loads(text) for (text,) in rows]
