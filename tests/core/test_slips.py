"""What is probably a typing error, at each edge (M19)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from billing.core import slips

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
