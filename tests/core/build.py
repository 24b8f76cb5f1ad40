"""A short way to say facts: small tariffs as values, and one customer's ledger that numbers what happens to it.

The ledger calls the core as the office does: each thing that happens has a position of its own; what is refused leaves
no trace. Its documents are only lines and sums, so that runs and credit notes can be tried without a database.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from billing.core import correction, credit_notes, crediting, invoicing, rating, renewal, statement, windows
from billing.core.book import Book
from billing.core.facts import (
    Approval,
    Bounce,
    Cancellation,
    Charge,
    Contract,
    CreditNote,
    Entry,
    Fact,
    Grant,
    Payment,
    Sale,
    Term,
)
from billing.core.facts import TierChange as Change
from billing.core.invoicing import Billed, Line, Plan, Standing, VatOn
from billing.core.tariff import Allowance, Category, Product, Tariff, Validity
from billing.core.units import END_OF_TIME, ZERO
from billing.core.vat import VatClass
from billing.errors import Refusal

YEAR = Validity(1, "year")
CUSTOMER = "ANNA"
VAT = VatClass("S", Decimal("8.1"))


def day(text: str | date) -> date:
    return text if isinstance(text, date) else date.fromisoformat(text)


def chf(text: str) -> Decimal:
    return Decimal(text)


def days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += timedelta(days=1)


def category(name: str, rate: str | None = "175.00", **more: Any) -> Category:
    return Category(name, {}, None if rate is None else chf(rate), **more)


def by_name(*things: Any) -> dict[str, Any]:
    return {thing.name: thing for thing in things}


# Tariffs: one like q3's, one like qualiodoo's

TIERS = ("standard", "advanced", "profi", "premium")
PLUS = ("support", "data-check", "training")
Q3 = Tariff(
    name="q3",
    valid_from=date(2020, 1, 1),
    titles={},
    currency="CHF",
    increment=5,
    rounding="case",
    term="year",
    overage="bill",
    categories=by_name(
        category("support"),
        category("bug", None, free="verified", charged_as="support"),
        category("first-install", None, free="first", charged_as="support"),
        category("training"),
        category("data-check"),
        category("programming", "195.00"),
        category("courtesy", None, free="always"),
    ),
    products=by_name(
        Product("half-fare", {}, "add-on", YEAR, reduced_rate=chf("119.00"), applies_to=("support",)),
        Product(
            "support-plus", {}, "add-on", YEAR, chf("565.00"), 120, PLUS, tiers=("profi", "premium"), contacts=True,
        ),
        Product(
            "support-plus-contact", {}, "add-on", YEAR, chf("115.00"), tiers=("profi", "premium"),
            requires=("half-fare", "support-plus"), contacts=True, extends="support-plus",
        ),
    ),
    tiers=TIERS,
    allowance=Allowance(
        ("support",),
        single=dict(zip(TIERS, (5, 10, 15, 25), strict=True)),
        several=dict(zip(TIERS, (10, 15, 25, 35), strict=True)),
        main_modules=("COFI", "Salaires"),
        minimum_fee=chf("100.00"),
    ),
)  # fmt: skip

ALL = ("support", "incident")


def pack(name: str, minutes: int, covers: tuple[str, ...] = ALL, **more: Any) -> Product:
    return Product(name, {}, "pack", **{"validity": YEAR, "minutes": minutes, "covers": covers,
                                        "credited_on": "payment", **more})  # fmt: skip


PACKS = Tariff(
    name="packs",
    valid_from=date(2020, 1, 1),
    titles={},
    currency="EUR",
    increment=5,
    rounding="entry",
    term="open",
    overage="owe",
    categories=by_name(category("support", None), category("incident", None), category("travel", None)),
    products=by_name(
        pack("pack-12h", 720),
        pack("pack-1h", 60),
        pack("support-1h", 60, ("support",)),
        pack("half-year", 60, validity=Validity(6, "month")),
        pack("two-years", 60, validity=Validity(2, "year")),
        pack("at-once", 60, credited_on="sale"),
    ),
    carry_over="renewal",
)


def changed(tariff: Tariff, **changes: Any) -> Tariff:
    """The tariff with some of it changed; categories and products are added to those it has."""
    for name in ("categories", "products"):
        if name in changes:
            changes[name] = {**getattr(tariff, name), **changes[name]}
    return replace(tariff, **changes)


@dataclass(frozen=True)
class Issued:
    """A document of a run: an invoice's lines, or the lines that credit one."""

    number: str
    on: date
    lines: tuple[Line, ...]
    corrects: str | None = None


