"""The books as double entries: what documents, payments and used minutes post, in roles that every chart of accounts
maps to accounts of its own. Each entry adds up to nothing, in each currency.

Posted are: a document when it is issued; money when it comes or is taken back, in the part that its invoice needs and
the part that is the customer's; a pack's price as its minutes are used or expire (M9, M10). Names of accounts and the
form of files are for those who write them.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from datetime import date
from decimal import Decimal
from typing import Literal

from billing.core import revenue
from billing.core.basis import Bases
from billing.core.book import Book
from billing.core.facts import BankPart, Payment, Sale
from billing.core.invoicing import is_deferred, lost_of
from billing.core.receipts import Issued, received
from billing.core.statement import Movement
from billing.core.units import ZERO
from billing.core.vat import VatClass
from billing.values import dataclass

MINUTES = "MIN"  # the unit of minutes, where money has its currency
Role = Literal[
    "receivable",
    "customer-money",
    "bank",
    "suspense",
    "bank-charges",
    "loss",
    "deferred",
    "revenue",
    "add-ons",
    "quotes",
    "breakage",
    "vat",
    "vat-pending",
    "rounding",
    "retained",
    "opening-balance",  # the other side of what was brought from another system (G14)
]

What = Literal[
    "opening", "brought", "invoice", "credit-note", "payment", "payment-back", "own-money", "own-money-back",
    "customer-money",
    "on-account", "on-account-back", "refund", "write-off", "vat-due",
    "movement", "bank-charges", "recognised",
    "earned",  # product, minutes used, minutes expired, minutes sold
    "fee-earned",  # a contract's fee; days served, days lost, days of its term
]  # fmt: skip
Journal = Literal["opening", "sales", "bank", "general"]
_JOURNALS: tuple[Journal, ...] = ("opening", "sales", "bank", "general")  # in this order on one day
_KEPT: tuple[Role, ...] = (
    "receivable",
    "customer-money",
    "bank",
    "suspense",
    "deferred",
    "vat",
    "vat-pending",
)  # from one period to the next


@dataclass(frozen=True, slots=True)
class Leg:
    """One line of an entry: debit is positive. `detail` tells accounts of a role apart, as a VAT rate or a category."""

    role: Role
    amount: Decimal
    currency: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A booking of one day for one customer, or for none; its legs add up to nothing.

    `what` it is, and the names and minutes in `about` that belong to it: who writes the books finds the words.
    """

    journal: Journal
    on: date
    customer: str
    what: What
    about: tuple[str, ...]
    document: str
    legs: tuple[Leg, ...]
    own_day: date | None = None  # where it is posted later, since that day was closed (M16)


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
    own_day: date | None = None  # as an entry's


@dataclass(frozen=True, slots=True)
class Balance:
    """What a role's account of a customer, or a grant's minutes, come to; debit is positive."""

    customer: str
    role: Role | Literal["minutes"]
    amount: Decimal
    unit: str  # a currency, or MIN
    detail: str = ""  # a leg's, or the grant


@dataclass(frozen=True, slots=True)
class Closed:
    """A closed month, as the books need it: its last day, the day of closing, the customers' names then."""

    end: date
    on: date
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Books:
    """The books from the beginning or a day, when `opening` says what was there, up to a day.

    `closing` is what they must come to by the functions that balances, documents and reports are made with.
    """

    issuer: str
    country: str
    currency: str
    until: date
    names: Mapping[str, str]  # customers' names by code; an entry of the bank alone has none
    entries: tuple[Entry, ...]
    minutes: tuple[Minutes, ...]
    closing: tuple[Balance, ...]
    since: date | None = None
    opening: tuple[Balance, ...] = ()
    closed: tuple[Closed, ...] = ()  # in the order of their months
    numbers: Mapping[str, int] = field(default_factory=dict)  # under which customers were entered, by code

    def name_of(self, customer: str, on: date) -> str:
        """A customer's name as the books of a day have it: what was closed keeps the name of then (M16)."""
        closed, name = self.closing_of(on), self.names.get(customer, "")
        return name if closed is None else closed.names.get(customer, name)

    def closing_of(self, on: date) -> Closed | None:
        """The closing that fixed a day."""
        return next((closed for closed in self.closed if on <= closed.end), None)


