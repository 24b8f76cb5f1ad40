"""What a customer has, what an entry was charged, what a document says: the JSON of cli.md, made in one place (L8)."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from billing import law
from billing.core import invoicing, statement
from billing.core.facts import Charge, Entry
from billing.core.invoicing import Billed, Plan, Status, VatOn
from billing.core.units import ZERO
from billing.office.transaction import Transaction
from billing.store import documents, payments
from billing.store.documents import Kept
from billing.store.ledger import Head
from billing.views.documents import Document, DocumentShown

Answer = dict[str, Any]


# What is not invoiced yet


def vat_on(tx: Transaction, head: Head) -> VatOn:
    """How work or a sale of a day is taxed for this customer (M2, M3)."""
    country = tx.issuer["country"]
    return lambda day: law.vat_class(country, head.country, head.vat_id, day)


def pending_of(tx: Transaction, head: Head, at: date) -> Plan:
    """The overage charged for work up to a day that no document dated up to it has billed (B1, C4)."""
    entries, billed = documents.unsettled(tx.connection, head, at)
    return planned_of(tx, head, entries, billed, at) if entries else Plan()


def planned_of(
    tx: Transaction, head: Head, entries: Mapping[int, tuple[Entry, list[Charge]]], billed: list[Billed], at: date
) -> Plan:
    """What entries come to that were worked up to a day, less what lines billed for them."""
    found = (statement.standing_overage(entry, charges, at) for entry, charges in entries.values())
    standing = [s for s in found if s is not None and s.worked_on <= at]
    worked = {seq for seq, (entry, _) in entries.items() if entry.worked_on <= at}
    billed = [replace(x, entries={seq: n for seq, n in x.entries.items() if seq in worked}) for x in billed]
    return invoicing.plan(standing, billed, at, vat_on(tx, head))


# Documents


def standing(kept: Kept, paid: Decimal) -> tuple[Decimal, Status]:
    """What is shown as paid on a document, and its status (M10); nothing is ever open on a credit note."""
    if kept.kind == "credit-note":
        return ZERO, "paid"
    shown, _, status = invoicing.settled(kept.total, kept.credited, paid)
    return shown, status


def shown(document: Document, paid: Decimal, status: Status) -> DocumentShown:
    """A document as `invoice show` answers it: what was issued, and how it stands."""
    return DocumentShown(
        number=document.number,
        kind=document.kind,
        customer=document.customer,
        on=document.on,
        due=document.due,
        currency=document.currency,
        lines=document.lines,
        net=document.net,
        vat=document.vat,
        rounding=document.rounding,
        total=document.total,
        corrects=document.corrects,
        period=document.period,
        annex=document.annex,
        paid=paid,
        status=status,
    )


def shown_new(document: Document) -> DocumentShown:
    """A document just issued: nothing paid, nothing credited."""
    status: Status = "paid" if document.is_note else invoicing.settled(document.total, ZERO, ZERO)[2]
    return shown(document, ZERO, status)


def all_shown(tx: Transaction, found: Iterable[Kept]) -> tuple[DocumentShown, ...]:
    """Documents in order, each with how it stands."""
    known = list(found)
    paid = payments.paid_by_invoice(tx.connection, {kept.customer_id for kept in known})
    return tuple(shown(kept.document(), *standing(kept, paid.get(kept.number, ZERO))) for kept in known)
