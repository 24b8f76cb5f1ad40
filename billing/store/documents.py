"""Issued documents: stored whole, numbered without gaps inside the transaction that keeps them (M6, M8, L6)."""

import json
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from billing.core.invoicing import Line, Totals
from billing.core.units import ZERO, from_cents
from billing.store import brought as store_brought
from billing.store import chain, journal, numbering
from billing.store.damage import BROKEN, damaged
from billing.store.kept import TABLES, DocumentRow, LineRow, PartRow
from billing.store.numbering import Series
from billing.store.query import Query
from billing.store.rows import Row, columns
from billing.store.sql import ColumnElement, Connection, and_, bindparam, func, insert, or_, schema, select
from billing.values import dataclass
from billing.views import codec
from billing.views.documents import Document, DocumentHead

T = TypeVar("T")

# Keeping


def written(document: Document) -> str:
    """The text that is kept of a document, and hashed."""
    return _json(codec.to_json(document))


def read(text: str, number: str) -> Document:
    """The document that a text was kept of, also one of an earlier version. Raises DatabaseRefusal (`damaged`)."""
    return _read(Document, text, number)


def head(text: str, number: str) -> DocumentHead:
    """What a list says of a document, out of the same text. Raises DatabaseRefusal (`damaged`)."""
    return _read(DocumentHead, text, number)


def _read(of: type[T], text: str, number: str) -> T:
    try:
        return codec.from_json(of, json.loads(text))
    except BROKEN:
        raise damaged(number) from None


@dataclass(frozen=True, slots=True)
class Sheet:
    """The ledger's rows of a document that has no number yet, and its text around what the number makes.

    All that takes long is done when it is made, so that whoever numbers many holds their series for a moment only.
    """

    rows: list[tuple[Any, Row]]
    before: str
    between: str
    behind: str

    def numbered(self, series: Series, document: Document) -> list[tuple[Any, Row]]:
        """The rows of the document, which has its number and payment now; the series moves on to number and hash."""
        on, payment = document.on, None if document.payment is None else codec.to_json(document.payment)
        own = (f'"number":{_json(document.number)}', f'"payment":{_json(payment)}')
        text = "{" + ",".join(filter(None, (self.before, own[0], self.between, own[1], self.behind))) + "}"
        series.last_number = series.next_number(on)
        series.last_on, series.hash = on, chain.series_hash(series.hash, text)
        for _, row in self.rows:
            row["code"] = document.number
        self.rows[0][1].update(number=series.last_number, content=text, series_hash=series.hash)
        return self.rows


def sheet_of(series: str, document: Document, lines: Iterable[Line], totals: Totals, billed_to: date | None) -> Sheet:
    """What is to be kept of a document that has no number yet."""
    on, name = document.on, document.number
    kept: list[object] = [
        DocumentRow(
            series=series,
            year=on.year,
            number=0,
            code=name,
            kind=document.kind,
            issued_on=on,
            due_on=document.due,
            currency=document.currency,
            net=totals.net,
            vat=totals.total - totals.rounding - totals.net,
            rounding=totals.rounding,
            total=totals.total,
            corrects=document.corrects,
            run_month=document.period,
            billed_to=billed_to,
            content="",
            series_hash="",
        )
    ]
    for place, line in enumerate(lines, 1):
        kept.append(_line_row(name, place, line))
        kept += [PartRow(code=name, line=place, entry=entry, minutes=minutes) for entry, minutes in line.entries]
    content = codec.to_json(document)
    own = content.pop("number"), content.pop("payment")
    parts = ({}, {}, {})  # type: tuple[dict[str, Any], dict[str, Any], dict[str, Any]]
    for key, value in content.items():
        parts[(key > "number") + (key > "payment")][key] = value
    assert own == ("", None)
    return Sheet([(TABLES[type(row)], columns(row)) for row in kept], *(_json(part)[1:-1] for part in parts))


_json = json.JSONEncoder(ensure_ascii=False, check_circular=False, sort_keys=True, separators=(",", ":")).encode


