"""Whose an address is (A4): ordinary rows, and what customers' own e-mail addresses say."""

from collections.abc import Callable, Iterable
from typing import Any

from billing.core import addressing
from billing.errors import Already, Unknown
from billing.office.owners import emails_of, owner_of
from billing.office.parties.customers import kept_outside
from billing.office.transaction import Act, Decided, Same, Transaction
from billing.requests import addresses as requests
from billing.requests import mailboxes
from billing.requests.addresses import Named
from billing.store import addresses as store
from billing.store.heads import Head
from billing.texts import Do, Text, say
from billing.views.addresses import Addresses, AddressGone, AddressKept, AddressOwner, AddressRow, Whose


def add(
    tx: Transaction, request: requests.AddAddress, key: str | None
) -> AddressKept | Same[AddressKept] | Decided[AddressKept]:
    """Makes an address a customer's; one that is another's is refused (A4)."""
    head, named = tx.customer(request.customer), _named(request.address)
    row = store.named(tx.connection, named.value)
    kept = AddressKept(head.code, named.value, named.kind)
    if row is not None and row.customer == head.code:
        return Same(kept)
    if row is not None:
        raise Already(
            "conflict",
            say("{address} is {customer}'s", address=named.value, customer=row.customer),
            say("{do} first", do=Do("customer address remove", row.customer, named.value)),
        )
    others = [code for code in emails_of(tx.connection, named) if code != head.code]
    if others:
        raise Already(
            "conflict",
            say("{address} is the e-mail address of {customers}", address=named.value, customers=others),
            say("give {customers} another one first", customers=others),
        )
    own = mailboxes.read(tx.issuer["email"])
    if named.kind == "domain" and own is not None and named.value == f"@{own.domain}":
        raise Already(
            "conflict",
            say("{address} is the issuer's own domain", address=named.value),
            say("give the customer's addresses there, each by itself"),
        )
    store.add(tx.connection, head.id, named.kind, named.value, tx.setting.now(), tx.setting.by)
    return kept_outside(tx, head.code, key, kept)


def remove(tx: Transaction, request: requests.RemoveAddress, key: str | None) -> AddressGone | Decided[AddressGone]:
    """Makes an address nobody's."""
    head, named = tx.customer(request.customer), _named(request.address)
    row = store.named(tx.connection, named.value)
    if row is None or row.customer != head.code:
        raise Unknown(
            "not-found",
            say("{address} was not given to {customer}", address=named.value, customer=head.code),
            say("{do} shows what was", do=Do("customer address list", head.code)),
        )
    store.remove(tx.connection, named.value)
    return kept_outside(tx, head.code, key, AddressGone(head.code, named.value))


def listed(tx: Transaction, question: requests.AskAddresses) -> Addresses:
    """The addresses of a customer or of all, with the e-mail addresses that their data hold."""
    only = None if question.customer is None else tx.customer(question.customer, lock=False).id
    rows = [
        AddressRow(row.customer, row.value, row.kind, row.added_at.astimezone(tx.zone), row.added_by)
        for row in store.every(tx.connection, only)
    ]
    rows += [AddressRow(code, email, "email", None, None) for code, email in store.emails(tx.connection, only)]
    return Addresses(tuple(sorted(rows, key=lambda row: (row.customer, row.address, row.kind))))


def whose(tx: Transaction, question: requests.AskWhose) -> Whose:
    """Whose some addresses are, each and together (A4)."""
    found = {address: owner_of(tx.connection, address) for address in question.addresses}
    return Whose(
        addressing.of_all(found.values()),
        tuple(
            AddressOwner(address, None if claim is None else claim.customer, None if claim is None else claim.by)
            for address, claim in found.items()
        ),
    )


def customer_of(tx: Transaction, addresses: Iterable[str], named: str | None = None) -> str:
    """The code of the one customer whose all addresses are, and who is the one named, if one is; `unknown-customer`
    where there is none (A4)."""
    wanted = list(addresses)
    code = addressing.of_all(owner_of(tx.connection, address) for address in wanted)
    if code is None or named not in (None, code):
        raise Unknown(
            "unknown-customer",
            say("no customer is known by {addresses}, or more than one", addresses=wanted),
            say("{do} gives one his address", do=Do("customer address add")),
        )
    return code


def customer_by_envelope(
    tx: Transaction, sender: str | None, recipients: Iterable[str], inside: Iterable[str]
) -> tuple[str | None, Text | None]:
    """The code of the one customer whose all recipients outside are, of a mail that comes from inside; or why none.

    A recipient at a domain of the issuer's that is given to no customer is one of his people (A4).
    """
    ours = {mailboxes.network(domain.removeprefix("@")) for domain in inside}
    own = mailboxes.read(tx.issuer["email"])
    if own is not None and not requests.is_free(own.domain):
        ours.add(own.domain)
    if sender is None:
        return None, say("no one sent it")
    if _domain(sender) not in ours:
        return None, say("its sender is not one of ours")
    owners = {address: owner_of(tx.connection, address) for address in recipients}
    outside = {address: claim for address, claim in owners.items() if claim or _domain(address) not in ours}
    if not outside:
        return None, say("it goes to nobody outside")
    code = addressing.of_all(outside.values())
    return code, None if code is not None else say("it does not go to one customer alone")


def _domain(address: str) -> str | None:
    """The domain of an address as the network has it; None where there is none."""
    box = mailboxes.read(address)
    return None if box is None else box.domain


def _named(address: str) -> Named:
    found = requests.read(address)
    assert found is not None, address  # its request looked
    return found


def _added_again(_tx: Transaction, request: requests.AddAddress, head: Head, _seq: int) -> AddressKept:
    named = _named(request.address)
    return AddressKept(head.code, named.value, named.kind)


def _removed_again(_tx: Transaction, request: requests.RemoveAddress, head: Head, _seq: int) -> AddressGone:
    return AddressGone(head.code, _named(request.address).value)


ACTS = {requests.AddAddress: Act(add, _added_again), requests.RemoveAddress: Act(remove, _removed_again)}
QUESTIONS: dict[Any, Callable[..., Any]] = {requests.AskAddresses: listed, requests.AskWhose: whose}
