"""Void and verify: what is taken back, what is rated again, where minutes return to (rules C)."""

from datetime import date

import pytest

from billing.core import correction
from billing.core.facts import Charge
from billing.errors import Already, BadInput, Forbidden
from tests.core.build import PACKS, Q3, Ledger, changed, on_time, pack, packs, q3

ON = "2025-02-03"


def charged(ledger: Ledger, charges: list[Charge]) -> list[int]:
    return [ledger.now(charge).minutes for charge in charges]


# C1: void


@pytest.mark.parametrize(
    ("minutes", "out", "before", "after"),
    [
        ((3, 4, 2), 0, [5, 5, 0], [0, 5, 5]),  # 4, 6
        ((3, 4, 2), 1, [5, 5, 0], [5, 0, 0]),  # 3, 5
        ((3, 4, 2), 2, [5, 5, 0], [5, 5, 0]),  # nothing comes after it
        ((10, 1), 0, [10, 5], [0, 5]),
        ((1, 1, 1, 1, 2), 0, [5, 0, 0, 0, 5], [0, 5, 0, 0, 0]),
        ((1, 9, 5), 1, [5, 5, 5], [5, 0, 5]),  # 1, 6
    ],
)
def test_later_entries_of_the_pool_are_rated_again_c1(
    minutes: tuple[int, ...], out: int, before: list[int], after: list[int]
) -> None:
    ledger = q3()
    charges = [ledger.log(ON, each, "x") for each in minutes]
    assert charged(ledger, charges) == before
    ledger.void(charges[out], ON)
    assert charged(ledger, charges) == after
    assert [ledger.now(c).free for c in charges] == ["void" if n == out else None for n in range(len(charges))]


def test_earlier_ones_and_other_pools_stay_as_they_are_c1() -> None:
    ledger = q3()
    others = [ledger.log(ON, 3, "x"), ledger.log(ON, 3, "y"), ledger.log(ON, 3, "x", "training"), ledger.log(ON, 3)]
    out = ledger.log(ON, 4, "x")
    others += [ledger.log(ON, 4, "y"), ledger.log(ON, 4, "x", "training"), ledger.log(ON, 4)]
    ledger.void(out, ON)
    assert [ledger.book.charges[c.entry] for c in others] == [[c] for c in others]


@pytest.mark.parametrize(
    ("rounding", "after"),
    [("entry", [0, 5, 5, 5]), ("case", [0, 5, 5, 0]), ("case-day", [0, 5, 5, 5]), ("day", [0, 5, 0, 5])],
)
def test_the_pool_is_the_scopes_c1_t3(rounding: str, after: list[int]) -> None:
    """x on the 3rd, x on the 3rd, y on the 3rd, x on the 4th: 4, 3, 2 and 2 minutes, the first is voided."""
    ledger = on_time(Q3, rounding=rounding)
    charges = [ledger.log(on, minutes, case) for on, minutes, case in
               [(ON, 4, "x"), (ON, 3, "x"), (ON, 2, "y"), ("2025-02-04", 2, "x")]]  # fmt: skip
    ledger.void(charges[0], "2025-02-05")
    assert charged(ledger, charges) == after


def test_entries_of_packs_are_rounded_by_themselves_c1_t2() -> None:
    ledger = packs()
    first, second = ledger.log(ON, 3, "x"), ledger.log(ON, 3, "x")
    ledger.void(first, ON)
    assert ledger.book.charges[second.entry] == [second]


def test_overage_is_taken_back_c1() -> None:
    ledger = q3()
    charge = ledger.log(ON, 20, "x")
    ledger.void(charge, ON)
    assert ledger.now(charge).overage == 0
    assert ledger.standing() == []


def test_owed_minutes_are_taken_back_c1_g9() -> None:
    ledger = packs()
    charge = ledger.log(ON, 100)
    ledger.buy("pack-1h", "2025-02-10")
    assert (ledger.owed("2025-02-10"), ledger.balance("2025-02-10")) == (40, 0)
    ledger.void(charge, "2025-02-20")
    assert [(ledger.owed(on), ledger.balance(on)) for on in ("2025-02-19", "2025-02-20")] == [(40, 0), (0, 60)]
    assert ledger.log("2025-02-21", 60).owed == 0


