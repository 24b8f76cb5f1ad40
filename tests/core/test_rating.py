"""What an entry is charged: free, rounded, burnt down, and what is over (rules R, T, G3, G6, G9)."""

from datetime import date
from decimal import Decimal

import pytest

from billing.core import rating
from billing.core.book import Book
from billing.core.facts import Charge
from billing.core.tariff import Product, Tariff, Validity
from billing.errors import Forbidden, Unknown
from billing.locales import worded
from tests.core.build import (
    PACKS,
    PLUS,
    Q3,
    YEAR,
    Ledger,
    by_name,
    category,
    changed,
    chf,
    on_time,
    pack,
    packs,
    q3,
)

ON = "2025-02-03"


def told(charge: Charge) -> tuple[int, str | None, int, str | None, int]:
    """Minutes charged, why free, minutes of overage, rate, minutes owed."""
    rate = None if charge.rate is None else str(charge.rate)
    return charge.minutes, charge.free, charge.overage, rate, charge.owed


# R1: the contract


@pytest.mark.parametrize("on", ["2024-12-31", "2026-01-01"])
def test_without_a_term_on_the_day_it_is_refused_r1(on: str) -> None:
    ledger = q3()
    with pytest.raises(Forbidden) as caught:
        ledger.log(on, 5)
    assert caught.value.code == "no-active-contract"
    assert on in caught.value.message


def test_the_refusal_says_when_the_last_term_ended_r1() -> None:
    ledger = q3()
    ledger.cancel("2025-06-30")
    with pytest.raises(Forbidden, match="the last one ended on 2025-06-30"):
        ledger.log("2025-07-01", 5)
    with pytest.raises(Forbidden, match="it has none"):
        Ledger(Q3).log(ON, 5)


def test_a_refusal_offers_only_what_would_work_r1_g10() -> None:
    """A year that was signed already does not begin once the contract is cancelled, and that is not renewed."""
    ledger = q3()
    ledger.renew("2025-03-01")
    ledger.cancel("2025-06-30")
    with pytest.raises(Forbidden) as refused:
        ledger.log("2025-07-01", 5)
    assert "begins" not in str(refused.value)
    assert "contract renew" not in str(refused.value)
    with pytest.raises(Forbidden, match="contract renew"):
        q3().log("2026-01-01", 5)
    with pytest.raises(Forbidden) as early:  # neither a renewal nor another contract begins before this one
        q3().log("2024-12-31", 5)
    assert str(early.value).endswith("the next one begins on 2025-01-01")


def test_an_open_term_has_no_end_r1() -> None:
    assert packs().log("2125-01-01", 5).minutes == 5


def test_an_unknown_category_names_the_nearest() -> None:
    with pytest.raises(Unknown, match="did you mean training"):
        q3().log(ON, 5, category="trainning")


# R2: free


def test_always_free_r2() -> None:
    ledger = q3(modules=("COFI",), fee="480")
    assert told(ledger.log(ON, 90, "x", "courtesy")) == (0, "always", 0, None, 0)
    assert ledger.left(ON) == {1: 25}


def test_the_first_case_is_free_and_a_later_one_is_charged_as_r2() -> None:
    ledger = q3()
    found = [ledger.log(ON, 12, case, "first-install") for case in ("a", "a", "b", "a")]
    assert [(c.free, c.category, c.minutes) for c in found] == [
        ("first", "first-install", 0),
        ("first", "first-install", 0),
        (None, "support", 15),
        ("first", "first-install", 0),
    ]


def test_the_first_case_without_a_reference_is_one_entry_r2_t3() -> None:
    ledger = q3()
    assert [ledger.log(ON, 12, case, "first-install").free for case in (None, None, "a")] == ["first", None, None]


def test_first_counts_under_each_contract_r2() -> None:
    ledger = q3()
    ledger.log(ON, 12, "a", "first-install")
    ledger.cancel("2025-06-30")
    ledger.sign("2025-07-01", "standard")
    assert ledger.log("2025-07-02", 12, "b", "first-install").free == "first"


