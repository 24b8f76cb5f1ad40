"""Issued documents: stored whole, numbered without gaps inside the transaction that keeps them (M6, M8, L6)."""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, and_, bindparam, func, insert, or_, select, update

from billing.core.facts import Charge, Entry
from billing.core.invoicing import Billed, Line, Totals
from billing.core.units import from_cents, in_cents
from billing.core.vat import VatClass
from billing.errors import Forbidden
from billing.store import chain, schema
from billing.store.engine import Query
from billing.store.ledger import Head, columns_of, fact_of, in_order
from billing.store.rows import Row
from billing.texts import say
from billing.views import codec
from billing.views.documents import Document

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
    series = _series(connection, name, lock=True)
    if series.last_on is not None and on < series.last_on:
        raise Forbidden(
            "out-of-order",
            say(
                "{on} is before the last document of series {name}, issued on {last_on}",
                on=on,
                name=name,
                last_on=series.last_on,
            ),
            say("issue from that day on"),
        )
    return series


def peek_series(connection: Connection, name: str) -> Series:
    """The series as it is, not locked: for a preview."""
    return _series(connection, name, lock=False)


_s = schema.series.c
_SERIES = select(_s.name, _s.last_on, _s.last_number, _s.hash).where(_s.name == bindparam("of"))
_SERIES_BY_LOCK = {False: Query(_SERIES), True: Query(_SERIES.with_for_update())}
_SAVE_SERIES = update(schema.series).where(_s.name == bindparam("of"))


def _series(connection: Connection, name: str, lock: bool) -> Series:
    ((_, last_on, last_number, digest),) = _SERIES_BY_LOCK[lock].rows(connection, {"of": name})
    return Series(name, date.fromisoformat(last_on) if last_on else None, last_number, digest)


def make_series(connection: Connection) -> None:
    """Makes the rows of the series in a new database."""
    known = set(connection.execute(select(schema.series.c.name)).scalars())
    for name in (*SERIES.values(), QUOTES, MAINTENANCE):
        if name not in known:
            values = {"name": name, "last_number": 0, "hash": chain.GENESIS}
            connection.execute(insert(schema.series).values(**values))


# Keeping


