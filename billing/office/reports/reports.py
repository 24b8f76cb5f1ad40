"""Reports for the accountant: VAT of a period, what is open by age, what is deferred; and the month at a glance."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from billing.core import receipts, revenue
from billing.core.book import Book
from billing.core.facts import Reminder
from billing.core.receipts import Open
from billing.core.units import ZERO, day_before, month_later
from billing.office.balances import names
from billing.office.balances.answers import Answer
from billing.office.invoicing import papers, runs
from billing.office.parties import identifiers
from billing.office.transaction import Setting, Transaction, look
from billing.requests.reports import AskDeferred, AskReceivables, AskVat
from billing.requests.statements import in_order
from billing.store import documents, issued, parties, reminders
from billing.store.ledger import Head
from billing.views.codec import to_json
from billing.views.documents import Document
from billing.views.reports import (
    Deferred,
    DeferredSale,
    DeferredTotal,
    OpenInvoice,
    OpenTotal,
    Receivables,
    RemindedOn,
    VatReport,
    VatSum,
)


def vat(tx: Transaction, question: AskVat) -> VatReport:
    """The VAT of a period by category and rate, on invoices or on receipts as the issuer owes it (M2)."""
    last = question.last or tx.today
    first = question.first or last.replace(month=1, day=1)
    in_order(first, last)
    on_receipts = tx.issuer["vat_basis"] == "payment"
    known = issued.documents(tx.connection)
    if on_receipts:
        rows = receipts.vat_on_receipts(known, issued.receipts(tx.connection), day_before(first), last)
    else:
        rows = receipts.vat_on_invoices(known, first, last)
    return VatReport(
        first=first,
        last=last,
        basis="payment" if on_receipts else "invoice",
        rows=tuple(
            VatSum(
                category=taxed.category,
                rate=papers.rate_text(taxed.rate),
                currency=currency,
                base=base,
                amount=amount,
            )
            for (currency, taxed), (base, amount) in sorted(rows.items())
        ),
    )


def receivables(tx: Transaction, question: AskReceivables) -> Receivables:
    """What is open on a day, by age, on invoices issued since a day (M10)."""
    at, since = question.at or tx.today, question.since or date.min
    found = receipts.open_on(issued.documents(tx.connection), issued.receipts(tx.connection), at)
    found = [item for item in found if item.invoice.issued_on >= since]
    sent = reminders.sent(tx.connection)
    totals: dict[tuple[str, str], Decimal] = defaultdict(lambda: ZERO)
    for item in found:
        totals[item.invoice.currency, receipts.age(item.days_late)] += item.open
    return Receivables(
        at=at,
        rows=tuple(_open(item, sent.get(item.invoice.number, ()), at) for item in found),
        totals=tuple(OpenTotal(currency, age, amount) for (currency, age), amount in sorted(totals.items())),
    )


def deferred(tx: Transaction, question: AskDeferred) -> Deferred:
    """What packs are sold for and not earned yet, on a day; since a day also what was recognised from then on (M9)."""
    rows: list[DeferredSale] = []
    for party in parties.customers(tx.connection):
        head = tx.customer(party["code"], lock=False)
        rows += deferred_of(head, tx.book(head), question.at or tx.today, question.since)
        tx.books.clear()  # one customer's facts at a time are enough to hold
    return summed(rows, question.at or tx.today, tx.issuer["currency"])


def summed(rows: Iterable[DeferredSale], at: date, own: str) -> Deferred:
    """What is deferred of these sales on a day, in the issuer's currency, but where all is in another one."""
    rows = tuple(rows)
    totals: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for row in rows:
        totals[row.currency] += row.deferred
    currency = next(iter(totals)) if len(totals) == 1 else own
    return Deferred(
        at=at,
        currency=currency,
        total=totals[currency],
        totals=tuple(DeferredTotal(name, total) for name, total in sorted(totals.items())),
        grants=rows,
    )


