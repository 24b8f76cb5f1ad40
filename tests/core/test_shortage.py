"""Whose time runs out, from facts alone."""

from datetime import date

from billing.core import shortage
from billing.core.book import Book
from billing.core.units import Window

ON = Window(date(2025, 3, 31), date(2025, 4, 30))


def test_b1_nothing_is_short_where_nothing_was_agreed() -> None:
    assert shortage.shortages(Book(), 0, ON, 60) == []


def test_g9_what_is_owed_is_told_also_where_nothing_was_bought() -> None:
    [owed] = shortage.shortages(Book(), 25, ON, 60)
    assert (owed.kind, owed.minutes, owed.name, owed.last) == ("owed", 25, None, None)
    assert {"low", "grace", "owed"} < set(shortage.KINDS)
