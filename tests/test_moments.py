"""Moments are values before they are instants: their spellings are one content, ids of earlier versions stay valid."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from billing.errors import Refusal
from billing.requests.moments import instant, moment_or_day, spelled, spellings, when

PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize(
    ("texts", "value"),
    [
        (
            ("2025-03-04T09:00", "2025-03-04 09:00", "2025-03-04t09:00:00", " 2025-03-04 09:00 "),
            datetime(2025, 3, 4, 9),
        ),
        (("2025-03-04T09:00:30", "2025-03-04 09:00:30"), datetime(2025, 3, 4, 9, 0, 30)),
        (("2025-03-04T09:00Z", "2025-03-04 09:00+00:00", "2025-03-04T09:00:00z"), datetime(2025, 3, 4, 9, tzinfo=UTC)),
        (("2025-03-04T09:00+01:00",), datetime(2025, 3, 4, 9, tzinfo=timezone(timedelta(hours=1)))),
        (("9:05", "09:05"), time(9, 5)),
    ],
)
def test_L5_spellings_of_a_moment_are_one_value(texts: tuple[str, ...], value: datetime | time) -> None:
    """L5: what an id stands for is the moment, and each text that was taken for it is found again."""
    assert {when(text) for text in texts} == {value}
    found = list(spellings(value))
    assert found[0] == spelled(value) and len(found) == len(set(found))
    assert {text.strip() for text in texts} <= set(found)
    assert {when(text) for text in found} == {value}


@pytest.mark.parametrize("text", ["", "25:00", "12:60", "2025-03-04", "2025-13-04T09:00", "1899-12-31T09:00", "noon"])
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(Refusal, match="is no time; write one as 2025-03-04T12:15"):
        when(text)


def test_a_moment_is_an_instant_in_a_zone() -> None:
    """S1: a time alone is of today; one that the clocks skip does not exist, of one shown twice it is the first."""
    today = date(2025, 3, 29)
    assert instant(time(9), PARIS, today) == datetime(2025, 3, 29, 8, tzinfo=UTC)
    assert instant(datetime(2025, 10, 26, 2, 30), PARIS, today) == datetime(2025, 10, 26, 0, 30, tzinfo=UTC)
    assert instant(when("2025-10-26T02:30+01:00"), PARIS, today) == datetime(2025, 10, 26, 1, 30, tzinfo=UTC)
    assert instant(moment_or_day("2025-03-29"), PARIS, today) == datetime(2025, 3, 28, 23, tzinfo=UTC)
    with pytest.raises(Refusal, match="2025-03-30T02:30 does not exist in Europe/Paris"):
        instant(datetime(2025, 3, 30, 2, 30), PARIS, today)
