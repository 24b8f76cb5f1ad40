"""What the books say of a movement of the bank, and what of it is on suspense (M14)."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from billing.core import suspense
from billing.core.suspense import Moved

DAY, LATER = date(2025, 2, 10), date(2025, 3, 5)


def moved(amount: str, **more: Any) -> Moved:
    return Moved("B1", DAY, "CHF", **{"incoming": True, "amount": Decimal(amount), **more})


def legs(one: Moved) -> dict[str, str]:
    return {str(leg.role): str(leg.amount) for entry in suspense.entries([one], LATER) for leg in entry.legs}


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (moved("50.00"), {"bank": "50.00", "suspense": "-50.00"}),
        (moved("50.00", incoming=False), {"bank": "-50.00", "suspense": "50.00"}),
        (moved("50.00", booked=Decimal("50.00")), {}),
        (moved("50.00", booked=Decimal("20.00")), {"bank": "30.00", "suspense": "-30.00"}),
        (moved("45.00", charges=Decimal("5.00")), {"bank": "45.00", "suspense": "-50.00", "bank-charges": "5.00"}),
        (moved("45.00", charges=Decimal("5.00"), booked=Decimal("45.00"), kept_back=Decimal("5.00")), {}),
        (moved("3.00", incoming=False, is_charge=True), {"bank": "-3.00", "bank-charges": "3.00"}),
    ],
)
def test_what_was_not_booked_at_once_waits_m14(one: Moved, expected: dict[str, str]) -> None:
    assert legs(one) == expected


def test_settling_changes_what_is_left_and_not_the_entry_m14() -> None:
    settled = moved("50.00", settled=((LATER, Decimal("30.00")),))
    assert legs(settled) == legs(moved("50.00"))
    assert settled.left == Decimal("20.00")
    for until, amount in ((DAY, "-50.00"), (LATER, "-20.00")):
        assert [str(balance.amount) for balance in suspense.closing([settled], until)] == [amount]
    assert list(suspense.closing([settled], date(2025, 2, 9))) == []
