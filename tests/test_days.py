"""Days as people write them: `billing.requests.days`, and the words of every language at once."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from billing.errors import BadInput
from billing.requests import inputs
from billing.requests.days import day, relative

WEDNESDAY = date(2025, 3, 5)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2025-03-31", date(2025, 3, 31)),
        ("31.03.2025", date(2025, 3, 31)),
        ("3.3.25", date(2025, 3, 3)),
        ("31/3/2025", date(2025, 3, 31)),
        ("3/3/2025", date(2025, 3, 3)),
        ("29.2.2024", date(2024, 2, 29)),
    ],
)
def test_a_whole_day_needs_no_today(text: str, read: date) -> None:
    assert day(text) == day(f" {text} ", WEDNESDAY) == read
    assert not relative(text)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("today", date(2025, 3, 5)),
        ("aujourd’hui", date(2025, 3, 5)),
        ("Aujourd'hui", date(2025, 3, 5)),
        ("heute", date(2025, 3, 5)),
        ("oggi", date(2025, 3, 5)),
        ("yesterday", date(2025, 3, 4)),
        ("hier", date(2025, 3, 4)),
        ("gestern", date(2025, 3, 4)),
        ("IERI", date(2025, 3, 4)),
        ("avant-hier", date(2025, 3, 3)),
        ("vorgestern", date(2025, 3, 3)),
        ("lundi", date(2025, 3, 3)),
        ("Montag", date(2025, 3, 3)),
        ("lunedì", date(2025, 3, 3)),
        ("lunedi'", date(2025, 3, 3)),
        ("lunedi", date(2025, 3, 3)),
        ("tuesday", date(2025, 3, 4)),
        ("jeudi", date(2025, 2, 27)),
        ("3.3.", date(2025, 3, 3)),
        ("03.03", date(2025, 3, 3)),
        ("31/1", date(2025, 1, 31)),
    ],
)
def test_what_depends_on_today_is_read_from_it(text: str, read: date) -> None:
    assert day(text, WEDNESDAY) == read
    assert relative(text)
    with pytest.raises(BadInput):
        day(text)


@pytest.mark.parametrize(
    ("today", "read"),
    [
        (date(2025, 1, 5), date(2024, 12, 28)),
        (date(2025, 11, 30), date(2025, 12, 28)),
        (date(2025, 7, 1), date(2025, 12, 28)),
    ],
)
def test_a_day_without_its_year_is_the_one_nearest_to_today(today: date, read: date) -> None:
    assert day("28.12.", today) == read


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("3/4/2025", "'3/4/2025' may be 2025-04-03 or 2025-03-04; write which it is"),
        ("3/4", "'3/4' may be 2025-04-03 or 2025-03-04; write which it is"),
        ("mercredi", "'mercredi' may be today or 2025-02-26; write which it is"),
    ],
)
def test_what_could_be_two_days_is_refused(text: str, says: str) -> None:
    with pytest.raises(BadInput) as refused:
        day(text, WEDNESDAY)
    assert (refused.value.code, str(refused.value)) == ("bad-date", says)


@pytest.mark.parametrize(
    "text", ["", "tomorow", "2025-2-3", "30.2.2025", "30.2.", "31.12.1899", "1.2.3", "2025/03/31", "٣.٣.2025"]
)
def test_what_is_no_day_is_refused_with_what_would_be(text: str) -> None:
    with pytest.raises(BadInput, match=r"is no date; write one as 2025-03-31"):
        day(text, WEDNESDAY)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("9:30", datetime(2025, 3, 5, 8, 30, tzinfo=UTC)),
        ("hier 9:30", datetime(2025, 3, 4, 8, 30, tzinfo=UTC)),
        ("4.3.2025 14:05", datetime(2025, 3, 4, 13, 5, tzinfo=UTC)),
        ("2025-03-04T14:05", datetime(2025, 3, 4, 13, 5, tzinfo=UTC)),
    ],
)
def test_a_moment_takes_such_a_day(text: str, read: datetime) -> None:
    assert inputs.instant(text, ZoneInfo("Europe/Zurich"), WEDNESDAY) == read


@pytest.mark.parametrize("text", ["foo 9:30", "2025-02-30 12:00", "hier", "hier 25:00"])
def test_a_moment_that_is_none_is_refused_as_one(text: str) -> None:
    with pytest.raises(BadInput) as refused:
        inputs.instant(text, ZoneInfo("Europe/Zurich"), WEDNESDAY)
    assert refused.value.code == "bad-time"