def test_what_is_free_stays_free_and_what_is_charged_stays_charged_c1_r2() -> None:
    """C1: R3 to R5 again, R2 stays."""
    ledger = q3()
    first = ledger.log(ON, 4, "a", "first-install")
    later = [ledger.log(ON, minutes, "b", "first-install") for minutes in (4, 3)]
    ledger.void(first, ON)
    ledger.void(later[0], ON)
    stands = ledger.now(later[1])
    assert (stands.free, stands.category, stands.minutes) == (None, "support", 5)


def test_a_free_entry_is_voided_like_any_other_c1() -> None:
    ledger = q3()
    charge = ledger.log(ON, 20, "x", "courtesy")
    ledger.void(charge, ON)
    assert [c.free for c in ledger.book.charges[charge.entry]] == ["always", "void"]
    assert not ledger.book.is_live(charge.entry)


@pytest.mark.parametrize(("on", "refused"), [("2025-02-02", True), ("2025-02-03", False), ("2030-01-01", False)])
def test_not_before_its_work_c1(on: str, refused: bool) -> None:
    ledger = q3()
    charge = ledger.log(ON, 20, "x")
    if not refused:
        ledger.void(charge, on)
        return
    with pytest.raises(BadInput) as caught:
        ledger.void(charge, on)
    assert caught.value.code == "bad-date"
    assert ledger.book.is_live(charge.entry)


def test_not_twice_c1() -> None:
    ledger = q3()
    charge = ledger.log(ON, 20, "x")
    ledger.void(charge, ON)
    with pytest.raises(Already) as caught:
        ledger.void(charge, "2025-03-01")
    assert caught.value.code == "already-voided"
    assert len(ledger.book.corrections) == 1


def test_rating_again_can_be_refused_and_then_nothing_is_voided_c1_r5() -> None:
    """C1, R5: without the first, 5 minutes are charged for the second, on whose day there is nothing to draw."""
    ledger = on_time(PACKS, overage="refuse", rounding="case")
    ledger.goodwill(5, "2025-01-01", "2025-01-31")
    first, second = ledger.log("2025-01-10", 3, "x"), ledger.log("2025-02-10", 2, "x")
    with pytest.raises(Forbidden) as caught:
        ledger.void(first, "2025-02-11")
    assert caught.value.code == "overage-refused"
    assert charged(ledger, [first, second]) == [5, 0]
    assert ledger.book.corrections == []


# C2: verify


def test_verified_entries_are_free_and_their_pool_is_rated_again_c2() -> None:
    ledger = q3()
    bug, support, more, later = (ledger.log(ON, minutes, "k", name) for minutes, name in
                                 [(3, "bug"), (2, "support"), (4, "bug"), (1, "support")])  # fmt: skip
    assert charged(ledger, [bug, support, more, later]) == [5, 0, 5, 0]
    ledger.verify("k", "2025-02-04")
    assert charged(ledger, [bug, support, more, later]) == [0, 5, 0, 0]
    assert [ledger.now(c).free for c in (bug, support, more, later)] == ["verified", None, "verified", None]
    assert ledger.now(bug).category == "bug"


def test_verifying_gives_back_what_was_drawn_c2_c3() -> None:
    ledger = q3("premium", modules=("COFI",), fee="100")
    charge = ledger.log(ON, 33, "k", "bug")
    assert ledger.drawn(charge) == [(1, 25)]
    ledger.verify("k", "2025-02-10")
    assert [ledger.balance(on) for on in ("2025-02-09", "2025-02-10")] == [0, 25]
    assert ledger.standing() == []


def test_only_that_case_and_what_waits_for_it_c2() -> None:
    ledger = q3()
    other, support = ledger.log(ON, 10, "o", "bug"), ledger.log(ON, 10, "k", "training")
    voided = ledger.log(ON, 10, "k", "bug")
    ledger.void(voided, ON)
    ledger.verify("k", ON)
    assert [ledger.now(c).free for c in (other, support, voided)] == [None, None, "void"]


def test_verifying_a_case_without_work_frees_what_comes_c2() -> None:
    ledger = q3()
    ledger.verify("k", ON)
    assert ledger.log(ON, 10, "k", "bug").free == "verified"


def test_verified_as_of_a_day_before_the_work_counts_from_the_work_c2() -> None:
    ledger = q3()
    charge = ledger.log("2025-02-10", 10, "k", "bug")
    ledger.verify("k", "2025-02-01")
    assert [str(c.dated_on) for c in ledger.book.charges[charge.entry]] == ["2025-02-10"] * 3


