"""The month's end at a glance: one look at one moment, and the reminders that would be due beside it (M7)."""

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal

from billing.core.units import ZERO, month_later
from billing.office.invoicing import runs
from billing.office.parties import identifiers, particulars
from billing.office.payments import reminders
from billing.office.reports import reports
from billing.office.transaction import Setting, look
from billing.requests.month import AskMonthEnd
from billing.requests.reports import AskReceivables
from billing.store import documents, parties
from billing.views.documents import Document, Held
from billing.views.month import Late, MonthEnd, Ready, TaxedSum
from billing.views.reports import DeferredSale


def month_end(setting: Setting, question: AskMonthEnd) -> MonthEnd:
    """What is ready, held, late, deferred and open, and which command comes next."""
    first, on = question.month, question.on or setting.today
    name, last = first.strftime("%Y-%m"), month_later(first, 1) - timedelta(days=1)
    preview: list[Document] = []
    held: list[Held] = []
    sales: list[DeferredSale] = []
    with look(setting) as tx:  # one look at one moment, in which each book is read once
        billed = runs.preview(tx, first, on)
        for party in parties.customers(tx.connection):
            issuing, waiting = billed(party.code)
            preview += issuing
            held += waiting
            head = tx.customer(party.code, lock=False)
            sales += reports.deferred_of(head, tx.book(head), last, first)
            tx.books.clear()
        already = tuple(map(_ready, documents.of_run(tx.connection, name)))
        deferred = reports.summed(sales, last, tx.issuer["currency"])
        receivables = reports.receivables(tx, AskReceivables(at=last))
    if preview:
        following = f"billing invoice run {name} --on {on} --out {name}/"
    elif held:
        following = held[0].command
    else:
        following = f"billing export beancount -o {name}.beancount"
    return MonthEnd(
        month=name,
        ready=tuple(map(_ready, preview)),
        vat=_taxed(preview),
        held=tuple(held),
        late=tuple(
            Late(customer=document.customer, entry=row.entry, on=row.on, billed=row.billed)
            for document in preview
            for row in document.annex
            if row.billed > 0 and row.on < first
        ),
        issued=already,
        deferred=deferred,
        receivables=receivables,
        next=following,
        warnings=(*identifiers.doubts_of(preview), *particulars.lacking(preview)),
        reminders=reminders.preview(setting, on),
    )


def _ready(document: Document) -> Ready:
    return Ready(
        number=document.number,
        kind=document.kind,
        customer=document.customer,
        on=document.on,
        currency=document.currency,
        net=document.net,
        total=document.total,
        corrects=document.corrects,
    )


def _taxed(found: Iterable[Document]) -> tuple[TaxedSum, ...]:
    sums: dict[tuple[str, str, str], tuple[Decimal, Decimal]] = {}
    for document in found:
        for row in document.vat:
            key = (document.currency, row.category, str(row.rate))
            base, amount = sums.get(key, (ZERO, ZERO))
            sums[key] = (base + row.base, amount + row.amount)
    return tuple(TaxedSum(*key, *sums[key]) for key in sorted(sums))
