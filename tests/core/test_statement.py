"""The balance on a day and how it came about (B1, B2)."""

from datetime import date, timedelta
from itertools import accumulate

import pytest

from billing.core import statement
from billing.core.facts import Charge
from tests.core.build import Ledger, chf, day, packs, q3


def opened_and_closed(ledger: Ledger, first: str, last: str) -> tuple[int, int, int]:
    """Opening, the sum of the movements, closing; opening and closing are balances."""
    opening = ledger.balance(day(first) - timedelta(days=1))
    return opening, sum(m for *_, m in ledger.moved(first, last)), ledger.balance(last)


def adds_up(ledger: Ledger) -> None:
    """B2: on every day on which anything moves, and beside it, the movements make the balance."""
    found = statement.movements(ledger.book)
    for on in {m.on + timedelta(days=by) for m in found for by in (-1, 0, 1) if m.on.year < 9999}:
        assert sum(m.minutes for m in found if m.on <= on) == ledger.balance(on), on


# B1


def test_the_balance_by_grant_in_burn_down_order_b1() -> None:
    ledger = q3(modules=("COFI",), fee="100")
    ledger.goodwill(10, "2025-02-01", "2025-06-30")
    ledger.sell("support-plus", "2025-03-01", contacts=(1,))
    ledger.log("2025-04-01", 15)
    assert ledger.left("2025-01-31") == {1: 25}
    assert list(ledger.left("2025-03-31").items()) == [(2, 10), (1, 25), (3, 120)]
    assert list(ledger.left("2025-04-01").items()) == [(2, 0), (1, 20), (3, 120)]
    assert ledger.left("2025-07-01") == {1: 20, 3: 120}
    assert ledger.left("2026-03-01") == {}


def test_what_was_drawn_later_does_not_count_before_b1() -> None:
    ledger = packs()
    ledger.buy("pack-1h", "2025-01-10")
    ledger.log("2025-03-01", 20)
    assert [ledger.balance(on) for on in ("2025-01-09", "2025-01-10", "2025-02-28", "2025-03-01")] == [0, 60, 60, 40]


def test_the_charge_that_stands_on_a_day_b1() -> None:
    ledger = q3()
    first, second = ledger.log("2025-02-01", 3, "x"), ledger.log("2025-02-10", 2, "x")
    ledger.void(first, "2025-03-01")

    def minutes(charge: Charge, on: str) -> int | None:
        stands = statement.standing_charge(ledger.book.charges[charge.entry], day(on))
        return None if stands is None else stands.minutes

    assert [minutes(first, on) for on in ("2025-01-31", "2025-02-01", "2025-02-28", "2025-03-01")] == [None, 5, 5, 0]
    assert [minutes(second, on) for on in ("2025-02-09", "2025-02-10", "2025-02-28", "2025-03-01")] == [None, 0, 0, 5]


def test_the_overage_that_stands_on_a_day_b1() -> None:
    ledger = q3()
    charge = ledger.log("2025-02-01", 20, "x")
    ledger.void(charge, "2025-03-01")
    entry, charges = ledger.book.entries[charge.entry], ledger.book.charges[charge.entry]
    found = [statement.standing_overage(entry, charges, day(on)) for on in ("2025-01-31", "2025-02-01", "2025-03-01")]
    assert found[1] is not None
    assert (found[0], found[1].minutes, found[1].rate, found[2]) == (None, 20, chf("175.00"), None)


def test_no_overage_where_it_is_free_or_drawn_b1() -> None:
    ledger = q3(modules=("COFI",), fee="100")
    for charge in (ledger.log("2025-02-01", 20, "x", "courtesy"), ledger.log("2025-02-01", 20, "x")):
        entry, charges = ledger.book.entries[charge.entry], ledger.book.charges[charge.entry]
        assert statement.standing_overage(entry, charges, day("2025-12-31")) is None


def test_what_is_owed_on_a_day_b1_g9() -> None:
    ledger = packs()
    ledger.log("2025-02-01", 100)
    ledger.log("2025-02-10", 10)
    ledger.buy("pack-1h", "2025-03-01")
    days = ("2025-01-31", "2025-02-01", "2025-02-10", "2025-02-28", "2025-03-01")
    assert [ledger.owed(on) for on in days] == [0, 100, 110, 110, 50]