def test_the_first_is_the_earliest_recorded_not_worked_r2() -> None:
    ledger = q3()
    ledger.log("2025-05-01", 12, "a", "first-install")
    assert ledger.log("2025-01-02", 12, "b", "first-install").free is None


def test_when_the_first_is_voided_the_next_is_the_first_r2() -> None:
    """R2, R6: for entries to come; what was charged stands."""
    ledger = q3()
    first, second = (ledger.log(ON, 12, case, "first-install") for case in "ab")
    ledger.void(first, ON)
    assert told(ledger.now(second)) == (15, None, 15, "175.00", 0)
    assert [ledger.log(ON, 12, case, "first-install").free for case in "cb"] == [None, "first"]


def test_verified_is_charged_until_somebody_verifies_r2() -> None:
    ledger = q3()
    before = ledger.log(ON, 12, "k", "bug")
    assert (before.category, told(before)) == ("support", (15, None, 15, "175.00", 0))
    ledger.verify("k", ON)
    after = ledger.log(ON, 12, "k", "bug")
    assert (after.category, told(after)) == ("bug", (0, "verified", 0, None, 0))
    assert ledger.log(ON, 12, "k").free is None  # support on a verified case
    assert ledger.log(ON, 12, "other", "bug").free is None
    assert ledger.log(ON, 12, None, "bug").free is None


def test_from_here_on_category_is_the_one_that_is_charged_r2() -> None:
    """R2: for the rounding pool, cover, the reduced rate and the line."""
    ledger = q3(modules=("COFI",), fee="480")  # 25 min of support
    ledger.sell("half-fare", "2025-01-02", "90.00")
    charge = ledger.log(ON, 33, "k", "bug")
    assert ledger.drawn(charge) == [(1, 25)]
    assert told(charge) == (35, None, 10, "119.00", 0)
    assert ledger.log(ON, 2, "k", "support").minutes == 0  # 33 + 2 = 35


# T: rounding in all scopes. Entries are (case, day in February, minutes); what each is charged.

WORK = [("x", 3, 3), ("x", 3, 4), ("x", 4, 3), ("y", 3, 1), (None, 3, 2), (None, 3, 2), ("x", 3, 1), ("x", 4, 17)]
SCOPES = [
    # increment 5
    ("entry", 0, 0, [5, 5, 5, 5, 5, 5, 5, 20]),
    ("case", 0, 0, [5, 5, 0, 5, 5, 5, 5, 15]),  # x: 3, 7, 10, 11, 28 -> 5, 10, 10, 15, 30
    ("case-day", 0, 0, [5, 5, 5, 5, 5, 5, 0, 15]),  # x on the 3rd: 3, 7, 8; on the 4th: 3, 20
    ("day", 0, 0, [5, 5, 5, 0, 0, 5, 0, 15]),  # the 3rd: 3, 7, 8, 10, 12, 13; the 4th: 3, 20
    # at least 15
    ("entry", 15, 0, [15, 15, 15, 15, 15, 15, 15, 20]),
    ("case", 15, 0, [15, 0, 0, 15, 15, 15, 0, 15]),
    ("case-day", 15, 0, [15, 0, 15, 15, 15, 15, 0, 5]),
    ("day", 15, 0, [15, 0, 15, 0, 0, 0, 0, 5]),
    # 2 minutes over a step are let go
    ("entry", 0, 2, [5, 5, 5, 0, 0, 0, 0, 15]),
    ("case", 0, 2, [5, 0, 5, 0, 0, 0, 0, 20]),  # x: 3, 7, 10, 11, 28 -> 5, 5, 10, 10, 30
    ("case-day", 0, 2, [5, 0, 5, 0, 0, 0, 5, 15]),  # 8 is 3 over
    ("day", 0, 2, [5, 0, 5, 5, 0, 0, 5, 15]),  # the 3rd: 3, 7, 8, 10, 12, 13 -> 5, 5, 10, 10, 10, 15
    # both
    ("entry", 10, 2, [10, 10, 10, 10, 10, 10, 10, 15]),
    ("case", 10, 2, [10, 0, 0, 10, 10, 10, 0, 20]),
    ("case-day", 10, 2, [10, 0, 10, 10, 10, 10, 0, 10]),
    ("day", 10, 2, [10, 0, 10, 0, 0, 0, 5, 10]),
]


