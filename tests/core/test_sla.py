"""S2: how targets were kept, counted by hand."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from billing.core import sla
from billing.core.promises import Promise
from billing.core.sla import Outcome
from billing.core.tariff import TargetKind
from billing.core.units import week_of

AT = datetime(2025, 3, 4, 9, tzinfo=UTC)
WEEK = timedelta(weeks=1)


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [([], None), ([7], 7), ([9, 1], 5), ([1, 2], 2), ([3, 1, 100], 3), ([4, 1, 2, 100], 3), ([5, 2, 1, 100], 4)],
)
def test_S2_the_median_is_the_middle_of_times_in_any_order(minutes: list[int], expected: int | None) -> None:
    """S2: of two in the middle it is half-way, half a minute up."""
    assert sla.median(minutes) == expected
    assert sla.median(list(reversed(minutes))) == expected


def one(priority: str, kind: TargetKind, state: str, minutes: int | None = None) -> Outcome:
    met = None if minutes is None else AT + timedelta(minutes=minutes)
    promise = Promise(kind, AT, met, state)  # type: ignore[arg-type]
    return Outcome(
        case="T-1", customer="A", agent=None, opened_on=AT.date(), priority=priority, minutes=minutes, unit="business",
        rank=("urgent", "normal").index(priority), promise=promise, late_by=1 if state == "late" else None,
    )  # fmt: skip


def test_S2_targets_are_counted_by_priority_and_kind_the_most_urgent_first() -> None:
    """S2: what was met late is missed and has its time; what waits is running."""
    rows = sla.kept(
        [
            one("normal", "resolution", "paused"),
            one("normal", "reply", "met", 40),
            one("normal", "reply", "late", 90),
            one("normal", "reply", "late"),
            one("normal", "reply", "running"),
            one("urgent", "reply", "met", 5),
        ]
    )
    assert [(r.of, r.kind, r.met, r.missed, r.running, r.median, r.worst) for r in rows] == [
        ("urgent", "reply", 1, 0, 0, 5, 5),
        ("normal", "reply", 1, 2, 1, 65, 90),
        ("normal", "resolution", 0, 0, 1, None, None),
    ]
    assert sla.kept([]) == []


def test_s6_targets_are_counted_by_whose_they_are_and_by_week() -> None:
    """In the order of names or weeks; of nobody first."""
    some = [
        replace(one("normal", "reply", "met", 5), customer=customer, agent=agent, opened_on=AT.date() + week * WEEK)
        for customer, agent, week in (("B", "ben", 0), ("A", None, 1), ("B", "ana", 1))
    ]
    first, second = (week_of(AT.date() + week * WEEK) for week in (0, 1))
    for by, groups in (("customer", [("A", 1), ("B", 2)]), ("agent", [("", 1), ("ana", 1), ("ben", 1)]),
                       ("week", [(first, 1), (second, 2)]), ("priority", [("normal", 3)])):  # fmt: skip
        assert [(row.of, row.met) for row in sla.kept(some, by)] == groups  # type: ignore[arg-type]