def test_a_pack_that_a_note_ended_is_none_of_those_that_are_left_b1_m12() -> None:
    ledger = packs()
    sale = ledger.sell("pack-1h", "2025-01-05", "900.00")
    ledger.pay(sale, "2025-01-10")
    ledger.credit(sale.invoice, "2025-03-01")
    assert [lot.remaining for lot in statement.lots_of(ledger.book, {}, day("2025-02-28"))] == [60]
    assert statement.lots_of(ledger.book, ledger.book.used, day("2025-03-01")) == []


# B2


def test_every_kind_of_movement_on_its_own_day_b2() -> None:
    """B2: draws by the work, corrections by the correction, expiry on the day after the window's last."""
    ledger = packs()
    ledger.log("2025-01-05", 10)
    ledger.buy("pack-1h", "2025-01-10")
    drawn = ledger.log("2025-02-01", 20)
    ledger.void(drawn, "2025-03-01")
    ledger.log("2025-04-01", 5)
    ledger.buy("pack-1h", "2026-01-20")
    assert ledger.moved() == [
        ("2025-01-10", "grant", 1, 60),
        ("2025-01-10", "settle", 1, -10),
        ("2025-02-01", "draw", 1, -20),
        ("2025-03-01", "correction", 1, 20),
        ("2025-04-01", "draw", 1, -5),
        ("2026-01-10", "expiry", 1, -45),
        ("2026-01-20", "carry-over", 1, 45),
        ("2026-01-20", "grant", 2, 60),
        ("2027-01-20", "expiry", 1, -45),
        ("2027-01-20", "expiry", 2, -60),
    ]
    adds_up(ledger)


@pytest.mark.parametrize(
    ("first", "last", "sums"),
    [
        ("2025-01-01", "2025-01-09", (0, 0, 0)),
        ("2025-01-01", "2025-12-31", (0, 45, 45)),
        ("2025-02-01", "2025-02-01", (50, -20, 30)),
        ("2025-02-02", "2025-02-28", (30, 0, 30)),
        ("2026-01-10", "2026-01-19", (45, -45, 0)),
        ("2026-01-01", "2027-12-31", (45, -45, 0)),
    ],
)
def test_opening_and_movements_make_closing_b2(first: str, last: str, sums: tuple[int, int, int]) -> None:
    ledger = packs()
    ledger.log("2025-01-05", 10)
    ledger.buy("pack-1h", "2025-01-10")
    ledger.void(ledger.log("2025-02-01", 20), "2025-03-01")
    ledger.log("2025-04-01", 5)
    ledger.buy("pack-1h", "2026-01-20")
    found = opened_and_closed(ledger, first, last)
    assert found == sums
    assert found[0] + found[1] == found[2]


def test_a_carry_over_without_a_gap_moves_nothing_b2_g5() -> None:
    ledger = packs()
    ledger.buy("pack-1h", "2025-01-10")
    ledger.buy("pack-1h", "2026-01-09")
    assert ledger.moved("2026-01-01", "2026-12-31") == [("2026-01-09", "grant", 2, 60)]
    adds_up(ledger)


def test_a_grant_that_is_used_up_neither_expires_nor_carries_b2() -> None:
    ledger = packs()
    ledger.buy("pack-1h", "2025-01-10")
    ledger.log("2025-02-01", 60)
    ledger.buy("pack-1h", "2026-01-20")
    assert [m for m in ledger.moved() if m[2] == 1] == [("2025-01-10", "grant", 1, 60), ("2025-02-01", "draw", 1, -60)]


def test_a_late_draw_lessens_the_expiry_b2_g6() -> None:
    ledger = packs()
    ledger.buy("pack-1h", "2025-01-10")
    ledger.log("2026-05-01", 5)
    ledger.log("2026-01-09", 20)
    assert ledger.moved("2026-01-09", "2026-01-10") == [
        ("2026-01-09", "draw", 1, -20),
        ("2026-01-10", "expiry", 1, -40),
    ]
    adds_up(ledger)


