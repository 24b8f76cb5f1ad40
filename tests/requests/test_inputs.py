"""Durations as people and tools write them (T1, T4; cli.md)."""

import pytest

from billing.errors import BadInput
from billing.requests import Log, inputs


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("12", 720), ("12m", 720), ("1h", 3600), ("1h30", 5400), ("1:30", 5400), ("90m", 5400), ("1.5h", 5400),
     ("1,5h", 5400), ("12m30s", 750), ("1h 30", 5400), ("1h30m", 5400), ("90 min", 5400), ("1 h 30 min", 5400),
     ("PT1H30M", 5400), ("pt45m", 2700), ("0:05", 300), ("0h05", 300), ("24h", 86400), ("24:00", 86400)],
)  # fmt: skip
def test_T1_a_duration_is_read_as_it_is_meant(written: str, seconds: int) -> None:
    assert inputs.duration(written) == seconds


@pytest.mark.parametrize(
    ("written", "minutes"),
    [("0.08h", 5), ("0.17h", 10), ("0,25h", 15), ("0.33h", 20), ("0.42h", 25), ("0.58h", 35), ("0.67h", 40),
     ("0.92h", 55), ("1.17h", 70), ("0.0833h", 5), ("1.25h", 75), ("0.125h", 8)],
)  # fmt: skip
def test_T1_hours_of_two_decimals_are_the_minutes_that_they_were_rounded_from(written: str, minutes: int) -> None:
    """0.17 h was 10 min 12 s and so charged a step of 5 minutes too much."""
    assert inputs.duration(written) == minutes * 60


def test_T1_hours_of_one_decimal_are_exact() -> None:
    assert inputs.duration("0.1h") == 360
    assert inputs.duration("0.3h") == 1080


@pytest.mark.parametrize("written", ["0", "-5", "25h", "24:01", "-1h30", "999999999h"])
def test_T4_what_nobody_works_in_a_day_is_refused(written: str) -> None:
    """It can be read; the request that it goes into refuses it, on whatever road it comes."""
    with pytest.raises(BadInput) as refused:
        Log(customer="A", seconds=inputs.duration(written))
    assert refused.value.code == "bad-duration"


@pytest.mark.parametrize(
    "written",
    ["1e1", "+5", "--5", "½h", "1h60", "1:75", "1d", "30'", "00:30:00", "pt", "ptm", "١٢", "", "1.25"],
)
def test_T4_what_is_no_duration_is_refused(written: str) -> None:
    with pytest.raises(BadInput) as refused:
        inputs.duration(written)
    assert refused.value.code == "bad-duration"
