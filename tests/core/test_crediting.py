"""Sales, payments and bounces, and the minutes they credit or take away (G2, G3, G7, G10, M10)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import permutations

import pytest

from billing.core import crediting
from billing.core.facts import Bounce, Grant, Payment, Sale, WriteOff
from billing.core.tariff import Product, Validity
from billing.errors import Refusal
from tests.core.build import PACKS, Q3, YEAR, Ledger, by_name, category, changed, chf, day, on_time, pack, packs, q3


def code_of(attempt: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as caught:
        attempt()
    return caught.value.code


def credited(ledger: Ledger) -> list[tuple[int, str, str]]:
    return [(g.minutes, str(g.starts), str(g.expires)) for g in ledger.grants]


# G2: packs


def test_a_pack_is_credited_on_the_day_its_invoice_is_fully_paid_g2() -> None:
    ledger = packs()
    sale = ledger.sell("pack-12h", "2025-01-05", "900.00")
    assert credited(ledger) == []
    ledger.pay(sale, "2025-01-10")
    assert credited(ledger) == [(720, "2025-01-10", "2026-01-09")]
    assert (ledger.grants[0].sale, ledger.grants[0].product, ledger.grants[0].grace_days) == (sale.seq, "pack-12h", 30)


@pytest.mark.parametrize(
    ("validity", "until"),
    [
        (Validity(1, "year"), "2026-01-30"),
        (Validity(2, "year"), "2027-01-30"),
        (Validity(1, "month"), "2025-02-28"),  # a month from the 31st: the day before 1 March
        (Validity(6, "month"), "2025-07-30"),
        (Validity(30, "day"), "2025-03-01"),
        (Validity(1, "day"), "2025-01-31"),
        (Validity(1, "term"), "2025-12-31"),
    ],
)
def test_a_pack_is_valid_from_its_crediting_g2(validity: Validity, until: str) -> None:
    tariff = changed(Q3, products=by_name(pack("p", 60, ("support",), validity=validity)))
    ledger = Ledger(tariff)
    ledger.sign("2025-01-01", "premium")
    ledger.pay(ledger.sell("p", "2025-01-05", "80.00"), "2025-01-31")
    assert credited(ledger) == [(60, "2025-01-31", until)]


def test_a_pack_until_the_terms_end_means_the_term_of_its_crediting_g2() -> None:
    tariff = changed(Q3, products=by_name(pack("p", 60, ("support",), validity=Validity(1, "term"))))
    ledger = Ledger(tariff)
    ledger.sign("2025-01-01", "premium")
    ledger.renew("2025-12-01")
    ledger.pay(ledger.sell("p", "2025-12-05", "80.00"), "2026-01-10")
    assert credited(ledger) == [(60, "2026-01-10", "2026-12-31")]


def test_a_pack_credited_on_the_sale_g2() -> None:
    ledger = packs()
    sale = ledger.sell("at-once", "2025-01-05", "80.00")
    assert credited(ledger) == [(60, "2025-01-05", "2026-01-04")]
    payment = ledger.pay(sale, "2025-02-01")
    ledger.bounce(payment, "2025-03-01")  # the sale credited it, not the payment
    assert (credited(ledger), ledger.balance("2025-03-01")) == ([(60, "2025-01-05", "2026-01-04")], 60)


def test_what_costs_nothing_is_credited_at_once_g2() -> None:
    """It is fully paid the day it is sold."""
    ledger = packs()
    ledger.sell("pack-12h", "2025-01-05", "0.00")
    assert credited(ledger) == [(720, "2025-01-05", "2026-01-04")]


def test_several_pieces_make_one_grant_g3() -> None:
    ledger = packs()
    sale = ledger.sell("pack-12h", "2025-01-05", "900.00", quantity=3)
    assert (sale.price, sale.minutes, sale.quantity) == (Decimal("2700.00"), 2160, 3)
    ledger.pay(sale, "2025-01-10")
    assert credited(ledger) == [(2160, "2025-01-10", "2026-01-09")]


def test_a_pack_of_a_tariff_that_never_carries_has_no_days_of_grace_g5() -> None:
    ledger = on_time(PACKS, carry_over="never")
    ledger.buy("pack-1h", "2025-01-10")
    ledger.buy("pack-1h", "2026-01-05")
    assert ledger.grants[0].grace_days is None
    assert ledger.open_on(1) == ["2025-01-10 to 2026-01-09"]


def test_the_terms_of_a_sale_are_those_of_its_day() -> None:
    """A later tariff version changes nothing that was sold: an open term keeps the version of its first day."""
    newer = changed(PACKS, valid_from=date(2025, 6, 1), products=by_name(pack("pack-1h", 90)), grace_days=5)
    ledger = Ledger(PACKS, newer)
    ledger.sign("2025-01-01")
    assert ledger.sell("pack-1h", "2025-07-01", "80.00").minutes == 60


# G3: add-ons


@pytest.mark.parametrize(
    ("validity", "on", "until"),
    [
        (YEAR, "2025-03-15", "2026-03-14"),
        (YEAR, "2024-02-29", "2025-02-28"),
        (Validity(1, "term"), "2025-03-15", "2025-12-31"),
    ],
)
def test_an_add_on_is_valid_from_its_sale_g3(validity: Validity, on: str, until: str) -> None:
    add_on = Product("a", {}, "add-on", validity, chf("10.00"), 30, ("support",))
    ledger = Ledger(changed(Q3, products=by_name(add_on)))
    ledger.sign("2024-01-01", "premium")
    ledger.renew("2024-12-01")
    sale = ledger.sell("a", on)
    assert (str(sale.until), credited(ledger)) == (until, [(30, on, until)])


def test_an_add_on_credited_on_payment_still_ends_a_year_after_its_sale_g3() -> None:
    add_on = Product("a", {}, "add-on", YEAR, chf("10.00"), 30, ("support",), "payment")
    ledger = on_time(Q3, products=by_name(add_on))
    sale = ledger.sell("a", "2025-03-15")
    assert credited(ledger) == []
    ledger.pay(sale, "2025-04-01")
    assert credited(ledger) == [(30, "2025-04-01", "2026-03-14")]


def test_support_plus_g3() -> None:
    ledger = q3("profi")
    sale = ledger.sell("support-plus", "2025-01-02", contacts=(1,))
    grant = ledger.grants[0]
    assert (str(sale.price), grant.minutes, grant.contacts) == ("565.00", 120, (1,))
    assert grant.covers == ("support", "data-check", "training")
    assert grant.grace_days is None  # only packs carry: G5


@pytest.mark.parametrize(
    ("tier", "allowed"), [("standard", False), ("advanced", False), ("profi", True), ("premium", True)]
)
def test_only_for_some_tiers_g3(tier: str, allowed: bool) -> None:
    ledger = q3(tier)
    if allowed:
        ledger.sell("support-plus", "2025-01-02", contacts=(1,))
    else:
        assert code_of(lambda: ledger.sell("support-plus", "2025-01-02", contacts=(1,))) == "not-eligible"


@pytest.mark.parametrize(("quantity", "contacts"), [(1, ()), (1, (1, 2)), (2, (1,))])
def test_one_contact_per_piece_g3(quantity: int, contacts: tuple[int, ...]) -> None:
    ledger = q3()
    attempt = lambda: ledger.sell("support-plus", "2025-01-02", None, quantity, contacts)  # noqa: E731
    assert code_of(attempt) == "not-eligible"


def test_no_contact_where_it_is_for_all_g3() -> None:
    assert code_of(lambda: q3().sell("half-fare", "2025-01-02", "90.00", contacts=(1,))) == "not-eligible"


def test_a_further_contact_needs_half_fare_and_support_plus_in_force_g3() -> None:
    ledger = q3()
    ledger.renew("2025-06-01")

    def further(on: str) -> str | None:
        try:
            ledger.sell("support-plus-contact", on, contacts=(2,))
        except Refusal as refused:
            return refused.code
        return None

    assert further("2025-01-02") == "not-eligible"
    ledger.sell("support-plus", "2025-01-02", contacts=(1,))
    assert further("2025-01-02") == "not-eligible"
    ledger.sell("half-fare", "2025-01-03", "90.00")
    assert further("2025-01-02") == "not-eligible"  # the half-fare is not in force yet
    assert further("2025-01-03") is None
    assert further("2026-01-01") is None  # the last day of Support+
    assert further("2026-01-02") == "not-eligible"


def test_requirements_are_met_under_the_same_contract_g3() -> None:
    ledger = q3()
    ledger.sell("half-fare", "2025-01-02", "90.00")
    ledger.sell("support-plus", "2025-01-02", contacts=(1,))
    ledger.cancel("2025-06-30")
    ledger.sign("2025-07-01", "premium")
    assert code_of(lambda: ledger.sell("support-plus-contact", "2025-07-02", contacts=(2,))) == "not-eligible"


def test_prices_g3() -> None:
    ledger = q3()
    assert code_of(lambda: ledger.sell("half-fare", "2025-01-02")) == "price-required"
    assert code_of(lambda: ledger.sell("half-fare", "2025-01-02", "-1.00")) == "bad-input"
    assert code_of(lambda: ledger.sell("half-fare", "2025-01-02", "1.00", 0)) == "bad-input"
    assert ledger.sell("half-fare", "2025-01-02", "33.33", 3).price == Decimal("99.99")  # per piece
    assert ledger.sell("support-plus", "2025-01-02", "500.00", contacts=(1,)).price == Decimal("500.00")  # given


def test_what_cannot_be_sold() -> None:
    ledger = q3()
    assert code_of(lambda: ledger.sell("hlaf-fare", "2025-01-02", "1.00")) == "unknown-product"
    assert code_of(lambda: ledger.sell("half-fare", "2026-01-01", "1.00")) == "no-active-contract"
    assert (ledger.book.sales, ledger.book.grants) == ({}, {})


# M10: payments


@dataclass
class Paid:
    """Payments for a pack of 900.00 sold on 2025-01-05 (amount, day), and when it is credited."""

    name: str
    payments: list[tuple[str, str]]
    credited: str | None


PAYMENTS = [
    Paid("in full", [("900.00", "2025-01-10")], "2025-01-10"),
    Paid("a cent is missing", [("899.99", "2025-01-10")], None),
    Paid("in two parts: on the day of the last", [("400.00", "2025-01-10"), ("500.00", "2025-02-10")], "2025-02-10"),
    Paid("in three", [("1.00", "2025-01-10"), ("898.99", "2025-01-11"), ("0.01", "2025-03-10")], "2025-03-10"),
    Paid("over", [("1000.00", "2025-01-10")], "2025-01-10"),
    Paid("over in two parts", [("400.00", "2025-01-10"), ("1000.00", "2025-02-10")], "2025-02-10"),
    Paid("before the sale: from the sale", [("900.00", "2025-01-02")], "2025-01-05"),
]


@pytest.mark.parametrize("case", PAYMENTS, ids=lambda case: case.name)
def test_when_a_pack_is_credited_m10(case: Paid) -> None:
    """G7, M10: in whatever order the payments are recorded."""
    for payments in permutations(case.payments):
        ledger = packs()
        sale = ledger.sell("pack-1h", "2025-01-05", "900.00")
        for amount, on in payments:
            ledger.pay(sale, on, amount)
        assert [start for _, start, _ in credited(ledger)] == ([case.credited] if case.credited else [])


def test_more_money_after_it_is_paid_credits_nothing_m10() -> None:
    ledger = packs()
    sale = ledger.sell("pack-1h", "2025-01-05", "900.00")
    ledger.pay(sale, "2025-01-10")
    ledger.pay(sale, "2025-01-11", "900.00")
    assert len(ledger.grants) == 1
    assert crediting.paid(ledger.book, sale.invoice) == Decimal("1800.00")


def test_what_was_paid_up_to_a_day_m10() -> None:
    ledger = packs()
    sale = ledger.sell("pack-1h", "2025-01-05", "900.00")
    first = ledger.pay(sale, "2025-01-10", "400.00")
    ledger.pay(sale, "2025-01-20", "100.00")
    ledger.bounce(first, "2025-02-01")
    other = ledger.sell("pack-1h", "2025-01-06", "900.00")
    ledger.pay(other, "2025-01-06")
    paid = [str(crediting.paid(ledger.book, sale.invoice, day(on))) for on in
            ("2025-01-09", "2025-01-10", "2025-01-31", "2025-02-01")]  # fmt: skip
    assert paid == ["0.00", "400.00", "500.00", "100.00"]


def test_a_credit_note_lowers_what_is_to_be_paid_m10() -> None:
    """M10: what is open is the total less credits and payments; the last cent may be credited instead of paid."""
    ledger = packs()
    sale = ledger.sell("pack-1h", "2025-01-05", "900.00")
    book = ledger.book
    book.seq += 1
    assert (
        crediting.pay(book, Payment(book.seq, sale.invoice, Decimal("850.00"), day("2025-01-10")), sale.price) is None
    )
    assert crediting.credit_paid(book, sale.invoice, Decimal("850.00")) is not None


def test_payments_of_other_invoices_credit_nothing() -> None:
    ledger = packs()
    one, two = (ledger.sell("pack-1h", "2025-01-05", "900.00") for _ in range(2))
    ledger.pay(two, "2025-01-10")
    assert [g.sale for g in ledger.grants] == [two.seq]
    ledger.pay(one, "2025-01-11")
    assert [g.sale for g in ledger.grants] == [two.seq, one.seq]


# M10: bounces


def test_from_the_day_of_the_bounce_it_cannot_be_drawn_m10() -> None:
    ledger = packs()
    sale = ledger.sell("pack-1h", "2025-01-05", "900.00")
    payment = ledger.pay(sale, "2025-01-10")
    drawn = ledger.log("2025-01-20", 20)
    bounce = ledger.bounce(payment, "2025-02-01")
    assert bounce.grant == 1
    assert ledger.drawn(drawn) == [(1, 20)]  # what was drawn stands
    assert [ledger.balance(on) for on in ("2025-01-31", "2025-02-01")] == [40, 0]
    assert (ledger.log("2025-01-31", 5).owed, ledger.log("2025-02-01", 5).owed) == (0, 5)


def test_paid_again_the_rest_is_credited_on_the_new_day_m10() -> None:
    ledger = packs()
    sale = ledger.sell("pack-1h", "2025-01-05", "900.00")
    payment = ledger.pay(sale, "2025-01-10")
    ledger.log("2025-01-20", 20)
    ledger.bounce(payment, "2025-02-01")
    ledger.pay(sale, "2025-02-20")
    assert credited(ledger) == [(60, "2025-01-10", "2026-01-09"), (40, "2025-02-20", "2026-02-19")]
    assert ledger.grants[1].replaces == 1
    assert [ledger.left(on) for on in ("2025-01-31", "2025-02-19", "2025-02-20")] == [{1: 40}, {}, {2: 40}]
    assert ledger.log("2025-01-31", 5).owed == 5  # the bounced grant is drawn no more, not even by a late entry


def test_bounced_twice_m10() -> None:
    ledger = packs()
    sale = ledger.sell("pack-1h", "2025-01-05", "900.00")
    for paid_on, bounced_on in (("2025-01-10", "2025-02-01"), ("2025-02-20", "2025-03-01")):
        payment = ledger.pay(sale, paid_on)
        ledger.log(paid_on, 20)
        ledger.bounce(payment, bounced_on)
    ledger.pay(sale, "2025-03-20")
    assert [(g.minutes, g.replaces) for g in ledger.grants] == [(60, None), (40, 1), (20, 2)]
    assert ledger.left("2025-03-20") == {3: 20}


def test_a_pack_drawn_whole_is_credited_anew_for_what_returns_m10() -> None:
    ledger = packs()
    sale = ledger.sell("pack-1h", "2025-01-05", "900.00")
    payment = ledger.pay(sale, "2025-01-10")
    drawn = ledger.log("2025-01-20", 60)
    ledger.bounce(payment, "2025-02-01")
    ledger.pay(sale, "2025-02-20")
    assert credited(ledger)[1:] == [(0, "2025-02-20", "2026-02-19")]
    ledger.void(drawn, "2025-03-01")
    assert [ledger.left(on) for on in ("2025-02-28", "2025-03-01")] == [{}, {2: 60}]


@pytest.mark.parametrize(
    ("payments", "bounced", "hits"),
    [
        ([("900.00", "2025-01-10")], 0, True),
        ([("400.00", "2025-01-10"), ("500.00", "2025-01-20")], 0, True),
        ([("400.00", "2025-01-10"), ("500.00", "2025-01-20")], 1, True),
        ([("400.00", "2025-01-10")], 0, False),  # nothing was credited
        ([("900.00", "2025-01-10"), ("900.00", "2025-01-20")], 0, False),  # it is paid all the same
        ([("900.00", "2025-01-10"), ("900.00", "2025-01-20")], 1, False),
        ([("900.00", "2025-01-10"), ("899.99", "2025-01-20")], 0, True),
    ],
)
def test_a_bounce_hits_a_grant_only_if_the_invoice_is_no_longer_paid_m10(
    payments: list[tuple[str, str]], bounced: int, hits: bool
) -> None:
    ledger = packs()
    sale = ledger.sell("pack-1h", "2025-01-05", "900.00")
    made = [ledger.pay(sale, on, amount) for amount, on in payments]
    assert (ledger.bounce(made[bounced], "2025-02-01").grant is not None) is hits
    assert ledger.balance("2025-02-01") == (60 if ledger.grants and not hits else 0)


def test_the_second_payment_covers_the_first_ones_bounce_m10() -> None:
    """Paid 400 and 500, 400 bounces, 400 again: credited on the day on which it is full again."""
    ledger = packs()
    sale = ledger.sell("pack-1h", "2025-01-05", "900.00")
    first = ledger.pay(sale, "2025-01-10", "400.00")
    ledger.pay(sale, "2025-01-20", "500.00")
    ledger.bounce(first, "2025-02-01")
    ledger.pay(sale, "2025-02-10", "100.00")
    ledger.pay(sale, "2025-02-20", "300.00")
    assert [start for _, start, _ in credited(ledger)] == ["2025-01-20", "2025-02-20"]


def test_a_payment_recorded_late_counts_from_the_bounce_at_the_earliest_m10_g7() -> None:
    """It was paid in between, so that the invoice was never open: credited anew on the day of the bounce."""
    ledger = packs()
    sale = ledger.sell("pack-1h", "2025-01-05", "900.00")
    first = ledger.pay(sale, "2025-01-10")
    ledger.bounce(first, "2025-02-01")
    ledger.pay(sale, "2025-01-25")
    assert [start for _, start, _ in credited(ledger)] == ["2025-01-10", "2025-02-01"]
    assert [ledger.balance(on) for on in ("2025-01-31", "2025-02-01")] == [60, 60]


def test_what_cannot_bounce_m10() -> None:
    ledger = packs()
    payment = ledger.pay(ledger.sell("pack-1h", "2025-01-05", "900.00"), "2025-01-10")
    assert code_of(lambda: ledger.bounce(payment, "2025-01-09")) == "bad-date"
    ledger.bounce(payment, "2025-01-10")
    assert code_of(lambda: ledger.bounce(payment, "2025-01-11")) == "conflict"
    assert ledger.open_on(1) == []  # taken back the same day it never was


def test_an_add_on_is_credited_by_its_sale_and_no_bounce_takes_it_away_m10() -> None:
    ledger = q3()
    payment = ledger.pay(ledger.sell("support-plus", "2025-01-02", contacts=(1,)), "2025-01-10")
    assert ledger.bounce(payment, "2025-02-01").grant is None
    assert ledger.balance("2025-02-01") == 120


def test_the_rest_of_a_bounced_carried_pack_opens_again_m10_g5() -> None:
    ledger = packs()
    ledger.buy("pack-1h", "2025-01-10")
    sale = ledger.sell("pack-12h", "2026-01-05", "900.00")
    payment = ledger.pay(sale, "2026-01-05")
    ledger.bounce(payment, "2026-02-06")
    ledger.pay(sale, "2026-03-01")
    assert ledger.open_on(1) == [
        "2025-01-10 to 2026-01-09",
        "2026-01-10 to 2026-02-05 carried",
        "2026-03-01 to 2027-02-28 carried",
    ]
    assert [ledger.balance(on) for on in ("2026-02-05", "2026-02-06", "2026-02-28", "2026-03-01")] == [780, 0, 0, 780]


def test_what_returns_after_the_day_of_the_new_grant_goes_to_that_m10_g7() -> None:
    """Voided in March, paid again late as of February: half of it is there in February, the rest as it comes back."""
    ledger = packs()
    sale = ledger.sell("pack-1h", "2025-01-05", "900.00")
    payment = ledger.pay(sale, "2025-01-10")
    drawn = [ledger.log("2025-01-20", 20), ledger.log("2025-01-21", 10)]
    ledger.bounce(payment, "2025-02-01")
    for charge, on in zip(drawn, ("2025-03-01", "2025-03-02"), strict=True):
        ledger.void(charge, on)
    ledger.pay(sale, "2025-02-20")
    assert credited(ledger) == [(60, "2025-01-10", "2026-01-09"), (30, "2025-02-20", "2026-02-19")]
    assert [ledger.left(on) for on in ("2025-02-20", "2025-03-01", "2025-03-02")] == [{2: 30}, {2: 50}, {2: 60}]
    moves = [draw for draws in ledger.book.draws.values() for draw in draws if draw.kind == "move"]
    assert [(draw.grant, draw.minutes, str(draw.dated_on)) for draw in moves] == [
        (1, 20, "2025-03-01"), (2, -20, "2025-03-01"), (1, 10, "2025-03-02"), (2, -10, "2025-03-02"),
    ]  # fmt: skip


def test_a_grant_has_the_priority_of_its_product_r4() -> None:
    ledger = on_time(PACKS, products=by_name(pack("vip", 60, priority=2)))
    assert ledger.buy("vip", "2025-01-10").priority == 2


# G10


def test_a_payment_after_the_contract_credits_nothing_g10() -> None:
    ledger = packs()
    late, in_time, back_dated = (ledger.sell("pack-1h", "2025-01-05", "900.00") for _ in range(3))
    ledger.cancel("2025-03-31")
    ledger.pay(late, "2025-04-01")
    ledger.pay(in_time, "2025-03-31")
    ledger.pay(back_dated, "2025-02-01")
    assert [g.sale for g in ledger.grants] == [in_time.seq, back_dated.seq]
    assert (ledger.balance("2025-03-31"), ledger.balance("2025-04-01")) == (120, 0)


def test_paid_again_after_the_contract_credits_nothing_g10_m10() -> None:
    ledger = packs()
    sale = ledger.sell("pack-1h", "2025-01-05", "900.00")
    payment = ledger.pay(sale, "2025-01-10")
    ledger.bounce(payment, "2025-02-01")
    ledger.cancel("2025-03-31")
    ledger.pay(sale, "2025-04-01")
    assert len(ledger.grants) == 1


# G7


def test_a_payment_recorded_late_gives_what_recording_it_in_time_would_have_given_g7() -> None:
    """G7, G5: windows are derived anew; the charges that were decided stand, and what they owed is settled."""

    def history(late: bool) -> Ledger:
        ledger = packs()
        ledger.buy("pack-1h", "2025-01-10")
        ledger.log("2025-06-01", 20)
        sale = ledger.sell("pack-12h", "2026-01-05", "900.00")
        if not late:
            ledger.pay(sale, "2026-01-08")
        ledger.log("2026-01-20", 50)
        ledger.log("2026-02-20", 5)
        if late:
            ledger.pay(sale, "2026-01-08")
        return ledger

    in_time, late = history(False), history(True)
    for on in ("2026-01-08", "2026-01-09", "2026-01-19", "2026-01-20", "2026-02-19", "2026-02-20", "2027-01-07"):
        assert in_time.left(on) == late.left(on)
        assert late.owed(on) == 0
    assert [m for m in in_time.moved() if m[1] != "draw"] == [m for m in late.moved() if m[1] not in ("draw", "settle")]
    assert late.moved("2026-01-20", "2026-02-20") == [
        ("2026-01-20", "settle", 1, -40), ("2026-01-20", "settle", 2, -10), ("2026-02-20", "settle", 2, -5),
    ]  # fmt: skip


def test_charges_decided_before_a_late_payment_stand_r6_g7() -> None:
    ledger = on_time(PACKS, overage="bill", categories=by_name(category("support", "100.00")))
    sale = ledger.sell("pack-1h", "2025-01-05", "900.00")
    charge = ledger.log("2025-02-01", 20)
    ledger.pay(sale, "2025-01-10")
    assert (ledger.now(charge), ledger.drawn(charge), ledger.balance("2025-02-01")) == (charge, [], 60)


# Own money (M10)


def test_which_use_of_own_money_goes_back_at_a_bounce() -> None:
    """The last that was recorded, stands, and is in that currency; none while the money is there."""
    ledger = packs()
    on, amount = day("2025-01-10"), chf("10.00")
    new, first, second, euro = (
        Payment(seq, invoice, amount, on, own)
        for seq, invoice, own in ((101, "A", False), (102, "A", True), (103, "B", True), (104, "E", True))
    )
    for payment in (euro, second, first, new):
        ledger.book.record(payment)

    def back(left: str) -> Payment | None:
        return crediting.uncovered_use(ledger.book, {"A", "B"}, chf(left))

    assert (back("0.00"), back("-0.01")) == (None, second)
    ledger.book.record(Bounce(105, second.seq, on, None))
    assert back("-0.01") == first
    ledger.book.record(Bounce(106, first.seq, on, None))
    assert back("-0.01") is None


def write_off(ledger: Ledger, sale: Sale, on: str, amount: str) -> Grant | None:
    with ledger._position() as book:
        writing = WriteOff(book.seq, sale.invoice, Decimal(amount), day(on), "a difference")
        return crediting.write_off(book, writing, book.price_of(sale), day("2025-01-10"))


def test_what_is_written_off_credits_a_pack_and_keeps_it_when_money_is_taken_back_m15_m10() -> None:
    ledger = packs()
    sale = ledger.sell("pack-1h", "2025-01-10", "90.00")
    ledger.pay(sale, "2025-01-15", "60.00")
    paid = ledger.pay(sale, "2025-01-16", "29.00")
    for amount, says in (("0.00", "1.00 is open"), ("1.01", "1.00 is open")):
        with pytest.raises(Refusal, match=says):
            write_off(ledger, sale, "2025-01-20", amount)
    with pytest.raises(Refusal, match="is before the invoice"):
        write_off(ledger, sale, "2025-01-09", "1.00")
    assert write_off(ledger, sale, "2025-01-20", "0.40") is None
    grant = write_off(ledger, sale, "2025-01-21", "0.60")
    assert grant is not None and (str(grant.starts), grant.minutes) == ("2025-01-21", 60)
    with pytest.raises(Refusal, match="nothing is open"):
        write_off(ledger, sale, "2025-01-22", "0.01")
    more = ledger.pay(sale, "2025-01-22", "29.00")
    assert ledger.bounce(paid, "2025-01-23").grant is None, "it is paid without that"
    assert ledger.bounce(more, "2025-01-24").grant == grant.number
