"""Cells that no spreadsheet computes."""

from decimal import Decimal

import pytest

from billing.core.cells import harmless


@pytest.mark.parametrize("sign", "=+-@＝＋－＠")
def test_what_begins_like_a_formula_is_text(sign: str) -> None:
    assert harmless(f"{sign}1+1") == f"'{sign}1+1"
    assert harmless(f"  {sign}1+1") == f"'  {sign}1+1"
    assert harmless(f"Demo;{sign}1+1") == f"Demo;'{sign}1+1"
    assert harmless(f"Demo\n{sign}1+1") == f"Demo\n'{sign}1+1"


def test_what_is_none_stays() -> None:
    for cell in (
        "a=1",
        "a - b",
        "- one\n- two".removeprefix("- "),
        "",
        5,
        -5,
        Decimal("-1.50"),
        None,
        "O'Neill; Söhne",
    ):
        assert harmless(cell) == cell


def test_what_nobody_sees_hides_no_formula() -> None:
    assert harmless("\ufeff=1") == "<U+FEFF>=1"
    assert harmless("\x0b=1") == "<U+000B>=1"
