"""Which events count and in what order, and what they are called (S14)."""

import pytest

from billing.core import case_history
from tests.core.test_cases import events


def test_S14_events_stand_by_moment_and_as_recorded_where_that_is_equal() -> None:
    told = events("3 09:00 open", "3 11:00 ask ana", "3 10:00 take ben", "3 11:00 answer customer", "3 10:00 note ana")
    assert [event.seq for event in case_history.in_effect(told)] == [1, 3, 5, 2, 4]


def test_S14_what_is_void_is_out_but_the_opening_stays_with_its_voiding() -> None:
    told = events("3 09:00 open", "3 10:00 take ana", "3 11:00 void ana 2", "3 12:00 void ana 1")
    assert [event.seq for event in case_history.in_effect(told)] == [1, 4]
    assert [event.seq for event in case_history.in_effect(told[:3])] == [1]


def test_an_event_has_the_number_of_its_recording() -> None:
    """S14: it stays, whatever is recorded later for an earlier moment."""
    told = events("3 09:00 open", "3 11:00 ask ana", "3 10:00 take ben")
    names = case_history.names("T#1", told)
    assert names == {1: "T#1#1", 2: "T#1#2", 3: "T#1#3"}
    assert case_history.split(names[3]) == ("T#1", 3)
    assert case_history.numbered(told, 3) is told[2]
    assert case_history.numbered(told, 0) is case_history.numbered(told, 4) is None


@pytest.mark.parametrize("name", ["T-17", "T-17#", "#3", "T-17#x", "T-17#-1", "T-17#²"])
def test_what_names_no_event(name: str) -> None:
    assert case_history.split(name) is None