@pytest.mark.parametrize(("rounding", "minimum", "tolerance", "charged"), SCOPES)
def test_rounding_by_scope_t2_t3(rounding: str, minimum: int, tolerance: int, charged: list[int]) -> None:
    ledger = on_time(Q3, rounding=rounding, minimum=minimum, tolerance=tolerance)
    assert [ledger.log(date(2025, 2, on), minutes, case).minutes for case, on, minutes in WORK] == charged


@pytest.mark.parametrize(
    ("minutes", "charged"),
    [((3, 4), (5, 5)), ((3, 1), (5, 0)), ((5, 5), (5, 5)), ((6, 4), (10, 0)), ((1, 1, 1, 1, 1, 1), (5, 0, 0, 0, 0, 5))],
)
def test_the_running_total_of_a_case_t3(minutes: tuple[int, ...], charged: tuple[int, ...]) -> None:
    ledger = q3()
    assert tuple(ledger.log(ON, each, "x").minutes for each in minutes) == charged


def test_the_running_total_is_per_category_t3() -> None:
    ledger = q3()
    assert [ledger.log(ON, 3, "x", name).minutes for name in ("support", "training", "support", "training")] == [
        5, 5, 5, 5,
    ]  # fmt: skip


def test_the_total_runs_in_recorded_order_t3_r6() -> None:
    ledger = q3()
    later, earlier = ledger.log("2025-03-01", 7, "x"), ledger.log("2025-02-01", 2, "x")
    assert (later.minutes, earlier.minutes) == (10, 0)


@pytest.mark.parametrize(
    ("seconds", "tolerance", "charged"),
    [(1, 0, 5), (300, 0, 5), (301, 0, 10), (59, 1, 0), (60, 1, 0), (61, 1, 5), (360, 1, 5), (361, 1, 10)],
)
def test_raw_time_is_kept_to_the_second_t1(seconds: int, tolerance: int, charged: int) -> None:
    ledger = on_time(PACKS, tolerance=tolerance)
    charge = ledger.log(ON, 0, seconds=seconds)
    assert charge.minutes == charged
    assert ledger.book.entries[charge.entry].logged_seconds == seconds


def test_seconds_add_up_in_a_pool_t1_t3() -> None:
    ledger = q3()
    assert [ledger.log(ON, 2, "x", seconds=30).minutes for _ in range(3)] == [5, 0, 5]  # 2.5, 5, 7.5


def test_prepaid_and_paid_minutes_are_rounded_alike_t3() -> None:
    ledger = q3(modules=("COFI",), fee="480")  # 25 minutes
    found = [ledger.log(ON, 11, "x") for _ in range(3)]
    assert [c.minutes for c in found] == [15, 10, 10]
    assert [(sum(part for _, part in ledger.drawn(c)), c.overage) for c in found] == [(15, 0), (10, 0), (0, 10)]


# R4: which grants can be drawn


def test_grants_that_cover_the_category_r4() -> None:
    ledger = q3(modules=("COFI",), fee="480")
    assert ledger.log(ON, 10, "x", "training").overage == 10
    assert ledger.log(ON, 10, "x", "support").overage == 0


@pytest.mark.parametrize(("on", "drawn"), [("2025-03-09", 0), ("2025-03-10", 5), ("2025-03-20", 5), ("2025-03-21", 0)])
def test_grants_that_are_active_on_the_work_date_r4_g11(on: str, drawn: int) -> None:
    ledger = q3()
    ledger.goodwill(30, "2025-03-10", "2025-03-20")
    assert sum(part for _, part in ledger.drawn(ledger.log(on, 5))) == drawn


def test_an_entry_may_draw_on_several_grants_r4() -> None:
    ledger = q3()
    ledger.goodwill(10, "2025-01-01", "2025-12-31")
    ledger.goodwill(10, "2025-01-01", "2025-06-30")
    ledger.goodwill(10, "2025-01-01", "2025-12-31", "support")
    charge = ledger.log(ON, 35, "x")
    assert ledger.drawn(charge) == [(2, 10), (3, 10), (1, 10)]
    assert charge.overage == 5