def test_a_late_draw_from_before_a_gap_lessens_both_sides_of_it_b2_g6() -> None:
    ledger = packs()
    ledger.buy("pack-1h", "2025-01-10")
    ledger.buy("pack-1h", "2026-01-20")
    ledger.log("2026-01-05", 20)
    assert ledger.moved("2026-01-05", "2026-01-20") == [
        ("2026-01-05", "draw", 1, -20),
        ("2026-01-10", "expiry", 1, -40),
        ("2026-01-20", "carry-over", 1, 40),
        ("2026-01-20", "grant", 2, 60),
    ]
    adds_up(ledger)


def test_what_returns_in_the_gap_expires_at_once_and_is_carried_b2_c3() -> None:
    ledger = packs()
    ledger.buy("pack-1h", "2025-01-10")
    charge = ledger.log("2025-06-01", 20)
    ledger.buy("pack-1h", "2026-01-20")
    ledger.void(charge, "2026-01-15")
    assert ledger.moved("2026-01-10", "2026-01-20") == [
        ("2026-01-10", "expiry", 1, -40),
        ("2026-01-15", "correction", 1, 20),
        ("2026-01-15", "expiry", 1, -20),
        ("2026-01-20", "carry-over", 1, 60),
        ("2026-01-20", "grant", 2, 60),
    ]
    adds_up(ledger)


def test_what_a_correction_takes_and_gives_in_one_counts_once_b2() -> None:
    """B2: two entries are rated again, and what comes of it is one movement an entry and grant, or none."""
    ledger = q3()
    ledger.goodwill(60, "2025-01-01", "2025-12-31")
    charges = [ledger.log("2025-02-01", minutes, "x") for minutes in (3, 4, 2)]  # 5, 5, 0
    ledger.void(charges[0], "2025-03-01")  # 0, 5, 5
    assert ledger.moved("2025-02-01") == [
        ("2025-02-01", "draw", 1, -5),
        ("2025-02-01", "draw", 1, -5),
        ("2025-03-01", "correction", 1, 5),
        ("2025-03-01", "correction", 1, -5),
        ("2026-01-01", "expiry", 1, -50),
    ]
    found = [m for m in statement.movements(ledger.book) if m.kind == "correction"]
    assert [m.entry for m in found] == [charges[0].entry, charges[2].entry]
    adds_up(ledger)


def test_two_corrections_of_one_day_are_two_movements_in_one_b2() -> None:
    ledger = q3()
    ledger.goodwill(60, "2025-01-01", "2025-12-31")
    charges = [ledger.log("2025-02-01", 4, "x") for _ in range(3)]
    for charge in charges[:2]:
        ledger.void(charge, "2025-03-01")
    corrections = [m for m in ledger.moved() if m[1] == "correction"]
    assert sum(minutes for *_, minutes in corrections) == 10
    adds_up(ledger)


def test_the_order_within_a_day_b2() -> None:
    """What ends, what is carried over, then all that was recorded, in that order; a grant before what it settles."""
    ledger = packs()
    ledger.buy("pack-1h", "2025-01-10")
    ledger.goodwill(5, "2026-01-01", "2026-01-19")
    old = ledger.log("2025-06-01", 10)
    ledger.log("2026-01-15", 30, category="travel")
    ledger.log("2026-01-19", 5)
    ledger.goodwill(5, "2026-01-01", "2026-01-19", "incident")
    ledger.buy("pack-1h", "2026-01-20")
    ledger.goodwill(10, "2026-01-20", "2026-01-31", "travel")
    ledger.log("2026-01-20", 10)
    ledger.void(old, "2026-01-20")
    assert [kind for _, kind, *_ in ledger.moved("2026-01-20", "2026-01-20")] == [
        "expiry", "carry-over", "grant", "settle", "grant", "settle", "draw", "correction",
    ]  # fmt: skip
    adds_up(ledger)


def test_no_line_shows_a_balance_that_never_was_b2() -> None:
    """B2: 5 minutes are drawn, given back and drawn again in one day: 0, 5, 0, and never 10."""
    ledger = q3("standard", modules=("COFI",), fee="100")
    ledger.void(ledger.log("2025-02-01", 5), "2025-02-01")
    ledger.log("2025-02-01", 5)
    assert running(ledger, "2025-02-01") == [0, 5, 0]


