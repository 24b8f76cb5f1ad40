"""What is open on a day, and how old it is (M10)."""

from datetime import date
from decimal import Decimal

import pytest

from billing.core import receipts
from billing.core.receipts import Issued, Receipt


@pytest.mark.parametrize(
    ("days_late", "bucket"),
    [
        (-5, "not due"), (0, "not due"), (1, "1 to 30 days"), (30, "1 to 30 days"), (31, "31 to 60 days"),
        (60, "31 to 60 days"), (61, "61 to 90 days"), (90, "61 to 90 days"), (91, "more than 90 days"),
    ],
)  # fmt: skip
def test_the_bucket_of_an_open_invoice(days_late: int, bucket: str) -> None:
    assert receipts.age(days_late) == bucket


def test_what_is_open_on_a_day() -> None:
    """M10: the total less notes and payments up to that day, the oldest due first."""
    issued = date(2025, 1, 1)
    old = Issued("OLD", "A", issued, date(2025, 1, 10), "CHF", (), Decimal("100.00"), None)
    new = Issued("NEW", "A", issued, date(2025, 1, 31), "CHF", (), Decimal("50.00"), None)
    note = Issued("NOTE", "A", date(2025, 1, 20), None, "CHF", (), Decimal("-30.00"), "OLD")
    flows = [Receipt("OLD", date(2025, 1, 15), Decimal("60.00")), Receipt("NEW", date(2025, 2, 2), Decimal("50.00"))]

    def found(at: date) -> list[tuple[str, str, int]]:
        return [(i.invoice.number, str(i.open), i.days_late) for i in receipts.open_on([new, note, old], flows, at)]

    assert found(date(2025, 1, 12)) == [("OLD", "100.00", 2), ("NEW", "50.00", -19)]
    assert found(date(2025, 2, 1)) == [("OLD", "10.00", 22), ("NEW", "50.00", 1)]
    assert found(date(2025, 2, 3)) == [("OLD", "10.00", 24)]