def test_a_case_is_not_verified_as_of_a_day_before_its_first_work_c2() -> None:
    ledger = q3()
    ledger.void(ledger.log("2025-01-20", 10, "k", "bug"), ON)
    for on, case in (("2025-02-10", "k"), (ON, "k"), ("2025-01-21", "o")):
        ledger.log(on, 10, case, "bug")
    said = "2025-02-02 is before the work on case k, on 2025-02-03; it can be verified from then on"
    with pytest.raises(BadInput, match=said) as refused:
        correction.check_verified_on(ledger.book, "k", date(2025, 2, 2))
    assert refused.value.code == "bad-date"
    correction.check_verified_on(ledger.book, "k", date(2025, 2, 3))
    correction.check_verified_on(ledger.book, "unseen", date(2025, 1, 1))


def test_a_verified_entry_can_be_voided_and_stays_out_of_the_pool_c1_c2() -> None:
    ledger = q3()
    bug, support = ledger.log(ON, 3, "k", "bug"), ledger.log(ON, 2, "k")
    ledger.verify("k", ON)
    ledger.void(bug, ON)
    assert charged(ledger, [bug, support]) == [0, 5]
    assert ledger.now(bug).free == "void"


def test_categories_declared_free_with_the_verification_c2() -> None:
    """Only those that are named, of this case, that are there; their pool is rated again."""
    ledger = q3()
    work = [(3, "k", "bug"), (2, "k", "support"), (9, "k", "training"), (4, "o", "support")]
    bug, support, training, other = (ledger.log(ON, minutes, case, name) for minutes, case, name in work)
    ledger.verify("k", ON, "support")
    assert charged(ledger, [bug, support, training, other]) == [0, 0, 10, 5]
    assert [ledger.now(c).free for c in (bug, support, training)] == ["verified", "verified", None]
    assert [entry.seq for entry in correction.charged_on(ledger.book, "k")] == [training.entry]
    assert ledger.log(ON, 4, "k", "support").minutes == 5  # what comes later is charged


# C3: where minutes return to


def test_minutes_return_to_the_grants_they_came_from_c3() -> None:
    ledger = q3()
    for minutes in (10, 20):
        ledger.goodwill(minutes, "2025-01-01", "2025-12-31")
    charge = ledger.log(ON, 25, "x")
    assert ledger.drawn(charge) == [(1, 10), (2, 15)]
    ledger.void(charge, "2025-03-01")
    assert [ledger.left(on) for on in (ON, "2025-02-28", "2025-03-01")] == [{1: 0, 2: 5}, {1: 0, 2: 5}, {1: 10, 2: 20}]


def test_what_is_rated_again_draws_the_grants_of_its_own_day_as_of_the_correction_c3() -> None:
    """C3: which grants is decided by the work date, from when it counts by the correction."""
    ledger = q3()
    ledger.goodwill(5, "2025-02-01", "2025-02-10")
    first, second = ledger.log(ON, 3, "x"), ledger.log("2025-02-10", 4, "x")
    assert (ledger.now(second).overage, ledger.drawn(first)) == (5, [(1, 5)])
    ledger.void(first, "2025-03-01")  # the grant has expired by then
    assert (ledger.now(second).overage, ledger.drawn(second)) == (0, [(1, 5)])
    assert ledger.dated(first) == [("2025-02-03", 1, "draw", 5), ("2025-03-01", 1, "draw", -5)]
    assert ledger.dated(second) == [("2025-03-01", 1, "draw", 5)]


def test_a_correction_counts_not_before_the_work_that_it_rates_again_c3() -> None:
    ledger = q3()
    ledger.goodwill(60, "2025-02-01", "2025-12-31")
    first, second = ledger.log(ON, 3, "x"), ledger.log("2025-05-10", 2, "x")
    assert ledger.drawn(second) == []
    ledger.void(first, "2025-03-01")
    assert ledger.dated(first)[-1] == ("2025-03-01", 1, "draw", -5)
    assert ledger.dated(second) == [("2025-05-10", 1, "draw", 5)]
    assert [ledger.balance(on) for on in ("2025-02-28", "2025-03-01", "2025-05-09", "2025-05-10")] == [55, 60, 60, 55]