def entries(
    book: Book,
    customer: str,
    documents: Iterable[tuple[Issued, tuple[IssuedLine, ...], Decimal]],
    until: date,
    bases: Bases | None = None,
) -> list[Entry]:
    """All bookings of a customer up to a day, in order of time.

    `documents` are the customer's, each with its lines and its rounding; `bases` says when VAT is due, without it on
    invoices. What is due when it is paid waits on an account of its own until then (M18).
    """
    bases = bases or Bases()
    sales = {sale.invoice: sale for sale in book.sales.values()}
    flows = _flows(book)
    invoices: list[Issued] = []
    notes: dict[str, list[Issued]] = defaultdict(list)
    found: list[Entry] = []
    products: set[str] = set()  # the invoices of products
    days: dict[str, date] = {}  # of the invoices
    for issued, lines, rounding in documents:
        products |= {issued.number for line in lines if line.kind == "product"}
        days.setdefault(issued.number, issued.issued_on)
        if issued.opened_on is not None:
            legs = [Leg("receivable", issued.total, issued.currency)]
            found.append(_brought(issued.opened_on, customer, issued.number, issued.number, legs))
            invoices.append(issued)
            continue
        on_receipts = bases.on(days.get(issued.corrects or issued.number, issued.issued_on)) == "payment"
        found.append(_issue(issued, lines, rounding, sales, products, "vat-pending" if on_receipts else "vat"))
        if issued.corrects is None:
            invoices.append(issued)
        else:
            notes[issued.corrects].append(issued)
    for invoice in invoices:
        mine = [invoice, *notes[invoice.number]]
        found += _money(mine, flows[invoice.number])
        found += _vat_due(mine, flows[invoice.number]) if bases.on(invoice.issued_on) == "payment" else ()
    found += _own(book, customer)
    found += _prepaid(book, customer)
    found += _recognised(book, customer, {invoice.number: invoice.currency for invoice in invoices})
    for course in revenue.courses(book):
        found += _earned(book, customer, course)
    return sorted((entry for entry in found if entry.legs and entry.on <= until), key=order)


def order(entry: Entry) -> tuple[date, int, str]:
    """The order of entries in books; those that are alike in it stay as they were made."""
    return entry.on, _JOURNALS.index(entry.journal), entry.document


def vat_detail(vat: VatClass) -> str:
    """How a leg names a category and rate of VAT: `S-8.1`."""
    return f"{vat.category}-{vat.rate}"


def carried_over(booked: Iterable[Entry], minutes: Iterable[Minutes]) -> tuple[Balance, ...]:
    """What earlier entries and movements leave to a period that begins after them."""
    sums: dict[tuple[str, Role | Literal["minutes"], str, str], Decimal] = defaultdict(Decimal)
    for entry in booked:
        for leg in entry.legs:
            if leg.role in _KEPT:
                sums[entry.customer, leg.role, leg.currency, leg.detail] += leg.amount
    for moved in minutes:
        sums[moved.customer, "minutes", MINUTES, moved.grant] += moved.movement.minutes
    return tuple(
        Balance(customer, role, amount, unit, detail)
        for (customer, role, unit, detail), amount in sorted(sums.items())
        if amount
    )


def opened(books: Books) -> tuple[Entry, ...]:
    """The entries of books that begin on a day, before them each customer's balances as an entry of that day.

    What was earned before that day is no more than the other side of these balances: `retained`.
    """
    by_customer: dict[str, list[Leg]] = defaultdict(list)
    for balance in books.opening:
        if balance.role != "minutes":
            by_customer[balance.customer].append(Leg(balance.role, balance.amount, balance.unit, balance.detail))
    return (*(_opened(books, customer, legs) for customer, legs in by_customer.items()), *books.entries)


def _opened(books: Books, customer: str, legs: list[Leg]) -> Entry:
    assert books.since is not None
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for leg in legs:
        sums[leg.currency] -= leg.amount
    retained = [Leg("retained", amount, currency) for currency, amount in sums.items()]
    return _entry("opening", books.since, customer, "opening", (), f"OPENING-{books.since}", [*legs, *retained])


def _issue(
    issued: Issued,
    lines: tuple[IssuedLine, ...],
    rounding: Decimal,
    sales: dict[str, Sale],
    products: set[str],
    taxed: Role,
) -> Entry:
    """A document on the day of its issue; what a note takes off a product comes from where its invoice put it (M12)."""
    legs = [Leg("receivable", issued.total, issued.currency)]
    invoice = issued.corrects or issued.number
    for line in lines:
        sale = sales.get(invoice)
        role: Role = "revenue"
        if invoice in products and sale is not None:
            role = "deferred" if is_deferred(sale) else "add-ons"
        elif invoice in products:
            role = "quotes"  # revenue when invoiced, as an add-on is; one account for all of them (S8)
        legs.append(Leg(role, -line.amount, issued.currency, "" if role == "quotes" else line.name))
    legs += [Leg(taxed, -amount, issued.currency, vat_detail(vat)) for vat, _, amount in issued.vat]
    legs.append(Leg("rounding", -rounding, issued.currency))
    what: What = "invoice" if issued.corrects is None else "credit-note"
    about = () if issued.corrects is None else (issued.corrects,)
    return _entry("sales", issued.issued_on, issued.customer, what, about, issued.number, legs)