def test_grants_with_contacts_r4_g3() -> None:
    """R4, G3: one contact per piece; a further contact while his add-on runs; nobody else, and not an unnamed one."""
    ledger = q3()
    ledger.sell("half-fare", "2025-01-02", "90.00")
    ledger.sell("support-plus", "2025-01-02", quantity=2, contacts=(1, 2))
    further = ledger.sell("support-plus-contact", "2025-03-01", contacts=(3,))
    assert (further.until, ledger.grants[0].minutes) == (date(2026, 2, 28), 240)

    def draws(on: str, contact: int | None) -> bool:
        return bool(ledger.drawn(ledger.log(on, 5, contact=contact)))

    assert [draws(ON, contact) for contact in (1, 2, 3, None)] == [True, True, False, False]
    assert [draws("2025-03-01", contact) for contact in (1, 3, 4)] == [True, True, False]


def test_a_further_contact_draws_every_grant_of_the_contract_g3() -> None:
    ledger = q3()
    ledger.sell("half-fare", "2025-01-02", "90.00")
    for contact in (1, 2):
        ledger.sell("support-plus", "2025-01-02", contacts=(contact,))
    ledger.sell("support-plus-contact", "2025-01-02", contacts=(3,))
    assert ledger.drawn(ledger.log(ON, 240, contact=3)) == [(1, 120), (2, 120)]


def test_registered_contacts_draw_theirs_before_what_is_open_to_all_r4() -> None:
    ledger = q3()
    ledger.goodwill(30, "2025-01-02", "2026-01-01", *PLUS)  # as the add-on: same end, as many categories
    ledger.sell("support-plus", "2025-01-02", contacts=(1,))
    assert ledger.drawn(ledger.log(ON, 5, contact=1)) == [(2, 5)]
    assert ledger.drawn(ledger.log(ON, 5, contact=None)) == [(1, 5)]


def test_a_tariffs_priority_comes_first_r4() -> None:
    ledger = on_time(PACKS, products=by_name(pack("first", 60, priority=1)), goodwill_priority=2)
    ledger.goodwill(10, "2025-01-01", "2025-03-01")
    ledger.buy("pack-1h", "2025-01-01")
    ledger.buy("first", "2025-02-01")
    assert ledger.drawn(ledger.log(ON, 80)) == [(3, 60), (1, 10), (2, 10)]


# R5: what is over


def test_overage_is_billed_at_the_categorys_rate_r5() -> None:
    ledger = q3()
    assert told(ledger.log(ON, 5, "x")) == (5, None, 5, "175.00", 0)
    assert told(ledger.log(ON, 5, "x", "programming")) == (5, None, 5, "195.00", 0)


@pytest.mark.parametrize(
    ("on", "name", "rate"),
    [
        ("2025-01-04", "support", "175.00"),
        ("2025-01-05", "support", "119.00"),
        ("2026-01-04", "support", "119.00"),  # its last day: one year from the sale
        ("2026-01-05", "support", "175.00"),
        ("2025-01-05", "training", "175.00"),  # applies_to does not name it
        ("2025-01-05", "bug", "119.00"),  # charged as support
    ],
)
def test_the_reduced_rate_while_the_add_on_runs_r5_g3(on: str, name: str, rate: str) -> None:
    ledger = q3()
    ledger.renew("2025-12-01")
    ledger.sell("half-fare", "2025-01-05", "90.00")
    assert str(ledger.log(on, 5, "x", name).rate) == rate


def test_part_grant_part_reduced_rate_r5() -> None:
    ledger = q3(modules=("COFI",), fee="480")
    ledger.sell("half-fare", "2025-01-02", "90.00")
    charge = ledger.log(ON, 60, "x")
    assert (ledger.drawn(charge), told(charge)) == ([(1, 25)], (60, None, 35, "119.00", 0))