def save_series(connection: Connection, series: Iterable[Series], issued: Iterable[Document]) -> None:
    """Keeps where series have come to with documents, and the references by which banks name these."""
    named = [
        {"reference": document.payment.reference, "code": document.number}
        for document in issued
        if document.payment is not None and document.payment.reference
    ]
    if named:
        connection.execute(insert(schema.payment_reference), named)
    for each in series:
        numbering.save_series(connection, each)


def _line_row(name: str, place: int, line: Line) -> LineRow:
    return LineRow(
        code=name,
        line=place,
        kind=line.kind,
        name=line.name,
        minutes=line.minutes,
        quantity=line.quantity,
        rate=line.rate,
        amount=line.amount,
        vat_category=line.vat.category,
        vat_rate=str(line.vat.rate),
        corrects=line.corrects[0] if line.corrects else None,
        corrects_line=line.corrects[1] if line.corrects else None,
    )


# Reading

_AT_ONCE = 200  # documents that are read together
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
    brought: Decimal | None = None  # the whole total of an invoice of another system: no document of ours (G14)

    def document(self) -> Document:
        """All that stands on it; what its row says by itself is quicker to ask there."""
        return read(self.text, self.number)


# By itself for each document: a join would group all the documents there are, once for each customer asked for.
_MINE = and_(_note.customer_id == _doc.customer_id, _note.corrects == _doc.code)
_CREDITED = select(func.sum(_note.total)).where(_MINE).scalar_subquery()
_SUMS = (
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
    _CREDITED,
)
_IN_ORDER = (_doc.issued_on, _doc.series.desc(), _doc.year, _doc.number)
_KEPT = select(*_SUMS, _doc.content).order_by(*_IN_ORDER)
_SUMS_OF_CUSTOMER = Query(select(*_SUMS).where(_doc.customer_id == bindparam("customer")).order_by(*_IN_ORDER))
_KEPT_OF_CUSTOMER = Query(_KEPT.where(_doc.customer_id == bindparam("customer")))
_KEPT_OF_NUMBER = Query(_KEPT.where(_doc.code == bindparam("number")))


def _kept_of(row: Any) -> Kept:
    customer, seq, number, kind, on, due, currency, corrects, net, rounding, total, taken, text = row
    sums = (from_cents(net), from_cents(rounding), from_cents(total), -from_cents(int(taken or 0)))
    due_on = date.fromisoformat(due) if due else None
    return Kept(customer, seq, number, kind, date.fromisoformat(on), due_on, currency, corrects, *sums, text)


def sums(connection: Connection, customer_id: int) -> list[Kept]:
    """A customer's documents without their texts, which of a busy one are megabytes."""
    return [_kept_of((*row, "")) for row in _SUMS_OF_CUSTOMER.rows(connection, {"customer": customer_id})]


def find(connection: Connection, number: str) -> Kept | None:
    """The document of that number."""
    row = _KEPT_OF_NUMBER.row(connection, {"number": number})
    return None if row is None else _kept_of(row)


def brought(connection: Connection, number: str | None = None, customer_id: int | None = None) -> list[Kept]:
    """The open invoices that customers brought, as documents of ours; the total is what was open (G14)."""
    return [
        Kept(one.customer_id, of.seq, of.number, "invoice", of.issued_on, of.due_on, of.currency, None, of.open, ZERO,
             of.open, ZERO, "", brought=of.total)
        for one in store_brought.invoices(connection, customer_id, number=number)
        for of in (one.invoice,)
    ]  # fmt: skip


def listed(
    connection: Connection,
    month: str | None = None,
    customer_id: int | None = None,
    after: str | None = None,
    most: int | None = None,
) -> list[Kept]:
    """Documents in the order of their dates, of a month of issue or a customer if asked; so many `after` a number.

    After a number that nothing has there is nothing.
    """
    if customer_id is not None and month is None and after is None and most is None:
        return [_kept_of(row) for row in _KEPT_OF_CUSTOMER.rows(connection, {"customer": customer_id})]
    conditions: list[Any] = [] if month is None else [_doc.issued_on.like(f"{month}-%")]
    if customer_id is not None:
        conditions.append(_doc.customer_id == customer_id)
    if after is not None:
        conditions.append(_comes_after(after))
    return [_kept_of(row) for row in connection.execute(_KEPT.where(*conditions).limit(most))]


