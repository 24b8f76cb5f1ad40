"""The books as double entries: what documents, payments and used minutes post, in roles that every chart of accounts
maps to accounts of its own. Each entry adds up to nothing, in each currency.

Posted are: a document when it is issued; money when it comes, in the part that its invoice needs and the part that is
the customer's; a pack's price as its minutes are used or expire (M9, M10).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from billing.core import crediting, revenue
from billing.core.book import Book
from billing.core.facts import Sale
from billing.core.invoicing import is_deferred, used_of
from billing.core.receipts import Issued
from billing.core.statement import Movement
from billing.core.units import ZERO, day_before, share

Role = Literal["receivable", "customer-money", "bank", "deferred", "revenue", "add-ons", "breakage", "vat", "rounding"]


@dataclass(frozen=True, slots=True)
class Leg:
    """One line of an entry: debit is positive. `detail` tells accounts of a role apart, as a VAT rate or a category."""

    role: Role
    amount: Decimal
    currency: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A booking of one day for one customer; its legs add up to nothing."""

    on: date
    customer: str
    text: str
    document: str
    legs: tuple[Leg, ...]


@dataclass(frozen=True, slots=True)
class IssuedLine:
    """A line of a document as the books see it."""

    kind: str
    name: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Minutes:
    """A movement of one grant's minutes."""

    customer: str
    grant: str
    movement: Movement
    case: str | None


@dataclass(frozen=True, slots=True)
class Check:
    """What a role's account of a customer, or a grant's minutes, must come to at the end."""

    customer: str
    role: str  # receivable, customer-money, deferred, minutes
    amount: Decimal
    unit: str  # a currency, or MIN
    grant: str | None = None


@dataclass(frozen=True, slots=True)
class Books:
    """The books up to a day."""

    issuer: str
    currency: str
    until: date
    names: dict[str, str]  # customers' names by code
    entries: tuple[Entry, ...]
    minutes: tuple[Minutes, ...]
    checks: tuple[Check, ...]


def entries(
    book: Book, customer: str, documents: Iterable[tuple[Issued, tuple[IssuedLine, ...], Decimal]], until: date
) -> Iterator[Entry]:
    """All bookings of a customer up to a day, in order of time.

    `documents` are the customer's, each with its lines and its rounding.
    """
    known = [document for document in documents if document[0].issued_on <= until]
    sales = {sale.invoice: sale for sale in book.sales.values()}
    found = [_issue(issued, lines, rounding, sales) for issued, lines, rounding in known]
    for issued, _, _ in known:
        if issued.corrects is None:
            notes = [note for note, _, _ in known if note.corrects == issued.number]
            found += _money(book, issued, notes, until)
    for sale in book.sales.values():
        if is_deferred(sale):
            found += _earned(book, customer, sale, until)
    yield from sorted(
        (entry for entry in found if entry.legs), key=lambda entry: (entry.on, entry.document, entry.text)
    )


def _issue(issued: Issued, lines: tuple[IssuedLine, ...], rounding: Decimal, sales: dict[str, Sale]) -> Entry:
    legs = [Leg("receivable", issued.total, issued.currency)]
    for line in lines:
        sale = sales.get(issued.number)
        role: Role = "revenue"
        if line.kind == "product" and sale is not None:
            role = "deferred" if is_deferred(sale) else "add-ons"
        legs.append(Leg(role, -line.amount, issued.currency, line.name))
    legs += [Leg("vat", -amount, issued.currency, f"{vat.category}-{vat.rate}") for vat, _, amount in issued.vat]
    legs.append(Leg("rounding", -rounding, issued.currency))
    what = "invoice" if issued.corrects is None else f"credit note for {issued.corrects}"
    return _entry(issued.issued_on, issued.customer, what, issued.number, legs)


def _money(book: Book, invoice: Issued, notes: list[Issued], until: date) -> Iterator[Entry]:
    """Payments of an invoice: what it needs, and what is over and the customer's own (M10)."""
    mine = {payment.seq: payment for payment in book.payments.values() if payment.invoice == invoice.number}
    taken_back = [bounce for bounce in book.bounces if bounce.payment in mine]
    days = {p.paid_on for p in mine.values()} | {b.on for b in taken_back} | {note.issued_on for note in notes}
    paid_before = applied_before = ZERO
    for day in sorted(day for day in days if day <= until):
        flows = [(p, p.amount) for p in mine.values() if p.paid_on == day]
        flows += [(mine[b.payment], -mine[b.payment].amount) for b in taken_back if b.on == day]
        paid = crediting.paid(book, invoice.number, day)
        credited = -sum((note.total for note in notes if note.issued_on <= day), ZERO)
        applied = used_of(invoice.total, credited, paid)
        legs = [
            Leg("bank", sum((amount for p, amount in flows if not p.own_money), ZERO), invoice.currency),
            Leg("customer-money", sum((amount for p, amount in flows if p.own_money), ZERO), invoice.currency),
            Leg("receivable", applied_before - applied, invoice.currency),
            Leg("customer-money", (applied - applied_before) - (paid - paid_before), invoice.currency),
        ]
        yield _entry(day, invoice.customer, "payment", invoice.number, legs)
        paid_before, applied_before = paid, applied


def _earned(book: Book, customer: str, sale: Sale, until: date) -> Iterator[Entry]:
    """A pack's price as its minutes are used, and as they expire (M9)."""
    before = revenue.deferred_of(book, sale, day_before(sale.sold_on))
    for day in revenue.recognition_days(book, sale):
        if day > until:
            return
        now = revenue.deferred_of(book, sale, day)
        used = share(sale.price, now.used + before.expired, sale.minutes) if now.used + before.expired > 0 else ZERO
        used = min(used, now.recognised) if now.expired >= before.expired else now.recognised
        legs = [
            Leg("deferred", now.recognised - before.recognised, sale.currency, sale.product),
            Leg("revenue", before.recognised - used, sale.currency, sale.product),
            Leg("breakage", used - now.recognised, sale.currency, sale.product),
        ]
        yield _entry(day, customer, f"earned of {sale.product}", sale.invoice, legs)
        before = now


def _entry(on: date, customer: str, text: str, document: str, legs: list[Leg]) -> Entry:
    kept = tuple(leg for leg in legs if leg.amount)
    assert sum((leg.amount for leg in kept), ZERO) == 0, (document, legs)
    return Entry(on, customer, text, document, kept)
