"""Gathers the books of all customers, minutes and money, with what they must come to by the engine's own functions."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from billing.core import journal, own_money, receipts, revenue, statement, suspense
from billing.core.book import Book
from billing.core.journal import MINUTES, Balance, Books, Minutes
from billing.core.receipts import Issued, Receipt
from billing.core.units import ZERO
from billing.office.balances import names
from billing.office.reports import statements
from billing.office.transaction import Transaction
from billing.requests.books import AskBooks
from billing.requests.statements import in_order
from billing.store import bank, issued, parties
from billing.store.ledger import Head

Sums = dict[str, Decimal]  # by currency
_NONE = (ZERO, ZERO)  # base and VAT


def journal_of(tx: Transaction, question: AskBooks) -> Books:
    """The books from the beginning, or from a day, to a day, by default today; all read at one moment.

    Raises BadInput (`bad-date`) for a period that ends before it begins.
    """
    since, last = question.since, question.until or tx.today
    in_order(since, last)
    entries: list[journal.Entry] = []
    minutes: list[Minutes] = []
    closing: list[Balance] = []
    issuer, names = tx.issuer, {}
    on_receipts = issuer["vat_basis"] == "payment"
    for party in parties.customers(tx.connection):
        head = tx.customer(party.code, lock=False)
        names[head.code] = head.name
        book = tx.book(head)
        booked = issued.booked(tx.connection, head.id)
        entries += journal.entries(book, head.code, booked, last, on_receipts)
        minutes += _minutes(head, book, last)
        closing += _closing(head, book, [document for document, _, _ in booked], last, on_receipts)
        tx.books.clear()  # one customer's facts at a time are enough to hold
    moved = bank.moved(tx.connection)
    entries += suspense.entries(moved, last)
    closing += suspense.closing(moved, last)
    entries.sort(key=journal.order)
    first = since or date.min
    return Books(
        issuer["name"],
        issuer["country"],
        issuer["currency"],
        last,
        names,
        tuple(entry for entry in entries if entry.on >= first),
        tuple(moved for moved in minutes if moved.movement.on >= first),
        tuple(closing),
        since,
        journal.carried_over(
            (entry for entry in entries if entry.on < first),
            (moved for moved in minutes if moved.movement.on < first),
        ),
    )


def _minutes(head: Head, book: Book, last: date) -> Iterator[Minutes]:
    for moved in statement.movements(book):
        if moved.on <= last:
            entry = book.entries[moved.entry] if moved.entry is not None else None
            yield Minutes(head.code, names.grant_id(head, moved.grant), moved, entry.case if entry else None)


def _closing(head: Head, book: Book, documents: list[Issued], last: date, on_receipts: bool) -> Iterator[Balance]:
    """What balances, documents and reports say of a customer at a day's end; not made from entries."""
    left = {lot.grant.number: lot.remaining for lot in statements.lots_of(book, last)}
    for number in book.grants:
        amount = Decimal(left.get(number, 0))
        yield Balance(head.code, "minutes", amount, MINUTES, names.grant_id(head, number))
    open_on = receipts.open_on(documents, _receipts(book), last)
    open_ = _summed((item.invoice.currency, item.open) for item in open_on)
    own = own_money.on(book, documents, last, book.posted_on)
    deferred = _summed((row.sale.currency, row.deferred) for row in revenue.deferred_on(book, last))
    for currency in sorted({document.currency for document in documents} | set(own)):
        yield Balance(head.code, "receivable", open_[currency], currency)
        yield Balance(head.code, "customer-money", -own.get(currency, ZERO), currency)
        yield Balance(head.code, "deferred", -deferred[currency], currency)
    invoiced = receipts.vat_on_invoices(documents, date.min, last)
    due = receipts.vat_on_receipts(documents, _receipts(book), date.min, last) if on_receipts else invoiced
    for currency, vat in sorted({*invoiced, *due}):
        owed, amount = due.get((currency, vat), _NONE)[1], invoiced.get((currency, vat), _NONE)[1]
        yield Balance(head.code, "vat", -owed, currency, journal.vat_detail(vat))
        yield Balance(head.code, "vat-pending", owed - amount, currency, journal.vat_detail(vat))


def _receipts(book: Book) -> list[Receipt]:
    """What came for invoices or was written off, own money that was used too, and negative what was taken back."""
    paid = book.payments
    back = (
        (book.posted_on(bounce.seq, bounce.on), paid[bounce.payment])
        for bounce in book.bounces
        if bounce.payment in paid
    )
    return [
        *(Receipt(p.invoice, book.posted_on(p.seq, p.paid_on), p.amount) for p in paid.values()),
        *(Receipt(p.invoice, on, -p.amount) for on, p in back),
        *(Receipt(w.invoice, w.on, w.amount, written_off=True) for w in book.write_offs),
    ]


def _summed(amounts: Iterable[tuple[str, Decimal]]) -> Sums:
    sums: Sums = defaultdict(lambda: ZERO)
    for key, amount in amounts:
        sums[key] += amount
    return sums


QUESTIONS = {AskBooks: journal_of}
