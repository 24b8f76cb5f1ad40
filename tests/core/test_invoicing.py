"""Lines, VAT, totals, credits (M1, M2, M4, M5, M10, C4)."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

import pytest

from billing.core import invoicing
from billing.core.invoicing import Billed, Line, Plan, Standing
from billing.core.units import ZERO, price_of
from billing.core.vat import VatClass
from tests.core.build import PACKS, Q3, VAT, Ledger, by_name, category, chf, day, on_time, packs, q3, total

OLD = VatClass("S", Decimal("7.7"))
JANUARY = "2025-01-31"


def swiss(on: date) -> VatClass:
    return OLD if on < date(2024, 1, 1) else VAT


def standing(entry: int, minutes: int, on: str = "2025-01-10", name: str = "support", rate: str = "175.00") -> Standing:
    return Standing(entry, day(on), name, chf(rate), minutes)


def billed(
    document: str, line: int, entries: dict[int, int], name: str = "support", rate: str = "175.00", vat: VatClass = VAT,
    on: str = "2025-01-31",
) -> Billed:  # fmt: skip
    minutes = sum(entries.values())
    return Billed(document, line, day(on), name, chf(rate), vat, minutes, price_of(minutes, chf(rate)), dict(entries))


# What is missing and what is too much: lines as (name, minutes, amount), credits by invoice and line


@dataclass
class Case:
    name: str
    standing: list[Standing]
    billed: list[Billed]
    lines: list[tuple[str, int, str]] = field(default_factory=list)
    credits: dict[str, list[tuple[int, int, str]]] = field(default_factory=dict)


CASES = [
    Case("M1: one line a category and rate, priced once", [standing(n, 5) for n in range(12)], [],
         [("support", 60, "175.00")]),  # twelve times 14.58 are 174.96
    Case("M1: 35 minutes at 175", [standing(1, 35)], [], [("support", 35, "102.08")]),
    Case("M1: 5 minutes at 119", [standing(1, 5, rate="119.00")], [], [("support", 5, "9.92")]),
    Case("M5: a line for each category, rate and VAT rate",
         [standing(1, 5), standing(2, 5, rate="119.00"), standing(3, 5, name="training"),
          standing(4, 5, on="2023-12-31"), standing(5, 10)], [],
         [("support", 15, "43.75"), ("support", 5, "9.92"), ("training", 5, "14.58"), ("support", 5, "14.58")]),
    Case("M5: up to the month's end and not after",
         [standing(1, 5, "2025-01-31"), standing(2, 5, "2025-02-01"), standing(3, 5, "2024-06-01")], [],
         [("support", 10, "29.17")]),
    Case("M5: what is billed is not billed again", [standing(1, 5)], [billed("I1", 1, {1: 5})]),
    Case("M5: what was not charged is no line", [standing(1, 0)], []),
    Case("M5: what is missing of an entry", [standing(1, 15)], [billed("I1", 1, {1: 10})], [("support", 5, "14.58")]),
    Case("C4: the line less the line without it", [standing(2, 5)], [billed("I1", 1, {1: 5, 2: 5})],
         credits={"I1": [(1, -5, "-14.59")]}),  # 29.17 - 14.58
    Case("C4: all of it", [], [billed("I1", 1, {1: 5, 2: 5})], credits={"I1": [(1, -10, "-29.17")]}),
    Case("C4: a part of one entry", [standing(1, 3)], [billed("I1", 1, {1: 5})], credits={"I1": [(1, -2, "-5.83")]}),
    Case("C4: each line of each invoice by itself",
         [], [billed("I2", 2, {3: 5}, rate="119.00"), billed("I1", 1, {1: 5}), billed("I2", 1, {2: 5})],
         credits={"I1": [(1, -5, "-14.58")], "I2": [(1, -5, "-14.58"), (2, -5, "-9.92")]}),
    Case("C4: whatever its month", [], [billed("I1", 1, {1: 5}, on="2025-12-31")],
         credits={"I1": [(1, -5, "-14.58")]}),
    Case("C4: less on one entry and more on another are a credit and a line",
         [standing(2, 5)], [billed("I1", 1, {1: 5})], [("support", 5, "14.58")], {"I1": [(1, -5, "-14.58")]}),
    Case("C4: at another rate it is credited whole and billed anew",
         [standing(1, 10, rate="119.00")], [billed("I1", 1, {1: 10})],
         [("support", 10, "19.83")], {"I1": [(1, -10, "-29.17")]}),
    Case("C4: in another category too",
         [standing(1, 10, name="training")], [billed("I1", 1, {1: 10})],
         [("training", 10, "29.17")], {"I1": [(1, -10, "-29.17")]}),
    Case("C4: from the line that billed it last",
         [standing(1, 12)], [billed("I1", 1, {1: 10}), billed("I2", 1, {1: 5}, on="2025-02-28")],
         credits={"I2": [(1, -3, "-8.75")]}),
    Case("C4: and from the one before when that is not enough",
         [standing(1, 4)], [billed("I1", 1, {1: 10}), billed("I2", 1, {1: 5}, on="2025-02-28")],
         credits={"I1": [(1, -6, "-17.50")], "I2": [(1, -5, "-14.58")]}),
    Case("C4: a line that a note has taken already has nothing left to take", [], [billed("I1", 1, {1: 0, 2: 5})],
         credits={"I1": [(1, -5, "-14.58")]}),
    Case("nothing at all", [], []),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_is_issued(case: Case) -> None:
    plan = invoicing.plan(case.standing, case.billed, day(JANUARY), swiss)
    assert [(line.name, line.minutes, str(line.amount)) for line in plan.lines] == case.lines
    found = {
        invoice: [(line.corrects[1], line.minutes, str(line.amount)) for line in lines if line.corrects]
        for invoice, lines in plan.credits.items()
    }
    assert found == case.credits
    assert list(found) == sorted(found)  # M7: by the invoice that they correct
    assert plan.minutes == sum(m for _, m, _ in case.lines) + sum(m for c in case.credits.values() for _, m, _ in c)
    assert plan.amount == sum((line.amount for line in plan.all_lines()), ZERO)


def test_a_line_names_its_entries_and_days() -> None:
    [line] = invoicing.plan([standing(2, 10, "2025-01-20"), standing(1, 5)], [], day(JANUARY), swiss).lines
    assert (line.kind, line.entries, str(line.first_on), str(line.last_on)) == (
        "overage", ((1, 5), (2, 10)), "2025-01-10", "2025-01-20",
    )  # fmt: skip
    assert (line.rate, line.vat) == (chf("175.00"), VAT)


def test_a_credit_has_the_vat_of_its_line_m2() -> None:
    """M2: the rate that was in force on the work date, as the invoice had it."""
    plan = invoicing.plan([], [billed("I1", 1, {1: 5}, vat=OLD)], day(JANUARY), swiss)
    assert plan.credits["I1"][0].vat == OLD


# C4 on a ledger: runs after corrections


def test_two_credits_on_one_line_one_after_the_other_c4() -> None:
    ledger = q3()
    charges = [ledger.log("2025-01-10", 5, f"c{n}") for n in range(3)]
    assert ledger.amounts(ledger.run(JANUARY)) == [("I1", None, 15, "43.75")]
    amounts = []
    for charge in charges:
        ledger.void(charge, "2025-02-01")
        [(_, corrects, minutes, amount)] = ledger.amounts(ledger.run("2025-02-28"))
        assert (corrects, minutes) == ("I1", -5)
        amounts.append(amount)
    assert amounts == ["-14.58", "-14.59", "-14.58"]  # 43.75, 29.17, 14.58, 0.00


def test_two_credits_on_one_line_at_once_c4() -> None:
    ledger = q3()
    charges = [ledger.log("2025-01-10", 5, f"c{n}") for n in range(3)]
    ledger.run(JANUARY)
    for charge in charges[:2]:
        ledger.void(charge, "2025-02-01")
    assert ledger.amounts(ledger.run("2025-02-28")) == [("C2", "I1", -10, "-29.17")]
    assert ledger.run("2025-03-31") == []


def test_a_partial_credit_of_an_entry_c4() -> None:
    """Without the first of 3, 4 and 2 minutes, 5, 5 and 0 become 0, 5 and 5."""
    ledger = q3()
    charges = [ledger.log("2025-01-10", minutes, "x") for minutes in (3, 4, 2)]
    ledger.run(JANUARY)
    ledger.void(charges[0], "2025-02-01")
    # per entry: the first is credited, the last is invoiced; the second stays
    assert ledger.amounts(ledger.run("2025-02-28")) == [("I2", None, 5, "14.58"), ("C3", "I1", -5, "-14.59")]


def test_rated_again_at_another_rate_c4() -> None:
    """The half-fare was recorded after the work was invoiced; only what a correction rates again gets it (R6)."""
    ledger = q3()
    charges = [ledger.log("2025-01-10", minutes, "x") for minutes in (3, 4)]
    ledger.log("2025-01-10", 60, "other")
    ledger.run(JANUARY)
    ledger.sell("half-fare", "2025-01-02", "90.00")
    assert ledger.run("2025-02-28") == []
    ledger.void(charges[0], "2025-02-01")
    assert ledger.amounts(ledger.run("2025-02-28")) == [
        ("I2", None, 5, "9.92"),
        ("C3", "I1", -10, "-29.17"),  # 204.17 less 175.00
    ]


def test_rated_again_from_a_grant_c4() -> None:
    ledger = q3()
    charges = [ledger.log("2025-01-10", minutes, "x") for minutes in (3, 4)]
    ledger.run(JANUARY)
    ledger.goodwill(5, "2025-01-10", "2025-01-10")
    ledger.void(charges[0], "2025-02-01")
    assert ledger.drawn(charges[1]) == [(1, 5)]
    assert ledger.amounts(ledger.run("2025-02-28")) == [("C2", "I1", -10, "-29.17")]


def test_what_is_charged_more_is_invoiced_c4_c2() -> None:
    """Bug 3 and support 2 on one case are 5 and 0; verified, the support is 5."""
    ledger = q3()
    ledger.log("2025-01-10", 3, "k", "bug")
    ledger.log("2025-01-10", 2, "k")
    ledger.run(JANUARY)
    ledger.verify("k", "2025-02-01")
    assert ledger.amounts(ledger.run("2025-02-28")) == [("I2", None, 5, "14.58"), ("C3", "I1", -5, "-14.58")]


def test_a_credit_before_the_invoice_that_is_missing_its_month_c4() -> None:
    """C4: what is too much is credited in the next run, though that run does not bill the entry's month anew."""
    ledger = q3()
    charges = [ledger.log("2025-03-10", minutes, "x") for minutes in (3, 4)]
    ledger.run("2025-03-31")
    ledger.sell("half-fare", "2025-01-02", "90.00")
    ledger.void(charges[0], "2025-04-01")
    assert ledger.amounts(ledger.run("2025-01-31", "2025-04-01")) == [("C2", "I1", -10, "-29.17")]
    assert ledger.amounts(ledger.run("2025-04-30")) == [("I3", None, 5, "9.92")]


