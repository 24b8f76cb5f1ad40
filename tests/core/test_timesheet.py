"""Sums of worked time by any of its keys."""

from datetime import date

from billing.core.timesheet import Worked, summed
from billing.core.units import week_of, weeks

ANA = Worked("ana", "A", "support", "phone", "T-1", date(2024, 12, 30), 90, 5, 3, 1, 1, None)
FREE = Worked("ana", "A", "bug", None, "T-2", date(2025, 1, 5), 600, 0, 0, 0, 0, "verified")
QUOTED = Worked(None, "B", "import", None, None, date(2025, 1, 6), 1200, 0, 0, 0, 0, "quote")
ALL = [ANA, FREE, QUOTED]


def test_a_sum_has_what_its_entries_have() -> None:
    """What is free or on a quote counts with the time as it was worked; nobody's work is there too."""
    assert [(s.by, s.entries, s.seconds, s.charged, s.drawn, s.billed, s.owed) for s in summed(ALL, ["agent"])] == [
        (("",), 1, 1200, 0, 0, 0, 0),
        (("ana",), 2, 690, 5, 3, 1, 1),
    ]
    [whole] = summed(ALL, [])
    assert (whole.by, whole.free_seconds, whole.quoted_seconds) == ((), 600, 1200)
    assert summed([], ["agent"]) == summed([], []) == []
    assert [s.by for s in summed(ALL, ["customer", "week"])] == [("A", "2025-W01"), ("B", "2025-W02")]
    assert [s.by for s in summed(ALL, ["channel", "case"])] == [("", ""), ("", "T-2"), ("phone", "T-1")]


def test_weeks_are_those_of_iso_8601() -> None:
    """30 December 2024 is of the first week of 2025; a year can have 53."""
    assert (week_of(date(2024, 12, 29)), week_of(date(2024, 12, 30))) == ("2024-W52", "2025-W01")
    assert weeks("2026-W52", "2027-W02") == ["2026-W52", "2026-W53", "2027-W01", "2027-W02"]
    assert weeks("2025-W10", "2025-W10") == ["2025-W10"]
