"""Checks reminders: what was open that day is computed again from what was recorded before them (L7, M10)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from billing.core import receipts
from billing.core.facts import Bounce, BroughtInvoice, Opening, Payment, Reminder, WriteOff
from billing.core.receipts import Issued, Receipt
from billing.core.units import ZERO
from billing.store.auditing import Position
from billing.store.kept import DocumentRow


def reminder_faults(customer: str, found: list[Position]) -> Iterator[str]:
    """What does not hold in a customer's reminders: a step left out, a wrong amount, an invoice that was not due."""
    documents: dict[str, dict[str, Issued]] = defaultdict(dict)  # by invoice: itself and its notes, by number
    payments: dict[int, Receipt] = {}
    flows: dict[str, list[Receipt]] = defaultdict(list)
    last: dict[str, Reminder] = {}
    for position in found:
        for sent in position.of(Reminder):
            where = f"{customer} position {position.seq}: the reminder of {sent.invoice}"
            before, of = last.get(sent.invoice), (documents[sent.invoice].values(), flows[sent.invoice])
            yield from (f"{where} {fault}" for fault in _faults(sent, before, *of))
            last[sent.invoice] = sent
        for brought in position.of(BroughtInvoice):
            (opening,) = position.of(Opening)
            one = Issued(
                brought.number, customer, brought.issued_on, brought.due_on, brought.currency, (), brought.open, None,
                opened_on=opening.on,
            )  # fmt: skip
            documents[one.number][one.number] = one
        for row in position.of(DocumentRow):
            one = Issued(row.code, customer, row.issued_on, row.due_on, row.currency, (), row.total, row.corrects)
            documents[row.corrects or row.code][row.code] = one
        for payment in position.of(Payment):
            payments[payment.seq] = Receipt(payment.invoice, payment.paid_on, payment.amount)
            flows[payment.invoice].append(payments[payment.seq])
        for written in position.of(WriteOff):
            flows[written.invoice].append(Receipt(written.invoice, written.on, written.amount, written_off=True))
        for bounce in position.of(Bounce):
            if bounce.payment in payments:
                paid = payments[bounce.payment]
                flows[paid.invoice].append(Receipt(paid.invoice, bounce.on, -paid.amount))


def _faults(
    sent: Reminder, before: Reminder | None, documents: Iterable[Issued], flows: list[Receipt]
) -> Iterator[str]:
    """What does not hold in one reminder of an invoice, with its documents and money; `before` is the one before it."""
    item = next((i for i in receipts.open_on(documents, flows, sent.on) if i.invoice.number == sent.invoice), None)
    left = item.open if item else ZERO
    if left != sent.open:
        yield f"says that {sent.open} was open, it was {left}"
    elif item is None or item.days_late <= 0:
        yield f"is of {sent.on}, when it was not late"
    if sent.step != (before.step + 1 if before else 1):
        yield f"is step {sent.step} after {before.step if before else 'none'}"
    if before and sent.on <= before.on:
        yield f"is of {sent.on}, the one before it of {before.on}"
