"""What is probably a typing error, at each edge (M19)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from billing.core import slips
from billing.core.units import Window

TODAY = date(2025, 3, 31)


@pytest.mark.parametrize(("days", "asked"), [(0, False), (31, False), (-31, False), (32, True), (-32, True)])
def test_m19_a_document_is_of_the_month_around_today(days: int, asked: bool) -> None:
    assert slips.too_far(TODAY + timedelta(days=days), TODAY) == asked


@pytest.mark.parametrize(
    ("month", "on", "asked"),
    [
        ("2025-03-01", "2025-03-31", False),
        ("2025-03-01", "2025-05-02", True),  # more than 31 days ahead
        ("2024-03-01", "2024-04-02", False),  # last year's run, issued in last year: the year was meant
        ("2024-03-01", "2024-02-28", True),  # before its own month
        ("2023-03-01", "2024-03-31", True),  # far from today and from its month
    ],
)
def test_m19_a_run_is_issued_near_today_or_near_its_month(month: str, on: str, asked: bool) -> None:
    assert slips.run_too_far(date.fromisoformat(month), date.fromisoformat(on), TODAY) == asked


@pytest.mark.parametrize(
    ("worked_on", "asked"), [("2024-03-31", False), ("2024-03-30", True), ("2025-03-31", False), ("2023-03-31", True)]
)
def test_m19_work_is_of_the_last_year(worked_on: str, asked: bool) -> None:
    assert slips.long_ago(date.fromisoformat(worked_on), TODAY) == asked


@pytest.mark.parametrize(
    ("price", "usual", "asked"),
    [("89999.99", "900", False), ("90000", "900", True), ("1", None, False), ("1", "0", False)],
)
def test_m19_a_price_without_its_point(price: str, usual: str | None, asked: bool) -> None:
    assert slips.hundredfold(Decimal(price), None if usual is None else Decimal(usual)) == asked


@pytest.mark.parametrize(
    ("seconds", "entry", "day"),
    [(8 * 3600, False, False), (8 * 3600 + 1, True, False), (12 * 3600, True, False), (12 * 3600 + 1, True, True)],
)
def test_what_is_more_than_people_do(seconds: int, entry: bool, day: bool) -> None:
    assert (slips.long_entry(seconds), slips.long_day(seconds)) == (entry, day)


@pytest.mark.parametrize(
    ("renewals", "first", "asked"),
    [
        (0, "2026-04-01", False),  # two years agreed at once
        (1, "2025-09-30", False),
        (1, "2025-10-01", False),
        (1, "2025-10-02", True),  # more than half a year away
        (1, "2024-10-02", False),  # the year that runs, after a gap
    ],
)
def test_a_year_that_was_renewed_for_is_not_renewed_again_unasked(renewals: int, first: str, asked: bool) -> None:
    year = Window(date.fromisoformat(first), date(2030, 1, 1))
    assert slips.renewed_twice(renewals, year, TODAY) == asked
