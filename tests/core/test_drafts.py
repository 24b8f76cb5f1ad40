"""Documents about to be issued: their order, their rounding, what is left of an invoice (M4, M5, M7, M10)."""

from datetime import date
from decimal import Decimal

import pytest

from billing.core import drafts, invoicing
from billing.core.drafts import Remainder
from billing.core.invoicing import Line, Plan
from billing.core.vat import VatClass
from tests.core.build import Ledger, chf, day, q3

OLD, NEW = VatClass("S", Decimal("7.7")), VatClass("S", Decimal("8.1"))
STEP = Decimal("0.05")


def credit(amount: str, vat: VatClass = OLD) -> Line:
    return Line("credit", "support", chf(amount), vat, -5, chf("175"), corrects=("INV-1", 1))


def notes(
    invoice: list[Line], *taken: list[Line], step: Decimal | None = None
) -> tuple[Decimal, list[invoicing.Totals]]:
    """The total of an invoice, and the sums of the notes that take it back one after another."""
    whole = invoicing.totals(invoice, step)
    net, total, found = whole.net, whole.total, []
    for lines in taken:
        sums = drafts.note_totals(tuple(lines), Remainder(date(2023, 3, 31), "CHF", net, total), step)
        net, total = net + sums.net, total + sums.total
        found.append(sums)
    return whole.total, found


def test_m10_notes_take_no_cent_more_than_their_invoice() -> None:
    """72.92 + 5.61; 43.75 + 3.37 and 29.17 + 2.25 would take 78.54."""
    total, (first, last) = notes([credit("72.92")], [credit("-43.75")], [credit("-29.17")])
    assert (total, first.total) == (chf("78.53"), chf("-47.12"))
    assert (last.vat[0].amount, last.rounding, last.total) == (chf("-2.25"), chf("0.01"), chf("-31.41"))
    assert total + first.total + last.total == 0


@pytest.mark.parametrize("step", [None, STEP])
@pytest.mark.parametrize("parts", [["72.92"], ["43.75", "29.17"], ["14.58", "29.17", "29.17"], ["0.01", "72.91"]])
@pytest.mark.parametrize("rates", [(OLD,), (OLD, NEW)])
def test_m10_the_note_that_ends_an_invoice_ends_its_total(
    parts: list[str], step: Decimal | None, rates: tuple[VatClass, ...]
) -> None:
    """Whatever was rounded on the way; notes before the last are rounded as every document is (M4)."""
    invoice = [credit("72.92", rate) for rate in rates]
    total, found = notes(invoice, *([credit(f"-{part}", rate) for rate in rates] for part in parts), step=step)
    assert total + sum(sums.total for sums in found) == 0
    assert all(sums.total == sums.net + sum(row.amount for row in sums.vat) + sums.rounding for sums in found)
    if step:
        assert all(sums.total % step == 0 for sums in found)


def test_m10_a_note_that_leaves_something_is_rounded_by_itself() -> None:
    _, [note] = notes([credit("72.92")], [credit("-43.75")], step=STEP)
    assert (note.rounding, note.total) == (chf("0.02"), chf("-47.10"))


@pytest.mark.parametrize(
    ("currency", "own", "issuers", "step"),
    [("CHF", None, 5, STEP), ("CHF", 10, 5, Decimal("0.10")), ("CHF", 0, 5, None), ("CHF", None, None, None),
     ("CHF", None, 0, None), ("EUR", 5, 5, None)],
)  # fmt: skip
def test_m4_totals_of_chf_are_rounded_to_the_customers_step_else_to_the_issuers(
    currency: str, own: int | None, issuers: int | None, step: Decimal | None
) -> None:
    assert drafts.step_of(currency, own, issuers) == step


@pytest.fixture
def book() -> Ledger:
    """A customer on q3 with two entries in January and one in February."""
    ledger = q3()
    for on, category in (("2025-01-10", "support"), ("2025-01-20", "training"), ("2025-02-03", "support")):
        ledger.log(on, 30, category=category)
    return ledger


def line(name: str, rate: str, entry: int, on: str = "2025-01-10") -> Line:
    return Line("overage", name, chf("10.00"), NEW, 5, chf(rate), entries=((entry, 5),), first_on=day(on))


def test_m5_lines_stand_by_category_then_by_rate_then_by_age(book: Ledger) -> None:
    entry = next(iter(book.book.entries))
    lines = [line("training", "175", entry), line("support", "119", entry), line("other", "175", entry),
             line("support", "175", entry, "2025-01-20"), line("support", "175", entry)]  # fmt: skip
    placed = drafts.in_order(book.book, lines)
    assert [(x.name, x.rate, x.first_on) for x in placed] == [
        ("support", chf("175"), day("2025-01-10")),
        ("support", chf("175"), day("2025-01-20")),
        ("support", chf("119"), day("2025-01-10")),
        ("training", chf("175"), day("2025-01-10")),
        ("other", chf("175"), day("2025-01-10")),
    ]


def test_m7_the_invoice_comes_before_the_notes_and_one_of_nothing_does_not_come(book: Ledger) -> None:
    entry = next(iter(book.book.entries))
    plan = Plan((line("support", "175", entry),), {"INV-1": (credit("-5.00"),), "INV-2": (credit("-5.00"),)})
    left = {number: Remainder(day("2025-01-31"), "CHF", chf("50"), chf("53.85")) for number in ("INV-1", "INV-2")}
    made = list(drafts.of_plan(book.book, plan, left, lambda _: None))
    assert [(d.kind, d.currency, d.corrects) for d in made] == [
        ("invoice", "CHF", None), ("credit-note", "CHF", "INV-1"), ("credit-note", "CHF", "INV-2"),
    ]  # fmt: skip
    free = Line("overage", "support", chf("0.00"), NEW, 0, chf("0"), entries=((entry, 0),), first_on=day("2025-01-10"))
    assert list(drafts.of_plan(book.book, Plan((free,)), {}, lambda _: None)) == []


def test_m5_an_invoice_lists_the_months_entries_and_a_note_those_on_its_lines(book: Ledger) -> None:
    first, second, later = sorted(book.book.entries)
    sums = invoicing.totals([line("support", "175", later)])
    invoice = drafts.Draft("invoice", (line("support", "175", later),), sums, "CHF")
    note = drafts.Draft("credit-note", (line("support", "175", second),), sums, "CHF", "INV-1")
    assert drafts.annex(book.book, invoice, day("2025-01-01")) == [first, second, later]
    assert drafts.annex(book.book, note, day("2025-01-01")) == [second]
