"""What is kept of why a movement is open, and found again (M14)."""

from decimal import Decimal

import pytest

from billing.core import unmatched
from billing.texts import Text

PAID = unmatched.PAID.of(numbers=["INV-2025-00001", "INV-2025-00002"])
GONE = unmatched.WRITTEN_OFF.of(numbers="INV-2025-00003")
MORE = unmatched.MORE.of(amount=Decimal("1000.00"), total=Decimal("94.59"), numbers="INV-2025-00001")


@pytest.mark.parametrize(
    "reason",
    [
        unmatched.NOTHING_FITS,
        unmatched.ALL_OWED.of(payer="A: B, C.", numbers="INV-2025-00001, INV-2025-00002"),
        unmatched.SUM.of(whole=Decimal("5.00"), come=Decimal("-4.00")),
        unmatched.CURRENCY.of(number="INV-2025-00001", currency="CHF", other="EUR"),
        MORE,
        unmatched.WOULD_FIT.of(reason=MORE, numbers="INV-2025-00004"),
        unmatched.WOULD_FIT.of(reason=unmatched.BOTH.of(one=PAID, other=GONE), numbers="INV-2025-00004"),
        unmatched.BOTH.of(one=unmatched.BOTH.of(one=PAID, other=GONE), other=GONE),
    ],
    ids=str,
)
def test_a_reason_is_read_as_it_was_said_m14(reason: Text) -> None:
    """Each was English in every language, as it is kept."""
    found = unmatched.read(str(reason))
    assert isinstance(found, Text) and str(found) == str(reason)
    assert _templates(found) == _templates(reason)


def test_what_is_no_reason_stays_as_it_is() -> None:
    assert unmatched.read("A clerk wrote this.") == "A clerk wrote this."


def _templates(text: Text) -> list[object]:
    return [text.template, *(_templates(one) for one in text.values.values() if isinstance(one, Text))]
