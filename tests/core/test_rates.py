"""Amounts in the books' currency: what an account comes to is converted, and a currency without a rate is refused."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.core.rates import Conversion, check
from billing.core.units import to_cents
from billing.errors import BadInput

CHF = {"CHF": Decimal("0.92667")}


def test_three_parts_come_to_what_the_whole_does() -> None:
    """Each by itself is 64.87; the invoice over 210.00 is 194.60, and paid it is nothing."""
    conversion = Conversion("EUR", CHF)
    assert conversion.convert(Decimal("210.00"), "CHF", "411", "A") == Decimal("194.60")
    parts = [conversion.convert(Decimal("-70.00"), "CHF", "411", "A") for _ in range(3)]
    assert sum(parts) == Decimal("-194.60") and len(set(parts)) == 2
    assert conversion.convert(Decimal("70.00"), "CHF", "411", "B") == Decimal("64.87")
    assert conversion.convert(Decimal("70.00"), "EUR", "411", "B") == Decimal("70.00")


@given(st.lists(st.decimals(-9999, 9999, places=2), max_size=20))
def test_any_amounts_add_up_to_the_conversion_of_their_sum(amounts: list[Decimal]) -> None:
    conversion, total, whole = Conversion("EUR", CHF), Decimal("0.00"), Decimal("0.00")
    for amount in amounts:
        total += conversion.convert(amount, "CHF", "x")
        whole += amount
        assert total == to_cents(whole * CHF["CHF"])


def test_a_currency_without_a_rate_names_its_documents() -> None:
    check("EUR", [("EUR", "INV-1"), ("CHF", "INV-2")], CHF)
    with pytest.raises(BadInput) as refused:
        check("EUR", [("USD", f"INV-{n}") for n in range(8)] + [("USD", "INV-1")], CHF)
    assert str(refused.value).startswith("INV-0, INV-1, INV-2, INV-3, INV-4 and 3 more: in USD, the books are in EUR")
    assert "--rate USD=0.95" in str(refused.value)