def test_voided_before_it_was_invoiced_nothing_is_issued_c4() -> None:
    ledger = q3()
    ledger.void(ledger.log("2025-01-10", 5, "x"), "2025-01-11")
    assert ledger.run(JANUARY) == []


def test_an_invoice_and_its_notes_are_the_invoice_of_what_remains_c4() -> None:
    ledger = q3()
    charges = [ledger.log("2025-01-10", 5 + n, f"c{n}") for n in range(6)]
    ledger.run(JANUARY)
    for charge in charges[::2]:
        ledger.void(charge, "2025-02-01")
        ledger.run("2025-02-28")
    remains = q3()
    for n in (1, 3, 5):
        remains.log("2025-01-10", 5 + n, f"c{n}")
    [invoice] = remains.run(JANUARY)
    assert sum((total(d.lines) for d in ledger.issued), ZERO) == total(invoice.lines)


def test_nothing_is_over_where_it_is_owed_r5() -> None:
    ledger = packs()
    ledger.log("2025-01-10", 60)
    assert ledger.plan(JANUARY) == Plan()
    assert PACKS.overage == "owe"


def test_a_rate_of_nothing_is_a_line_of_nothing_m1() -> None:
    ledger = on_time(Q3, categories=by_name(category("gift", "0.00")))
    ledger.log("2025-01-10", 60, "x", "gift")
    assert [(line.minutes, str(line.amount)) for line in ledger.plan(JANUARY).lines] == [(60, "0.00")]