def test_what_returns_on_the_day_after_the_end_comes_after_it_b2_c3() -> None:
    ledger = packs()
    ledger.buy("pack-1h", "2025-01-10")
    charge = ledger.log("2025-06-01", 20)
    ledger.void(charge, "2026-01-10")
    assert ledger.moved("2026-01-10") == [
        ("2026-01-10", "expiry", 1, -40),
        ("2026-01-10", "correction", 1, 20),
        ("2026-01-10", "expiry", 1, -20),
    ]
    adds_up(ledger)


def test_a_draw_taken_back_after_the_contract_ended_never_shows_a_debt_b2_g10() -> None:
    """B2, G10: the cancellation is recorded later, as of a day before the work; then the work is voided that day."""
    ledger = packs()
    ledger.buy("pack-1h", "2025-01-10")
    charge = ledger.log("2025-08-01", 20)
    ledger.cancel("2025-06-30")
    ledger.void(charge, "2025-08-01")
    assert ledger.moved("2025-08-01") == [
        ("2025-08-01", "expiry", 1, 20),
        ("2025-08-01", "draw", 1, -20),
        ("2025-08-01", "correction", 1, 20),
        ("2025-08-01", "expiry", 1, -20),
    ]
    adds_up(ledger)


def running(ledger: Ledger, on: str) -> list[int]:
    """The balance after each line of a day."""
    before = ledger.balance(day(on) - timedelta(days=1))
    return [before + total for total in accumulate(m for *_, m in ledger.moved(on, on))]


def test_a_bounce_is_an_expiry_of_what_was_left_b2_m10() -> None:
    ledger = packs()
    sale = ledger.sell("pack-1h", "2025-01-05", "900.00")
    payment = ledger.pay(sale, "2025-01-10")
    ledger.log("2025-01-20", 20)
    ledger.bounce(payment, "2025-02-01")
    ledger.pay(sale, "2025-03-01")
    assert ledger.moved("2025-02-01", "2025-12-31") == [
        ("2025-02-01", "expiry", 1, -40),
        ("2025-03-01", "grant", 2, 40),
    ]
    adds_up(ledger)


def test_what_was_drawn_of_a_grant_that_never_was_still_shows_b2_m10() -> None:
    ledger = packs()
    sale = ledger.sell("pack-1h", "2025-01-05", "900.00")
    payment = ledger.pay(sale, "2025-01-10")
    ledger.log("2025-01-10", 20)
    ledger.bounce(payment, "2025-01-10")
    assert ledger.moved() == [
        ("2025-01-10", "grant", 1, 60),
        ("2025-01-10", "draw", 1, -20),
        ("2025-01-10", "expiry", 1, -40),
    ]
    adds_up(ledger)


def test_a_grant_that_never_was_and_was_not_drawn_does_not_show_b2_m10() -> None:
    ledger = packs()
    ledger.bounce(ledger.pay(ledger.sell("pack-1h", "2025-01-05", "900.00"), "2025-01-10"), "2025-01-10")
    assert ledger.moved() == []


def test_a_cancelled_contract_ends_what_is_left_b2_g10() -> None:
    ledger = packs()
    ledger.buy("pack-1h", "2025-01-10")
    ledger.cancel("2025-06-30")
    assert ledger.moved() == [("2025-01-10", "grant", 1, 60), ("2025-07-01", "expiry", 1, -60)]
    adds_up(ledger)


def test_a_cancellation_before_a_draw_that_stands_b2_g10_r6() -> None:
    """G10, R6: recorded later, as of a day before the work: the draw stands, and the sums hold."""
    ledger = packs()
    ledger.buy("pack-1h", "2025-01-10")
    ledger.log("2025-08-01", 20)
    ledger.cancel("2025-06-30")
    assert ledger.moved("2025-07-01") == [("2025-07-01", "expiry", 1, -60), ("2025-08-01", "expiry", 1, 20),
                                          ("2025-08-01", "draw", 1, -20)]  # fmt: skip
    adds_up(ledger)


def test_every_day_of_a_busy_year_b2() -> None:
    ledger = packs()
    ledger.buy("pack-12h", "2025-01-10")
    on = date(2025, 1, 1)
    charges = []
    for step in range(60):
        on += timedelta(days=11)
        charges.append(ledger.log(on, 7 + step))
        if step % 7 == 6:
            ledger.void(charges[step - 3], on + timedelta(days=step))
        if step in (20, 41):
            ledger.buy("pack-12h", on)
    adds_up(ledger)
