"""Contracts: sign, renew, change the tier, cancel; and goodwill (G1, G8, G10, G11, G13)."""

from dataclasses import replace
from datetime import date
from typing import Any

from billing.core import fees, invoicing, renewal
from billing.core import slips as slip_rules
from billing.core.book import Book
from billing.core.drafts import Draft
from billing.core.facts import Contract, Fact, Grant, Term
from billing.core.units import END_OF_TIME
from billing.office import slips
from billing.office.balances import pending
from billing.office.balances.names import grant_id
from billing.office.invoicing import einvoices, issuing, papers
from billing.office.transaction import Act, Decided, Transaction
from billing.requests import contracts as requests
from billing.store import parties
from billing.store.heads import Head
from billing.store.rows import Row
from billing.texts import Text, say
from billing.views.contracts import Agreed, Granted

Rows = list[tuple[Any, Row]]


def sign(tx: Transaction, request: requests.Sign, _key: str | None) -> Decided[Agreed]:
    """Signs a contract (G1)."""
    head, book = _customer(tx, request.customer)
    on = request.start or tx.today
    contract = renewal.sign(book, tx.tariffs.on, request.tariff, request.tier, request.modules, request.fee, on)
    rows, billed = _invoiced(tx, head, book, contract, request, tx.today)
    return _decided(
        head, book, on, rows, Agreed(customer=head.code, contract=f"{head.code}-{contract.seq}",
                                     tariff=request.tariff, tier=contract.tier, **billed)
    )  # fmt: skip


def renew(tx: Transaction, request: requests.Renew, _key: str | None) -> Decided[Agreed]:
    """Renews the contract by a year (G13)."""
    head, book = _customer(tx, request.customer)
    agreed = request.on or tx.today
    term = renewal.renew(book, tx.tariffs.on, agreed, head.code)
    doubts = _doubts(book, term, agreed)
    if doubts and request.typed:
        raise slips.asked(doubts[0])
    rows, billed = _invoiced(tx, head, book, book.contracts[term.contract], request, agreed)
    decided = _decided(head, book, agreed, rows, Agreed(customer=head.code, renewed=True, warnings=doubts, **billed))
    return replace(decided, warnings=doubts)


def _doubts(book: Book, term: Term, agreed: date) -> tuple[Text, ...]:
    """What is to be said of a renewal that is probably there a second time."""
    before = max((t for t in book.terms if t.contract == term.contract and t is not term), key=lambda t: t.number)
    if not slip_rules.renewed_twice(before.number, term.window, agreed):
        return ()
    known = {"last": before.window.last, "first": term.window.first}
    return (say("the contract is renewed until {last} already; this is the year from {first}", **known),)


def change_tier(tx: Transaction, request: requests.ChangeTier, _key: str | None) -> Decided[Agreed]:
    """Changes the tier (G8)."""
    head, book = _customer(tx, request.customer)
    agreed = request.on or tx.today
    change = renewal.change_tier(book, request.tier, agreed, head.code)
    agreed_on = Agreed(customer=head.code, tier=change.tier, effective_from=change.effective_from)
    return _decided(head, book, agreed, [], agreed_on)


def cancel(tx: Transaction, request: requests.Cancel, _key: str | None) -> Decided[Agreed]:
    """Cancels the contract; that day is its last (G10)."""
    head, book = _customer(tx, request.customer)
    last = request.on or tx.today
    cancelled = renewal.cancel(book, last, head.code).on
    return _decided(head, book, last, [], Agreed(customer=head.code, cancelled=cancelled))


def goodwill(tx: Transaction, request: requests.Goodwill, _key: str | None) -> Decided[Agreed]:
    """Grants goodwill minutes (G11)."""
    head, book = _customer(tx, request.customer)
    granted = request.on or tx.today
    renewal.goodwill(book, request.minutes, granted, request.expires, request.reason, request.covers, head.code)
    return _decided(head, book, granted, [], Agreed(customer=head.code))


def _customer(tx: Transaction, code: str) -> tuple[Head, Book]:
    head = tx.customer(code)
    return head, tx.without_work(head)


def _invoiced(
    tx: Transaction, head: Head, book: Book, contract: Contract, request: requests.Sign | requests.Renew, day: date
) -> tuple[Rows, dict[str, Any]]:
    """Issues the invoice of the fee of a term that was agreed now, where that is asked for (M21)."""
    if not request.invoice:
        return [], {}
    day, term = request.invoice_on or day, book.terms[-1]
    price, currency = fees.due(contract, term), term.tariff.currency
    line = invoicing.fee_line(fees.NAME, price, term.window, day, pending.vat_on(tx, head))
    step = papers.round_to(tx, parties.customer(tx.connection, head.id), currency)
    draft = Draft("invoice", (line,), invoicing.totals([line], step), currency)
    einvoices.demand(tx, head, draft, day)
    document, rows = issuing.issue(tx, head, book, draft, day)
    fees.sell(book, contract, term, day, document.number)
    return rows, {"invoice": document.number, "total": document.total, "currency": currency}


def _decided(head: Head, book: Book, on: date, rows: Rows, agreed: Agreed) -> Decided[Agreed]:
    """What was decided, to be shown with the days and the grants that are recorded with it."""

    def view(fresh: list[Fact]) -> Agreed:
        window = next((fact.window for fact in reversed(fresh) if isinstance(fact, Term)), None)
        return replace(
            agreed,
            first=None if window is None else window.first,
            last=None if window is None or window.last == END_OF_TIME else window.last,
            granted=tuple(
                Granted(grant_id(head, fact.number), fact.kind, fact.minutes, fact.starts, fact.expires)
                for fact in fresh
                if isinstance(fact, Grant)
            ),
        )

    return Decided(head, book, on, view, rows)


def _again(_tx: Transaction, _request: object, head: Head, _seq: int) -> Agreed:
    return Agreed(customer=head.code)


ACTS = {
    requests.Sign: Act(sign, _again),
    requests.Renew: Act(renew, _again),
    requests.ChangeTier: Act(change_tier, _again),
    requests.Cancel: Act(cancel, _again),
    requests.Goodwill: Act(goodwill, _again),
}
