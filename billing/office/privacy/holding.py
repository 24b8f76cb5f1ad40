"""All that is held about a customer, a contact or an agent (P3)."""

from billing.office.privacy import who
from billing.office.privacy.who import Person
from billing.office.transaction import Transaction
from billing.requests.privacy import AskHeld
from billing.store import addresses, inventory, parties, personal
from billing.views.privacy import Held, HeldTable


def held(tx: Transaction, question: AskHeld) -> Held:
    """The rows of every table that are about somebody, and the papers that there are files of."""
    person = who.named(tx, question.who, question.customer, lock=False)
    rows = _rows(tx, person)
    papers = dict(rows) if person.kind == "customer" else {}
    tables = tuple(HeldTable(name, inventory.about(name), tuple(some)) for name, some in rows)
    return Held(
        kind=person.kind, who=person.name, customer=person.head.code if person.head else None, at=tx.today,
        documents=tuple(str(row["code"]) for row in papers.get("document", ()) if row["content"]),
        quotes=tuple(str(row["code"]) for row in papers.get("quote_document", ()) if row["content"]),
        tables=tables,
    )  # fmt: skip


def _rows(tx: Transaction, person: Person) -> personal.Rows:
    if person.head is None:
        return personal.of_agent(tx.connection, person.name)
    if person.kind == "contact":
        return personal.of_contact(tx.connection, person.head.id, person.contact, person.name)
    return personal.of_customer(tx.connection, person.head.id, emails(tx, person.head.id))


def emails(tx: Transaction, customer_id: int) -> set[str]:
    """The addresses from which mail is a customer's, in small letters."""
    own = parties.customer_data(tx.connection, customer_id).email
    known = {row.value for row in addresses.every(tx.connection, customer_id) if row.kind == "address"}
    return {address.strip().lower() for address in (*known, *([own] if own else []))}
