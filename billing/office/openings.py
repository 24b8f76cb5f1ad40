"""Openings: what customers bring from another system, taken back where it was wrong, and shown (G14)."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import Any, cast

from billing.core import facts, openings, revenue
from billing.core.book import Book
from billing.core.kinds import GrantKind
from billing.core.opened import Opening
from billing.core.units import END_OF_TIME, ZERO
from billing.errors import Already, BadInput, Forbidden
from billing.office import periods
from billing.office.balances import balances
from billing.office.balances.names import grant_id
from billing.office.transaction import Act, Decided, Transaction
from billing.requests import openings as requests
from billing.store import brought, documents, ledger, numbering, parties, references
from billing.store.heads import Head
from billing.texts import Do, say
from billing.views.openings import BroughtOpen, Opened, OpeningOf, Openings, OpeningTakenBack, OpeningTotals, SumOf

_AHEAD = 31  # days for which an opening can be entered before it
Sums = dict[str, Decimal]


def contract(tx: Transaction, request: requests.OpenContract, key: str | None) -> Decided[Opened]:
    """Takes over a contract with the year that runs."""
    head, book = _begun(tx, request.customer, request.on)
    openings.contract(
        book, tx.tariffs.on, request.on, request.tariff, request.tier, request.modules, request.fee,
        request.start or request.on,
    )  # fmt: skip
    return _decided(head, book, request.on, key)


def grant(tx: Transaction, request: requests.OpenGrant, key: str | None) -> Decided[Opened]:
    """Takes over minutes or an add-on."""
    head, book = _begun(tx, request.customer, request.on)
    rows, numbers = tx.contact_rows(head, request.contacts)
    _check_number(tx, request.invoice, new=False)
    asked = openings.Brought(
        kind=cast(GrantKind, request.kind), product=request.product, minutes=request.minutes, left=request.left,
        price=None if request.price is None else request.price + ZERO, starts=request.starts, expires=request.expires,
        invoice=request.invoice, covers=request.covers, contacts=numbers, reason=request.reason,
    )  # fmt: skip
    openings.grant(book, request.on, asked, head.code)
    return _decided(head, book, request.on, key, rows)


def owed(tx: Transaction, request: requests.OpenOwed, key: str | None) -> Decided[Opened]:
    """Takes over minutes that are owed."""
    head, book = _begun(tx, request.customer, request.on)
    openings.owed(book, request.on, request.minutes, request.category, request.worked, head.code)
    return _decided(head, book, request.on, key)


def invoice(tx: Transaction, request: requests.OpenInvoice, key: str | None) -> Decided[Opened]:
    """Takes over an open invoice."""
    head, book = _begun(tx, request.customer, request.on)
    _check_number(tx, request.number, new=True)
    currency = request.currency.upper() if request.currency else balances.currency_of(tx, book, request.on)
    total = request.total + ZERO
    of = facts.BroughtInvoice(
        book.seq, request.number, request.issued, request.due, currency, total,
        total if request.open is None else request.open + ZERO,
    )  # fmt: skip
    openings.invoice(book, request.on, of)
    return _decided(head, book, request.on, key)


def money(tx: Transaction, request: requests.OpenMoney, key: str | None) -> Decided[Opened]:
    """Takes over the customer's own money."""
    head, book = _begun(tx, request.customer, request.on)
    currency = request.currency.upper() if request.currency else balances.currency_of(tx, book, request.on)
    openings.money(book, request.on, request.amount + ZERO, currency)
    return _decided(head, book, request.on, key)


def void(tx: Transaction, request: requests.VoidOpening, _key: str | None) -> Decided[OpeningTakenBack]:
    """Takes an opening back, as long as nothing hangs on it and its month is open."""
    head, seq = _named(tx, request.opening)
    entries, quotes = brought.hanging(tx.connection, head.id, seq)
    book = tx.with_work(head, lambda: entries, quotes)
    if seq not in book.openings:
        raise Already("already-voided", say("opening {opening} was taken back already", opening=request.opening))
    _check_open(tx, book.openings[seq].on)
    book.seq = head.seq + 1
    openings.void(book, seq, tx.today, request.reason)
    view = OpeningTakenBack(opening=request.opening, customer=head.code, voided=tx.today)
    return Decided(head, book, tx.today, lambda _: view)