class Ledger:
    """What happens to one customer. Each verb records one position and answers what it made."""

    def __init__(self, *versions: Tariff, vat: VatOn = lambda _: VAT) -> None:
        self.versions = sorted(versions, key=lambda tariff: tariff.valid_from)
        self.book = Book()
        self.kept: list[Fact] = []
        self.billed: dict[tuple[str, int], Billed] = {}
        self.issued: list[Issued] = []
        self.vat = vat

    def read_again(self) -> Book:
        """The book made anew from what was kept (L2)."""
        book = Book()
        for fact in self.kept:
            book.remember(fact)
        return book

    @contextmanager
    def _position(self) -> Iterator[Book]:
        before = self.book.seq
        self.book.seq, self.book.fresh = before + 1, []
        try:
            yield self.book
        except Refusal:
            self.book = self.read_again()
            self.book.seq = before
            raise
        self.kept += self.book.fresh

    def version_on(self, name: str, on: date) -> tuple[int, Tariff]:
        mine = [(key, tariff) for key, tariff in enumerate(self.versions) if tariff.name == name]
        return next((pair for pair in reversed(mine) if pair[1].valid_from <= on), mine[0])

    # Contracts

    def sign(
        self, start: str | date = "2025-01-01", tier: str | None = None, modules: tuple[str, ...] = (),
        fee: str | None = None, tariff: str | None = None,
    ) -> Contract:  # fmt: skip
        name = tariff or self.versions[-1].name
        with self._position() as book:
            return renewal.sign(
                book, self.version_on, name, tier, modules, None if fee is None else chf(fee), day(start)
            )

    def renew(self, on: str | date) -> Term:
        with self._position() as book:
            return renewal.renew(book, self.version_on, day(on), CUSTOMER)

    def tier(self, tier: str, on: str | date) -> Change:
        with self._position() as book:
            return renewal.change_tier(book, tier, day(on), CUSTOMER)

    def cancel(self, on: str | date) -> Cancellation:
        with self._position() as book:
            return renewal.cancel(book, day(on), CUSTOMER)

    def goodwill(self, minutes: int, on: str | date, expires: str | date, *covers: str) -> Grant:
        with self._position() as book:
            return renewal.goodwill(book, minutes, day(on), day(expires), "sorry", covers, CUSTOMER)

    # Sales

    def sell(
        self, product: str, on: str | date, price: str | None = None, quantity: int = 1, contacts: tuple[int, ...] = ()
    ) -> Sale:
        with self._position() as book:
            term = rating.term_for(book, day(on), CUSTOMER)
            sold = crediting.product_named(term, product)
            net = crediting.price_of(sold, None if price is None else chf(price), quantity)
            crediting.eligible(book, term, sold, quantity, len(contacts), day(on))
            invoice = f"P{book.seq}"
            return crediting.sell(book, term, sold, quantity, net, contacts, day(on), invoice, net)[0]

    def pay(self, sale: Sale, on: str | date, amount: str | Decimal | None = None) -> Payment:
        """Pays a sale's invoice, by default all that is open."""
        with self._position() as book:
            open_amount = book.price_of(sale) - crediting.paid(book, sale.invoice)
            paid = Payment(book.seq, sale.invoice, open_amount if amount is None else Decimal(amount), day(on))
            crediting.pay(book, paid, book.price_of(sale))
            return paid

    def bounce(self, payment: Payment, on: str | date) -> Bounce:
        with self._position() as book:
            due = next(book.price_of(sale) for sale in book.sales.values() if sale.invoice == payment.invoice)
            return crediting.bounce(book, payment, day(on), due)

    def credit(
        self, invoice: str, on: str | date, amount: str | Decimal | None = None, line: int | None = None,
        drawn: bool = False, keep: bool = False,
    ) -> list[tuple[int, str]]:  # fmt: skip
        """Credits an invoice by a note: lines with what it takes off each (M12)."""
        with self._position() as book:
            wish = credit_notes.Wish(line, None if amount is None else Decimal(amount), drawn)
            found = credit_notes.taken(book, invoice, self._lines_left(invoice), wish, day(on))
            net = sum((part for _, part in found), ZERO)
            end = credit_notes.ending(book, invoice, net, day(on), keep)
            lines = credit_notes.lines_of(invoice, found, credit_notes.minutes_of(book, end))
            sale = crediting.sale_of(book, invoice)
            note = CreditNote(book.seq, f"N{book.seq}", invoice, day(on), "asked for", keep)
            due = book.price_of(sale) - net if sale else ZERO
            credit_notes.credit(book, note, [(item.place, part) for item, part in found], due)
            document = Issued(note.number, day(on), lines, invoice)
        for place, item in enumerate(lines, 1):
            self._bill(document, place, item)
        self.issued.append(document)
        return [(item.place, str(part)) for item, part in found]

    def _lines_left(self, invoice: str) -> list[credit_notes.Left]:
        sale = crediting.sale_of(self.book, invoice)
        if sale is not None:
            line = Line("product", sale.product, sale.price, self.vat(sale.sold_on), sale.minutes or None)
            return [credit_notes.Left(1, line, self.book.price_of(sale))]
        return [
            credit_notes.Left(place, Line("overage", b.category, b.amount, b.vat), b.amount)
            for (document, place), b in self.billed.items()
            if document == invoice
        ]

    def buy(self, product: str, on: str | date, price: str = "900.00") -> Grant:
        """Sells a pack and pays it the same day; answers its grant."""
        sale = self.sell(product, on, price)
        if sale.credited_on == "payment":
            self.pay(sale, on)
        return self.grants[-1]

    # Transaction

    def log(
        self, on: str | date, minutes: int, case: str | None = None, category: str | None = None,
        contact: int | None = None, seconds: int = 0,
    ) -> Charge:  # fmt: skip
        with self._position() as book:
            term = rating.term_for(book, day(on), CUSTOMER)
            named = rating.category_named(term.tariff, category or term.tariff.default_category)
            entry = Entry(book.seq, f"e{book.seq}", term.contract, case, named.name, day(on), minutes * 60 + seconds,
                          contact=contact)  # fmt: skip
            return rating.rate(book, entry, term)

    def approve(self, on: str | date, minutes: int, case: str) -> None:
        """The customer approves minutes of a case over what is prepaid (R5)."""
        with self._position() as book:
            book.record(Approval(book.seq, case, minutes, day(on)))

    def void(self, charge: Charge | int, on: str | date) -> None:
        with self._position() as book:
            correction.void(book, book.entries[charge if isinstance(charge, int) else charge.entry], day(on), "slip")

    def verify(self, case: str, on: str | date, *also: str) -> None:
        with self._position() as book:
            correction.verify(book, case, day(on), "program-error", also)

    # Documents

    def standing(self) -> list[Standing]:
        found = (
            statement.standing_overage(e, self.book.charges[e.seq], END_OF_TIME) for e in self.book.entries.values()
        )
        return [overage for overage in found if overage is not None]

    def plan(self, up_to: str | date) -> Plan:
        return invoicing.plan(self.standing(), self.billed.values(), day(up_to), self.vat)

    def run(self, up_to: str | date, on: str | date | None = None) -> list[Issued]:
        """A run of all work up to a day, issued that day or `on`: what it issues."""
        plan, issued_on = self.plan(up_to), day(on or up_to)
        made = []
        if plan.lines:
            made.append(Issued(f"I{len(self.issued) + 1}", issued_on, plan.lines))
        for invoice, lines in plan.credits.items():
            made.append(Issued(f"C{len(self.issued) + len(made) + 1}", issued_on, lines, invoice))
        for document in made:
            for place, line in enumerate(document.lines, 1):
                self._bill(document, place, line)
        self.issued += made
        return made

    def _bill(self, document: Issued, place: int, line: Line) -> None:
        if line.corrects is not None and line.rate is None:
            if line.corrects in self.billed:
                self.billed[line.corrects].amount += line.amount
                self.billed[line.corrects].is_reduced = True
            return
        assert line.minutes is not None and line.rate is not None
        if line.corrects is None:
            self.billed[document.number, place] = Billed(
                document.number, place, document.on, line.name, line.rate, line.vat, line.minutes, line.amount,
                dict(line.entries),
            )  # fmt: skip
            return
        billed = self.billed[line.corrects]
        billed.minutes += line.minutes
        billed.amount += line.amount
        for entry, minutes in line.entries:
            billed.entries[entry] += minutes

    # Answers

    @property
    def grants(self) -> list[Grant]:
        return list(self.book.grants.values())

    def now(self, charge: Charge) -> Charge:
        """The charge that stands for the entry of a charge."""
        stands = self.book.charge_of(charge.entry)
        assert stands is not None
        return stands

    def drawn(self, charge: Charge) -> list[tuple[int, int]]:
        """What the charge that stands has drawn: grant and minutes, in recorded order."""
        return [(draw.grant, draw.minutes) for draw in self.book.live_draws(charge.entry)]

    def dated(self, charge: Charge) -> list[tuple[str, int, str, int]]:
        """All draws of an entry: day, grant, kind, minutes."""
        draws = self.book.draws.get(charge.entry, [])
        return [(draw.dated_on.isoformat(), draw.grant, draw.kind, draw.minutes) for draw in draws]

    def left(self, at: str | date) -> dict[int, int]:
        """What can be drawn of each grant on a day, in burn-down order."""
        used = statement.gone_by(self.book, day(at))
        lots = statement.lots_on(self.grants, windows.of(self.book), used, day(at), self.book.ended)
        return {lot.grant.number: lot.remaining for lot in lots}

    def balance(self, at: str | date) -> int:
        return sum(self.left(at).values())

    def owed(self, at: str | date) -> int:
        book = self.book
        return sum(statement.owed_on(book.charges[e], book.draws.get(e, ()), day(at)) for e in book.entries)

    def open_on(self, grant: int | Grant) -> list[str]:
        """A grant's windows as `2025-01-10 to 2026-01-09`, `carried` where one is."""
        number = grant if isinstance(grant, int) else grant.number
        return [f"{w.first} to {w.last}{' carried' * w.carried}" for w in windows.of(self.book)[number]]

    def moved(self, first: str = "0001-01-01", last: str = "9999-12-31") -> list[tuple[str, str, int, int]]:
        """The movements of a period: day, kind, grant, minutes."""
        found = statement.movements(self.book)
        return [(str(m.on), m.kind, m.grant, m.minutes) for m in found if day(first) <= m.on <= day(last)]

    def amounts(self, documents: list[Issued]) -> list[tuple[str, str | None, int, str]]:
        """Of each line of documents: the document's number, what it corrects, minutes, amount."""
        return [(d.number, d.corrects, line.minutes or 0, str(line.amount)) for d in documents for line in d.lines]


def q3(tier: str = "premium", start: str = "2025-01-01", **more: Any) -> Ledger:
    """A ledger with a contract on a tariff like q3's, without an allowance unless a fee is given."""
    ledger = Ledger(Q3)
    ledger.sign(start, tier, **more)
    return ledger


def packs(start: str = "2025-01-01", tariff: Tariff = PACKS) -> Ledger:
    """A ledger with a contract on a tariff like qualiodoo's."""
    ledger = Ledger(tariff)
    ledger.sign(start)
    return ledger


def on_time(tariff: Tariff, **changes: Any) -> Ledger:
    """A ledger on a variant of a tariff, signed for 2025."""
    ledger = Ledger(changed(tariff, **changes))
    ledger.sign("2025-01-01", tariff.tiers[-1] if tariff.tiers else None)
    return ledger


def total(lines: tuple[Line, ...]) -> Decimal:
    return sum((line.amount for line in lines), ZERO)
