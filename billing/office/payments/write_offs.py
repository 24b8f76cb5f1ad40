"""Writes off what will not be paid of an invoice: a difference, or a bad debt (M15)."""

from typing import Any

from billing.core import crediting, facts, invoicing
from billing.core.book import Book
from billing.core.facts import Grant
from billing.core.units import ZERO
from billing.errors import BadInput
from billing.office.balances.names import grant_id
from billing.office.invoicing.named import receivable_named
from billing.office.parties.issuer import write_off_limit
from billing.office.payments import sales
from billing.office.transaction import Act, Decided, Transaction
from billing.requests import inputs
from billing.requests.payments import WriteOff
from billing.store.documents import Kept
from billing.store.heads import Head
from billing.texts import say
from billing.views.payments import WrittenOff


def write_off(tx: Transaction, request: WriteOff, key: str | None) -> Decided[WrittenOff]:
    """Writes off what is open on an invoice, or a part of it; more than a difference is asked back (M15)."""
    kept, head = receivable_named(tx, request.invoice)
    day = inputs.not_future(request.on or tx.today, tx.today, "a write-off")
    book = tx.without_work(head)
    due = ZERO if kept.kind == "credit-note" else kept.total - kept.credited
    paid, before = crediting.paid(book, kept.number), crediting.written_off(book, kept.number)
    amount = (max(due - paid - before, ZERO) if request.amount is None else request.amount) + ZERO
    book.seq = head.seq + 1
    writing = facts.WriteOff(book.seq, kept.number, amount, day, request.reason.strip())
    grant = crediting.write_off(book, writing, due, kept.on)
    limit = write_off_limit(tx.issuer)
    if before + amount > limit and not request.yes:
        raise BadInput(
            "ask-back",
            say("{amount} is more than a difference of {limit} on one invoice", amount=before + amount, limit=limit),
            say("--yes writes it off all the same"),
        )
    view = _view(head, kept, book, writing, key or f"{head.code}-{book.seq}", grant)
    return Decided(head, book, day, lambda _: view)


def _view(
    head: Head, kept: Kept, book: Book, writing: facts.WriteOff, name: str, grant: Grant | None = None
) -> WrittenOff:
    paid, written = crediting.paid(book, kept.number), crediting.written_off(book, kept.number)
    shown, left, status = invoicing.settled(kept.total, kept.credited, paid, written)
    return WrittenOff(
        write_off=name,
        invoice=kept.number,
        customer=head.code,
        amount=writing.amount,
        paid=shown,
        written_off=invoicing.lost_of(kept.total, kept.credited, paid, written),
        open=left,
        status=status,
        currency=kept.currency,
        credited=(grant_id(head, grant.number),) if grant else (),
    )


def _written_before(tx: Transaction, request: WriteOff, head: Head, seq: int) -> WrittenOff:
    kept, _ = receivable_named(tx, request.invoice, lock=False)
    book = tx.without_work(head)
    writing = next(found for found in book.write_offs if found.seq == seq)
    return _view(head, kept, book, writing, sales.payment_name(tx, head, seq))


ACTS: dict[Any, Act] = {WriteOff: Act(write_off, _written_before)}