def test_no_rate_where_nothing_is_over_r5() -> None:
    ledger = q3(modules=("COFI",), fee="480")
    ledger.sell("half-fare", "2025-01-02", "90.00")
    assert told(ledger.log(ON, 5)) == (5, None, 0, None, 0)


def test_of_several_reduced_rates_the_lowest_and_never_a_higher_one_r5() -> None:
    more = by_name(
        Product("cheap", {}, "add-on", YEAR, reduced_rate=chf("99.00"), applies_to=("support",)),
        Product("dear", {}, "add-on", YEAR, reduced_rate=chf("500.00"), applies_to=("training",)),
    )
    ledger = on_time(Q3, products=more)
    for name in ("half-fare", "cheap", "dear"):
        ledger.sell(name, "2025-01-02", "1.00")
    assert [str(ledger.log(ON, 5, None, name).rate) for name in ("support", "training")] == ["99.00", "175.00"]


def test_the_reduced_rate_ends_with_the_term_if_the_tariff_says_so_g3() -> None:
    until_term = Product("short", {}, "add-on", Validity(1, "term"), reduced_rate=chf("99.00"), applies_to=("support",))
    ledger = on_time(Q3, products=by_name(until_term))
    ledger.renew("2025-12-01")
    assert ledger.sell("short", "2025-05-01", "1.00").until == date(2025, 12, 31)
    assert [str(ledger.log(on, 5).rate) for on in ("2025-12-31", "2026-01-01")] == ["99.00", "175.00"]


def test_owe_r5() -> None:
    ledger = packs()
    ledger.buy("pack-1h", "2025-01-10")
    assert told(ledger.log(ON, 100)) == (100, None, 0, None, 40)
    assert told(ledger.log(ON, 5, category="travel")) == (5, None, 0, None, 5)


def test_refuse_r5_leaves_no_trace() -> None:
    ledger = on_time(PACKS, overage="refuse")
    ledger.buy("pack-1h", "2025-01-10")
    charge = ledger.log(ON, 60)
    assert told(charge) == (60, None, 0, None, 0)
    ledger.void(charge, ON)
    before = ledger.book.seq
    with pytest.raises(Forbidden) as caught:
        ledger.log(ON, 61)
    assert caught.value.code == "overage-refused"
    assert "65 min would be charged and 60 min are left" in caught.value.message
    assert (ledger.book.seq, len(ledger.book.entries), ledger.left(ON)) == (before, 1, {1: 60})


def test_ask_r5_bills_what_is_approved_of_the_case_and_refuses_more() -> None:
    ledger = on_time(Q3, overage="ask")
    ledger.goodwill(5, "2025-01-02", "2025-12-31")

    def refused(on: str, minutes: int, case: str | None) -> str:
        with pytest.raises(Forbidden) as caught:
            ledger.log(on, minutes, case)
        assert caught.value.code == "overage-refused"
        return caught.value.message

    left = sum(ledger.left("2025-03-01").values())
    ledger.approve("2025-03-02", 30, "x")
    assert "0 min more" in refused("2025-03-01", left + 5, "x")  # it was approved later
    assert "0 min more" in refused("2025-03-02", left + 5, "y")  # and for another case
    refused("2025-03-02", left + 5, None)
    charge = ledger.log("2025-03-02", left + 20, "x")
    assert (charge.overage, str(charge.rate)) == (20, "175.00")
    assert "15 min are over what is prepaid, and 10 min more are approved" in refused("2025-03-03", 15, "x")
    ledger.approve("2025-03-03", 5, "x")
    assert ledger.log("2025-03-03", 15, "x").overage == 15


def test_what_rounds_to_nothing_is_never_refused_r5() -> None:
    ledger = on_time(Q3, overage="refuse")
    with pytest.raises(Forbidden):
        ledger.log(ON, 3, "x")
    ledger.goodwill(5, "2025-01-02", "2025-12-31")
    assert [ledger.log(ON, 3, "x").minutes, ledger.log(ON, 2, "x").minutes] == [5, 0]


# R6: final


