"""Which grants are drawn first, and how much of each (R4)."""

from datetime import date
from itertools import pairwise, permutations

import pytest

from billing.core import burndown
from billing.core.burndown import Lot
from billing.core.facts import Grant
from billing.core.units import Window
from tests.core.build import day


def lot(
    number: int, *, priority: int | None = None, last: str = "2025-12-31", covers: int = 3,
    contacts: tuple[int, ...] = (), starts: str = "2025-01-01", expires: str | None = None, left: int = 10,
) -> Lot:  # fmt: skip
    grant = Grant(
        number=number, seq=number, contract=1, kind="pack", product=None, minutes=100, starts=day(starts),
        expires=day(expires or last), covers=tuple(f"c{n}" for n in range(covers)), contacts=contacts,
        priority=priority,
    )  # fmt: skip
    return Lot(grant, Window(day(starts), day(last)), left)


# Each pair differs in one criterion for the first and against it in all that come after.
DECIDES = {
    "the tariff's priority, the smallest first": (
        lot(9, priority=1, last="2026-12-31", covers=4, starts="2025-02-01"),
        lot(1, priority=2, last="2025-12-31", covers=1, contacts=(1,), starts="2025-01-01"),
    ),
    "any priority before none": (
        lot(9, priority=99, last="2026-12-31", covers=4, starts="2025-02-01"),
        lot(1, last="2025-12-31", covers=1, contacts=(1,), starts="2025-01-01"),
    ),
    "priority 0 is one": (
        lot(9, priority=0, last="2026-12-31", covers=4, starts="2025-02-01"),
        lot(1, last="2025-12-31", covers=1, contacts=(1,), starts="2025-01-01"),
    ),
    "earliest expiry": (
        lot(9, last="2025-12-30", covers=4, starts="2025-02-01"),
        lot(1, last="2025-12-31", covers=1, contacts=(1,), starts="2025-01-01"),
    ),
    "the expiry of the window, not of the grant": (
        lot(9, last="2025-12-30", expires="2025-12-31", covers=4, starts="2025-02-01"),
        lot(1, last="2025-12-31", expires="2024-12-31", covers=1, contacts=(1,), starts="2025-01-01"),
    ),
    "fewest categories": (
        lot(9, covers=2, starts="2025-02-01"),
        lot(1, covers=3, contacts=(1,), starts="2025-01-01"),
    ),
    "restricted to contacts before open to all": (
        lot(9, contacts=(1, 2), starts="2025-02-01"),
        lot(1, starts="2025-01-01"),
    ),
    "earliest start": (lot(9, starts="2025-01-01"), lot(1, starts="2025-01-02")),
    "oldest": (lot(1), lot(2)),
}


@pytest.mark.parametrize("name", DECIDES)
def test_each_criterion_decides_r4(name: str) -> None:
    first, second = DECIDES[name]
    assert burndown.order(first) < burndown.order(second)
    for lots in ((first, second), (second, first)):
        assert burndown.draw(lots, 5) == [(first.grant, 5)]


def test_the_number_of_contacts_does_not_matter_r4() -> None:
    assert burndown.order(lot(1, contacts=(1, 2, 3)))[:4] == burndown.order(lot(2, contacts=(1,)))[:4]


def test_what_is_left_does_not_matter_r4() -> None:
    assert burndown.order(lot(1, left=1)) == burndown.order(lot(1, left=99))


def test_the_order_is_one_for_any_order_of_reading_r4() -> None:
    lots = [lot(1, last="2026-01-01"), lot(2), lot(3, contacts=(1,)), lot(4, covers=1), lot(5, priority=3)]
    expected = [5, 4, 3, 2, 1]
    for some in permutations(lots):
        assert [grant.number for grant, _ in burndown.draw(some, 50)] == expected
    ordered = sorted(lots, key=burndown.order)
    assert all(burndown.order(a) < burndown.order(b) for a, b in pairwise(ordered))


@pytest.mark.parametrize(
    ("left", "minutes", "drawn"),
    [
        ([10], 5, [(1, 5)]),
        ([10], 10, [(1, 10)]),
        ([10], 11, [(1, 10)]),  # the rest is overage: R5
        ([10], 0, []),
        ([], 5, []),
        ([5, 10, 20], 30, [(1, 5), (2, 10), (3, 15)]),  # on several grants
        ([5, 10, 20], 5, [(1, 5)]),  # one that is just enough is the last
        ([0, 10], 5, [(2, 5)]),
        ([-5, 10], 5, [(2, 5)]),  # never below zero: L4
    ],
)
def test_how_much_of_each_r4(left: list[int], minutes: int, drawn: list[tuple[int, int]]) -> None:
    lots = [lot(number, left=minutes_left) for number, minutes_left in enumerate(left, 1)]
    assert [(grant.number, part) for grant, part in burndown.draw(lots, minutes)] == drawn


def test_a_lot_is_a_grant_on_a_day() -> None:
    assert lot(1).window.last == date(2025, 12, 31)
