"""Closed months as the rest of the office sees them: what stands, what was known then, no document in them (M16)."""

from datetime import date

from billing.core import closing, proof
from billing.core.basis import Bases, Basis, always
from billing.core.book import Book
from billing.core.closing import Known, Step
from billing.core.facts import Reminder
from billing.core.receipts import Issued, Receipt
from billing.core.units import day_after
from billing.errors import Forbidden
from billing.office.transaction import Transaction
from billing.store import issued, ledger, parties, periods, reminders
from billing.store.heads import Head
from billing.store.query import by_lots
from billing.store.sql import Connection
from billing.texts import say


def closings(tx: Transaction) -> list[Step]:
    """The closings that stand, in the order of their months."""
    return closing.standing(periods.steps(tx.connection))


def check_open(tx: Transaction, on: date) -> None:
    """Refuses a document of a closed month: it is ours to date, and what is declared of the month holds no more."""
    last = closed_until(tx)
    if on <= last:
        raise Forbidden(
            "period-closed",
            say("{on} is in a month that is closed, up to {last}", on=on, last=last),
            say("issue from {first} on", first=day_after(last)),
        )


def closed_until(tx: Transaction) -> date:
    """The last day that is closed; where none is, the first of all days."""
    months: list[date] = []
    for kind, month in periods.closed_months(tx.connection):
        if kind == "close":
            months.append(month)
        else:
            months.remove(month)
    return closing.last_of(months[-1]) if months else date.min


def bases(tx: Transaction) -> Bases:
    """When the issuer owes VAT, from which day on."""
    known = _said(tx)
    if not known:
        return always(_basis(tx.issuer["vat_basis"]) or "invoice")
    return Bases(tuple((since, _basis(value) or "invoice") for since, value in known))


def vat_basis(tx: Transaction, on: date) -> Basis | None:
    """What the issuer has said of when VAT is due, as it counts on a day; none, where nothing was said."""
    known = _said(tx)
    if not known:
        return _basis(tx.issuer["vat_basis"])
    return next((_basis(value) for since, value in reversed(known) if since <= on), None)


def _said(tx: Transaction) -> list[tuple[date, str | None]]:
    """What was said of when VAT is due, by the day from which it counts."""
    if tx.vat_bases is None:
        tx.vat_bases = periods.settings(tx.connection, "vat_basis")
    return tx.vat_bases


def _basis(value: str | None) -> Basis | None:
    return "payment" if value == "payment" else "invoice" if value == "invoice" else None


def position_of(closed: Step | None, head: Head) -> int:
    """Up to which position of a customer's chain a closing knew; without one all of it."""
    return head.seq if closed is None else closed.heads.get(head.id, 0)


def book_of(tx: Transaction, head: Head, closed: Step | None) -> Book:
    """The customer's book as a closing knew it, or as it is."""
    until = position_of(closed, head)
    if until == head.seq:
        return tx.book(head)
    return proof.book_at(((seq, fact) for (seq, _), fact in tx.history(head)), until)


def read_of(connection: Connection, head: Head) -> None:
    """Reads what the customer's books are made of, whichever closing knew them (see `lots`)."""
    parties.kept_versions(connection, head.id)
    ledger.history(connection, head, {})


def known(tx: Transaction, closed: Step | None) -> Known:
    """All documents, and what came for them, as a closing knew them, or as they are."""
    if closed is None:
        known = tx.issued or (issued.documents(tx.connection), issued.receipts(tx.connection))
        tx.issued = known if tx.reads else None
        return known
    documents: list[Issued] = []
    receipts: list[Receipt] = []

    def read(connection: Connection, end: tuple[int, int]) -> tuple[list[Issued], list[Receipt]]:
        return issued.documents(connection, *end), issued.receipts(connection, *end)

    for end in by_lots(tx.connection, sorted(closed.heads.items()), read):
        some, came = read(tx.connection, end)
        documents += some
        receipts += came
    return documents, receipts


def reminded(tx: Transaction, closed: Step | None) -> dict[str, list[Reminder]]:
    """The reminders by invoice, as a closing knew them, or as they are."""
    if closed is None:
        return reminders.sent(tx.connection)
    found: dict[str, list[Reminder]] = {}
    for end in by_lots(tx.connection, closed.heads.items(), lambda connection, end: reminders.sent(connection, *end)):
        found |= reminders.sent(tx.connection, *end)
    return found
