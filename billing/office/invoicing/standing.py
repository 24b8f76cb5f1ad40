"""How documents stand: what of each is answered, with what was paid on it (M10)."""

from collections.abc import Iterable
from decimal import Decimal

from billing.core import invoicing
from billing.core.invoicing import Status
from billing.core.units import ZERO
from billing.office.transaction import Transaction
from billing.store import payments
from billing.store.documents import Kept
from billing.views.documents import Document, DocumentShown, Ended


def standing(kept: Kept, paid: Decimal, written: Decimal) -> tuple[Decimal, Status, Decimal]:
    """What is shown as paid on a document, its status, and what of it is lost; nothing is ever open on a note (M10)."""
    if kept.kind == "credit-note":
        return ZERO, "paid", ZERO
    shown, _, status = invoicing.settled(kept.total, kept.credited, paid, written)
    return shown, status, invoicing.lost_of(kept.total, kept.credited, paid, written)


def shown(
    document: Document, paid: Decimal, status: Status, written_off: Decimal = ZERO, ends: tuple[Ended, ...] = ()
) -> DocumentShown:
    """A document as `invoice show` answers it: what was issued, how it stands, and what ended when it was issued."""
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
        written_off=written_off,
        reason=document.reason,
        ends=ends,
    )


def shown_new(document: Document) -> DocumentShown:
    """A document just issued: nothing paid, nothing credited."""
    return shown(document, ZERO, invoicing.status_when_issued(document.total, document.is_note))


def all_shown(tx: Transaction, found: Iterable[Kept]) -> tuple[DocumentShown, ...]:
    """Documents in order, each with how it stands."""
    known = list(found)
    customers = {kept.customer_id for kept in known}
    paid, written = payments.paid_by_invoice(tx.connection, customers), payments.written_off(tx.connection, customers)
    return tuple(
        shown(kept.document(), *standing(kept, paid.get(kept.number, ZERO), written.get(kept.number, ZERO)))
        for kept in known
    )
