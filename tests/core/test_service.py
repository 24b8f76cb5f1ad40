"""Business time against a table worked out by hand, and what must hold of any hours (S1, S2, S3)."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from billing import tariffs
from billing.core.service import Clock, instants
from billing.core.tariff import Service, Target
from billing.tariffs import calendars
from billing.tariffs.written import target_of, week_of

PARIS = ZoneInfo("Europe/Paris")
OWN_HOURS = {"night": "01:00-05:00", "gap": "02:15-02:45", "always": "00:00-24:00"}


@dataclass(frozen=True)
class Case:
    """One line of the table."""

    line: str
    holidays: str
    asked: str
    start: str
    pauses: str
    answer: str
    working: str


def _cases() -> list[Case]:
    found = []
    for line in (Path(__file__).parent / "business_time.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if line.startswith("|") and len(cells) == 7 and cells[0] != "line" and set(cells[0]) != {"-"}:
            found.append(Case(*cells))
    return found


CASES = _cases()


def test_the_table_is_read_whole() -> None:
    """Every row of the table is a case, and there are enough of each sort."""
    rows = re.findall(r"^\| (?!line|---)", (Path(__file__).parent / "business_time.md").read_text(), re.MULTILINE)
    assert len(CASES) == len(rows) >= 100
    assert {case.line.split()[0] for case in CASES} == {"q3", "qualiodoo", "moveon", "systell", "visualqie", *OWN_HOURS}
    assert {"FR", "FR-Alsace-Moselle", "CH-ZH", "CH-GE", "CH-TI"} <= {case.holidays for case in CASES}
    assert sum(bool(case.pauses) for case in CASES) > 10 and all(case.working for case in CASES)


def _clock(case: Case) -> Clock:
    days = frozenset(day for year in (2024, 2025, 2026) for day in calendars.days(case.holidays, year)) \
        if case.holidays else frozenset()  # fmt: skip
    if case.line in OWN_HOURS:
        return Clock(week_of({"mon-sun": (OWN_HOURS[case.line],)}), days, PARIS)
    name, priority = case.line.split()
    service = _service(name)
    assert service.timezone is not None
    return Clock(service.hours[priority], days, ZoneInfo(service.timezone))


def _service(name: str) -> Service:
    (version,) = tariffs.versions(tariffs.folders({}), name)
    assert version.tariff.service is not None
    return version.tariff.service


def _at(text: str, zone: ZoneInfo) -> datetime:
    day, time, *offset = text.split()
    at = datetime.fromisoformat(f"{day}T{time}{''.join(offset)}")
    return at if at.tzinfo else instants(at, zone)[0]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.line}, {case.holidays}, {case.asked}, {case.start}")
def test_openings_and_deadlines_worked_out_by_hand(case: Case) -> None:
    """S1, S2, S3: right to the minute, with the offset of the day."""
    clock = _clock(case)
    start = _at(case.start, clock.zone)
    if case.asked == "open":
        until = clock.open_until(start)
        assert clock.is_open(start) == (until is not None)
        answer = ("until", until) if until else ("opens", clock.next_opening(start))
        assert (answer[0], answer[1].isoformat()) == (case.answer.split()[0], _iso(case.answer.split(maxsplit=1)[1]))
        return
    if case.asked in ("reply", "take-up", "resolution"):
        name, priority = case.line.split()
        kind: Any = case.asked
        target, day_minutes = _service(name).targets[priority][kind], _service(name).day_minutes
    else:
        target, day_minutes = target_of(case.asked), None
    pauses = [
        (_at(began.strip(), clock.zone), _at(ended.strip(), clock.zone))
        for began, _, ended in (pause.partition("/") for pause in case.pauses.split(",") if pause)
    ]
    assert clock.due(start, target, day_minutes, pauses).isoformat() == _iso(case.answer)


def _iso(text: str) -> str:
    day, time, offset = text.split()
    return f"{day}T{time}{':00' if time.count(':') == 1 else ''}{offset}"


# --- what must hold of any hours -------------------------------------------------------------------------------------

ZONES = [ZoneInfo(name) for name in ("Europe/Paris", "Europe/Zurich", "America/New_York", "Australia/Lord_Howe", "UTC")]
FIRST = datetime(2025, 1, 1, tzinfo=UTC)


ANY_MINUTE = st.integers(0, 1440)
UNCHANGED = st.one_of(st.integers(0, 119), st.integers(181, 1440))  # that no European clock skips or shows twice


@st.composite
def hours_of_a_day(draw: st.DrawFn, minutes: st.SearchStrategy[int]) -> tuple[tuple[int, int], ...]:
    ends = sorted(draw(st.lists(minutes, max_size=6, unique=True)))
    return tuple(zip(ends[::2], ends[1::2], strict=False))


@st.composite
def clocks(draw: st.DrawFn, minutes: st.SearchStrategy[int] = ANY_MINUTE, zones: list[ZoneInfo] = ZONES) -> Clock:
    week = draw(st.tuples(*[hours_of_a_day(minutes)] * 7))
    assume(any(week))
    holidays = draw(st.frozensets(st.dates(date(2025, 1, 1), date(2025, 12, 31)), max_size=20))
    return Clock(week, holidays, draw(st.sampled_from(zones)))


moments = st.integers(0, 400 * 1440).map(lambda minutes: FIRST + timedelta(minutes=minutes))
near_a_change = st.tuples(st.sampled_from([date(2025, 3, 29), date(2025, 10, 25)]), st.integers(0, 3 * 1440)).map(
    lambda of: datetime(of[0].year, of[0].month, of[0].day, tzinfo=UTC) + timedelta(minutes=of[1])
)
starts = st.one_of(moments, near_a_change)
targets = st.one_of(
    st.builds(Target, st.integers(1, 3000), st.just("business-minutes")),
    st.builds(Target, st.integers(1, 6), st.just("business-days")),
    st.builds(Target, st.integers(1, 5000), st.just("elapsed-minutes")),
)
_MINUTE = timedelta(minutes=1)


@given(clocks(), starts, st.integers(0, 20_000), st.integers(0, 20_000))
def test_business_time_of_adjacent_intervals_adds_up(clock: Clock, start: datetime, first: int, second: int) -> None:
    """S3: whatever the hours, and wherever the cut."""
    middle = start + first * _MINUTE
    end = middle + second * _MINUTE
    assert clock.elapsed(start, middle) + clock.elapsed(middle, end) == clock.elapsed(start, end)
    assert timedelta() <= clock.elapsed(start, end) <= end - start


@given(clocks(), starts, st.integers(1, 3000))
def test_a_deadline_is_the_first_moment_at_which_that_much_time_has_passed(
    clock: Clock, start: datetime, minutes: int
) -> None:
    """S3: then, and not a moment earlier."""
    due = clock.due(start, Target(minutes, "business-minutes"))
    assert clock.elapsed(start, due) == minutes * _MINUTE
    assert clock.elapsed(start, due.astimezone(UTC) - timedelta(microseconds=1)) < minutes * _MINUTE


@given(clocks(), starts, targets, st.sampled_from([None, 60, 480]), st.lists(st.integers(0, 20_000), max_size=4))
def test_pausing_and_resuming_at_once_changes_nothing(
    clock: Clock, start: datetime, target: Target, day_minutes: int | None, after: list[int]
) -> None:
    """S3: also when it is done often, and at the deadline itself."""
    due = clock.due(start, target, day_minutes)
    moments = [start + minutes * _MINUTE for minutes in after] + [due]
    assert clock.due(start, target, day_minutes, [(at, at) for at in moments]) == due


@given(
    clocks(), starts, st.integers(1, 3000), st.lists(st.tuples(st.integers(0, 9000), st.integers(0, 4000)), max_size=4)
)
def test_the_time_of_a_target_passes_outside_its_pauses(
    clock: Clock, start: datetime, minutes: int, stops: list[tuple[int, int]]
) -> None:
    """S3: business time up to the deadline, less that of the pauses, is the target's; in whatever order they come."""
    pauses = [(start + a * _MINUTE, start + (a + b) * _MINUTE) for a, b in stops]
    due = clock.due(start, Target(minutes, "business-minutes"), None, pauses)
    running, reached = timedelta(), start
    for since, until in [*sorted(pauses), (due, due)]:
        running += clock.elapsed(reached, min(max(reached, since), due)) if reached < due else timedelta()
        reached = max(reached, until)
    assert running == minutes * _MINUTE
    assert clock.due(start, Target(minutes, "business-minutes"), None, pauses[::-1]) == due


