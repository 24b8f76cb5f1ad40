"""Which planted faults are tried, and which tests they meet (`tools/mutants.py`)."""

import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tools"))
import mutants as tool

MUTANTS = [f"billing.core.book.x_{n}__mutmut_1" for n in range(90)] + [
    *(f"billing.core.rating.xǁPoolǁtake__mutmut_{n}" for n in range(9)),
    "billing.office.reports.month.x_report__mutmut_3",
]


def test_a_mutants_module_is_read_from_its_name() -> None:
    assert Counter(map(tool.module_of, MUTANTS)) == {"core/book": 90, "core/rating": 9, "office/reports/month": 1}


def test_a_sample_has_of_each_module_its_share_and_one_at_least() -> None:
    drawn = tool.chosen(MUTANTS, 10, 12)
    assert Counter(map(tool.module_of, drawn)) == {"core/book": 9, "core/rating": 1, "office/reports/month": 1}
    assert len(set(drawn)) == 11 and drawn == tool.chosen(reversed(MUTANTS), 10, 12)
    assert drawn != tool.chosen(MUTANTS, 10, 13)
    assert sorted(tool.chosen(MUTANTS, 1000, 1)) == sorted(MUTANTS)


def test_a_mutant_meets_its_modules_tests_first_then_the_fastest_within_the_time() -> None:
    lasts = {"tests/core/test_book.py::a": 2.0, "tests/office/test_x.py::b": 0.1, "tests/office/test_x.py::c": 0.5,
             "tests/office/test_x.py::d": 9.0}  # fmt: skip
    others = {"tests/office/test_y.py::e": 5.0}  # as quick ones of one file tell the same, another's comes before them
    turns = tool.nearest("billing.core.book.x_draw", [*lasts, *others], lasts | others, 3, 60)
    assert turns == ["tests/core/test_book.py::a", "tests/office/test_x.py::b", "tests/office/test_y.py::e"]
    found = tool.nearest("billing.core.book.x_draw", lasts, lasts, 3, 60)
    assert found == ["tests/core/test_book.py::a", "tests/office/test_x.py::b", "tests/office/test_x.py::c"]
    assert tool.nearest("billing.core.book.x_draw", lasts, lasts, 9, 2.2) == found[:2]
    assert tool.nearest("billing.core.book.x_draw", list(lasts)[3:], lasts, 9, 1) == ["tests/office/test_x.py::d"]


def test_what_was_found_is_told_by_module_and_together() -> None:
    results = {MUTANTS[0]: "killed", MUTANTS[1]: "survived", MUTANTS[90]: "timeout", MUTANTS[99]: "no tests"}
    *_, report, together = tool.table(results, Counter(map(tool.module_of, MUTANTS))).splitlines()
    assert report == "| office/reports/month | 1 | 1 | 0 | 0 | 0 | 1 |"
    assert together == "| together | 100 | 4 | 1 | 1 | 1 | 1 |"
