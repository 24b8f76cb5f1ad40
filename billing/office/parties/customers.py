"""Customers' ordinary data: made, changed, held and released; their chains hold the ids of requests alone."""

from collections.abc import Mapping
from typing import Any, TypeVar

from billing.errors import Already, BadInput
from billing.law import countries
from billing.locales import formats
from billing.office.parties import identifiers, issuer
from billing.office.transaction import Act, Decided, Transaction
from billing.requests import parties as requests
from billing.store import parties
from billing.store.heads import Head
from billing.texts import Do, say
from billing.views.parties import Added, Changed, Held

V = TypeVar("V")


def add(tx: Transaction, request: requests.AddCustomer, key: str | None) -> Decided[Added] | Added:
    """Makes a customer."""
    code, values = request.code, requests.given(request)
    if code in tx.heads or parties.has_customer(tx.connection, code):
        raise Already(
            "conflict",
            say("customer {code} exists", code=code),
            say("{command} shows it", command=Do("customer show", code)),
        )
    _check_country(values)
    parties.add_customer(tx.connection, {"code": code, **values})
    doubts = tuple(identifiers.doubts(code, values))
    return kept_outside(
        tx, code, key, Added(customer=code, name=request.name, country=request.country.upper(), warnings=doubts)
    )


def change(tx: Transaction, request: requests.ChangeCustomer, key: str | None) -> Decided[Changed] | Changed:
    """Changes a customer's ordinary data; what is not given stays."""
    head, values = tx.customer(request.customer), requests.given(request)
    if values:
        _check_country(values)
        _write(tx, head, values)
    doubts = identifiers.doubts(head.code, parties.customer(tx.connection, head.id)) if values else []
    changed = Changed(customer=head.code, changed=tuple(sorted(values)), warnings=tuple(doubts))
    return kept_outside(tx, head.code, key, changed)


def _check_country(values: Mapping[str, Any]) -> None:
    """Refuses a country that there is not: VAT is decided by it (M3), and `EL` is no member state."""
    code = values.get("country")
    if code is None or formats.is_country(code):
        return
    meant = countries.meant_by(code)
    raise BadInput(
        "bad-input",
        say("{country} is no country", country=code),
        say("give two letters, as CH or FR") if meant is None else say("did you mean {names}?", names=meant.code),
    )


def hold(tx: Transaction, request: requests.Hold, key: str | None) -> Decided[Held] | Held:
    """Holds a customer's documents back for a reason (M7)."""
    return _held(tx, request.customer, request.reason, key)


def release(tx: Transaction, request: requests.Release, key: str | None) -> Decided[Held] | Held:
    """Ends a hold (M7)."""
    return _held(tx, request.customer, None, key)


def _held(tx: Transaction, code: str, reason: str | None, key: str | None) -> Decided[Held] | Held:
    head = tx.customer(code)
    _write(tx, head, {"held_reason": reason})
    return kept_outside(tx, head.code, key, Held(head.code, reason))


def _write(tx: Transaction, head: Head, values: Mapping[str, Any]) -> None:
    """Changes a customer's data where it is kept, and as far as this transaction has it in hand: VAT hangs on it."""
    parties.change_customer(tx.connection, head.code, {**values})
    for name in values.keys() & {"name", "country", "language", "vat_id", "held_reason"}:
        setattr(head, name, values[name])


def kept_outside(tx: Transaction, code: str, key: str | None, view: V) -> Decided[V] | V:
    """What was kept outside the ledger; a place in the chain is taken only for an id (L5)."""
    if key is None:
        return view
    head = tx.customer(code)
    return Decided(head, tx.without_work(head), tx.today, lambda _fresh: view, only_asked=True)


def _added_again(_tx: Transaction, _request: object, head: Head, _seq: int) -> Added:
    return Added(customer=head.code)


def _changed_again(_tx: Transaction, _request: object, head: Head, _seq: int) -> Changed:
    return Changed(customer=head.code)


def _held_again(tx: Transaction, _request: object, head: Head, _seq: int) -> Held:
    return Held(head.code, parties.customer_data(tx.connection, head.id).held_reason)


ACTS = {
    requests.AddCustomer: Act(add, _added_again),
    requests.ChangeCustomer: Act(change, _changed_again),
    requests.Hold: Act(hold, _held_again),
    requests.Release: Act(release, _held_again),
} | issuer.ACTS
