"""Gathers the books of all customers, minutes and money, with what they must come to by the engine's own functions."""

from datetime import date
from decimal import Decimal

from billing.core import journal, revenue, statement
from billing.core.invoicing import used_of
from billing.core.journal import Books, Check, IssuedLine, Minutes
from billing.core.receipts import Issued
from billing.core.units import ZERO
from billing.office import answers, reports, sales, statements
from billing.office.transaction import Setting, Work, look
from billing.store import documents, parties, payments
from billing.store.documents import Kept
from billing.store.ledger import Head


def journal_of(setting: Setting, until: date | None = None, since: date | None = None) -> Books:
    """The books from the beginning, or from a day, to a day, by default today."""
    last = until or setting.today
    entries: list[journal.Entry] = []
    minutes: list[Minutes] = []
    checks: list[Check] = []
    with look(setting) as looking:
        names = {}
        for party in parties.customers(looking.connection):
            head = looking.customer(party["code"], lock=False)
            names[head.code] = head.name
            kept = documents.listed(looking.connection, customer_id=head.id)
            entries += journal.entries(looking.book(head), head.code, map(_issued, kept), last)
            minutes += _minutes(looking, head, last)
            checks += _checks(looking, head, kept, last)
        issuer = looking.issuer
    wanted = sorted(
        (e for e in entries if since is None or e.on >= since), key=lambda e: (e.on, e.document, e.customer)
    )
    return Books(
        issuer["name"], issuer["currency"], last, names, tuple(wanted), tuple(minutes), tuple(checks)
    )  # fmt: skip


def _issued(kept: Kept) -> tuple[Issued, tuple[IssuedLine, ...], Decimal]:
    lines = tuple(
        IssuedLine(line["kind"], line.get("category") or line["product"], Decimal(line["amount"]))
        for line in kept.content["lines"]
    )
    return reports.issued_of(kept.content), lines, Decimal(kept.content["rounding"])


def _minutes(looking: Work, head: Head, last: date) -> list[Minutes]:
    book = looking.book(head)
    return [
        Minutes(
            head.code,
            answers.grant_id(head, moved.grant),
            moved,
            book.entries[moved.entry].case if moved.entry is not None else None,
        )
        for moved in statement.movements(book)
        if moved.on <= last
    ]


def _checks(looking: Work, head: Head, kept: list[Kept], last: date) -> list[Check]:
    """Sums by the functions that balances, documents and reports are made with, not by the entries themselves."""
    book = looking.book(head)
    checks = [
        Check(head.code, "minutes", Decimal(lot.remaining), "MIN", answers.grant_id(head, lot.grant.number))
        for lot in statements.lots_of(book, last)
    ]
    deferred: dict[str, Decimal] = {}
    for row in revenue.deferred_on(book, last):
        deferred[row.sale.currency] = deferred.get(row.sale.currency, ZERO) - row.deferred
    checks += [Check(head.code, "deferred", amount, currency) for currency, amount in deferred.items()]
    if all(date.fromisoformat(k.content["date"]) <= last for k in kept) and last >= _last_payment(looking, head):
        paid = payments.paid_by_invoice(looking.connection, [head.id])
        open_by: dict[str, Decimal] = {}
        for k in kept:
            if k.content["kind"] == "invoice":
                received = paid.get(k.content["number"], ZERO)
                left = k.total - k.credited - used_of(k.total, k.credited, received)
                open_by[k.content["currency"]] = open_by.get(k.content["currency"], ZERO) + left
        checks += [Check(head.code, "receivable", amount, currency) for currency, amount in open_by.items()]
        if len(open_by) == 1:
            own = sales.money_of(looking, head)
            checks.append(Check(head.code, "customer-money", -own, next(iter(open_by))))
    return checks


def _last_payment(looking: Work, head: Head) -> date:
    book = looking.book(head)
    days = [p.paid_on for p in book.payments.values()] + [b.on for b in book.bounces]
    return max(days, default=date.min)