@given(clocks(), starts, st.integers(0, 5000), targets, st.sampled_from([None, 60, 480]))
def test_what_starts_later_is_never_due_earlier(
    clock: Clock, start: datetime, minutes: int, target: Target, day_minutes: int | None
) -> None:
    """S2: so the order of arrival is the order of deadlines within a priority, but for business days that run to the
    same time of day: there it is so where both start on a business day, by clocks that are not put back between."""
    later = start + minutes * _MINUTE
    if target.unit == "business-days" and day_minutes is None:
        one, other = start.astimezone(clock.zone), later.astimezone(clock.zone)
        assume(clock.is_business_day(one.date()) and clock.is_business_day(other.date()))
        assume(one.replace(tzinfo=None) <= other.replace(tzinfo=None))
    assert clock.due(start, target, day_minutes) <= clock.due(later, target, day_minutes)


def test_what_arrives_after_closing_can_be_due_after_what_arrives_at_the_weekend() -> None:
    """S2: the same time of day on the next business day, or the next opening if it is closed then: of a Friday evening
    that is Tuesday morning, of the Saturday morning after it Monday."""
    clock = Clock(week_of({"mon-fri": ("09:00-18:00",)}), frozenset(), PARIS)
    friday, saturday = datetime(2025, 3, 7, 19, tzinfo=PARIS), datetime(2025, 3, 8, 10, tzinfo=PARIS)
    day = Target(1, "business-days")
    assert clock.due(friday, day) == datetime(2025, 3, 11, 9, tzinfo=PARIS)
    assert clock.due(saturday, day) == datetime(2025, 3, 10, 10, tzinfo=PARIS)


