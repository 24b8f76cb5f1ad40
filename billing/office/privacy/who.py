"""Whom somebody means: a customer by code, an agent by code, or a contact by name."""

from billing.errors import BadInput, Unknown
from billing.office.transaction import Transaction
from billing.store import parties, personal
from billing.store.heads import Head
from billing.texts import say
from billing.values import dataclass
from billing.views.privacy import Kind


@dataclass(frozen=True, slots=True)
class Person:
    """Who is meant: a customer, his contact with its number, or an agent."""

    kind: Kind
    name: str  # the code, or the contact's name as it is written
    head: Head | None = None
    contact: int = 0


def named(tx: Transaction, who: str, customer: str | None, lock: bool) -> Person:
    """Who is meant: with `customer` a contact of his; else a customer, an agent, or the only contact of that name.

    Raises Unknown, and BadInput where more than one could be meant.
    """
    if customer is not None:
        head = tx.customer(customer, lock)
        return _contact(tx, who, personal.contacts_named(tx.connection, who, head.id), lock)
    found: list[Person] = []
    same = parties.codes_like(tx.connection, who)
    if who in same or len(same) == 1:
        head = tx.customer_by_id(same[who] if who in same else next(iter(same.values())), lock)
        found.append(Person("customer", head.code, head))
    if who in tx.agents:
        found.append(Person("agent", who))
    if len(found) > 1:
        raise BadInput("bad-input", say("{who} is a customer's code and an agent's", who=who))
    return found[0] if found else _contact(tx, who, personal.contacts_named(tx.connection, who), lock)


def _contact(tx: Transaction, who: str, found: list[tuple[int, int, str]], lock: bool) -> Person:
    owners = [(tx.customer_by_id(key, lock=False).code, number, name) for key, number, name in found]
    if not owners:
        raise Unknown(
            "unknown-customer", say("{who}: no customer, contact or agent is called so", who=who),
            say("give a code, or a contact's whole name"),
        )  # fmt: skip
    if len(owners) > 1:
        codes = sorted({code for code, _, _ in owners})
        raise BadInput("bad-input", say("{who} is a contact of {customers}", who=who, customers=codes),
                       say("say whose: --customer {customer}", customer=codes[0]))  # fmt: skip
    code, number, name = owners[0]
    return Person("contact", name, tx.customer(code, lock), number)