def _begun(tx: Transaction, code: str, on: date) -> tuple[Head, Book]:
    """The customer and his book, if it can open on that day."""
    if (on - tx.today).days > _AHEAD:
        raise BadInput(
            "future-date",
            say("{on} is more than {days} days from today", on=on, days=_AHEAD),
            say("open the books when the day is near"),
        )
    _check_open(tx, on)
    head = tx.customer(code)
    book = tx.without_work(head)
    tx.appender.flush()
    openings.check_day(book, on, ledger.earliest(tx.connection, head.id), head.code)
    book.seq = head.seq + 1
    return head, book


def _check_open(tx: Transaction, on: date) -> None:
    last = periods.closed_until(tx)
    if on <= last:
        raise Forbidden(
            "period-closed",
            say("{on} is in a month that is closed, up to {last}", on=on, last=last),
            say("open it again with {do}", do=Do("reopen", f"{on:%Y-%m}")),
        )


def _check_number(tx: Transaction, number: str | None, new: bool) -> None:
    """Refuses a number that is, or could become, one of our own documents', and one that was brought before."""
    if number is None:
        return
    tx.appender.flush()
    if numbering.is_number(number) or documents.find(tx.connection, number) is not None:
        raise Already(
            "conflict",
            say("{number} is a number of our own series", number=number),
            say("write the other system's name before it, as OLD-{number}", number=number),
        )
    if new and documents.brought(tx.connection, number):
        raise Already("conflict", say("invoice {number} was brought already", number=number))


def _decided(
    head: Head, book: Book, on: date, key: str | None, rows: Iterable[tuple[Any, Any]] = ()
) -> Decided[Opened]:
    view = opened(head, book, book.openings[book.seq], key)
    return Decided(head, book, on, lambda _: view, list(rows))


def opened(head: Head, book: Book, of: Opening, key: str | None) -> Opened:
    """What stands of an opening in the book that holds it."""
    seq = of.seq
    more: dict[str, Any] = {}
    if of.kind == "contract":
        term = next(term for term in book.terms if term.seq == seq)
        last = None if term.window.last == END_OF_TIME else term.window.last
        more = {"what": term.tariff.name, "contract": f"{head.code}-{seq}", "first": term.window.first, "last": last}
    elif of.kind == "grant":
        more = _opened_grant(head, book, of)
    elif of.kind == "owed":
        charge = book.charges[seq][0]
        more = {"what": charge.category, "minutes": charge.owed}
    elif of.kind == "invoice":
        one = next(one for one in book.brought.values() if one.seq == seq)
        more = {"what": one.number, "amount": one.open, "currency": one.currency, "first": one.issued_on,
                "last": one.due_on}  # fmt: skip
    else:
        deposit = book.deposits[seq]
        more = {"amount": deposit.amount, "currency": deposit.currency}
    return Opened(opening=key or _name(head, seq), customer=head.code, on=of.on, kind=of.kind, **more)


def _opened_grant(head: Head, book: Book, of: Opening) -> dict[str, Any]:
    sale = book.sales.get(of.seq)
    priced = {"amount": sale.price, "currency": sale.currency} if sale else {}
    if of.grant is None:
        assert sale is not None
        return {"what": sale.product, "first": sale.sold_on, "last": sale.until, "minutes": sale.minutes, **priced}
    kept = book.grants[of.grant]
    return {"what": kept.product or kept.kind, "grant": grant_id(head, kept.number), "first": kept.starts,
            "last": kept.expires, "minutes": kept.minutes - of.spent, **priced}  # fmt: skip


def _name(head: Head, seq: int) -> str:
    return f"{head.code}-{seq}"


def _named(tx: Transaction, opening: str) -> tuple[Head, int]:
    """The customer and the position of an opening, by the id that it was given or the one we gave it."""
    tx.appender.flush()
    found = references.find_reference(tx.connection, "opening", opening)
    if found is not None:
        return tx.customer_by_id(found[0]), found[1]
    code, _, seq = opening.rpartition("-")
    if seq.isascii() and seq.isdigit() and parties.has_customer(tx.connection, code):
        head = tx.customer(code)
        if brought.is_opening(tx.connection, head.id, int(seq)):
            return head, int(seq)
    raise BadInput(
        "bad-input",
        say("there is no opening {opening!r}", opening=opening),
        say("{command} lists them", command=Do("opening show")),
    )


