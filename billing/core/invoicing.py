"""Charges and sales in, the lines and totals of invoices and credit notes out (M1, M2, M4 to M6, M10, C4).

What stands on the entries is compared with what documents have billed for them: what is missing goes on the next
invoice, what is too much on a credit note. Nothing here knows which documents exist but through its arguments, and
nothing gives numbers: that is the store's, inside the transaction that keeps the document.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from datetime import date
from decimal import Decimal
from typing import Literal

from billing.core.facts import Sale
from billing.core.units import ZERO, Window, percentage, price_of, to_cents, to_multiple
from billing.core.vat import VatClass
from billing.values import dataclass

Status = Literal["open", "paid", "credited"]
VatOn = Callable[[date], VatClass]

LineKind = Literal["overage", "product", "credit"]


@dataclass(frozen=True, slots=True)
class Standing:
    """The overage that stands on one entry: minutes of a category at an hourly rate."""

    entry: int
    worked_on: date
    category: str
    rate: Decimal
    minutes: int


@dataclass(slots=True)
class Billed:
    """A line of an issued invoice, with what credit notes have left of it."""

    document: str
    line: int
    issued_on: date
    category: str
    rate: Decimal
    vat: VatClass
    minutes: int
    amount: Decimal
    entries: dict[int, int]  # minutes left, by entry
    currency: str = ""
    is_reduced: bool = False  # a note took off some of its price, and none of its minutes (M12)


@dataclass(frozen=True, slots=True)
class Line:
    """A line to be issued; on a credit note minutes and amount are negative."""

    kind: LineKind
    name: str  # the category, or the product
    amount: Decimal
    vat: VatClass
    minutes: int | None = None
    rate: Decimal | None = None  # per hour
    quantity: int | None = None
    entries: tuple[tuple[int, int], ...] = ()  # (entry, minutes)
    corrects: tuple[str, int] | None = None  # the invoice and its line
    first_on: date | None = None
    last_on: date | None = None
    of_product: bool = False  # of a credit: it corrects the line of a product


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run would issue for one customer: the invoice's lines, and lines to credit by invoice."""

    lines: tuple[Line, ...] = ()
    credits: dict[str, tuple[Line, ...]] = field(default_factory=dict)

    @property
    def minutes(self) -> int:
        return sum(line.minutes or 0 for line in self.all_lines())

    @property
    def amount(self) -> Decimal:
        return sum((line.amount for line in self.all_lines()), ZERO)

    def all_lines(self) -> Iterable[Line]:
        yield from self.lines
        for lines in self.credits.values():
            yield from lines


@dataclass(frozen=True, slots=True)
class VatRow:
    """One row of the VAT breakdown (M2, M3)."""

    vat: VatClass
    base: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Totals:
    """The sums of a document: net + VAT + rounding = total."""

    net: Decimal
    vat: tuple[VatRow, ...]
    rounding: Decimal
    total: Decimal


def plan(standing: Iterable[Standing], billed: Iterable[Billed], up_to: date, vat_on: VatOn) -> Plan:
    """Compares what stands with what was billed (M5, C4).

    Work after `up_to` is not invoiced yet; what is to be credited is credited whatever its month. What was billed for
    an entry at another rate or category than stands now is credited whole and billed anew. In whichever order they are
    given, the entries of a line are in that of their numbers: it decides which of them has a cent more.
    """
    lines = sorted(billed, key=lambda line: (line.issued_on, line.document, line.line))
    have: dict[tuple[int, str, Decimal], int] = defaultdict(int)
    for line in lines:
        for entry, minutes in line.entries.items():
            have[entry, line.category, line.rate] += minutes
    want = {(s.entry, s.category, s.rate): s.minutes for s in standing if s.minutes}
    too_much = {key: minutes - want.get(key, 0) for key, minutes in have.items() if minutes > want.get(key, 0)}
    missing = [
        (s, s.minutes - have[s.entry, s.category, s.rate])
        for s in sorted(standing, key=lambda s: s.entry)
        if s.minutes > have[s.entry, s.category, s.rate] and s.worked_on <= up_to
    ]
    return Plan(_overage_lines(missing, vat_on), _credit_lines(lines, too_much))


def product_line(sale_name: str, quantity: int, price: Decimal, minutes: int, on: date, vat_on: VatOn) -> Line:
    """The line of a sale: `price` for all pieces together (M5)."""
    return Line("product", sale_name, price, vat_on(on), minutes or None, None, quantity, first_on=on, last_on=on)


def fee_line(name: str, price: Decimal, term: Window, on: date, vat_on: VatOn) -> Line:
    """The line of a contract's fee for a term, taxed as of the day of its invoice (M21)."""
    return Line("product", name, price, vat_on(on), None, None, 1, first_on=term.first, last_on=term.last)


def to_unit_price(amount: Decimal, quantity: int) -> Decimal:
    """The price of one piece; prices are agreed per piece, so that it is exact (G3)."""
    each = to_cents(amount / quantity)
    assert each * quantity == amount, (amount, quantity)
    return each