# M5: lines of sales


def test_the_line_of_a_sale_m5() -> None:
    line = invoicing.product_line("pack-12h", 2, chf("1800.00"), 1440, day("2025-01-10"), swiss)
    assert (line.kind, line.minutes, line.quantity, line.rate, str(line.amount)) == (
        "product",
        1440,
        2,
        None,
        "1800.00",
    )
    assert invoicing.product_line("half-fare", 1, chf("90.00"), 0, day("2025-01-10"), swiss).minutes is None
    assert invoicing.product_line("half-fare", 1, chf("90.00"), 0, day("2023-12-31"), swiss).vat == OLD  # of the sale


def test_the_price_of_a_piece_is_exact_g3() -> None:
    assert invoicing.to_unit_price(chf("99.99"), 3) == chf("33.33")
    with pytest.raises(AssertionError):
        invoicing.to_unit_price(chf("100.00"), 3)


# M2, M4: totals


def lines(*amounts: str | tuple[str, VatClass]) -> Iterable[Line]:
    for amount in amounts:
        text, vat = (amount, VAT) if isinstance(amount, str) else amount
        yield Line("overage", "support", chf(text), vat)


@pytest.mark.parametrize(
    ("amounts", "net", "vat", "gross"),
    [
        (["102.08"], "102.08", ["8.27"], "110.35"),
        (["14.58", "14.58", "14.58"], "43.74", ["3.54"], "47.28"),  # on the sum: not three times 1.18
        (["5.00"], "5.00", ["0.41"], "5.41"),  # 0.405: half up
        (["-5.00"], "-5.00", ["-0.41"], "-5.41"),  # and away from zero
        (["5.00", "-5.00"], "0.00", ["0.00"], "0.00"),
        ([("175.00", OLD), ("175.00", VAT)], "350.00", ["13.48", "14.18"], "377.66"),
        ([("10.00", VatClass("AE", Decimal("0.0")))], "10.00", ["0.00"], "10.00"),
        ([("10.00", VAT), ("10.00", VatClass("O", Decimal("0.0")))], "20.00", ["0.00", "0.81"], "20.81"),
        ([], "0.00", [], "0.00"),
    ],
)
def test_vat_is_rounded_once_per_rate_m2(amounts: list[str], net: str, vat: list[str], gross: str) -> None:
    sums = invoicing.totals(lines(*amounts))
    assert (str(sums.net), [str(row.amount) for row in sums.vat], str(sums.total)) == (net, vat, gross)
    assert sums.rounding == ZERO