def test_minutes_that_return_after_the_expiry_are_lost_to_new_work_c3() -> None:
    ledger = q3()
    ledger.goodwill(20, "2025-01-10", "2025-01-31")
    charge = ledger.log("2025-01-15", 20)
    ledger.void(charge, "2025-03-01")
    assert [ledger.balance(on) for on in ("2025-01-31", "2025-03-01")] == [0, 0]
    assert ledger.log("2025-03-02", 5).overage == 5
    late = ledger.log("2025-01-31", 5)  # a late entry draws them like any that expired
    assert ledger.dated(late) == [("2025-03-01", 1, "draw", 5)]
    assert ledger.moved("2025-03-01") == [
        ("2025-03-01", "correction", 1, 20),
        ("2025-03-01", "draw", 1, -5),
        ("2025-03-01", "expiry", 1, -15),
    ]


def in_two_years() -> tuple[Ledger, Charge]:
    """A pack until 2026-01-09 that 20 minutes were drawn from, and a later one credited on 2026-01-20."""
    ledger = packs()
    ledger.buy("pack-1h", "2025-01-10")
    charge = ledger.log("2025-06-01", 20)
    ledger.buy("pack-12h", "2026-01-20")
    return ledger, charge


@pytest.mark.parametrize(
    ("on", "balances"),
    [  # on 2026-01-09, -10, -19, -20 and 2026-02-01
        ("2026-01-09", [60, 0, 0, 780, 780]),
        ("2026-01-10", [40, 0, 0, 780, 780]),
        ("2026-01-15", [40, 0, 0, 780, 780]),  # in the gap: they belong to what is left
        ("2026-01-20", [40, 0, 0, 780, 780]),
        ("2026-02-01", [40, 0, 0, 760, 780]),  # in the carried window: they can be drawn
    ],
)
def test_in_the_gap_and_in_the_carried_window_c3_g5(on: str, balances: list[int]) -> None:
    ledger, charge = in_two_years()
    ledger.void(charge, on)
    asked = ("2026-01-09", "2026-01-10", "2026-01-19", "2026-01-20", "2026-02-01")
    assert [ledger.balance(at) for at in asked] == balances


def test_after_the_carried_window_they_are_lost_c3() -> None:
    ledger, charge = in_two_years()
    ledger.void(charge, "2027-01-20")
    assert ledger.balance("2027-01-20") == 0
    assert ledger.moved("2027-01-20", "2027-01-20") == [
        ("2027-01-20", "expiry", 1, -40),  # what was left, at the day's start
        ("2027-01-20", "expiry", 2, -720),
        ("2027-01-20", "correction", 1, 20),  # and what returns is lost at once (B2: in recorded order)
        ("2027-01-20", "expiry", 1, -20),
    ]


def test_what_was_settled_returns_too_c3_g9() -> None:
    ledger = packs()
    charge = ledger.log("2025-02-01", 50)
    ledger.buy("pack-1h", "2025-03-01")
    ledger.void(charge, "2025-02-10")  # as of a day before it was settled
    assert ledger.dated(charge) == [("2025-03-01", 1, "settle", 50), ("2025-03-01", 1, "draw", -50)]
    assert [ledger.balance(on) for on in ("2025-02-28", "2025-03-01")] == [0, 60]


def test_what_returns_to_a_bounced_grant_goes_to_the_new_one_c3_m10() -> None:
    ledger = packs()
    sale = ledger.sell("pack-1h", "2025-01-05", "900.00")
    payment = ledger.pay(sale, "2025-01-10")
    charge, other = ledger.log("2025-01-20", 20), ledger.log("2025-01-21", 15)
    ledger.bounce(payment, "2025-02-01")
    ledger.void(other, "2025-02-05")  # before it is paid again: to the bounced one
    assert ledger.balance("2025-02-05") == 0
    ledger.pay(sale, "2025-02-20")
    assert (ledger.grants[1].minutes, ledger.left("2025-02-20")) == (40, {2: 40})
    ledger.void(charge, "2025-02-10")  # as of a day before the new grant: from its first day
    assert ledger.dated(charge)[-1] == ("2025-02-20", 2, "draw", -20)
    assert ledger.left("2025-02-20") == {2: 60}