def test_later_facts_change_no_charge_r6() -> None:
    ledger = q3()
    charge = ledger.log("2025-03-01", 7, "x")
    ledger.sell("half-fare", "2025-01-02", "90.00")
    ledger.goodwill(60, "2025-01-02", "2025-12-31")
    ledger.log("2025-02-01", 1, "x")
    ledger.verify("x", "2025-03-02")
    assert ledger.book.charges[charge.entry] == [charge]
    assert told(charge) == (10, None, 10, "175.00", 0)


# G6: late entries


def test_a_late_entry_draws_what_has_expired_since_g6() -> None:
    ledger = q3()
    ledger.goodwill(30, "2025-01-10", "2025-01-20")
    ledger.log("2025-06-01", 5)
    late = ledger.log("2025-01-20", 10)
    assert ledger.dated(late) == [("2025-01-20", 1, "draw", 10)]
    assert ledger.moved("2025-01-20", "2025-01-21") == [
        ("2025-01-20", "draw", 1, -10),
        ("2025-01-21", "expiry", 1, -20),
    ]


def test_a_late_entry_draws_what_was_carried_since_g6() -> None:
    ledger = packs()
    ledger.buy("pack-1h", "2025-01-10")
    ledger.buy("pack-12h", "2026-01-05")
    late = ledger.log("2026-01-09", 20)
    assert ledger.dated(late) == [("2026-01-09", 1, "draw", 20)]
    assert ledger.left("2026-01-10") == {1: 40, 2: 720}


def test_a_late_entry_cannot_draw_what_later_work_has_drawn_g6_l4() -> None:
    ledger = packs()
    ledger.buy("pack-1h", "2025-01-10")
    ledger.log("2025-06-01", 55)
    late = ledger.log("2025-02-01", 20)
    assert (ledger.drawn(late), late.owed) == ([(1, 5)], 15)


def test_a_draw_counts_from_the_latest_return_that_was_recorded_before_g6() -> None:
    ledger = packs()
    ledger.buy("pack-1h", "2025-01-10")
    first = ledger.log("2025-01-11", 60)
    ledger.void(first, "2025-03-01")
    late = ledger.log("2025-02-01", 60)
    assert ledger.dated(late) == [("2025-03-01", 1, "draw", 60)]
    assert [ledger.balance(on) for on in ("2025-01-10", "2025-01-11", "2025-02-28", "2025-03-01")] == [60, 0, 0, 0]
    after = ledger.log("2025-04-01", 5)
    assert after.owed == 5


# G9: owed minutes


def test_owed_minutes_are_settled_from_the_next_grant_g9() -> None:
    ledger = packs()
    charge = ledger.log(ON, 12)
    assert (ledger.owed("2025-02-02"), ledger.owed(ON)) == (0, 15)
    ledger.buy("pack-1h", "2025-03-01")
    assert ledger.dated(charge) == [("2025-03-01", 1, "settle", 15)]
    assert [ledger.owed(on) for on in ("2025-02-28", "2025-03-01")] == [15, 0]
    assert ledger.balance("2025-03-01") == 45


def test_before_anything_else_and_oldest_first_g9() -> None:
    """G9: by the day of the work, then as recorded; the pack is used up before new work can draw it."""
    ledger = packs()
    newer, older, same = ledger.log("2025-02-10", 20), ledger.log("2025-02-01", 30), ledger.log("2025-02-10", 25)
    ledger.buy("pack-1h", "2025-03-01")
    assert [ledger.dated(c) for c in (older, newer, same)] == [
        [("2025-03-01", 1, "settle", 30)],
        [("2025-03-01", 1, "settle", 20)],
        [("2025-03-01", 1, "settle", 10)],
    ]
    assert (ledger.owed("2025-03-01"), ledger.book.owing) == (15, {same.entry: 15})
    assert ledger.log("2025-03-01", 5).owed == 5