@given(clocks(), starts)
def test_an_opening_is_the_next_one(clock: Clock, at: datetime) -> None:
    """S1: nothing is open before it, and what is open stays so until it closes."""
    opens = clock.next_opening(at)
    assert opens >= at and clock.is_open(opens)
    assert clock.elapsed(at, opens) == timedelta()
    assert clock.is_open(at) == (opens == at)
    until = clock.open_until(opens)
    if until is not None:
        assert not clock.is_open(until)
        assert clock.elapsed(opens, until) == until.astimezone(UTC) - opens.astimezone(UTC)


def _counted(clock: Clock, start: datetime, minutes: int) -> timedelta:
    """Business time by looking at a local clock every minute: an oracle that knows nothing of intervals."""
    count = 0
    for n in range(minutes):
        local = (start + n * _MINUTE).astimezone(clock.zone)
        minute = local.hour * 60 + local.minute
        hours = clock.week[local.weekday()] if local.date() not in clock.holidays else ()
        count += any(opens <= minute < closes for opens, closes in hours)
    return count * _MINUTE


@settings(max_examples=40)
@given(clocks(UNCHANGED, ZONES[:2]), near_a_change, st.integers(0, 4 * 1440))
def test_business_time_is_what_a_clock_on_the_wall_shows(clock: Clock, start: datetime, minutes: int) -> None:
    """S1: over changes of the clocks too, where no opening hour is one that they skip or show twice."""
    assert clock.elapsed(start, start + minutes * _MINUTE) == _counted(clock, start, minutes)


def test_a_line_that_is_never_closed() -> None:
    """S1: it is open without an end, and business time is time."""
    clock = Clock(week_of({"mon-sun": ("00:00-24:00",)}), frozenset(), PARIS)
    assert clock.open_until(FIRST) is None and clock.is_open(FIRST)
    assert clock.elapsed(FIRST, FIRST + timedelta(days=400)) == timedelta(days=400)


def test_times_that_a_clock_skips_or_shows_twice() -> None:
    """S1: none, one or two moments."""
    local = [datetime(2025, 3, 30, 2, 30), datetime(2025, 3, 30, 3, 0), datetime(2025, 10, 26, 2, 30)]
    assert [len(instants(at, PARIS)) for at in local] == [0, 1, 2]
    first, second = instants(local[2], PARIS)
    assert second - first == timedelta(hours=1)


@pytest.mark.parametrize(("day", "hours"), [(date(2025, 3, 30), 2), (date(2025, 10, 26), 4)])
def test_moments_given_in_one_zone_are_still_instants(day: date, hours: int) -> None:
    """S3: Python subtracts what clocks show where both times have the same zone."""
    clock = Clock(week_of({"mon-sun": ("00:00-24:00",)}), frozenset(), PARIS)
    start, end = (datetime(day.year, day.month, day.day, hour, tzinfo=PARIS) for hour in (1, 4))
    assert clock.elapsed(start, end) == timedelta(hours=hours)
    assert clock.due(start, Target(hours * 60, "business-minutes")) == end


def test_an_hour_that_is_shown_twice_counts_once() -> None:
    """S1: where one opening ends and the next begins within it, and where it is midnight."""
    clock = Clock(
        week_of(
            {
                "mon-sun": (
                    "02:00-02:30",
                    "02:30-04:00",
                )
            }
        ),
        frozenset(),
        PARIS,
    )
    night = instants(datetime(2025, 10, 26, 1), PARIS)[0]
    assert clock.elapsed(night, night + timedelta(hours=6)) == timedelta(hours=3)  # 02:00 to 04:00 and the hour won
    havana = ZoneInfo("America/Havana")  # on 2 November 2025 midnight comes twice
    always = Clock(week_of({"mon-sun": ("00:00-24:00",)}), frozenset(), havana)
    eve = instants(datetime(2025, 11, 1, 12), havana)[0]
    assert always.elapsed(eve, eve + timedelta(hours=24)) == timedelta(hours=24)
    assert Clock(week_of({"sat": ("00:00-24:00",)}), frozenset(), havana).elapsed(
        eve, eve + timedelta(hours=24)
    ) == timedelta(hours=12)  # fmt: skip
