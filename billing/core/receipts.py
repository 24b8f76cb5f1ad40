"""VAT by period, on invoices or on receipts, and what is open on a day (M2, M10).

VAT on receipts is the share of an invoice's VAT that is paid, as a sum up to a day: a period's VAT is the difference of
two such sums, so that no cent is lost between part payments.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from billing.core.basis import Bases
from billing.core.units import ZERO, day_before, to_cents
from billing.core.vat import VatClass
from billing.values import dataclass

AGES = ((0, "not due"), (30, "1 to 30 days"), (60, "31 to 60 days"), (90, "61 to 90 days"))
REVERSE = "AE"  # EN 16931's code of reverse charge
Rows = dict[tuple[str, VatClass], tuple[Decimal, Decimal]]  # by currency and class: base and VAT


@dataclass(frozen=True, slots=True)
class Issued:
    """A document as reports see it. Amounts of a credit note are negative; `corrects` is its invoice.

    Its customer's name, country and VAT id are those of the day of issue.
    """

    number: str
    customer: str
    issued_on: date
    due_on: date | None
    currency: str
    vat: tuple[tuple[VatClass, Decimal, Decimal], ...]  # class, base, VAT
    total: Decimal
    corrects: str | None
    name: str = ""
    country: str = ""
    vat_id: str | None = None
    opened_on: date | None = None  # of an invoice of another system: when our books opened with it (G14)
    whole: Decimal | None = None  # what that came to; its total here is what was open

    @property
    def booked_on(self) -> date:
        """The day from which it is in our books."""
        return self.opened_on or self.issued_on


@dataclass(frozen=True, slots=True)
class Receipt:
    """Money for an invoice on a day, negative where it was taken back; or what of it was written off (M15)."""

    invoice: str
    on: date
    amount: Decimal
    written_off: bool = False
    posted_on: date | None = None  # where the books have it on another day: when somebody said what it is (M14)


@dataclass(frozen=True, slots=True)
class Open:
    """What is open on an invoice on a day, and for how many days it has been due (negative: not yet)."""

    invoice: Issued
    open: Decimal
    days_late: int


def vat_owed(documents: Iterable[Issued], receipts: Iterable[Receipt], bases: Bases, first: date, last: date) -> Rows:
    """The VAT that became due in a period, each invoice and its notes on the basis that counted on its day."""
    on_invoices, on_receipts = by_basis(documents, bases)
    rows = vat_on_invoices(on_invoices, first, last)
    if not on_receipts:
        return rows
    before = first if first == date.min else day_before(first)
    return summed(rows, vat_on_receipts(on_receipts, receipts, before, last))


def by_basis(documents: Iterable[Issued], bases: Bases) -> tuple[list[Issued], list[Issued]]:
    """Documents owed when they are issued, and when they are paid; a note is owed as its invoice."""
    known = list(documents)
    days = {document.number: document.issued_on for document in known}
    sorted_: tuple[list[Issued], list[Issued]] = [], []
    for document in known:
        day = days.get(document.corrects or document.number, document.issued_on)
        sorted_[bases.on(day) == "payment"].append(document)
    return sorted_


def summed(rows: Rows, others: Rows) -> Rows:
    """The sums of two reports."""
    found = dict(rows)
    for (currency, vat), (base, amount) in others.items():
        _add(found, currency, vat, base, amount)
    return found


def vat_on_invoices(documents: Iterable[Issued], first: date, last: date) -> Rows:
    """The VAT of the documents issued in a period."""
    rows: Rows = {}
    for document in documents:
        if first <= document.issued_on <= last:
            for vat, base, amount in document.vat:
                _add(rows, document.currency, vat, base, amount)
    return rows


def vat_on_receipts(documents: Iterable[Issued], receipts: Iterable[Receipt], before: date, last: date) -> Rows:
    """The VAT that became due by payments after `before` up to `last`.

    What the customer owes by reverse charge does not wait for payments (directive 2006/112, art. 66): it is of the day
    of its document.
    """
    known = list(documents)
    notes: dict[str | None, list[Issued]] = defaultdict(list)
    flows: dict[str, list[Receipt]] = defaultdict(list)
    for receipt in receipts:
        flows[receipt.invoice].append(receipt)
    rows: Rows = {}
    for document in known:
        notes[document.corrects].append(document)
        if before < document.issued_on <= last:
            for vat, base, amount in document.vat:
                if vat.category == REVERSE:
                    _add(rows, document.currency, vat, base, amount)
    for invoice in (document for document in known if document.corrects is None):
        mine = [invoice, *notes[invoice.number]]
        then, now = (_received(mine, flows[invoice.number], day) for day in (before, last))
        for vat in sorted({*then, *now}):
            was, is_now = then.get(vat, (ZERO, ZERO)), now.get(vat, (ZERO, ZERO))
            _add(rows, invoice.currency, vat, is_now[0] - was[0], is_now[1] - was[1])
    return {key: sums for key, sums in rows.items() if any(sums)}


def open_on(documents: Iterable[Issued], receipts: Iterable[Receipt], at: date) -> list[Open]:
    """The invoices on which something is open on a day, the oldest due first."""
    known = [document for document in documents if document.booked_on <= at]
    credited: dict[str, Decimal] = defaultdict(lambda: ZERO)
    paid: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for document in known:
        if document.corrects is not None:
            credited[document.corrects] -= document.total
    for receipt in receipts:
        if receipt.on <= at:
            paid[receipt.invoice] += receipt.amount
    found = []
    for invoice in known:
        left = invoice.total - credited[invoice.number] - paid[invoice.number]
        if invoice.corrects is None and left > 0:
            found.append(Open(invoice, left, (at - (invoice.due_on or invoice.issued_on)).days))
    return sorted(found, key=lambda item: (-item.days_late, item.invoice.number))


def age(days_late: int) -> str:
    """The bucket of an open invoice by how long it has been due."""
    return next((name for most, name in AGES if days_late <= most), "more than 90 days")


def _received(documents: list[Issued], receipts: list[Receipt], at: date) -> dict[VatClass, tuple[Decimal, Decimal]]:
    """Base and VAT of an invoice that were paid up to a day, what credit notes took left out.

    `documents` are the invoice and the notes that correct it.
    """
    invoice, *notes = documents
    paid = sum((r.amount for r in receipts if (r.posted_on or r.on) <= at and not r.written_off), ZERO)
    return received([invoice, *(note for note in notes if note.issued_on <= at)], paid)


def received(documents: list[Issued], paid: Decimal) -> dict[VatClass, tuple[Decimal, Decimal]]:
    """Base and VAT of an invoice, less the notes that correct it, of which so much is paid; not of what AE owes."""
    due = sum((document.total for document in documents), ZERO)
    if paid <= 0 or due <= 0:
        return {}
    sums: Rows = {}
    for document in documents:
        for vat, base, amount in document.vat:
            if vat.category != REVERSE:
                _add(sums, "", vat, base, amount)
    if paid >= due:
        return {vat: pair for (_, vat), pair in sums.items()}
    return {
        vat: (to_cents(base * paid / due), to_cents(amount * paid / due)) for (_, vat), (base, amount) in sums.items()
    }


def _add(rows: Rows, currency: str, vat: VatClass, base: Decimal, amount: Decimal) -> None:
    was = rows.get((currency, vat), (ZERO, ZERO))
    rows[currency, vat] = (was[0] + base, was[1] + amount)