def test_settled_in_parts_g9() -> None:
    ledger = packs()
    charge = ledger.log("2025-02-01", 150)
    for on in ("2025-03-01", "2025-04-01", "2025-05-01"):
        ledger.buy("pack-1h", on)
    assert ledger.dated(charge) == [
        ("2025-03-01", 1, "settle", 60),
        ("2025-04-01", 2, "settle", 60),
        ("2025-05-01", 3, "settle", 30),
    ]
    assert [ledger.owed(on) for on in ("2025-02-28", "2025-03-31", "2025-04-01", "2025-05-01")] == [150, 90, 30, 0]


def test_only_a_grant_that_covers_them_settles_g9() -> None:
    ledger = packs()
    support, incident = ledger.log("2025-02-01", 10), ledger.log("2025-02-02", 10, category="incident")
    ledger.buy("support-1h", "2025-03-01")
    assert (ledger.drawn(support), ledger.drawn(incident)) == ([(1, 10)], [])
    ledger.buy("pack-1h", "2025-04-01")
    assert ledger.drawn(incident) == [(2, 10)]


def test_settled_in_the_order_of_burn_down_over_what_can_be_drawn_that_day_g9() -> None:
    """G9: not only from the new grant; a carried one that is open again and expires with it is older."""
    ledger = packs()
    ledger.buy("pack-1h", "2025-01-10")
    ledger.log("2025-02-01", 40)
    owed = ledger.log("2026-01-20", 50)  # in the gap
    ledger.buy("pack-1h", "2026-01-25")
    assert ledger.dated(owed) == [("2026-01-25", 1, "settle", 20), ("2026-01-25", 2, "settle", 30)]


def test_work_later_than_the_crediting_is_settled_on_its_own_day_g9_g7() -> None:
    ledger = packs()
    sale = ledger.sell("pack-1h", "2025-01-05", "80.00")
    before, after = ledger.log("2025-01-20", 10), ledger.log("2025-02-20", 10)
    ledger.pay(sale, "2025-02-01")  # recorded after both
    assert ledger.dated(before) == [("2025-02-01", 1, "settle", 10)]
    assert ledger.dated(after) == [("2025-02-20", 1, "settle", 10)]


def test_work_after_the_new_grants_end_is_not_settled_from_it_g9() -> None:
    ledger = packs()
    sale = ledger.sell("half-year", "2025-01-05", "80.00")
    late = ledger.log("2025-09-01", 10)
    ledger.pay(sale, "2025-02-01")
    assert (ledger.dated(late), late.owed) == ([], 10)


def test_a_late_entry_is_settled_at_once_g9() -> None:
    ledger = packs()
    ledger.buy("pack-1h", "2025-03-01")
    late = ledger.log("2025-02-01", 10)
    assert ledger.dated(late) == [("2025-03-01", 1, "settle", 10)]
    assert [ledger.owed(on) for on in ("2025-01-31", "2025-02-01", "2025-02-28", "2025-03-01")] == [0, 10, 10, 0]


def test_a_late_entry_is_settled_from_several_grants_by_their_crediting_g9() -> None:
    ledger = packs()
    for on in ("2025-04-01", "2025-03-01"):
        ledger.buy("pack-1h", on)
    late = ledger.log("2025-02-01", 130)
    assert ledger.dated(late) == [("2025-03-01", 2, "settle", 60), ("2025-04-01", 1, "settle", 60)]
    assert ledger.owed("2025-04-01") == 10


def test_a_late_entry_draws_what_it_can_on_its_own_day_first_g6_g9() -> None:
    ledger = packs()
    ledger.buy("pack-1h", "2025-01-10")
    ledger.buy("pack-1h", "2025-03-01")
    late = ledger.log("2025-02-01", 70)
    assert ledger.dated(late) == [("2025-02-01", 1, "draw", 60), ("2025-03-01", 2, "settle", 10)]
    assert late.owed == 10


def test_goodwill_settles_too_g9_g11() -> None:
    ledger = packs()
    charge = ledger.log("2025-02-01", 10, category="travel")  # no pack covers it
    ledger.goodwill(5, "2025-02-05", "2025-03-31")
    assert ledger.dated(charge) == [("2025-02-05", 1, "settle", 5)]
    assert ledger.owed("2025-02-05") == 5


