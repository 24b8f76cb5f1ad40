"""The arithmetic of days, minutes and money, as tables: rules T1, T3, M1, M2, M4, M9, G12."""

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest

from billing.core import units
from billing.core.units import END_OF_TIME, Window, by_currency


def day(text: str) -> date:
    return date.fromisoformat(text)


def eur(text: str) -> Decimal:
    return Decimal(text)


# --- days and windows ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "inside"),
    [("2025-01-09", False), ("2025-01-10", True), ("2025-06-01", True), ("2026-01-09", True), ("2026-01-10", False)],
)
def test_a_window_includes_its_first_and_its_last_day(on: str, inside: bool) -> None:
    assert (day(on) in Window(day("2025-01-10"), day("2026-01-09"))) is inside


def test_windows_are_in_order_of_their_days() -> None:
    first, second = Window(day("2025-01-01"), day("2025-12-31")), Window(day("2025-01-01"), day("2026-12-31"), True)
    assert sorted([second, first]) == [first, second]
    assert not first.carried


@pytest.mark.parametrize(
    ("on", "before", "after"),
    [
        ("2025-01-01", "2024-12-31", "2025-01-02"),
        ("2024-02-29", "2024-02-28", "2024-03-01"),
        ("2025-02-28", "2025-02-27", "2025-03-01"),
        ("0001-01-01", "0001-01-01", "0001-01-02"),  # the calendar begins here
        ("9999-12-31", "9999-12-30", "9999-12-31"),  # and ends here
    ],
)
def test_the_day_before_and_after(on: str, before: str, after: str) -> None:
    assert units.day_before(day(on)) == day(before)
    assert units.day_after(day(on)) == day(after)
    assert day("9999-12-31") == END_OF_TIME


@pytest.mark.parametrize(
    ("start", "years", "then"),
    [
        ("2025-01-01", 1, "2026-01-01"),
        ("2025-01-01", 0, "2025-01-01"),
        ("2024-02-28", 1, "2025-02-28"),
        ("2024-02-29", 1, "2025-03-01"),  # no such day: 1 March
        ("2024-02-29", 4, "2028-02-29"),
        ("2025-03-01", -1, "2024-03-01"),
    ],
)
def test_anniversary_g12(start: str, years: int, then: str) -> None:
    assert units.anniversary(day(start), years) == day(then)


def test_terms_from_29_february_do_not_drift_g12() -> None:
    starts = [units.anniversary(day("2024-02-29"), number) for number in range(6)]
    terms = [f"{first} {units.day_before(after)}" for first, after in pairwise(starts)]
    assert terms == [
        "2024-02-29 2025-02-28",
        "2025-03-01 2026-02-28",
        "2026-03-01 2027-02-28",
        "2027-03-01 2028-02-28",
        "2028-02-29 2029-02-28",
    ]


@pytest.mark.parametrize(
    ("start", "on", "number"),
    [
        ("2025-01-10", "2025-01-10", 0),
        ("2025-01-10", "2026-01-09", 0),
        ("2025-01-10", "2026-01-10", 1),
        ("2025-01-10", "2030-06-01", 5),
        ("2025-01-10", "2025-01-09", -1),
        ("2024-02-29", "2025-02-28", 0),
        ("2024-02-29", "2025-03-01", 1),
        ("2024-02-29", "2028-02-28", 3),
        ("2024-02-29", "2028-02-29", 4),
    ],
)
def test_the_contract_year_that_contains_a_day_g12_g13(start: str, on: str, number: int) -> None:
    assert units.year_number(day(start), day(on)) == number


@pytest.mark.parametrize(
    ("start", "months", "then"),
    [
        ("2025-01-10", 1, "2025-02-10"),
        ("2025-01-10", 0, "2025-01-10"),
        ("2025-01-31", 1, "2025-03-01"),
        ("2024-01-31", 1, "2024-03-01"),
        ("2024-01-29", 1, "2024-02-29"),
        ("2025-10-31", 1, "2025-12-01"),
        ("2025-11-30", 3, "2026-03-01"),
        ("2025-12-31", 1, "2026-01-31"),
        ("2025-11-15", 1, "2025-12-15"),
        ("2025-11-15", 2, "2026-01-15"),
        ("2024-02-29", 12, "2025-03-01"),  # the same as a year later
        ("2024-02-29", 48, "2028-02-29"),
    ],
)
def test_months_later_like_g12(start: str, months: int, then: str) -> None:
    assert units.month_later(day(start), months) == day(then)


