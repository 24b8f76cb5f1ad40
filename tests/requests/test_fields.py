"""What no surface may let through is refused by the constructor, by the field's name."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from billing.errors import BadInput
from billing.requests.contracts import Goodwill, Sign
from billing.requests.entries import Log, Void
from tests.requests.test_contents import DAY


@pytest.mark.parametrize(
    ("made", "code", "name"),
    [
        (lambda: Log(customer=" ", seconds=60), "bad-input", "customer"),
        (lambda: Log(customer="A", seconds=60, category=""), "bad-input", "category"),
        (lambda: Log(customer="A", seconds=60, case="T\n1"), "bad-input", "case"),
        (lambda: Log(customer="A", seconds=60, note="x\0y"), "bad-input", "note"),
        (lambda: Log(customer="A", seconds=60, note="\ud800"), "bad-input", "note"),
        (lambda: Log(customer="A", seconds=60, note="x" * 10_001), "bad-input", "note"),
        (lambda: Log(customer="A", seconds=0), "bad-duration", "0 min"),
        (lambda: Log(customer="A", seconds=-5), "bad-duration", "-5 s"),
        (lambda: Log(customer="A", seconds=86_401), "bad-duration", "24 hours"),
        (lambda: Log(customer="A", seconds=1.5), "bad-duration", "seconds"),  # type: ignore[arg-type]
        (lambda: Void(entry="e", reason="x" * 201), "bad-input", "reason"),
        (lambda: Sign(customer="A", tariff="q3", modules=("COFI", " ")), "bad-input", "modules"),
        (lambda: Sign(customer="A", tariff="q3", fee=Decimal("0.001")), "bad-input", "fee"),
        (lambda: Sign(customer="A", tariff="q3", fee=Decimal("-1")), "bad-input", "fee"),
        (lambda: Sign(customer="A", tariff="q3", fee=Decimal("10000000.01")), "bad-input", "fee"),
        (lambda: Goodwill(customer="A", minutes=30, expires=DAY, reason=""), "bad-input", "reason"),
    ],
)
def test_a_field_out_of_bounds_is_refused_by_name(made: Callable[[], Any], code: str, name: str) -> None:
    with pytest.raises(BadInput) as refused:
        made()
    assert refused.value.code == code
    assert name in refused.value.message


def test_a_note_may_have_lines_and_what_is_at_the_bound_is_taken() -> None:
    assert Log(customer="A" * 200, seconds=86_400, note="x\ny" * 3_333).note
    assert Sign(customer="A", tariff="q3", fee=Decimal(10_000_000)).fee == 10_000_000
