"""Business time (S1 to S3): when a line is open, how much business time passes, when something is due.

Pure: the opening hours, the holidays and the zone are given. Times are aware; all arithmetic is on UTC instants, so
that the day on which clocks change has its real length. What a case makes of a deadline lives elsewhere.

Where the clocks change: an opening hour that the clock skips counts as the moment of the jump; of one that the clock
shows twice, opening takes the first and closing the last.
"""

from collections.abc import Container, Iterator, Sequence
from dataclasses import field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from billing.core.tariff import Day, Target, Week
from billing.values import dataclass

Pause = tuple[datetime, datetime]  # from, until
_NOTHING = timedelta()
_MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)
_MIDNIGHT = 1440
_FAR = 800  # days within which every line opens and closes; what is open longer is always open


@dataclass(frozen=True)
class Clock:
    """A line's opening hours in a zone, without holidays. An hour counts from its opening to before its closing."""

    week: Week
    holidays: Container[date]
    zone: ZoneInfo
    _known: dict[date, tuple[Pause, ...]] = field(default_factory=dict, init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        assert any(self.week), "a line that never opens has no clock"

    def is_open(self, at: datetime) -> bool:
        """Whether somebody is there."""
        at = at.astimezone(UTC)
        return any(opens <= at < closes for opens, closes in self._day(self._date(at)))

    def open_until(self, at: datetime) -> datetime | None:
        """When the line that is open at this moment closes; None where it is closed, or never closes."""
        if not self.is_open(at):
            return None
        start = end = at.astimezone(UTC)
        for opens, closes in self._openings(start):
            if opens > end:
                return self._local(end)
            end = closes
            if end - start > _FAR * _DAY:
                break
        return None

    def next_opening(self, at: datetime) -> datetime:
        """The first moment from this one on at which the line is open: this one, if it is."""
        at = at.astimezone(UTC)
        opens, _ = next(self._openings(at))
        return self._local(max(at, opens))

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        """The business time between two moments (S3)."""
        start, end = start.astimezone(UTC), end.astimezone(UTC)  # in one zone, Python would compare what clocks show
        assert start <= end
        passed = _NOTHING
        for opens, closes in self._openings(start):
            if opens >= end:
                break
            passed += min(closes, end) - max(opens, start)
        return passed

    def due(
        self, start: datetime, target: Target, day_minutes: int | None = None, pauses: Sequence[Pause] = ()
    ) -> datetime:
        """The first moment at which the target's time has passed since the start (S2, S3).

        `day_minutes` are the business minutes of a business day; with None a business day runs to the same time of day
        on the next business day, or its next opening if it is closed then. A deadline that falls on closing time stays
        there. Each pause that begins before the deadline moves it by the pause's business time (for elapsed time: by
        its length).
        """
        start = start.astimezone(UTC)
        elapsed = target.unit == "elapsed-minutes"
        due = self._due(start, target, day_minutes)
        for since, until in _merged(start, pauses):
            if since < due:
                due = due + (until - since) if elapsed else self._after(due, self.elapsed(since, until))
        return self._local(due)

    def is_business_day(self, day: date) -> bool:
        """Whether the line opens on this local day."""
        return bool(self._day(day))

    def openings(self, day: date) -> tuple[Pause, ...]:
        """The hours of a local day, as instants in UTC; none where the line stays closed."""
        return self._day(day)

    def business_days_later(self, start: datetime, days: int) -> datetime:
        """The same time of day so many business days later, or its next opening if it is closed then (S2)."""
        local = start.astimezone(self.zone)
        day = local.date()
        for _ in range(days):
            day += _DAY
            while not self.is_business_day(day):
                day += _DAY
        same = _instant(day, local.hour * 60 + local.minute, self.zone, last=False)
        return self.next_opening(same + timedelta(seconds=local.second, microseconds=local.microsecond))

    def _due(self, start: datetime, target: Target, day_minutes: int | None) -> datetime:
        if target.unit == "elapsed-minutes":
            return start + target.amount * _MINUTE
        if target.unit == "business-minutes":
            return self._after(start, target.amount * _MINUTE)
        if day_minutes is not None:
            return self._after(start, target.amount * day_minutes * _MINUTE)
        return self.business_days_later(start, target.amount).astimezone(UTC)

    def _after(self, start: datetime, time: timedelta) -> datetime:
        """The first moment at which so much business time has passed."""
        if time == _NOTHING:
            return start
        left = time
        for opens, closes in self._openings(start):
            begins = max(opens, start)
            if closes - begins >= left:
                return begins + left
            left -= closes - begins
        raise AssertionError("a line opens again and again")

    def _openings(self, at: datetime) -> Iterator[Pause]:
        """The openings that end after a moment, in order, for as long as anyone asks."""
        day = self._date(at)
        closed = 0
        while closed < _FAR:
            openings = self._day(day)
            closed = 0 if openings else closed + 1
            yield from (opening for opening in openings if opening[1] > at)
            day += _DAY

    def _day(self, day: date) -> tuple[Pause, ...]:
        """The openings of a local day as instants in UTC."""
        found = self._known.get(day)
        if found is None:
            hours = () if day in self.holidays else self.week[day.weekday()]
            found = self._known[day] = tuple(_intervals(day, hours, self.zone))
        return found

    def _date(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()

    def _local(self, at: datetime) -> datetime:
        return at.astimezone(self.zone)


def _intervals(day: date, hours: Day, zone: ZoneInfo) -> Iterator[Pause]:
    reached = datetime.min.replace(tzinfo=UTC)
    for first, last in hours:
        opens = max(reached, _instant(day, first, zone, last=False))  # an hour shown twice counts for one of two
        reached = _instant(day, last, zone, last=last < _MIDNIGHT)
        if opens < reached:
            yield opens, reached


def instants(local: datetime, zone: ZoneInfo) -> tuple[datetime, ...]:
    """The moments in UTC at which a zone's clocks show a local time: one, two when they go back, none when forward."""
    assert local.tzinfo is None
    found = {local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    return tuple(sorted(at for at in found if at.astimezone(zone).replace(tzinfo=None, fold=0) == local))


def _instant(day: date, minute: int, zone: ZoneInfo, last: bool) -> datetime:
    """The moment of a local time of day; minute 1440 is the next midnight."""
    local = datetime(day.year, day.month, day.day) + minute * _MINUTE
    found = instants(local, zone)
    if found:
        return found[-1 if last else 0]
    before, after = (local.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    at = after.astimezone(UTC)  # a skipped time read by the later offset lies before the jump
    while at.astimezone(zone).utcoffset() == before.utcoffset():
        at += _MINUTE
    return at


def _merged(start: datetime, pauses: Sequence[Pause]) -> Iterator[Pause]:
    """The pauses from the start on, in order and apart."""
    reached = start
    for since, until in sorted((a.astimezone(UTC), b.astimezone(UTC)) for a, b in pauses):
        if until > reached:
            yield max(since, reached), until
            reached = until
