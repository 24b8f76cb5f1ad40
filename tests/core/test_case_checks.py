"""What may happen to a case, and when it was too late for it; the table of refusals is in `test_cases` (S5, S14)."""

from dataclasses import replace
from datetime import date

import pytest

from billing.core import case_checks
from billing.core.cases import case_of
from billing.errors import Refusal
from tests.core.test_cases import ZONE, events


@pytest.mark.parametrize(
    "told",
    [
        ["3 09:00 open", "3 11:00 ask ana", "3 10:00 take ana"],
        ["3 09:00 open", "3 11:00 files", "3 10:00 ask-files ana closes"],
        ["3 09:00 open", "3 11:00 priority ana urgent", "3 10:00 priority ben urgent"],
        ["3 09:00 open", "3 11:00 close ana", "3 10:00 reply ben"],
        ["3 09:00 open", "3 11:00 close ana", "3 12:00 answer customer"],
        ["3 09:00 open", "3 11:00 close ana", "3 12:00 note ben"],
        ["3 09:00 open", "3 11:00 close ana", "3 12:00 change ben"],
        ["3 09:00 open", "3 10:00 close ana", "3 12:00 answer customer", "3 11:00 reopen ben"],
    ],
)
def test_S14_what_may_come_late(told: list[str]) -> None:
    """It is held against what had happened by then, and what was done again since is no contradiction."""
    *before, last = events(*told)
    case_checks.check(before, last, ZONE)


def test_S14_what_comes_late_says_what_it_contradicts() -> None:
    *before, last = events("3 09:00 open", "3 11:00 reply ana", "3 10:00 close ben")
    with pytest.raises(Refusal, match="reply at 2025-03-03T11:00") as refused:
        case_checks.check(before, last, ZONE)
    assert refused.value.code == "conflict"


def test_S5_time_can_be_logged_up_to_the_day_of_the_closing() -> None:
    case = case_of("T", events("3 09:00 open", "3 10:00 take ana", "4 11:00 close ana"))
    for day in (3, 4):
        case_checks.check_time(case, date(2025, 3, day), True, ZONE)
    with pytest.raises(Refusal) as refused:
        case_checks.check_time(case, date(2025, 3, 5), True, ZONE)
    assert refused.value.code == "case-closed"


def test_S5_the_day_of_the_closing_is_that_of_the_rules_zone() -> None:
    """Closed after midnight in Paris, where it was the day before in UTC."""
    case = case_of("T", events("3 09:00 open", "3 10:00 take ana", "5 00:30 close ana"))
    case_checks.check_time(case, date(2025, 3, 5), True, ZONE)
    case = case_of("T", events("3 00:10 open", "3 00:30 take ana"))
    with pytest.raises(Refusal) as refused:
        case_checks.check_time(case, date(2025, 3, 2), True, ZONE)
    assert refused.value.code == "case-not-taken"


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (["3 09:00 open", "3 10:00 open"], "was opened at 2025-03-03T09:00"),
        (["3 09:00 open", "3 08:59 take ana"], "take at 2025-03-03T08:59 is before .* opened, at 2025-03-03T09:00"),
        (["3 09:00 open", "3 10:00 close ana", "3 11:00 answer ana"], "was closed at 2025-03-03T10:00"),
        (["3 09:00 open", "3 10:00 take ana", "3 09:30 void ana 2"], "take of case T was at 2025-03-03T10:00"),
        (["3 09:00 open", "3 11:00 reply ana", "3 10:00 close ben"], "close at .*T10:00 does not go .*T11:00"),
    ],
)  # fmt: skip
def test_S5_a_refusal_says_the_local_time(told: list[str], said: str) -> None:
    *before, last = events(*told)
    with pytest.raises(Refusal, match=said):
        case_checks.check(before, last, ZONE)


@pytest.mark.parametrize("kind", ["priority", "change"])
def test_S10_the_priority_that_it_has_is_no_change(kind: str) -> None:
    *before, last = events("3 09:00 open", "3 10:00 priority ana normal")
    with pytest.raises(Refusal, match="has the priority normal already") as refused:
        case_checks.check(before, replace(last, kind=kind), ZONE)  # type: ignore[arg-type]
    assert refused.value.code == "conflict"