@pytest.mark.parametrize(
    ("start", "amount", "unit", "last"),
    [
        ("2025-01-10", 1, "year", "2026-01-09"),
        ("2024-02-29", 1, "year", "2025-02-28"),
        ("2025-03-01", 1, "year", "2026-02-28"),
        ("2023-03-01", 1, "year", "2024-02-29"),
        ("2028-02-29", 1, "year", "2029-02-28"),
        ("2024-02-29", 4, "year", "2028-02-28"),
        ("2025-01-01", 6, "month", "2025-06-30"),
        ("2025-01-31", 1, "month", "2025-02-28"),
        ("2024-01-31", 1, "month", "2024-02-29"),
        ("2025-01-01", 1, "day", "2025-01-01"),
        ("2025-01-01", 30, "day", "2025-01-30"),
        ("2024-02-28", 3, "day", "2024-03-01"),
    ],
)
def test_the_last_day_of_a_validity_g2_g12(start: str, amount: int, unit: str, last: str) -> None:
    assert units.last_day(day(start), amount, unit) == day(last)


def test_an_unknown_unit_of_time_is_a_programmers_mistake() -> None:
    with pytest.raises(AssertionError, match="week"):
        units.last_day(day("2025-01-01"), 1, "week")


# --- minutes ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("minutes", "step", "rounded"),
    [(0, 5, 0), (1, 5, 5), (5, 5, 5), (6, 5, 10), (7, 1, 7), (61, 60, 120), (14, 15, 15)],
)
def test_minutes_are_rounded_up_t1(minutes: int, step: int, rounded: int) -> None:
    assert units.round_up(minutes, step) == rounded


@pytest.mark.parametrize(
    ("seconds", "increment", "minimum", "tolerance", "charged"),
    [
        (0, 5, 0, 0, 0),
        (-60, 5, 0, 0, 0),
        (1, 5, 0, 0, 5),
        (3 * 60, 5, 0, 0, 5),
        (5 * 60, 5, 0, 0, 5),
        (5 * 60 + 1, 5, 0, 0, 10),  # the second decides
        (7 * 60, 5, 0, 0, 10),
        (35 * 60, 5, 0, 0, 35),
        (61 * 60, 1, 0, 0, 61),
        (24 * 3600, 5, 0, 0, 1440),
        # any time at all costs the minimum
        (1, 5, 15, 0, 15),
        (15 * 60, 5, 15, 0, 15),
        (15 * 60 + 1, 5, 15, 0, 20),
        (0, 5, 15, 0, 0),
        # a tolerance lets minutes over a step go
        (7 * 60, 5, 0, 2, 5),
        (7 * 60 + 1, 5, 0, 2, 10),
        (12 * 60, 5, 0, 2, 10),
        (2 * 60, 5, 0, 2, 0),
        (2 * 60, 5, 5, 2, 5),
    ],
)
def test_what_a_total_is_charged_t1_t3(
    seconds: int, increment: int, minimum: int, tolerance: int, charged: int
) -> None:
    assert units.charged_for(seconds, increment, minimum, tolerance) == charged


@pytest.mark.parametrize(
    ("logged", "charged"),
    [
        ([3, 4], [5, 5]),
        ([3, 1], [5, 0]),
        ([1, 1, 1, 1, 1, 1], [5, 0, 0, 0, 0, 5]),
        ([5, 5], [5, 5]),
        ([12, 2], [15, 0]),
    ],
)
def test_an_entry_is_charged_what_it_adds_to_the_total_of_its_case_t3(logged: list[int], charged: list[int]) -> None:
    totals = [units.charged_for(60 * sum(logged[:count]), 5) for count in range(len(logged) + 1)]
    assert [after - before for before, after in pairwise(totals)] == charged


# --- money -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "rounded"),
    [
        ("0.005", "0.01"),
        ("0.0049999", "0.00"),
        ("0.125", "0.13"),  # half-even would give 0.12
        ("-0.125", "-0.13"),  # away from zero
        ("-0.005", "-0.01"),
        ("-0.004", "0.00"),  # no negative zero
        ("102.083333", "102.08"),
        ("7", "7.00"),
        ("-0", "0.00"),
    ],
)
def test_half_a_cent_goes_away_from_zero_m1(amount: str, rounded: str) -> None:
    assert str(units.to_cents(eur(amount))) == rounded