def written(document: Document) -> str:
    """The text that is kept of a document, and hashed."""
    return json.dumps(codec.to_json(document), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def read(text: str) -> Document:
    """The document that a text was kept of, also one of an earlier version."""
    return codec.from_json(Document, json.loads(text))


def rows_of(
    series: Series, document: Document, lines: Iterable[Line], totals: Totals, billed_to: date | None
) -> list[tuple[Any, Row]]:
    """The ledger's rows of a document; the series moves on to its number and hash."""
    on = document.on
    text = written(document)
    number = series.next_number(on)
    series.last_on, series.last_number = on, number
    series.hash = chain.series_hash(series.hash, text)
    name = document.number
    rows: list[tuple[Any, Row]] = [
        (
            schema.document,
            {
                "series": series.name,
                "year": on.year,
                "number": number,
                "code": name,
                "kind": document.kind,
                "issued_on": on.isoformat(),
                "due_on": document.due.isoformat() if document.due else None,
                "currency": document.currency,
                "net": in_cents(totals.net),
                "vat": in_cents(totals.total - totals.rounding - totals.net),
                "rounding": in_cents(totals.rounding),
                "total": in_cents(totals.total),
                "corrects": document.corrects,
                "run_month": document.period,
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


def save_series(connection: Connection, series: Series, document: Document | None = None) -> None:
    """Keeps where a series has come to, and the reference by which banks name the document."""
    if document is not None and document.payment is not None and document.payment.reference:
        named = {"reference": document.payment.reference, "code": document.number}
        connection.execute(insert(schema.payment_reference).values(**named))
    assert series.last_on is not None
    values = {"last_on": series.last_on.isoformat(), "last_number": series.last_number, "hash": series.hash}
    connection.execute(_SAVE_SERIES, {"of": series.name, **values})


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
_note = schema.document.alias("note").c


@dataclass(frozen=True, slots=True)
class Kept:
    """A document as it is kept, with what credit notes have taken of it since."""

    customer_id: int
    seq: int
    number: str
    kind: str
    on: date
    due: date | None
    currency: str
    corrects: str | None
    net: Decimal
    rounding: Decimal
    total: Decimal
    credited: Decimal
    text: str

    def document(self) -> Document:
        """All that stands on it; what its row says by itself is quicker to ask there."""
        return read(self.text)


def _kept(connection: Connection, *conditions: Any) -> list[Kept]:
    # By itself for each document: a join would group all the documents there are, once for each customer asked for.
    credited = select(func.sum(_note.total)).where(_note.corrects == _doc.code).scalar_subquery()
    statement = (
        select(
            _doc.customer_id,
            _doc.seq,
            _doc.code,
            _doc.kind,
            _doc.issued_on,
            _doc.due_on,
            _doc.currency,
            _doc.corrects,
            _doc.net,
            _doc.rounding,
            _doc.total,
            credited,
            _doc.content,
        )
        .where(*conditions)
        .order_by(_doc.issued_on, _doc.series.desc(), _doc.year, _doc.number)
    )
    return [_kept_of(row) for row in connection.execute(statement)]


def _kept_of(row: Any) -> Kept:
    customer, seq, number, kind, on, due, currency, corrects, net, rounding, total, taken, text = row
    sums = (from_cents(net), from_cents(rounding), from_cents(total), -from_cents(int(taken or 0)))
    due_on = date.fromisoformat(due) if due else None
    return Kept(customer, seq, number, kind, date.fromisoformat(on), due_on, currency, corrects, *sums, text)


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


def of_run(connection: Connection, month: str) -> Iterable[Document]:
    """The documents that the runs of a month have issued, in the order of their numbers."""
    statement = select(_doc.content).where(_doc.run_month == month).order_by(_doc.series.desc(), _doc.year, _doc.number)
    for (text,) in connection.execute(statement):
        yield read(text)


_run = schema.run_reference.c


def run_of_id(connection: Connection, external_id: str) -> tuple[date, date | None] | None:
    """The month and the issue date, if one was given, of a run that was asked for under an id (L5)."""
    row = connection.execute(select(_run.month, _run.issued_on).where(_run.external_id == external_id)).first()
    return row and (date.fromisoformat(row[0]), date.fromisoformat(row[1]) if row[1] else None)


def keep_run(connection: Connection, external_id: str, month: date, issued_on: date | None) -> None:
    row = {"external_id": external_id, "month": month.isoformat(), "issued_on": issued_on and issued_on.isoformat()}
    connection.execute(insert(schema.run_reference), row)


# What is billed and what is not


# As text: to write out expressions of this size costs each process milliseconds, and SQLite plans anew, each time, what
# may use a partial index if its condition does not stand literally.
_CANDIDATES = """
    SELECT c.entry FROM charge c
    WHERE c.customer_id = :customer AND c.overage > 0 AND c.seq > :mark
    UNION
    SELECT c.entry FROM charge c
    WHERE c.customer_id = :customer AND c.free = 'void' AND (c.seq > :mark OR c.dated_on > :at)
    UNION
    SELECT c.entry FROM entry e JOIN charge c ON c.customer_id = e.customer_id AND c.entry = e.seq
    WHERE e.customer_id = :customer AND e.worked_on > :billed_to AND c.overage > 0
"""
_CHARGED = Query(f"SELECT {columns_of(Charge)} FROM charge WHERE customer_id = :customer AND entry IN ({_CANDIDATES})")
_WORKED = Query(f"SELECT {columns_of(Entry)} FROM entry WHERE customer_id = :customer AND seq IN ({_CANDIDATES})")
_PARTS = Query(f"""
    SELECT p.code, p.line, p.entry, p.minutes, l.corrects, l.corrects_line
    FROM document_entry p
    JOIN document_line l ON l.customer_id = p.customer_id AND l.code = p.code AND l.line = p.line
    JOIN document d ON d.customer_id = p.customer_id AND d.seq = p.seq
    WHERE p.customer_id = :customer AND p.entry IN ({_CANDIDATES}) AND d.issued_on <= :at
""")
_MARK = Query("""
    SELECT d.seq, d.billed_to FROM document d
    WHERE d.customer_id = :customer AND d.billed_to IS NOT NULL AND d.issued_on <= :at
      AND NOT EXISTS (  -- recorded before, yet dated after the day: what it billed is not billed on that day
          SELECT 1 FROM document b WHERE b.customer_id = d.customer_id AND b.seq < d.seq AND b.issued_on > :at)
    ORDER BY d.seq DESC LIMIT 1
""")
_LINES = (
    select(_line.code, _line.line, _line.corrects, _line.corrects_line, _line.name, _line.rate, _line.minutes,
           _line.amount, _line.vat_category, _line.vat_rate, _doc.issued_on, _doc.currency)
    .join(schema.document, and_(_doc.customer_id == _line.customer_id, _doc.seq == _line.seq))
    .where(
        _line.customer_id == bindparam("customer"),
        or_(_line.code.in_(bindparam("codes", expanding=True)), _line.corrects.in_(bindparam("codes", expanding=True))),
        _doc.issued_on <= bindparam("at"),
        _line.seq <= bindparam("until"),
    )
)  # fmt: skip
_PARTS_UNTIL = Query("""
    SELECT p.code, p.line, p.entry, p.minutes, l.corrects, l.corrects_line
    FROM document_entry p
    JOIN document_line l ON l.customer_id = p.customer_id AND l.code = p.code AND l.line = p.line
    JOIN document d ON d.customer_id = p.customer_id AND d.seq = p.seq
    WHERE p.customer_id = :customer AND p.seq <= :until AND d.issued_on <= :at
""")
_LAST = 2**31 - 1  # no chain is longer


def billed_until(connection: Connection, customer: Head, until: int, at: date) -> list[Billed]:
    """The lines that had billed entries by a day, of the documents recorded up to a position (L9)."""
    values = {"customer": customer.id, "until": until, "at": at.isoformat()}
    return _billed(connection, _PARTS_UNTIL.rows(connection, values), values)


def unsettled(
    connection: Connection, customer: Head, at: date
) -> tuple[dict[int, tuple[Entry, list[Charge]]], list[Billed]]:
    """The entries whose overage may differ from what is billed, and the lines that billed them.

    All that a run has looked at is settled by its documents; only what was recorded since, or worked after the month
    it billed, can differ. Documents after `at` do not count.
    """
    values: dict[str, Any] = {"customer": customer.id, "at": at.isoformat(), "mark": -1, "billed_to": "9999-12-31"}
    mark = _MARK.row(connection, values)
    if mark is not None:
        values["mark"], values["billed_to"] = mark
    charges: dict[int, list[Charge]] = defaultdict(list)
    for charge in in_order(_CHARGED.rows(connection, values)):
        charges[charge.entry].append(charge)
    if not charges:
        return {}, []
    entries = {}
    for row in _WORKED.rows(connection, values):
        entry = fact_of(Entry, row)
        entries[entry.seq] = (entry, charges[entry.seq])
    return entries, _billed(connection, _PARTS.rows(connection, values), values | {"until": _LAST})


def _billed(connection: Connection, parts: list[tuple[Any, ...]], values: dict[str, Any]) -> list[Billed]:
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


def left_of(connection: Connection, invoices: list[str]) -> dict[str, tuple[Decimal, Decimal]]:
    """Net and total of invoices, less those of the notes that correct them."""
    of = func.coalesce(_doc.corrects, _doc.code)
    named = or_(_doc.code.in_(invoices), _doc.corrects.in_(invoices))
    rows = connection.execute(select(of, func.sum(_doc.net), func.sum(_doc.total)).where(named).group_by(of))
    return {number: (from_cents(int(net)), from_cents(int(total))) for number, net, total in rows}


def notes_of(connection: Connection, invoice: str) -> list[Document]:
    """The credit notes that correct an invoice."""
    rows = connection.execute(select(_doc.content).where(_doc.corrects == invoice).order_by(_doc.number))
    return [read(text) for (text,) in rows]
