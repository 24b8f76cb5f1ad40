"""Contracts: sign, renew, change the tier, cancel; and goodwill (G1, G8, G10, G11, G13)."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from billing.core import renewal
from billing.core.book import Book
from billing.core.facts import Grant, Term
from billing.core.units import END_OF_TIME
from billing.office.balances import answers
from billing.office.balances.answers import Answer
from billing.office.transaction import Setting, Transaction, done
from billing.store.ledger import Head


def record(setting: Setting, do: Callable[..., tuple[bool, Answer]], **request: Any) -> Answer:
    """Does one of the requests below in a transaction of its own; the answer says if nothing was new."""

    def answer(tx: Transaction) -> Answer:
        new, answer = do(tx, **request)
        return answer if new else answer | {"unchanged": True}

    return done(setting, answer)


def sign(
    tx: Transaction,
    customer: str,
    tariff: str,
    tier: str | None = None,
    modules: tuple[str, ...] = (),
    fee: Decimal | None = None,
    start: date | None = None,
    id: str | None = None,
) -> tuple[bool, Answer]:
    """Signs a contract (G1)."""
    on = start or tx.today

    def decide(head: Head, book: Book) -> Answer:
        contract = renewal.sign(book, tx.version_on, tariff, tier, tuple(modules), fee, on)
        return {"contract": f"{head.code}-{contract.seq}", "tariff": tariff, "tier": contract.tier}

    request = {"tariff": tariff, "tier": tier, "modules": list(modules), "fee": fee, "start": start}
    return _done(tx, customer, "contract", on, request, id, decide)


def renew(tx: Transaction, customer: str, on: date | None = None, id: str | None = None) -> tuple[bool, Answer]:
    """Renews the contract by a year (G13)."""
    agreed = on or tx.today
    return _done(
        tx, customer, "renewal", agreed, {"on": on}, id,
        lambda head, book: {"renewed": renewal.renew(book, tx.version_on, agreed, head.code) is not None},
    )  # fmt: skip


def tier(
    tx: Transaction, customer: str, tier: str, on: date | None = None, id: str | None = None
) -> tuple[bool, Answer]:
    """Changes the tier (G8)."""
    agreed = on or tx.today

    def decide(head: Head, book: Book) -> Answer:
        change = renewal.change_tier(book, tier, agreed, head.code)
        return {"tier": change.tier, "effective_from": change.effective_from.isoformat()}

    return _done(tx, customer, "tier", agreed, {"tier": tier, "on": on}, id, decide)


def cancel(tx: Transaction, customer: str, on: date | None = None, id: str | None = None) -> tuple[bool, Answer]:
    """Cancels the contract; that day is its last (G10)."""
    last = on or tx.today
    return _done(
        tx, customer, "cancel", last, {"on": on}, id,
        lambda head, book: {"cancelled": renewal.cancel(book, last, head.code).on.isoformat()},
    )  # fmt: skip


def goodwill(
    tx: Transaction,
    customer: str,
    minutes: int,
    expires: date,
    reason: str,
    on: date | None = None,
    covers: tuple[str, ...] = (),
    id: str | None = None,
) -> tuple[bool, Answer]:
    """Grants goodwill minutes (G11)."""
    granted = on or tx.today
    request = {"minutes": minutes, "on": on, "expires": expires, "reason": reason, "covers": list(covers)}
    return _done(
        tx, customer, "goodwill", granted, request, id,
        lambda head, book: {
            "granted": renewal.goodwill(book, minutes, granted, expires, reason, tuple(covers), head.code).minutes
        },
    )  # fmt: skip


def _done(
    tx: Transaction,
    customer: str,
    kind: str,
    on: date,
    request: dict[str, Any],
    id: str | None,
    decide: Callable[[Head, Book], Answer],
) -> tuple[bool, Answer]:
    """Asks once, decides on the customer's book, records; answers what was decided and granted."""
    head = tx.customer(customer)
    request = {"customer": customer, **request}
    if tx.done_before(kind, id, request):
        return False, {"customer": customer}
    book = tx.book(head)
    decided = decide(head, book)
    fresh = tx.record(head, book, kind, on, external_id=id, request=request)
    grants = [fact for fact in fresh if isinstance(fact, Grant)]
    for term in (fact for fact in fresh if isinstance(fact, Term)):
        decided["from"] = term.window.first.isoformat()
        decided["to"] = None if term.window.last == END_OF_TIME else term.window.last.isoformat()
    return True, {
        "customer": customer,
        **decided,
        "granted": [
            {"grant": answers.grant_id(head, g.number), "kind": g.kind, "minutes": g.minutes,
             "starts": g.starts.isoformat(), "expires": g.expires.isoformat()}
            for g in grants
        ],
    }  # fmt: skip