def allotted(line: Line) -> dict[int, Decimal]:
    """What of a line's amount each of its entries comes to: in their order, so that they add up to it exactly (M1)."""
    whole = sum(minutes for _, minutes in line.entries)
    found: dict[int, Decimal] = {}
    said, so_far = 0, ZERO
    for entry, minutes in line.entries:
        said += minutes
        share = to_cents(line.amount * said / whole) if whole else ZERO
        found[entry] = found.get(entry, ZERO) + share - so_far
        so_far = share
    return found


def totals(lines: Iterable[Line], round_to: Decimal | None = None, rounding: Decimal | None = None) -> Totals:
    """The sums of a document: VAT per category and rate on the sum of its lines, rounded once (M2).

    `round_to` rounds the total to a multiple (M4); `rounding` is the difference where it is given instead.
    """
    bases: dict[VatClass, Decimal] = defaultdict(lambda: ZERO)
    for line in lines:
        bases[line.vat] += line.amount
    rows = tuple(VatRow(vat, base, percentage(base, vat.rate)) for vat, base in sorted(bases.items()))
    net = sum((row.base for row in rows), ZERO)
    exact = net + sum((row.amount for row in rows), ZERO)
    if rounding is None:
        rounding = to_multiple(exact, round_to) - exact if round_to else ZERO
    return Totals(net, rows, rounding, exact + rounding)


def settled(
    total: Decimal, credited: Decimal, paid: Decimal, written: Decimal = ZERO
) -> tuple[Decimal, Decimal, Status]:
    """What is shown as paid, what is open, and the status of an invoice (M10, M15).

    `credited` is what credit notes took, a positive amount; `paid` what was paid in all, of which an invoice shows no
    more than its total; `written` what was written off.
    """
    left = total - credited - paid - written
    if credited and credited >= total:
        status: Status = "credited"
    else:
        status = "open" if left > 0 else "paid"
    return min(paid, total), max(left, ZERO), status


def status_when_issued(total: Decimal, is_note: bool) -> Status:
    """The status of a document on which nothing is paid yet, and nothing credited; a note is never open (M10)."""
    return "paid" if is_note else settled(total, ZERO, ZERO)[2]


def used_of(total: Decimal, credited: Decimal, paid: Decimal) -> Decimal:
    """The part of what was paid that the invoice needs; the rest is the customer's money (M10)."""
    return max(ZERO, min(paid, total - credited))


def lost_of(total: Decimal, credited: Decimal, paid: Decimal, written: Decimal) -> Decimal:
    """The part of what was written off that is lost: what is paid after all takes it back (M15)."""
    return max(ZERO, min(written, total - credited - paid))


def own_money(
    received: Mapping[str, Decimal], invoices: Iterable[tuple[str, Decimal, Decimal, Decimal]]
) -> dict[str, Decimal]:
    """What a customer paid beyond what its invoices need, by currency (M10).

    `received` is what came in by currency; of each invoice are given its currency, total, credited and paid.
    """
    left: dict[str, Decimal] = defaultdict(lambda: ZERO, received)
    for currency, total, credited, paid in invoices:
        left[currency] -= used_of(total, credited, paid)
    return dict(left)


def is_deferred(sale: Sale) -> bool:
    """Whether a sale's price becomes revenue only later: a pack's as it is used, a fee's over its term (M9, M21)."""
    return sale.kind in ("pack", "fee")


def _overage_lines(missing: list[tuple[Standing, int]], vat_on: VatOn) -> tuple[Line, ...]:
    """One line per category, rate and VAT rate, priced once (M1, M5)."""
    groups: dict[tuple[str, Decimal, VatClass], list[tuple[Standing, int]]] = defaultdict(list)
    for standing, minutes in missing:
        groups[standing.category, standing.rate, vat_on(standing.worked_on)].append((standing, minutes))
    return tuple(
        Line(
            "overage",
            category,
            price_of(sum(minutes for _, minutes in group), rate),
            vat,
            sum(minutes for _, minutes in group),
            rate,
            entries=tuple((standing.entry, minutes) for standing, minutes in group),
            first_on=min(standing.worked_on for standing, _ in group),
            last_on=max(standing.worked_on for standing, _ in group),
        )
        for (category, rate, vat), group in groups.items()
    )


def _credit_lines(lines: list[Billed], too_much: dict[tuple[int, str, Decimal], int]) -> dict[str, tuple[Line, ...]]:
    """Takes back what is too much, from the line that billed it last: the line less the line without it (C4).

    What a note took off the line before counts: where the line without it is no less than what is left, there is
    nothing to credit any more (M12).
    """
    left = dict(too_much)
    found: dict[str, list[Line]] = defaultdict(list)
    for line in reversed(lines):
        taken = []
        for entry, minutes in sorted(line.entries.items()):
            key = (entry, line.category, line.rate)
            part = min(minutes, left.get(key, 0))
            if part > 0:
                left[key] -= part
                taken.append((entry, -part))
        if taken:
            less = sum(minutes for _, minutes in taken)  # negative
            amount = price_of(line.minutes + less, line.rate) - line.amount
            if line.is_reduced and amount >= 0:
                continue
            found[line.document].append(
                Line(
                    "credit",
                    line.category,
                    amount,
                    line.vat,
                    less,
                    line.rate,
                    entries=tuple(taken),
                    corrects=(line.document, line.line),
                )
            )
    return {document: tuple(reversed(found[document])) for document in sorted(found)}