@pytest.mark.parametrize(
    ("minutes", "rate", "price"),
    [
        (35, "175.00", "102.08"),
        (5, "119.00", "9.92"),
        (5, "175.00", "14.58"),
        (60, "175.00", "175.00"),
        (65, "195.00", "211.25"),
        (0, "175.00", "0.00"),
        (-35, "175.00", "-102.08"),
        (3, "0.10", "0.01"),  # half a cent
        (-3, "0.10", "-0.01"),
    ],
)
def test_the_price_of_minutes_m1(minutes: int, rate: str, price: str) -> None:
    assert str(units.price_of(minutes, eur(rate))) == price


def test_a_line_is_priced_once_from_all_its_minutes_m1() -> None:
    assert 12 * units.price_of(5, eur("175.00")) == eur("174.96")
    assert units.price_of(12 * 5, eur("175.00")) == eur("175.00")


@pytest.mark.parametrize(
    ("base", "percent", "part"),
    [
        ("100.00", "8.1", "8.10"),
        ("58.33", "8.1", "4.72"),
        ("102.08", "7.7", "7.86"),
        ("900.00", "20", "180.00"),
        ("0.25", "2", "0.01"),  # half a cent
        ("-0.25", "2", "-0.01"),
        ("-58.33", "8.1", "-4.72"),
        ("58.33", "0", "0.00"),
    ],
)
def test_vat_of_a_sum_m2(base: str, percent: str, part: str) -> None:
    assert str(units.percentage(eur(base), eur(percent))) == part


@pytest.mark.parametrize(
    ("amount", "step", "rounded"),
    [
        ("63.05", "0.05", "63.05"),
        ("63.07", "0.05", "63.05"),
        ("63.08", "0.05", "63.10"),
        ("102.08", "0.05", "102.10"),
        ("0.02", "0.05", "0.00"),
        ("-0.02", "0.05", "0.00"),
        ("-63.08", "0.05", "-63.10"),
        ("0.05", "0.10", "0.10"),  # half a step
        ("-0.05", "0.10", "-0.10"),
        ("63.08", "0.01", "63.08"),
    ],
)
def test_totals_in_steps_m4(amount: str, step: str, rounded: str) -> None:
    assert str(units.to_multiple(eur(amount), eur(step))) == rounded


@pytest.mark.parametrize(
    ("price", "used", "of", "part"),
    [
        ("900.00", 0, 720, "0.00"),
        ("900.00", 5, 720, "6.25"),
        ("900.00", 720, 720, "900.00"),
        ("900.00", 725, 720, "900.00"),
        ("1000.00", 240, 720, "333.33"),
        ("1000.00", 480, 720, "666.67"),
        ("0.01", 1, 2, "0.01"),
        ("0.00", 5, 0, "0.00"),  # nothing sold: all of it is used
    ],
)
def test_the_part_of_a_price_m9(price: str, used: int, of: int, part: str) -> None:
    assert str(units.share(eur(price), used, of)) == part


def test_the_parts_of_a_price_add_up_to_it_exactly_m9() -> None:
    price, minutes = eur("1000.00"), 720
    recognised = [units.share(price, used, minutes) for used in range(0, minutes + 1, 5)]
    parts = [after - before for before, after in pairwise(recognised)]
    assert len(parts) == 144
    assert sum(parts) == price
    assert set(parts) == {eur("6.94"), eur("6.95")}


@pytest.mark.parametrize(
    ("amount", "cents"), [("0.00", 0), ("0.05", 5), ("175.00", 17500), ("-14.58", -1458), ("7", 700)]
)
def test_cents_for_keeping(amount: str, cents: int) -> None:
    assert units.in_cents(eur(amount)) == cents
    assert units.from_cents(cents) == eur(amount)


def test_what_is_kept_has_two_decimals_and_no_negative_zero() -> None:
    assert [str(units.from_cents(cents)) for cents in (0, 5, -5, 100)] == ["0.00", "0.05", "-0.05", "1.00"]


def test_parts_of_a_cent_are_a_programmers_mistake() -> None:
    with pytest.raises(AssertionError, match=r"0\.005"):
        units.in_cents(eur("0.005"))


def test_a_float_near_money_is_a_crash() -> None:
    with pytest.raises(TypeError):
        units.price_of(35, 175.0 * eur("1"))  # type: ignore[operator]
    with pytest.raises((AttributeError, TypeError)):
        units.to_cents(102.083)  # type: ignore[arg-type]


def test_amounts_of_two_currencies_are_never_added_up() -> None:
    given = [("CHF", Decimal("1.10")), ("EUR", Decimal("2.00")), ("CHF", Decimal("-0.20"))]
    assert by_currency(given) == {"CHF": Decimal("0.90"), "EUR": Decimal("2.00")}
    assert by_currency([]) == {}
