"""How lines of one rate are told from those of another (M2)."""

from dataclasses import FrozenInstanceError
from decimal import Decimal

import pytest

from billing.core.vat import VatClass


def test_M2_a_class_is_its_category_and_its_rate() -> None:
    """Equal classes add up in one row of a table, whatever the digits of their rate; a table has its rows in order."""
    standard = VatClass("S", Decimal("8.1"))
    assert {standard: 1}[VatClass("S", Decimal("8.10"))] == 1
    assert standard not in (VatClass("S", Decimal("7.7")), VatClass("AE", Decimal("8.1")))
    rows = [VatClass("S", Decimal("20")), VatClass("O", Decimal("0")), VatClass("S", Decimal("5.5"))]
    rows.append(VatClass("AE", Decimal("0")))
    assert [(row.category, str(row.rate)) for row in sorted(rows)] == [
        ("AE", "0"),
        ("O", "0"),
        ("S", "5.5"),
        ("S", "20"),
    ]


def test_a_class_is_never_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        VatClass("S", Decimal("8.1")).rate = Decimal("7.7")  # type: ignore[misc]