def test_only_a_grant_that_the_contact_can_draw_settles_g9_g3() -> None:
    vip = pack("vip", 60, contacts=True)
    ledger = on_time(PACKS, products=by_name(vip))
    mine, other = ledger.log("2025-02-01", 10, contact=1), ledger.log("2025-02-01", 10, contact=2)
    sale = ledger.sell("vip", "2025-02-02", "80.00", contacts=(1,))
    ledger.pay(sale, "2025-02-03")
    assert (ledger.dated(mine), ledger.dated(other)) == ([("2025-02-03", 1, "settle", 10)], [])


def test_a_late_entry_of_another_contact_is_not_settled_g9_g3() -> None:
    """A pack of one contact that was credited after both works: his is settled at once, the other's is owed."""
    ledger = on_time(PACKS, products=by_name(pack("vip", 60, contacts=True)))
    ledger.pay(ledger.sell("vip", "2025-03-01", "80.00", contacts=(1,)), "2025-03-01")
    mine, other = ledger.log("2025-02-01", 10, contact=1), ledger.log("2025-02-01", 10, contact=2)
    assert (ledger.dated(mine), ledger.dated(other)) == ([("2025-03-01", 1, "settle", 10)], [])


def test_returned_minutes_do_not_settle_the_next_crediting_does_g9() -> None:
    ledger = packs()
    ledger.buy("pack-1h", "2025-01-10")
    drawn, owed = ledger.log("2025-02-01", 60), ledger.log("2025-02-02", 10)
    ledger.void(drawn, "2025-02-03")
    assert (ledger.owed("2025-02-03"), ledger.balance("2025-02-03")) == (10, 60)
    ledger.buy("pack-1h", "2025-03-01")
    assert ledger.dated(owed) == [("2025-03-01", 1, "settle", 10)]  # the older, which expires first


def test_a_settlement_counts_from_the_latest_return_g6_g9() -> None:
    """G6: the payment is recorded late, so it is dated before the return; the minutes were not there before."""
    ledger = packs()
    ledger.buy("pack-1h", "2025-01-10")
    drawn = ledger.log("2025-01-11", 60)
    owed = ledger.log("2025-01-20", 10)
    sale = ledger.sell("support-1h", "2025-01-21", "80.00")
    ledger.void(drawn, "2025-03-01")
    ledger.pay(sale, "2025-02-01")
    assert ledger.dated(owed) == [("2025-03-01", 1, "settle", 10)]
    assert ledger.balance("2025-02-28") == 60


def test_add_ons_settle_only_what_they_cover_g9() -> None:
    tariff: Tariff = changed(Q3, overage="owe")
    ledger = Ledger(tariff)
    ledger.sign("2025-01-01", "premium")
    support, own = ledger.log(ON, 10, contact=1), ledger.log(ON, 10, None, "programming", 1)
    ledger.sell("support-plus", "2025-02-10", contacts=(1,))
    assert (ledger.drawn(support), ledger.drawn(own)) == ([(1, 10)], [])


def test_prices_have_two_decimals_r5() -> None:
    ledger = on_time(Q3, categories=by_name(category("odd", "0.01")))
    assert ledger.log(ON, 5, None, "odd").rate == Decimal("0.01")


def test_the_last_minute_of_a_grant_is_drawn_r4() -> None:
    """Where a tariff charges by the minute, one minute is left as any other."""
    ledger = on_time(PACKS, increment=1)
    ledger.buy("pack-1h", "2025-01-10")
    ledger.log("2025-01-20", 59)
    last = ledger.log("2025-01-21", 2)
    assert (ledger.drawn(last), last.owed) == ([(1, 1)], 1)
    assert [draw.minutes for draw in ledger.book.draws_for(last)] == [1]
    assert ledger.balance("2025-01-21") == 0


def test_why_no_contract_covers_a_day_is_said_in_each_language() -> None:
    """R1: it was English within a sentence of another language."""
    with pytest.raises(Forbidden) as refused:
        rating.term_for(Book(), date(2025, 6, 1), "ANNA")
    assert "il n’en a aucun" in worded(refused.value.text, "fr")
    assert "es gibt keinen" in worded(refused.value.text, "de")
