"""Documents as reports and books see them: what was issued, of what VAT, which lines; a few columns, read in one go."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from billing.core.journal import IssuedLine
from billing.core.receipts import Issued, Receipt
from billing.core.units import ZERO, from_cents
from billing.core.vat import VatClass
from billing.store import brought, payments
from billing.store.damage import BROKEN, damaged
from billing.store.query import Query
from billing.store.sql import Connection, bindparam, schema, select

Booked = tuple[Issued, tuple[IssuedLine, ...], Decimal]  # with its lines and its rounding
_AT_ONCE = 500  # rows held while they are read: a document's content is far larger than what is kept of it
_doc, _line, _c = schema.document.c, schema.document_line.c, schema.customer.c
_DOCUMENTS = (
    select(_doc.code, _c.code, _doc.issued_on, _doc.due_on, _doc.currency, _doc.total, _doc.corrects, _doc.rounding,
           _doc.content)
    .join(schema.customer, _c.id == _doc.customer_id)
    .order_by(_doc.issued_on, _doc.series.desc(), _doc.year, _doc.number)
    .execution_options(yield_per=_AT_ONCE)
)  # fmt: skip
_OF_CUSTOMER = Query(_DOCUMENTS.where(_doc.customer_id == bindparam("customer"), _doc.seq <= bindparam("until")))
_AMOUNTS = Query(
    select(_doc.code, _c.code, _doc.issued_on, _doc.due_on, _doc.currency, _doc.total, _doc.corrects)
    .join(schema.customer, _c.id == _doc.customer_id)
    .where(_doc.customer_id == bindparam("customer"))
    .order_by(_doc.issued_on, _doc.series.desc(), _doc.year, _doc.number)
)
_LINES = Query(
    select(_line.code, _line.kind, _line.name, _line.amount)
    .where(_line.customer_id == bindparam("customer"))
    .order_by(_line.seq, _line.line)
)
_ROUNDINGS = Query(
    select(_doc.code, _doc.rounding).where(_doc.customer_id == bindparam("customer"), _doc.rounding != 0)
)
_LAST = 2**31 - 1  # no chain is longer
_TAIL = ',"recipient":{'  # keys are sorted: behind it stands all that is asked here, and the long annex is before it


def has_documents(connection: Connection) -> bool:
    """Whether anything was ever issued."""
    return connection.execute(select(_doc.code).limit(1)).first() is not None


def documents(connection: Connection, customer_id: int | None = None, until: int | None = None) -> list[Issued]:
    """The documents of a customer, or all, in the order of their dates; with `until` those up to a position."""
    return [issued for issued, _ in _read(connection, customer_id, until)]


def amounts(connection: Connection, customer_id: int) -> list[Issued]:
    """The same of a customer without what stands on them, of which a busy one's are megabytes: no VAT, no recipient."""
    ours = [
        Issued(number, customer, date.fromisoformat(on), date.fromisoformat(due) if due else None, currency, (),
               from_cents(total), corrects)
        for number, customer, on, due, currency, total, corrects in _AMOUNTS.rows(connection, {"customer": customer_id})
    ]  # fmt: skip
    return [*ours, *_brought(connection, customer_id, None)]


def booked(
    connection: Connection, customer_id: int, until: int | None = None, known: Iterable[Issued] | None = None
) -> list[Booked]:
    """A customer's documents in the order of their dates, each with its lines and its rounding, for the books.

    Where they are `known`, all of them, they are not read again.
    """
    lines: dict[str, list[IssuedLine]] = defaultdict(list)
    for code, kind, name, amount in _LINES.rows(connection, {"customer": customer_id}):
        lines[code].append(IssuedLine(kind, name, from_cents(amount)))
    if known is None:
        found = _read(connection, customer_id, until)
    else:
        roundings = dict(_ROUNDINGS.rows(connection, {"customer": customer_id}))
        found = ((issued, from_cents(roundings.get(issued.number, 0))) for issued in known)
    return [(issued, tuple(lines[issued.number]), rounding) for issued, rounding in found]


def receipts(connection: Connection, customer_id: int | None = None, until: int | None = None) -> list[Receipt]:
    """The payments of a customer, or all, and negative what was taken back; what was written off, as that."""
    written = payments.written_off_on(connection, customer_id, until)
    return [
        *(
            Receipt(invoice, on, amount, posted_on=settled_on)
            for invoice, on, amount, settled_on in payments.flows(connection, customer_id, until)
        ),
        *(Receipt(*row, written_off=True) for row in written),
    ]


def _read(connection: Connection, customer_id: int | None, until: int | None) -> Iterator[tuple[Issued, Decimal]]:
    for number, customer, issued_on, due_on, currency, total, corrects, rounding, content in _rows(
        connection, customer_id, until
    ):
        try:
            kept = _behind(content)
            to = kept["recipient"]
            issued = Issued(
                number, customer, date.fromisoformat(issued_on), date.fromisoformat(due_on) if due_on else None,
                currency, tuple(map(_vat, kept["vat"])), from_cents(total), corrects, to["name"], to["country"],
                to.get("vat_id"),
            )  # fmt: skip
        except BROKEN:
            raise damaged(number) from None
        yield issued, from_cents(rounding)
    for issued in _brought(connection, customer_id, until):
        yield issued, ZERO


def _brought(connection: Connection, customer_id: int | None, until: int | None) -> Iterator[Issued]:
    for one in brought.invoices(connection, customer_id, until):
        invoice = one.invoice
        yield Issued(
            invoice.number, one.customer, invoice.issued_on, invoice.due_on, invoice.currency, (), invoice.open, None,
            opened_on=one.opened_on, whole=invoice.total,
        )  # fmt: skip


def _rows(connection: Connection, customer_id: int | None, until: int | None) -> Iterator[Any]:
    if customer_id is not None:
        values = {"customer": customer_id, "until": _LAST if until is None else until}
        yield from _OF_CUSTOMER.rows(connection, values)
        return
    with connection.execute(_DOCUMENTS if until is None else _DOCUMENTS.where(_doc.seq <= until)) as rows:
        yield from rows


def _behind(content: str) -> dict[str, Any]:
    """What of a document's text stands from its recipient on: VAT and total too."""
    place = content.rfind(_TAIL)
    found: dict[str, Any] = json.loads("{" + content[place + 1 :] if place >= 0 else content)
    return found


def _vat(row: dict[str, Any]) -> tuple[VatClass, Decimal, Decimal]:
    return VatClass(row["category"], Decimal(row["rate"])), Decimal(row["base"]), Decimal(row["amount"])