def _comes_after(number: str) -> ColumnElement[bool]:
    """What stands behind a document in that order."""
    last = schema.document.alias()
    day, series, year = (_doc[name] == last.c[name] for name in ("issued_on", "series", "year"))
    behind = or_(
        _doc.issued_on > last.c.issued_on,
        and_(day, _doc.series < last.c.series),
        and_(day, series, _doc.year > last.c.year),
        and_(day, series, year, _doc.number > last.c.number),
    )
    return select(last.c.code).where(last.c.code == number, behind).exists()


def by_reference(connection: Connection, reference: str) -> str | None:
    """The number of the invoice that is paid with a reference."""
    r = schema.payment_reference.c
    return connection.execute(select(r.code).where(r.reference == reference)).scalar()


def last_issued(connection: Connection, customer_id: int | None = None) -> dict[int, date]:
    """The day of a customer's last document, or of everyone's, by the customer's key."""
    last = select(_doc.customer_id, func.max(_doc.issued_on)).group_by(_doc.customer_id)
    if customer_id is not None:
        last = last.where(_doc.customer_id == customer_id)
    return {customer: date.fromisoformat(on) for customer, on in connection.execute(last)}


def of_run(connection: Connection, month: str) -> Iterable[Document]:
    """The documents that the runs of a month have issued, in the order of their numbers; some are held at a time."""
    return (read(text, code) for code, text in texts_of_run(connection, month))


def texts_of_run(connection: Connection, month: str) -> Iterator[tuple[str, str]]:
    """Their numbers, and the texts that are kept of them."""
    of_month = select(_doc.code).where(_doc.run_month == month)
    codes = list(connection.execute(of_month.order_by(_doc.series.desc(), _doc.year, _doc.number)).scalars())
    for start in range(0, len(codes), _AT_ONCE):
        some = codes[start : start + _AT_ONCE]
        rows = connection.execute(select(_doc.code, _doc.content).where(_doc.code.in_(some)))
        texts = {row.code: row.content for row in rows}
        yield from ((code, texts[code]) for code in some)


_run = schema.run_reference.c


def run_of_id(connection: Connection, external_id: str) -> tuple[date, date | None] | None:
    """The month and the issue date, if one was given, of a run that was asked for under an id (L5)."""
    row = connection.execute(select(_run.month, _run.issued_on).where(_run.external_id == external_id)).first()
    return row and (date.fromisoformat(row[0]), date.fromisoformat(row[1]) if row[1] else None)


def keep_run(connection: Connection, external_id: str, month: date, issued_on: date | None) -> None:
    row = {"external_id": external_id, "month": month.isoformat(), "issued_on": issued_on and issued_on.isoformat()}
    journal.put(connection, schema.run_reference, [row])


def left_of(connection: Connection, invoices: list[str]) -> dict[str, tuple[Decimal, Decimal]]:
    """Net and total of invoices, less those of the notes that correct them."""
    if not invoices:  # as of most documents of a run
        return {}
    of = func.coalesce(_doc.corrects, _doc.code)
    named = or_(_doc.code.in_(invoices), _doc.corrects.in_(invoices))
    rows = connection.execute(select(of, func.sum(_doc.net), func.sum(_doc.total)).where(named).group_by(of))
    return {number: (from_cents(int(net)), from_cents(int(total))) for number, net, total in rows}


def credited_lines(connection: Connection, invoice: str) -> dict[int, Decimal]:
    """What the credit notes of an invoice took off each of its lines, by the line's place; 0: of none of them."""
    of, line = func.coalesce(_line.corrects_line, 0), schema.document_line
    rows = connection.execute(
        select(of, func.sum(_line.amount))
        .join_from(schema.document, line, (_line.customer_id == _doc.customer_id) & (_line.code == _doc.code))
        .where(_doc.corrects == invoice)
        .group_by(of)
    )
    return {place: from_cents(int(amount)) for place, amount in rows}


def notes_of(connection: Connection, invoice: str) -> list[Document]:
    """The credit notes that correct an invoice."""
    rows = connection.execute(select(_doc.content, _doc.code).where(_doc.corrects == invoice).order_by(_doc.number))
    return [read(*row) for row in rows]