def deferred_of(head: Head, book: Book, at: date, since: date | None) -> Iterator[DeferredSale]:
    """A customer's packs as they are earned on a day."""
    before = {d.sale.seq: d.recognised for d in revenue.deferred_on(book, day_before(since))} if since else {}
    for row in revenue.deferred_on(book, at):
        grants = [grant for grant in book.grants.values() if grant.sale == row.sale.seq]
        yield DeferredSale(
            grant=names.grant_id(head, grants[-1].number) if grants else None,
            customer=head.code,
            product=row.sale.product,
            invoice=row.sale.invoice,
            currency=row.sale.currency,
            price=row.sale.price,
            minutes=row.minutes,
            used=row.used,
            expired=row.expired,
            recognised=row.recognised,
            deferred=row.deferred,
            recognised_in_period=row.recognised - before.get(row.sale.seq, ZERO) if since else None,
        )


def month(setting: Setting, first: date, on: date) -> Answer:
    """The month-end at a glance: what is ready, held, late, deferred and open, and which command comes next (M7)."""
    name, last = first.strftime("%Y-%m"), month_later(first, 1) - timedelta(days=1)
    preview: list[Document] = []
    held: list[Answer] = []
    sales: list[DeferredSale] = []
    with look(setting) as tx:  # one look at one moment, in which each book is read once
        billed = runs.preview(tx, first, on)
        for party in parties.customers(tx.connection):
            issuing, waiting = billed(party["code"])
            preview += issuing
            held += waiting
            head = tx.customer(party["code"], lock=False)
            sales += deferred_of(head, tx.book(head), last, first)
            tx.books.clear()
        already = list(documents.of_run(tx.connection, name))
        owed_by = to_json(summed(sales, last, tx.issuer["currency"]))
        open_then = to_json(receivables(tx, AskReceivables(at=last)))
    late = [
        {"customer": document.customer, "entry": row.entry, "date": row.on.isoformat(), "billed": row.billed}
        for document in preview
        for row in document.annex
        if row.billed > 0 and row.on < first
    ]
    if preview:
        following = f"billing invoice run {name} --on {on} --out {name}/"
    elif held:
        following = held[0]["command"]
    else:
        following = f"billing export beancount -o {name}.beancount"
    answer = {
        "month": name,
        "ready": [_ready(document) for document in preview],
        "vat": _vat_totals(preview),
        "held": held,
        "late": late,
        "issued": [_ready(document) for document in already],
        "deferred": owed_by,
        "receivables": open_then,
        "next": following,
    }
    return identifiers.with_doubts(answer, identifiers.doubts_of(preview))


def _open(item: Open, sent: Iterable[Reminder], at: date) -> OpenInvoice:
    invoice = item.invoice
    last = max((r for r in sent if r.on <= at), key=lambda r: r.step, default=None)
    return OpenInvoice(
        invoice=invoice.number,
        customer=invoice.customer,
        on=invoice.issued_on,
        due=invoice.due_on,
        currency=invoice.currency,
        total=invoice.total,
        open=item.open,
        days_late=item.days_late,
        age=receipts.age(item.days_late),
        reminder=None if last is None else RemindedOn(last.step, last.on),
    )


def _ready(document: Document) -> Answer:
    return {
        "number": document.number,
        "kind": document.kind,
        "customer": document.customer,
        "date": document.on.isoformat(),
        "currency": document.currency,
        "net": str(document.net),
        "total": str(document.total),
        "corrects": document.corrects,
    }


def _vat_totals(found: Iterable[Document]) -> list[Answer]:
    rows: dict[tuple[str, str, str], tuple[Decimal, Decimal]] = {}
    for document in found:
        for row in document.vat:
            key = (document.currency, row.category, str(row.rate))
            was = rows.get(key, (ZERO, ZERO))
            rows[key] = (was[0] + row.base, was[1] + row.amount)
    return [
        {"currency": c, "category": category, "rate": rate, "base": str(base), "amount": str(amount)}
        for (c, category, rate), (base, amount) in sorted(rows.items())
    ]


QUESTIONS: dict[Any, Callable[..., Any]] = {AskVat: vat, AskReceivables: receivables, AskDeferred: deferred}
