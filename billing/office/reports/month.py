"""The month's end at a glance: one look at one moment, with the reminders that would be due (M7)."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from billing.core import closing as closings
from billing.core import expiring, income, own_money
from billing.core.closing import Step
from billing.core.expiring import Ending
from billing.core.receipts import Issued
from billing.core.units import ZERO, Window, day_before
from billing.office import periods
from billing.office.balances import names
from billing.office.invoicing import runs
from billing.office.parties import identifiers, particulars
from billing.office.payments import banking, reminders, sending
from billing.office.reports import books, closing, reports
from billing.office.transacting import look
from billing.office.transaction import Setting, Transaction
from billing.requests.bank import AskOpenItems
from billing.requests.books import AskBooks
from billing.requests.month import AskMonthEnd
from billing.requests.reports import AskReceivables, AskVat
from billing.store import documents
from billing.store.heads import Head
from billing.views.documents import Document, Held
from billing.views.income import IncomeRow
from billing.views.month import Credited, EndingSoon, IssuedSum, Late, MonthEnd, Ready, TaxedSum
from billing.views.periods import Closable
from billing.views.reports import DeferredSale, Receivables

_SOON = timedelta(days=60)  # within which the end of something is told


def month_end(setting: Setting, question: AskMonthEnd) -> MonthEnd:
    """What is ready, held, late, earned, deferred, open, ending, and which command comes next."""
    first, on = question.month, question.on or setting.today
    name, last = first.strftime("%Y-%m"), closings.last_of(first)
    with look(setting) as tx:  # one look at one moment, in which each book is read once
        desk = _Desk(tx, first, on)
        entries = books.journal_of(tx, AskBooks(since=first, until=last), desk.visit).entries
        receivables = reports.receivables(tx, AskReceivables(at=last))
        closable = closing.closable(tx, first, tuple(dict.fromkeys(d.customer for d in desk.preview)))
        return MonthEnd(
            month=name,
            ready=tuple(map(_ready, desk.preview)),
            vat=_taxed(desk.preview),
            held=tuple(desk.held),
            late=tuple(_late(desk.preview, first)),
            issued=tuple(map(_ready, documents.of_run(tx.connection, name))),
            sold=_sold(documents.listed(tx.connection, name)),
            revenue=tuple(
                IncomeRow(kind=row.by[0], currency=row.currency, amount=row.amount)
                for row in income.earned(entries, ("kind",))
            ),
            declared=reports.vat(tx, AskVat(first=first, last=last)).rows,
            deferred=reports.summed(desk.sales, last, desk.currency),
            receivables=receivables,
            bank=banking.open_items(tx, AskOpenItems()).open,
            own_money=tuple(_credited(desk, receivables)),
            ending=tuple(sorted(desk.ending, key=lambda ending: (ending.last, ending.customer))),
            unsent=tuple(sending.missing(tx, first)),
            closing=closable,
            next=_next(desk, name, closable),
            warnings=(*identifiers.doubts_of(desk.preview), *particulars.lacking(desk.preview)),
            reminders=reminders.preview(tx, on),
        )


class _Desk:
    """What is gathered of each customer while its book is at hand."""

    def __init__(self, tx: Transaction, first: date, on: date) -> None:
        self.tx, self.first, self.on = tx, first, on
        self.last = closings.last_of(first)
        self.preview: list[Document] = []
        self.held: list[Held] = []
        self.sales: list[DeferredSale] = []
        self.own: list[tuple[str, str, Decimal]] = []  # customer, currency, amount
        self.ending: list[EndingSoon] = []
        self._billed = runs.preview(tx, first, on)
        self._documents: dict[str, list[Issued]] = defaultdict(list)
        for document in periods.known(tx, None)[0]:
            self._documents[document.customer].append(document)
        standing = periods.closings(tx)
        self._now: Step | None = closings.of_day(standing, self.last)
        self._then: Step | None = closings.of_day(standing, day_before(first))

    @property
    def currency(self) -> str:
        return books.settings_of(self.tx, self._now)["currency"]

    def visit(self, heads: list[Head]) -> None:
        """Gathers what there is of customers."""
        issuing, waiting = self._billed(heads)
        self.preview += issuing
        self.held += waiting
        for head in heads:
            self._gather(head)

    def _gather(self, head: Head) -> None:
        now, then = (periods.book_of(self.tx, head, closed) for closed in (self._now, self._then))
        self.sales += reports.deferred_of(head, now, self.last, self.first, then)
        book = self.tx.book(head)
        left = own_money.on(book, self._documents[head.code])
        self.own += [(head.code, currency, amount) for currency, amount in sorted(left.items()) if amount > 0]
        soon = Window(self.on, self.on + _SOON)
        self.ending += [_ending(head, ending) for ending in expiring.expiring(book, soon)]


def _ending(head: Head, ending: Ending) -> EndingSoon:
    """Something that ends, with the command that goes on with it."""
    return EndingSoon(
        customer=head.code,
        kind=ending.kind,
        name=ending.name,
        grant=None if ending.grant is None else names.grant_id(head, ending.grant),
        minutes=ending.minutes,
        last=ending.last,
        command=names.goes_on(head.code, ending),
    )


def _credited(desk: _Desk, receivables: Receivables) -> Iterable[Credited]:
    """Customers' own money, with the command that pays an open invoice with it, or pays it out (M10, M13)."""
    owed = {(row.customer, row.currency): row.invoice for row in reversed(receivables.rows)}  # the oldest
    for customer, currency, amount in desk.own:
        invoice = owed.get((customer, currency))
        yield Credited(
            customer=customer,
            amount=amount,
            currency=currency,
            command=f"billing pay {invoice} --own-money" if invoice else f"billing refund {customer}",
        )


def _next(desk: _Desk, name: str, closable: Closable) -> str:
    """The command that comes next: to issue, to mend, to close, and then to hand over the books."""
    if desk.preview:
        return f"billing invoice run {name} --on {desk.on} --out {name}/"
    if desk.held:
        return desk.held[0].command
    if closable.closable and not closable.warnings:
        return f"billing close {name}"
    return f"billing export beancount -o {name}.beancount"


def _late(preview: Iterable[Document], first: date) -> Iterable[Late]:
    for document in preview:
        for row in document.annex:
            if row.billed > 0 and row.on < first:
                yield Late(customer=document.customer, entry=row.entry, on=row.on, billed=row.billed)


def _sold(found: Iterable[documents.Kept]) -> tuple[IssuedSum, ...]:
    """All documents that were issued in a month, whatever for."""
    sums: dict[tuple[str, str], tuple[int, Decimal, Decimal]] = {}
    for one in found:
        count, net, total = sums.get((one.kind, one.currency), (0, ZERO, ZERO))
        sums[one.kind, one.currency] = (count + 1, net + one.net, total + one.total)
    return tuple(IssuedSum(kind, currency, *sums[kind, currency]) for kind, currency in sorted(sums, reverse=True))


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
