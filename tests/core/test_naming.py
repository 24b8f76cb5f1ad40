"""A slip of the keys makes no new person."""

import pytest

from billing.core.naming import slip_of

KNOWN = ["Marie", "Anna", "Mme Rey", "T-17"]


@pytest.mark.parametrize(
    ("name", "meant"),
    [("Mari", "Marie"), ("marie", "Marie"), ("Marie ", "Marie"), ("Mme. Rey", "Mme Rey"), ("T17", "T-17"),
     ("Anan", None), ("Anne", None), ("Paul", None), ("Marie", None), ("", None), ("T-71", None)],
)  # fmt: skip
def test_what_is_like_a_known_name_is_a_slip_of_it(name: str, meant: str | None) -> None:
    assert slip_of(name, KNOWN) == meant


def test_where_nothing_is_known_nothing_is_near() -> None:
    assert slip_of("Marie", []) is None
