"""Contracts: sign, renew, change the tier, cancel; and goodwill (G1, G8, G10, G11, G13)."""

from datetime import date

from billing.core import renewal
from billing.core.book import Book
from billing.core.facts import Fact, Grant, Term
from billing.core.units import END_OF_TIME
from billing.office.balances.names import grant_id
from billing.office.transaction import Act, Decided, Transaction
from billing.requests import contracts as requests
from billing.store.ledger import Head
from billing.views.contracts import Agreed, Granted


def sign(tx: Transaction, request: requests.Sign, _key: str | None) -> Decided[Agreed]:
    """Signs a contract (G1)."""
    head, book = _customer(tx, request.customer)
    on = request.start or tx.today
    contract = renewal.sign(book, tx.tariffs.on, request.tariff, request.tier, request.modules, request.fee, on)
    number = f"{head.code}-{contract.seq}"
    return _decided(head, book, on, contract=number, tariff=request.tariff, tier=contract.tier)


def renew(tx: Transaction, request: requests.Renew, _key: str | None) -> Decided[Agreed]:
    """Renews the contract by a year (G13)."""
    head, book = _customer(tx, request.customer)
    agreed = request.on or tx.today
    renewed = renewal.renew(book, tx.tariffs.on, agreed, head.code) is not None
    return _decided(head, book, agreed, renewed=renewed)


def change_tier(tx: Transaction, request: requests.ChangeTier, _key: str | None) -> Decided[Agreed]:
    """Changes the tier (G8)."""
    head, book = _customer(tx, request.customer)
    agreed = request.on or tx.today
    change = renewal.change_tier(book, request.tier, agreed, head.code)
    return _decided(head, book, agreed, tier=change.tier, effective_from=change.effective_from)


def cancel(tx: Transaction, request: requests.Cancel, _key: str | None) -> Decided[Agreed]:
    """Cancels the contract; that day is its last (G10)."""
    head, book = _customer(tx, request.customer)
    last = request.on or tx.today
    return _decided(head, book, last, cancelled=renewal.cancel(book, last, head.code).on)


def goodwill(tx: Transaction, request: requests.Goodwill, _key: str | None) -> Decided[Agreed]:
    """Grants goodwill minutes (G11)."""
    head, book = _customer(tx, request.customer)
    granted = request.on or tx.today
    renewal.goodwill(book, request.minutes, granted, request.expires, request.reason, request.covers, head.code)
    return _decided(head, book, granted)


def _customer(tx: Transaction, code: str) -> tuple[Head, Book]:
    head = tx.customer(code)
    return head, tx.book(head)


def _decided(
    head: Head,
    book: Book,
    on: date,
    *,
    contract: str | None = None,
    tariff: str | None = None,
    tier: str | None = None,
    effective_from: date | None = None,
    renewed: bool | None = None,
    cancelled: date | None = None,
) -> Decided[Agreed]:
    """What was decided, to be shown with the days and the grants that are recorded with it."""

    def view(fresh: list[Fact]) -> Agreed:
        window = next((fact.window for fact in reversed(fresh) if isinstance(fact, Term)), None)
        return Agreed(
            customer=head.code,
            contract=contract,
            tariff=tariff,
            tier=tier,
            effective_from=effective_from,
            renewed=renewed,
            cancelled=cancelled,
            first=None if window is None else window.first,
            last=None if window is None or window.last == END_OF_TIME else window.last,
            granted=tuple(
                Granted(grant_id(head, fact.number), fact.kind, fact.minutes, fact.starts, fact.expires)
                for fact in fresh
                if isinstance(fact, Grant)
            ),
        )

    return Decided(head, book, on, view)


def _again(_tx: Transaction, _request: object, head: Head, _seq: int) -> Agreed:
    return Agreed(customer=head.code)


ACTS = {
    requests.Sign: Act(sign, _again),
    requests.Renew: Act(renew, _again),
    requests.ChangeTier: Act(change_tier, _again),
    requests.Cancel: Act(cancel, _again),
    requests.Goodwill: Act(goodwill, _again),
}