def _again(tx: Transaction, _request: object, head: Head, seq: int) -> Opened:
    book, name = _book(tx, head), references.id_of(tx.connection, head.id, seq)
    if seq in book.openings:
        return opened(head, book, book.openings[seq], name)
    kind, on, voided = brought.voided(tx.connection, head.id, seq)
    return Opened(opening=name or _name(head, seq), customer=head.code, on=on, kind=kind, voided=voided)


def _voided_before(tx: Transaction, request: requests.VoidOpening, head: Head, seq: int) -> OpeningTakenBack:
    return OpeningTakenBack(
        opening=request.opening, customer=head.code, voided=brought.void_day(tx.connection, head.id, seq)
    )


# Shown


def asked(tx: Transaction, question: requests.AskOpenings) -> Openings:
    """What customers brought, as it stands, and what each reads in the morning."""
    tx.appender.flush()
    codes = question.customers or brought.customers(tx.connection)
    shown = tuple(one for code in codes if (one := _shown(tx, code)) is not None)
    totals = OpeningTotals(
        customers=len(shown),
        minutes=sum(one.minutes for one in shown),
        owed=sum(one.owed for one in shown),
        open=_sums((one.open, one.currency) for of in shown for one in of.invoices),
        own_money=_sums((one.amount, one.currency) for of in shown for one in of.own_money),
        deferred=_sums((one.amount, one.currency) for of in shown for one in of.deferred),
    )
    return Openings(customers=shown, totals=totals)


def _shown(tx: Transaction, code: str) -> OpeningOf | None:
    head = tx.customer(code, lock=False)
    book = _book(tx, head)
    if book.opened_on is None:
        return None
    at = max(book.opened_on, tx.today)
    told = balances.told_to(tx, head, at, reply=True)
    ids = brought.ids(tx.connection, head.id)
    return OpeningOf(
        customer=head.code,
        customer_name=head.name,
        on=book.opened_on,
        at=at,
        language=told.language or "en",
        text=told.text or "",
        minutes=sum(book.grants[o.grant].minutes - o.spent for o in book.openings.values() if o.grant is not None),
        owed=sum(book.charges[o.seq][0].owed for o in book.openings.values() if o.kind == "owed"),
        invoices=tuple(
            BroughtOpen(one.number, one.issued_on, one.due_on, one.total, one.open, one.currency)
            for one in book.brought.values()
        ),
        own_money=_sums((d.amount, d.currency) for d in book.deposits.values() if d.seq in book.openings),
        deferred=_deferred(book),
        openings=tuple(opened(head, book, one, ids.get(one.seq)) for one in book.openings.values()),
    )


def _book(tx: Transaction, head: Head) -> Book:
    """The customer's book with the minutes that were owed as it opened, and no work."""
    return tx.with_work(head, lambda: brought.owed(tx.connection, head.id))


def _deferred(book: Book) -> tuple[SumOf, ...]:
    """What of the prices of what was brought was still to be earned as the books opened."""
    brought_sales = [sale for sale in book.sales.values() if sale.seq in book.openings and sale.kind == "pack"]
    return _sums((revenue.new(sale, book).deferred, sale.currency) for sale in brought_sales)


def _sums(amounts: Iterable[tuple[Decimal, str]]) -> tuple[SumOf, ...]:
    sums: Sums = defaultdict(lambda: ZERO)
    for amount, currency in amounts:
        sums[currency] += amount
    return tuple(SumOf(amount, currency) for currency, amount in sorted(sums.items()) if amount)


ACTS: dict[Any, Act] = {
    requests.OpenContract: Act(contract, _again),
    requests.OpenGrant: Act(grant, _again),
    requests.OpenOwed: Act(owed, _again),
    requests.OpenInvoice: Act(invoice, _again),
    requests.OpenMoney: Act(money, _again),
    requests.VoidOpening: Act(void, _voided_before),
}
QUESTIONS: dict[Any, Callable[..., Any]] = {requests.AskOpenings: asked}
