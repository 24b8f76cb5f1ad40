"""Whose an address is, from what is kept of all customers (A4)."""

from collections.abc import Iterator

from billing.core import addressing
from billing.core.addressing import Claim
from billing.requests import addresses, mailboxes
from billing.requests.addresses import Named
from billing.store import addresses as store
from billing.store.sql import Connection


def owner_of(connection: Connection, address: str) -> Claim | None:
    """Whose an address is, and by what; None also for what is no address (A4)."""
    named = addresses.read(address)
    return None if named is None else addressing.owner(_claims(connection, named))


def emails_of(connection: Connection, named: Named) -> list[str]:
    """The customers whose documents go to an address, in whichever letters its domain is written there."""
    if named.kind != "address":
        return []
    local, _, domain = named.value.rpartition("@")
    spelt = {f"{local}@{each}" for each in (domain, mailboxes.legible(domain))}
    return store.whose_email(connection, sorted(spelt | {f"mailto:{each}" for each in spelt}))


def _claims(connection: Connection, named: Named) -> Iterator[Claim]:
    names = [named.value]
    if named.kind == "address":
        names.append("@" + named.value.rpartition("@")[2])
    for name in names:
        row = store.named(connection, name)
        if row is not None:
            yield Claim(row.customer, row.kind)
    yield from (Claim(code, "email") for code in emails_of(connection, named))
