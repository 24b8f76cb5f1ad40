"""Reports for the accountant: VAT of a period, what is open by age, what is deferred; and the month at a glance."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from billing.core import closing, receipts, revenue, taxed
from billing.core.book import Book
from billing.core.facts import Reminder
from billing.core.receipts import Open
from billing.core.units import ZERO, day_before
from billing.office import lots, periods
from billing.office.balances import names
from billing.office.invoicing import papers
from billing.office.reports import returns
from billing.office.transaction import Transaction
from billing.requests.reports import AskDeferred, AskReceivables, AskVat
from billing.store import parties
from billing.store.heads import Head
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
    """The VAT of a period by category and rate, on invoices or on receipts as the issuer owes it (M2).

    With `rates` in the issuer's currency.
    """
    first, last = question.days(tx.today)
    rates = dict(question.rates)
    bases, rows = periods.bases(tx), taxed.summed(returns.parts_of(tx, first, last, rates or None))
    if bases.on_receipts:
        rows = {key: sums for key, sums in rows.items() if any(sums)}
    return VatReport(
        first=first,
        last=last,
        basis=bases.on(last),
        rates=rates or None,
        rows=tuple(
            VatSum(
                category=of.category,
                rate=papers.rate_text(of.rate),
                currency=currency,
                base=base,
                amount=amount,
            )
            for (currency, of), (base, amount) in sorted(rows.items())
        ),
    )


def receivables(tx: Transaction, question: AskReceivables) -> Receivables:
    """What is open on a day, by age, on invoices issued since a day (M10)."""
    at, since = question.at or tx.today, question.since or date.min
    closed = closing.of_day(periods.closings(tx), at)
    found = receipts.open_on(*periods.known(tx, closed), at)
    found = [item for item in found if item.invoice.issued_on >= since]
    sent = periods.reminded(tx, closed)
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
    at, closings = question.at or tx.today, periods.closings(tx)
    now = closing.of_day(closings, at)
    then = closing.of_day(closings, day_before(question.since)) if question.since else now
    rows: list[DeferredSale] = []
    for heads in lots.of(tx, parties.keys(tx.connection), periods.read_of):
        for head in heads:
            book, before = (periods.book_of(tx, head, closed) for closed in (now, then))
            rows += deferred_of(head, book, at, question.since, before)
        tx.let_go()  # some customers' facts at a time are enough to hold
    return summed(rows, at, tx.issuer["currency"] if now is None else now.settings["currency"])


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


def deferred_of(
    head: Head, book: Book, at: date, since: date | None, then: Book | None = None
) -> Iterator[DeferredSale]:
    """A customer's packs as they are earned on a day; `then` is the book as it was known before `since` (M16)."""
    earlier = revenue.deferred_on(then or book, day_before(since)) if since else []
    before = {d.sale.seq: d.recognised for d in earlier}
    for row in revenue.deferred_on(book, at):
        grants = [grant for grant in book.grants.values() if grant.sale == row.sale.seq]
        yield DeferredSale(
            grant=names.grant_id(head, grants[-1].number) if grants else None,
            customer=head.code,
            product=row.sale.product,
            invoice=row.sale.invoice,
            currency=row.sale.currency,
            price=row.sale.price,
            minutes=row.whole,
            used=row.used,
            expired=row.expired,
            recognised=row.recognised,
            deferred=row.deferred,
            credited=row.credited or None,
            ended=row.ended,
            recognised_in_period=row.recognised - before.get(row.sale.seq, ZERO) if since else None,
            unit="days" if row.sale.kind == "fee" else None,
        )


def _open(item: Open, sent: Iterable[Reminder], at: date) -> OpenInvoice:
    invoice = item.invoice
    last = max((r for r in sent if r.on <= at), key=lambda r: r.step, default=None)
    return OpenInvoice(
        invoice=invoice.number,
        customer=invoice.customer,
        on=invoice.issued_on,
        due=invoice.due_on,
        currency=invoice.currency,
        total=invoice.whole or invoice.total,
        open=item.open,
        days_late=item.days_late,
        age=receipts.age(item.days_late),
        reminder=None if last is None else RemindedOn(last.step, last.on),
    )


QUESTIONS: dict[Any, Callable[..., Any]] = {AskVat: vat, AskReceivables: receivables, AskDeferred: deferred}