@dataclass(frozen=True, slots=True)
class _Change:
    """Something that changes what is due or what is paid: a document, or money that comes or is taken back."""

    on: date
    place: int  # among those of a day
    document: str
    due: Decimal = ZERO
    amount: Decimal = ZERO
    payment: Payment | None = None
    written: Decimal = ZERO
    part: BankPart | None = None


def _flows(book: Book) -> dict[str, list[_Change]]:
    """What came for each invoice, negative where it was taken back."""
    found: dict[str, list[_Change]] = defaultdict(list)
    for p in book.payments.values():
        on, part = book.posted_on(p.seq, p.paid_on), book.bank_parts.get(p.seq)
        found[p.invoice].append(_Change(on, p.seq, p.invoice, amount=p.amount, payment=p, part=part))
    for bounce in book.bounces:
        if bounce.payment in book.payments:
            p = book.payments[bounce.payment]
            on, part = book.posted_on(bounce.seq, bounce.on), book.bank_parts.get(bounce.seq)
            found[p.invoice].append(_Change(on, bounce.seq, p.invoice, amount=-p.amount, payment=p, part=part))
    for w in book.write_offs:
        found[w.invoice].append(_Change(w.on, w.seq, w.invoice, written=w.amount))
    return found


def _own(book: Book, customer: str) -> Iterator[Entry]:
    """Money that came on account or was taken back, and own money that was paid out (M10, M13)."""
    came: list[tuple[What, date, Decimal, str, int, int]] = []
    for d in book.deposits.values():
        if d.seq in book.openings:
            money = [Leg("customer-money", -d.amount, d.currency)]
            yield _brought(d.paid_on, customer, f"{customer}-{d.seq}", "", money)
            continue
        came.append(("on-account", d.paid_on, d.amount, d.currency, d.seq, d.seq))
    for bounce in book.bounces:
        if bounce.payment in book.deposits:
            d = book.deposits[bounce.payment]
            came.append(("on-account-back", bounce.on, -d.amount, d.currency, d.seq, bounce.seq))
    for r in book.refunds.values():
        came.append(("refund", r.paid_on, -r.amount, r.currency, r.seq, r.seq))
    for what, on, amount, currency, seq, at in came:
        legs = [*_bank(amount, currency, book.bank_parts.get(at)), Leg("customer-money", -amount, currency)]
        yield _entry("bank", book.posted_on(at, on), customer, what, (), f"{customer}-{seq}", legs)


def _prepaid(book: Book, customer: str) -> Iterator[Entry]:
    """What of the price of a pack that was brought is still to be earned (G14, M9)."""
    for sale in book.sales.values():
        if sale.seq in book.openings and is_deferred(sale):
            legs = [Leg("deferred", -revenue.new(sale, book).deferred, sale.currency, sale.product)]
            yield _brought(revenue.begun(book, sale), customer, sale.invoice, sale.invoice, legs)


def _brought(on: date, customer: str, document: str, number: str, legs: list[Leg]) -> Entry:
    """Something that the books opened with: no money came, nothing was earned."""
    other = [Leg("opening-balance", -leg.amount, leg.currency) for leg in legs]
    return _entry("opening", on, customer, "brought", (number,) if number else (), document, [*legs, *other])


def _bank(amount: Decimal, currency: str, part: BankPart | None) -> list[Leg]:
    """Where money came or went: on the bank, less what it kept back; what was settled later, on suspense (M14)."""
    if part is None or part.money is not None:
        return [Leg("bank", amount, currency)]
    seen = part.amount if amount > 0 else -part.amount
    role: Role = "bank" if part.settled_on is None else "suspense"
    return [Leg(role, seen, currency), Leg("bank-charges", amount - seen, currency)]