def test_a_row_for_each_category_and_rate_in_one_order_m2_m3() -> None:
    classes = [VAT, VatClass("O", Decimal("0.0")), OLD, VatClass("AE", Decimal("0.0"))]
    sums = invoicing.totals(lines(*(("10.00", vat) for vat in classes)))
    assert [(row.vat.category, str(row.vat.rate)) for row in sums.vat] == [
        ("AE", "0.0"), ("O", "0.0"), ("S", "7.7"), ("S", "8.1"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("amount", "rounding", "gross"),
    [
        ("131.25", "0.02", "141.90"),  # 141.88
        ("72.92", "0.02", "78.85"),  # 78.83
        ("43.75", "0.01", "47.30"),  # 47.29
        ("102.08", "0.00", "110.35"),
        ("-102.08", "0.00", "-110.35"),
        ("-43.75", "-0.01", "-47.30"),  # away from zero
        ("0.02", "-0.02", "0.00"),
    ],
)
def test_totals_rounded_to_5_rappen_m4(amount: str, rounding: str, gross: str) -> None:
    """M4: the difference is a line of its own, never hidden in VAT."""
    sums, exact = invoicing.totals(lines(amount), chf("0.05")), invoicing.totals(lines(amount))
    assert (str(sums.rounding), str(sums.total)) == (rounding, gross)
    assert (sums.net, sums.vat) == (exact.net, exact.vat)
    assert sums.net + sum((row.amount for row in sums.vat), ZERO) + sums.rounding == sums.total


def test_a_note_that_brings_an_invoice_to_nothing_takes_its_rounding_m4_m10() -> None:
    """M4, M10: the rounding is given, and not made anew from the note's own total."""
    invoice = invoicing.totals(lines("43.75"), chf("0.05"))
    first = invoicing.totals(lines("-14.58"), chf("0.05"))
    second = invoicing.totals(lines("-29.17"), chf("0.05"), rounding=-(invoice.rounding + first.rounding))
    assert (str(invoice.rounding), str(first.rounding), str(second.rounding)) == ("0.01", "0.01", "-0.02")
    assert invoice.total + first.total + second.total == ZERO


# M10: how an invoice stands


@pytest.mark.parametrize(
    ("gross", "credited", "paid", "shown", "left", "status"),
    [
        ("100.00", "0.00", "0.00", "0.00", "100.00", "open"),
        ("100.00", "0.00", "99.99", "99.99", "0.01", "open"),
        ("100.00", "0.00", "100.00", "100.00", "0.00", "paid"),
        ("100.00", "0.00", "150.00", "100.00", "0.00", "paid"),  # `paid` stops at the total
        ("100.00", "40.00", "0.00", "0.00", "60.00", "open"),
        ("100.00", "40.00", "59.99", "59.99", "0.01", "open"),
        ("100.00", "40.00", "60.00", "60.00", "0.00", "paid"),
        ("100.00", "40.00", "100.00", "100.00", "0.00", "paid"),
        ("100.00", "100.00", "0.00", "0.00", "0.00", "credited"),
        ("100.00", "100.00", "30.00", "30.00", "0.00", "credited"),
        ("0.00", "0.00", "0.00", "0.00", "0.00", "paid"),  # nothing is open
    ],
)
def test_paid_open_and_status_m10(gross: str, credited: str, paid: str, shown: str, left: str, status: str) -> None:
    found = invoicing.settled(chf(gross), chf(credited), chf(paid))
    assert [str(part) for part in found] == [shown, left, status]


@pytest.mark.parametrize(
    ("gross", "credited", "paid", "used"),
    [
        ("100.00", "0.00", "150.00", "100.00"),
        ("100.00", "0.00", "60.00", "60.00"),
        ("100.00", "40.00", "100.00", "60.00"),
        ("100.00", "100.00", "100.00", "0.00"),
        ("100.00", "0.00", "0.00", "0.00"),
    ],
)
def test_what_an_invoice_needs_of_what_was_paid_m10(gross: str, credited: str, paid: str, used: str) -> None:
    assert str(invoicing.used_of(chf(gross), chf(credited), chf(paid))) == used


def test_own_money_is_what_invoices_leave_over_by_currency_m10() -> None:
    invoices = [
        ("CHF", chf("100.00"), chf("0.00"), chf("120.00")),  # 20.00 too much
        ("CHF", chf("50.00"), chf("50.00"), chf("10.00")),  # credited whole: its 10.00 are free
        ("EUR", chf("30.00"), chf("0.00"), chf("0.00")),
        ("USD", chf("30.00"), chf("0.00"), chf("30.00")),  # paid with money that is not there any more
    ]
    left = invoicing.own_money({"CHF": chf("130.00"), "EUR": chf("1.00")}, invoices)
    assert {currency: str(amount) for currency, amount in left.items()} == {
        "CHF": "30.00", "EUR": "1.00", "USD": "-30.00",
    }  # fmt: skip


def test_packs_are_deferred_and_add_ons_are_not_m9() -> None:
    ledger = q3()
    assert not invoicing.is_deferred(ledger.sell("support-plus", "2025-01-02", contacts=(1,)))
    assert invoicing.is_deferred(packs().sell("pack-1h", "2025-01-02", "80.00"))


def test_a_ledger_without_work_bills_nothing() -> None:
    assert Ledger(Q3).run(JANUARY) == []


@pytest.mark.parametrize(
    ("credited", "paid", "lost"),
    [("0", "0", "40"), ("0", "60", "40"), ("30", "50", "20"), ("30", "80", "0"), ("120", "0", "0"), ("0", "100", "0")],
)
def test_what_was_written_off_is_lost_as_far_as_nothing_came_m15(credited: str, paid: str, lost: str) -> None:
    assert invoicing.lost_of(chf("100"), chf(credited), chf(paid), chf("40")) == chf(lost)


@pytest.mark.parametrize(
    ("entries", "amount", "found"),
    [
        (((1, 10), (2, 10), (3, 10)), "10.00", {1: "3.33", 2: "3.34", 3: "3.33"}),
        (((1, 5), (2, 10), (1, 5)), "29.17", {1: "14.58", 2: "14.59"}),
        (((1, 0), (2, 0)), "0.00", {1: "0", 2: "0"}),
        (((1, 1), (2, 59)), "-175.00", {1: "-2.92", 2: "-172.08"}),
    ],
)
def test_a_lines_entries_come_to_its_amount_exactly_m1(
    entries: tuple[tuple[int, int], ...], amount: str, found: dict[int, str]
) -> None:
    """Each is told what its share rounds to, so that nothing is over or missing."""
    (line,) = lines(amount)
    allotted = invoicing.allotted(replace(line, entries=entries))
    assert allotted == {entry: chf(share) for entry, share in found.items()}
    assert sum(allotted.values()) == chf(amount)


def test_a_plan_is_the_same_in_whichever_order_the_entries_come_m1() -> None:
    """PostgreSQL read them in another order once it knew more of its tables: other entries had a cent more."""
    work = [standing(n, 5 + n) for n in range(1, 8)]
    plans = [invoicing.plan(some, [], day(JANUARY), swiss) for some in (work, work[::-1])]
    assert plans[0] == plans[1] and [entry for entry, _ in plans[0].lines[0].entries] == list(range(1, 8))
    backward = dict(reversed([(n, 5 + n) for n in range(1, 8)]))
    undone = [
        invoicing.plan([], [billed("I1", 1, entries)], day(JANUARY), swiss)
        for entries in (backward, dict(sorted(backward.items())))
    ]
    assert undone[0] == undone[1] and undone[0].credits["I1"][0].entries[0] == (1, -6)
