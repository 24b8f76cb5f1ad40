"""The plain model of documents and money: what is invoiced, paid, open, and the customer's own (rules M)."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from tests.simulation.minutes import NO_MONEY, Book, Entry, cents

VAT = Decimal("8.1")  # Swiss, since 2024: no day of a simulation is before


def taxed(net: Decimal, country: str) -> Decimal:
    """The VAT of a Swiss issuer (M2, M3)."""
    return cents(net * VAT / 100) if country in ("CH", "LI") else NO_MONEY


@dataclass(eq=False)
class Paying:
    """A payment, on an invoice or on account."""

    id: str
    customer: str
    invoice: str | None
    amount: Decimal
    on: date
    currency: str
    own: bool = False
    back: bool = False  # whether the bank took it back


@dataclass(eq=False)
class Document:
    """An invoice or a note, and what became of it."""

    number: str
    customer: str
    currency: str
    on: date
    net: Decimal
    total: Decimal
    corrects: str | None = None
    credited: Decimal = NO_MONEY
    paid: Decimal = NO_MONEY
    written: Decimal = NO_MONEY

    @property
    def due(self) -> Decimal:
        return self.total - self.credited

    @property
    def open(self) -> Decimal:
        return max(NO_MONEY, self.due - self.paid - self.written)

    @property
    def used(self) -> Decimal:
        """What of the money paid it needs."""
        return max(NO_MONEY, min(self.paid, self.due))


@dataclass
class Money:
    """All documents and payments."""

    documents: dict[str, Document] = field(default_factory=dict)
    payments: dict[str, Paying] = field(default_factory=dict)
    refunds: list[tuple[str, str, Decimal]] = field(default_factory=list)  # customer, currency, amount

    def next_number(self, series: str, on: date) -> str:
        """The number that the next document gets (M6)."""
        mine = [number for number in self.documents if number.startswith(f"{series}-{on.year}-")]
        return f"{series}-{on.year}-{len(mine) + 1:05d}"

    def last_issue(self, series: str) -> date:
        return max((d.on for d in self.documents.values() if d.number.startswith(series)), default=date.min)

    def add(self, document: Document) -> None:
        assert document.number not in self.documents, document.number
        self.documents[document.number] = document
        if document.corrects is not None:
            self.documents[document.corrects].credited -= document.total

    def own(self, customer: str) -> dict[str, Decimal]:
        """A customer's own money by currency (M10, M13)."""
        sums: dict[str, Decimal] = {}
        for payment in self.payments.values():
            if payment.customer == customer and not payment.own and not payment.back:
                sums[payment.currency] = sums.get(payment.currency, NO_MONEY) + payment.amount
        for code, currency, amount in self.refunds:
            if code == customer:
                sums[currency] = sums.get(currency, NO_MONEY) - amount
        for document in self.documents.values():
            if document.customer == customer and document.corrects is None:
                sums[document.currency] = sums.get(document.currency, NO_MONEY) - document.used
        return {currency: amount for currency, amount in sums.items() if amount}


Part = tuple[Entry, str, Decimal, int]  # minutes of an entry, as a category, at a rate


def net_of(book: Book, up_to: date) -> Decimal:
    """The net of what a run invoices of a customer, each line priced once (M1, M5)."""
    return sum((cents(minutes * rate / 60) for (_, rate), minutes in book.missing(up_to).items()), NO_MONEY)


def billed_by(book: Book, up_to: date) -> list[Part]:
    """What a run invoices of which entry."""
    found = []
    for entry in book.entries:
        charge = entry.charge
        missing = charge.over - entry.billed_as(charge.category, charge.rate)
        if charge.over and missing > 0 and entry.worked <= up_to:
            found.append((entry, charge.category, charge.rate, missing))
    return found


def credited_by(book: Book) -> dict[str, list[Part]]:
    """What a run credits, by the invoice that billed it (C4)."""
    found: dict[str, list[Part]] = {}
    for entry in book.entries:
        for name, rate in dict.fromkeys((name, rate) for _, _, name, rate, _ in entry.billed):
            for number, part in entry.to_credit(name, rate):
                found.setdefault(number, []).append((entry, name, rate, part))
    return found
