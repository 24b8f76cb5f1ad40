"""What no surface lets through: the bounds of a request's fields, the last that is taken and the first that is not."""

from decimal import Decimal
from typing import Any

import pytest

from billing.errors import BadInput
from billing.requests import inputs
from billing.requests.base import Request
from billing.requests.fields import Amount, Minutes, Pieces, Prose, Reason, Seconds, Word
from billing.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Anything(Request[None]):
    """A field of each sort."""

    word: Word | None = None
    words: tuple[Word, ...] = ()
    reason: Reason | None = None
    prose: Prose | None = None
    amount: Amount | None = None
    pieces: Pieces | None = None
    minutes: Minutes | None = None
    seconds: Seconds | None = None


TAKEN: list[dict[str, Any]] = [
    {"word": "x"}, {"word": "x" * 200}, {"words": ()}, {"words": ("a", "b")}, {"reason": "x" * 200},
    {"reason": "two\nlines"}, {"prose": "x" * 10_000}, {"prose": "two\nlines\tand a tab"},
    {"amount": Decimal("0")}, {"amount": Decimal("10000000")}, {"amount": Decimal("9999999.99")},
    {"pieces": 10_000_000}, {"minutes": -10_000_000}, {"seconds": 1}, {"seconds": 86_400},
]  # fmt: skip
REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({"word": ""}, "bad-input", "word"),
    ({"word": " \t"}, "bad-input", "word"),
    ({"word": "x" * 201}, "bad-input", "word"),
    ({"word": "two\nlines"}, "bad-input", "control"),
    ({"word": "a\x1b[2J"}, "bad-input", "control"),
    ({"word": "a\x00"}, "bad-input", "control"),
    ({"word": "\ud800"}, "bad-input", "half"),
    ({"word": 3}, "bad-input", "word 3"),
    ({"words": ("a", "")}, "bad-input", "words"),
    ({"reason": "x" * 201}, "bad-input", "reason"),
    ({"prose": "x" * 10_001}, "bad-input", "10000"),
    ({"prose": "a\x00b"}, "bad-input", "NUL"),
    ({"amount": Decimal("10000000.01")}, "bad-input", "10000000"),
    ({"amount": Decimal("-0.01")}, "bad-input", "from 0"),
    ({"amount": Decimal("0.001")}, "bad-input", "parts of a cent"),
    ({"amount": Decimal("NaN")}, "bad-input", "no amount"),
    ({"amount": 5}, "bad-input", "no amount"),
    ({"pieces": 10000001}, "bad-input", "pieces"),
    ({"pieces": True}, "bad-input", "pieces"),
    ({"minutes": 10000001}, "bad-duration", "minutes"),
    ({"minutes": 1.5}, "bad-duration", "minutes"),
    ({"seconds": 0}, "bad-duration", "no time worked"),
    ({"seconds": -60}, "bad-duration", "no time worked"),
    ({"seconds": 86401}, "bad-duration", "24 hours"),
    ({"seconds": True}, "bad-duration", "seconds"),
]


@pytest.mark.parametrize("given", TAKEN, ids=lambda value: ascii(value)[:40])
def test_what_is_within_its_bounds_is_taken(given: dict[str, Any]) -> None:
    (name,) = given
    assert getattr(Anything(**given), name) == given[name]


@pytest.mark.parametrize(("given", "code", "word"), REFUSED, ids=lambda value: ascii(value)[:40])
def test_what_is_outside_is_refused_by_the_name_of_its_field(given: dict[str, Any], code: str, word: str) -> None:
    with pytest.raises(BadInput) as refused:
        Anything(**given)
    assert refused.value.code == code
    assert word in str(refused.value)


def test_money_as_it_is_written_has_the_same_bounds() -> None:
    """Ten million is taken, a cent more is not: at the edge where text is read as in the request that it goes into."""
    for text in ("10000000", "10'000'000.00"):
        assert inputs.money(text, "price") == Decimal("10000000.00")
    with pytest.raises(BadInput, match="from 0 to 10000000"):
        inputs.money("10000000.01", "price")
    assert Anything(amount=inputs.money("10000000", "price")).amount == 10_000_000