def _recognised(book: Book, customer: str, currencies: Mapping[str, str]) -> Iterator[Entry]:
    """Money that was recorded by hand and that the bank's movement turned out to be: it is there once (M14)."""
    for at, part in book.bank_parts.items():
        if part.money is not None and part.settled_on is not None:
            bounce = next((bounce for bounce in book.bounces if bounce.seq == at), None)
            of = bounce.payment if bounce else at
            moneys = book.deposits.get(of) or book.refunds.get(of)
            currency = moneys.currency if moneys else currencies[book.payments[of].invoice]
            amount = part.amount if bounce is None and at not in book.refunds else -part.amount
            legs = [Leg("bank", -amount, currency), Leg("suspense", amount, currency)]
            name = f"{customer}-{at}"
            yield _entry("bank", part.settled_on, customer, "recognised", (name,), name, legs)


def _money(documents: list[Issued], flows: list[_Change]) -> Iterator[Entry]:
    """What was paid for an invoice: the part that it needs, and the part that is the customer's own (M10).

    `documents` are the invoice and the credit notes that correct it. What comes before the invoice is the customer's
    until it is issued, and so is what a credit note sets free. What is written off is lost as far as nobody pays it.
    """
    invoice = documents[0]
    issued = [_Change(d.issued_on, place, d.number, due=d.total) for place, d in enumerate(documents, -len(documents))]
    due = paid = used = written = lost = ZERO
    for change in sorted([*issued, *flows], key=lambda change: (change.on, change.place)):
        due, paid, written = due + change.due, paid + change.amount, written + change.written
        needed, gone = max(ZERO, min(paid, due)), lost_of(due, ZERO, paid, written)
        own = change.payment is not None and change.payment.own_money
        came = ZERO if own else change.amount
        legs = [
            *_bank(came, invoice.currency, change.part),
            Leg("receivable", used - needed + lost - gone, invoice.currency),
            Leg("customer-money", needed - used - came, invoice.currency),
            Leg("loss", gone - lost, invoice.currency),
        ]
        used, lost = needed, gone
        journal: Journal = "general" if own or change.payment is None else "bank"
        yield _entry(journal, change.on, invoice.customer, _what(change), (invoice.number,), change.document, legs)


def _vat_due(documents: list[Issued], flows: list[_Change]) -> Iterator[Entry]:
    """The VAT that money makes due, as it comes or is taken back or a note changes what is owed (M18, M2)."""
    invoice, *notes = documents
    issued = [_Change(note.issued_on, place, note.number) for place, note in enumerate(notes, -len(notes))]
    known = {note.number: note for note in notes}
    counted, paid = [invoice], ZERO
    was: dict[VatClass, tuple[Decimal, Decimal]] = {}
    for change in sorted([*issued, *flows], key=lambda change: (change.on, change.place)):
        counted += [known[change.document]] if change.document in known else []
        paid += change.amount
        now = received(counted, paid)
        legs: list[Leg] = []
        for vat in sorted({*was, *now}):
            due = now.get(vat, (ZERO, ZERO))[1] - was.get(vat, (ZERO, ZERO))[1]
            legs.append(Leg("vat-pending", due, invoice.currency, vat_detail(vat)))
            legs.append(Leg("vat", -due, invoice.currency, vat_detail(vat)))
        was = now
        yield _entry("general", change.on, invoice.customer, "vat-due", (invoice.number,), change.document, legs)


def _what(change: _Change) -> What:
    if change.written:
        return "write-off"
    if change.payment is None:
        return "customer-money"
    if change.payment.own_money:
        return "own-money" if change.amount > 0 else "own-money-back"
    return "payment" if change.amount > 0 else "payment-back"


def _earned(book: Book, customer: str, course: list[tuple[date, revenue.Deferred]]) -> Iterator[Entry]:
    """A pack's price as its minutes are used, and as they expire; a fee as its days are served (M9, M21)."""
    was: revenue.Deferred | None = None
    for day, now in course:
        sale, before = now.sale, was or revenue.new(now.sale, book)
        legs = [
            Leg("deferred", now.recognised - before.recognised, sale.currency, sale.product),
            Leg("revenue", before.earned - now.earned, sale.currency, sale.product),
            Leg("breakage", before.breakage - now.breakage, sale.currency, sale.product),
        ]
        about = (sale.product, str(now.used - before.used), str(now.expired - before.expired), str(now.whole))
        what: What = "fee-earned" if sale.kind == "fee" else "earned"
        yield _entry("general", day, customer, what, about, sale.invoice, legs)
        was = now


def _entry(
    journal: Journal, on: date, customer: str, what: What, about: tuple[str, ...], document: str, legs: list[Leg]
) -> Entry:
    kept = tuple(leg for leg in legs if leg.amount)
    assert sum((leg.amount for leg in kept), ZERO) == 0, (document, legs)
    return Entry(journal, on, customer, what, about, document, kept)