def test_no_grant_is_below_zero_after_a_correction_l4_g6() -> None:
    """What is drawn again counts from the day of the return, so that no day in between is overdrawn."""
    ledger = q3()
    ledger.goodwill(10, "2025-01-01", "2025-12-31")
    first, second = ledger.log("2025-02-01", 5, "x"), ledger.log("2025-02-02", 5, "x")
    ledger.void(first, "2025-06-01")
    third = ledger.log("2025-03-01", 5, "y")
    assert [ledger.dated(c)[-1][0] for c in (second, third)] == ["2025-06-01", "2025-06-01"]
    for month in range(1, 13):
        assert all(left >= 0 for left in ledger.left(f"2025-{month:02}-15").values())
    assert ledger.left("2025-12-31") == {1: 0}


def test_corrections_in_another_order_than_their_dates_c3() -> None:
    """The second is dated before the first: its draws count from the return that was recorded before it."""
    ledger = q3()
    ledger.goodwill(15, "2025-01-01", "2025-12-31")
    one, two, three = (ledger.log(f"2025-02-0{n}", 4, "x") for n in (1, 2, 3))
    assert charged(ledger, [one, two, three]) == [5, 5, 5]  # 4, 8, 12
    ledger.void(one, "2025-06-01")
    ledger.void(two, "2025-04-01")
    assert charged(ledger, [one, two, three]) == [0, 0, 5]
    assert ledger.dated(three) == [
        ("2025-02-03", 1, "draw", 5),
        ("2025-06-01", 1, "draw", -5),  # 4 + 4 = 8: 5 of them for the second, 5 for this one
        ("2025-06-01", 1, "draw", 5),
        ("2025-06-01", 1, "draw", -5),
        ("2025-06-01", 1, "draw", 5),
    ]
    days = ("2025-02-03", "2025-04-01", "2025-05-31", "2025-06-01", "2025-12-31")
    assert [ledger.balance(on) for on in days] == [0, 0, 0, 10, 10]


def test_a_void_in_a_pool_of_owed_minutes_c1_g9() -> None:
    """Rated again, what is owed is settled from what was credited since, like a late entry."""
    tariff = changed(PACKS, rounding="case", products={"p": pack("p", 60)})
    ledger = Ledger(tariff)
    ledger.sign("2025-01-01")
    first, second = ledger.log("2025-02-01", 3, "x"), ledger.log("2025-02-02", 4, "x")
    ledger.pay(ledger.sell("p", "2025-02-03", "10.00"), "2025-02-10")
    assert ledger.left("2025-02-10") == {1: 50}
    ledger.void(first, "2025-03-01")
    assert (charged(ledger, [first, second]), ledger.owed("2025-03-01")) == ([0, 5], 0)
    assert ledger.drawn(second) == [(1, 5)]
    assert [ledger.balance(on) for on in ("2025-02-28", "2025-03-01")] == [50, 55]


def test_a_case_whose_time_was_voided_is_not_verified_by_that_c1_c2() -> None:
    ledger = q3()
    ledger.void(ledger.log(ON, 10, "k", "bug"), ON)
    assert [(c.kind, c.case) for c in ledger.book.corrections] == [("void", "k")]
    again = ledger.log(ON, 10, "k", "bug")
    assert (ledger.now(again).free, ledger.now(again).minutes) == (None, 10)


def test_the_pool_of_a_day_is_of_all_its_cases_c1_t3() -> None:
    """3 minutes of one case and 2 of another were 5 together; without the first the second is 5 by itself."""
    ledger = on_time(Q3, rounding="day")
    first, other, next_day = ledger.log(ON, 3, "x"), ledger.log(ON, 2, "y"), ledger.log("2025-02-04", 2, "y")
    assert charged(ledger, [first, other, next_day]) == [5, 0, 5]
    ledger.void(first, ON)
    assert charged(ledger, [first, other, next_day]) == [0, 5, 5]


def test_minutes_credited_for_a_day_before_a_correction_are_owed_no_more_that_day_c1_g7_g9() -> None:
    """They were drawn from the grant, and owed as well until the day of the correction."""
    ledger = packs(tariff=changed(PACKS, rounding="case"))
    first = ledger.log("2025-02-01", 20, case="A")
    ledger.log("2025-02-01", 20, case="A")
    ledger.void(first, "2025-05-01")
    ledger.goodwill(15, "2025-03-01", "2025-03-31")
    days = ("2025-02-28", "2025-03-01", "2025-04-30", "2025-05-01")
    assert [(ledger.owed(on), ledger.balance(on)) for on in days] == [(40, 0), (25, 0), (25, 0), (5, 0)]
