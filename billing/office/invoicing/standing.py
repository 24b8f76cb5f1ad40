"""How documents stand: what of each is answered, with what was paid on it (M10)."""

from collections.abc import Iterable
from decimal import Decimal

from billing.core import invoicing
from billing.core.invoicing import Status
from billing.core.units import ZERO
from billing.office.transaction import Transaction
from billing.store import payments
from billing.store.documents import Kept
from billing.views.documents import Document, DocumentShown


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
