"""A customer's account: what was invoiced, credited, paid, paid out and written off, and what it owes after each (M10).

The balance is what is open less the customer's own money. Everything stands on its own day, as the customer knows it;
the books may have it on another one (M14).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Literal

from billing.core.book import Book
from billing.core.invoicing import lost_of
from billing.core.receipts import Issued
from billing.core.units import ZERO, by_currency
from billing.values import dataclass

Kind = Literal[
    "invoice", "credit-note", "payment", "payment-back", "own-money", "own-money-back", "on-account",
    "on-account-back", "refund", "write-off", "write-off-back", "brought",
]  # fmt: skip
_FIRST = -1  # documents of a day come before its money


@dataclass(frozen=True, slots=True)
class Moved:
    """What changed a customer's account: positive is owed by the customer. `used` is own money that paid an invoice."""

    on: date
    kind: Kind
    document: str  # its own number, or that of the invoice; "" for money on account
    currency: str
    amount: Decimal
    used: Decimal = ZERO
    due: date | None = None
    reason: str = ""


def moves(book: Book, documents: Iterable[Issued]) -> list[Moved]:
    """All that moved a customer's account, in order of days; of a day documents first, then money as recorded."""
    known = list(documents)
    found = [(_FIRST, _issued(document)) for document in known]
    flows: dict[str, list[tuple[int, Moved]]] = defaultdict(list)
    for seq, moved in _money(book, {document.number: document.currency for document in known}):
        (flows[moved.document] if moved.document else found).append((seq, moved))
    notes: dict[str | None, list[Issued]] = defaultdict(list)
    for document in known:
        notes[document.corrects].append(document)
    for invoice in notes[None]:
        found += _settled(invoice, notes[invoice.number], flows[invoice.number])
    return [moved for _, moved in sorted(found, key=lambda each: (each[1].on, each[0]))]


def balances(moved: Iterable[Moved]) -> dict[str, Decimal]:
    """What moves come to, by currency."""
    return by_currency((each.currency, each.amount) for each in moved)


def opening(moved: Iterable[Moved], first: date) -> tuple[list[Moved], list[Moved]]:
    """What stood as a day began, with what the books opened with that day (G14), and what moved from then on."""
    before: list[Moved] = []
    after: list[Moved] = []
    for each in moved:
        stood = each.on < first or (each.on == first and each.kind == "brought")
        (before if stood else after).append(each)
    return before, after


def _issued(document: Issued) -> Moved:
    if document.opened_on is not None:
        return Moved(document.opened_on, "brought", document.number, document.currency, document.total,
                     due=document.due_on)  # fmt: skip
    kind: Kind = "invoice" if document.corrects is None else "credit-note"
    return Moved(document.issued_on, kind, document.number, document.currency, document.total, due=document.due_on)


def _money(book: Book, currencies: dict[str, str]) -> Iterator[tuple[int, Moved]]:
    """Money that came and went, each with the position at which it was recorded."""
    for p in book.payments.values():
        yield p.seq, _paid(p.paid_on, p.invoice, currencies[p.invoice], p.amount, p.own_money, back=False)
    for d in book.deposits.values():
        brought = d.seq in book.openings
        yield d.seq, Moved(d.paid_on, "brought" if brought else "on-account", "", d.currency, -d.amount)
    for bounce in book.bounces:
        if (payment := book.payments.get(bounce.payment)) is not None:
            of = payment.invoice
            yield bounce.seq, _paid(bounce.on, of, currencies[of], payment.amount, payment.own_money, back=True)
        else:
            deposit = book.deposits[bounce.payment]
            yield bounce.seq, Moved(bounce.on, "on-account-back", "", deposit.currency, deposit.amount)
    for r in book.refunds.values():
        yield r.seq, Moved(r.paid_on, "refund", "", r.currency, r.amount)
    for w in book.write_offs:
        yield w.seq, Moved(w.on, "write-off", w.invoice, currencies[w.invoice], -w.amount, reason=w.reason)


def _paid(on: date, invoice: str, currency: str, amount: Decimal, own: bool, back: bool) -> Moved:
    if own:
        kind: Kind = "own-money-back" if back else "own-money"
        return Moved(on, kind, invoice, currency, ZERO, used=-amount if back else amount)
    return Moved(on, "payment-back" if back else "payment", invoice, currency, amount if back else -amount)


def _settled(invoice: Issued, notes: list[Issued], flows: list[tuple[int, Moved]]) -> Iterator[tuple[int, Moved]]:
    """The money of an invoice; what was written off is so only as far as nobody pays or credits it after all (M15)."""
    due, paid, written, lost = invoice.total, ZERO, ZERO, ZERO
    steps: list[tuple[date, int, Issued | Moved]] = [(note.issued_on, _FIRST, note) for note in notes]
    steps += [(moved.on, seq, moved) for seq, moved in flows]
    for on, seq, step in sorted(steps, key=lambda each: each[:2]):
        if isinstance(step, Issued):
            due += step.total
        elif step.kind == "write-off":
            written -= step.amount
        else:
            paid += step.used - step.amount
        gone = lost_of(due, ZERO, paid, written)
        if isinstance(step, Moved) and step.kind != "write-off":
            yield seq, step
        if gone != lost:
            kind: Kind = "write-off" if gone > lost else "write-off-back"
            reason = step.reason if isinstance(step, Moved) else ""
            yield seq, Moved(on, kind, invoice.number, invoice.currency, lost - gone, reason=reason)
        lost = gone
