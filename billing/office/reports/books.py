"""Gathers the books of all customers, minutes and money, with what they must come to by the engine's own functions."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal

from billing.core import closing, journal, own_money, receipts, revenue, statement, suspense
from billing.core.basis import Bases
from billing.core.book import Book
from billing.core.closing import Step
from billing.core.journal import MINUTES, Balance, Books, Minutes
from billing.core.receipts import Issued, Receipt
from billing.core.units import ZERO, day_before
from billing.office import lots, periods
from billing.office.balances import names
from billing.office.reports import statements
from billing.office.transaction import Transaction
from billing.requests.books import AskBooks
from billing.requests.spans import in_order
from billing.store import bank, issued, parties
from billing.store import periods as store
from billing.store.heads import Head
from billing.store.sql import Connection

Visit = Callable[[list[Head]], None]
Sums = dict[str, Decimal]  # by currency
_NONE = (ZERO, ZERO)  # base and VAT


def journal_of(tx: Transaction, question: AskBooks, visit: Visit | None = None) -> Books:
    """The books from the beginning, or from a day, to a day, by default today; all read at one moment.

    Closed months are as they were closed; what came later stands on the first open day (M16). Raises BadInput
    (`bad-date`) for a period that ends before it begins. `visit` is shown customers while their books are at hand.
    """
    since, last = question.since, question.until or tx.today
    in_order(since, last)
    closings = periods.closings(tx)
    entries, minutes, come_to = posted(tx, closings, last, visit)
    first, settings = since or date.min, settings_of(tx, closing.of_day(closings, last))
    customers = parties.customers(tx.connection)
    return Books(
        settings["name"],
        settings["country"],
        settings["currency"],
        last,
        {party.code: party.name for party in customers},
        tuple(entry for entry in entries if entry.on >= first),
        tuple(moved for moved in minutes if moved.movement.on >= first),
        tuple(come_to),
        since,
        journal.carried_over(
            (entry for entry in entries if entry.on < first),
            (moved for moved in minutes if moved.movement.on < first),
        ),
        tuple(journal.Closed(closed.end, closed.on, closed.names) for closed in closings),
        {party.code: party.id for party in customers},
    )


def posted(
    tx: Transaction, closings: list[Step], last: date, visit: Visit | None = None
) -> tuple[list[journal.Entry], list[Minutes], list[Balance]]:
    """All entries and movements up to a day as they are posted, and what they must come to."""
    kept_entries, kept_minutes = store.postings(tx.connection, closings)
    now = closing.of_day(closings, last)
    opens = closing.first_open(closings)
    entries: list[journal.Entry] = []
    minutes: list[Minutes] = []
    come_to: list[Balance] = []
    bases = periods.bases(tx)
    until = last if now is None else day_before(opens)
    for head, book, booked in _each(tx, now, visit):
        if now is None:
            entries += journal.entries(book, head.code, booked, until, bases)
            minutes += _minutes(head, book, until)
        come_to += _closing(head, book, [document for document, _, _ in booked], last, bases)
    if now is None:
        moved = bank.moved(tx.connection)
        entries = closing.posted(kept_entries, [*entries, *suspense.entries(moved, until)], opens)
        minutes = closing.moved(kept_minutes, minutes, opens)
        return entries, minutes, [*come_to, *suspense.closing(moved, last)]
    entries = [entry for entry in kept_entries if entry.on <= last]
    minutes = [each for each in kept_minutes if each.movement.on <= last]
    return entries, minutes, [*come_to, *_suspended(entries)]


def _each(tx: Transaction, now: Step | None, visit: Visit | None) -> Iterator[tuple[Head, Book, list[issued.Booked]]]:
    """Each customer with his book and his documents, as a closing knew them or as they are."""
    read: dict[str, list[Issued]] | None = None
    if now is None and tx.issued is not None:  # this look has read all documents already
        read = defaultdict(list)
        for document in tx.issued[0]:
            read[document.customer].append(document)

    def booked(connection: Connection, head: Head) -> list[issued.Booked]:
        known = None if read is None else read[head.code]
        return issued.booked(connection, head.id, periods.position_of(now, head), known)

    def ask(connection: Connection, head: Head) -> None:
        periods.read_of(connection, head)
        booked(connection, head)

    for heads in lots.of(tx, parties.keys(tx.connection), ask):
        for head in heads:
            yield head, periods.book_of(tx, head, now), booked(tx.connection, head)
        if visit is not None:
            visit(heads)
        tx.let_go()  # some customers' facts at a time are enough to hold


def settings_of(tx: Transaction, closed: Step | None) -> Mapping[str, str]:
    """The issuer's name, country and currency, as a closing has them, or as they are."""
    if closed is not None:
        return closed.settings
    return {name: tx.issuer[name] for name in ("name", "country", "currency")}


def _suspended(entries: Iterable[journal.Entry]) -> Iterator[Balance]:
    """What closed months left on suspense: of movements that were changed since, only their entries are kept."""
    sums: Sums = defaultdict(lambda: ZERO)
    for entry in entries:
        for leg in entry.legs:
            if leg.role == "suspense":
                sums[leg.currency] += leg.amount
    for currency, amount in sorted(sums.items()):
        yield Balance("", "suspense", amount, currency)


def _minutes(head: Head, book: Book, last: date) -> Iterator[Minutes]:
    for moved in statement.movements(book):
        if moved.on <= last:
            entry = book.entries.get(moved.entry or 0)  # none: of work in another system (G14)
            yield Minutes(head.code, names.grant_id(head, moved.grant), moved, entry.case if entry else None)


def _closing(head: Head, book: Book, documents: list[Issued], last: date, bases: Bases) -> Iterator[Balance]:
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
    due = receipts.vat_owed(documents, _receipts(book), bases, date.min, last)
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
