"""The day of a row: the issuer's day of a moment (T5), or a day as it is written, in one reading a file.

Days with slashes can be read in two ways. Which of them a file means is asked of all its rows together, and refused
where none of them tells.
"""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from billing.errors import BadInput
from billing.texts import say
from billing.values import dataclass

Order = Literal["dmy", "mdy"]
_TWO_WAYS = re.compile(r"([0-9]{1,2})[/-]([0-9]{1,2})[/-]([0-9]{4})", re.ASCII)
_DOTS = re.compile(r"([0-9]{1,2})\.\s?([0-9]{1,2})\.\s?([0-9]{4})", re.ASCII)
_ISO = re.compile(r"([0-9]{4})[-/]([0-9]{1,2})[-/]([0-9]{1,2})", re.ASCII)
_MOMENT = re.compile(
    r"([0-9]{4})-?([0-9]{2})-?([0-9]{2})[T ]([0-9]{2}):?([0-9]{2})(?::?([0-9]{2})(?:\.[0-9]{1,9})?)?\s?"
    r"(Z|[+-][0-9]{2}:?[0-9]{2})?",
    re.ASCII,
)
_TIME = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?\s*([AaPp])?\.?[Mm]?\.?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Day:
    """The day of a row, and what sorts it among those of a day; the moment where it is one."""

    on: date
    at: str
    moment: datetime | None = None


def order_of(texts: Iterable[str], given: Order | None) -> Order | None:
    """How the days of a file are to be read that have slashes; None where it has none.

    Raises BadInput (`bad-date`) where its rows do not tell, or not the same.
    """
    found = [(int(m[1]), int(m[2])) for text in texts if (m := _TWO_WAYS.fullmatch(_head(text)))]
    if not found or given is not None:
        return given
    days_first, months_first = any(a > 12 for a, _ in found), any(b > 12 for _, b in found)
    if days_first and months_first:
        raise BadInput(
            "bad-date",
            say("some dates of the file have the day first and others the month"),
            say("export it with dates as 2025-03-14"),
        )
    if not days_first and not months_first and any(a != b for a, b in found):
        a, b = next(pair for pair in found if pair[0] != pair[1])
        raise BadInput(
            "bad-date",
            say("{day} can be read in two ways, and no date of the file tells which", day=f"{a:02}/{b:02}"),
            say("say it: --date-order dmy or --date-order mdy"),
        )
    return "mdy" if months_first else "dmy"


def day(text: str, time: str, order: Order | None, zone: ZoneInfo) -> Day:
    """The day of a row, of a date and a time of the day beside it or in it. Raises BadInput (`bad-date`)."""
    written = text.strip()
    try:
        moment = _moment(written, zone)
        if moment is not None:
            return Day(moment.date(), _sorted(moment), moment)
        on = _day(_head(written), order)
        found = clock(time.strip() or written.partition(" ")[2].strip())
        moment = None if found is None else datetime.combine(on, found.time(), zone)
        return Day(on, on.isoformat() if moment is None else _sorted(moment), moment)
    except (ValueError, OverflowError):
        raise BadInput(
            "bad-date", say("{value!r} is no day", value=text[:60]), say("export it with dates as 2025-03-14")
        ) from None


def _moment(written: str, zone: ZoneInfo) -> datetime | None:
    """A moment, in the zone; without an offset it is one there."""
    found = _MOMENT.fullmatch(written)
    if found is None:
        return None
    year, month, on, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    offset = (found[7] or "").replace("Z", "+00:00")
    if not offset:
        return _fit(datetime(year, month, on, hour, minute, second, tzinfo=zone))
    return _fit(datetime.fromisoformat(
        f"{year:04}-{month:02}-{on:02}T{hour:02}:{minute:02}:{second:02}{offset}"
    )).astimezone(zone)  # fmt: skip


def _day(written: str, order: Order | None) -> date:
    if iso := _ISO.fullmatch(written):
        return _within(date(int(iso[1]), int(iso[2]), int(iso[3])))
    if dots := _DOTS.fullmatch(written):
        return _within(date(int(dots[3]), int(dots[2]), int(dots[1])))
    two = _TWO_WAYS.fullmatch(written)
    if two is None or order is None:
        raise ValueError(written)
    first, second, year = (int(part) for part in two.groups())
    return _within(date(year, first, second) if order == "mdy" else date(year, second, first))


def clock(written: str) -> datetime | None:
    """A time of the day, on whatever day; None where it is none."""
    found = _TIME.fullmatch(written)
    if found is None:
        return None
    hour = int(found[1])
    if found[4]:
        hour = hour % 12 + (12 if found[4] in "Pp" else 0)
    try:
        return datetime(2000, 1, 1, hour, int(found[2]), int(found[3] or 0))
    except ValueError:
        return None


def _sorted(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _head(text: str) -> str:
    return text.strip().partition(" ")[0]


def _within(on: date) -> date:
    if not 1900 <= on.year <= 9000:
        raise ValueError(on)
    return on


def _fit(moment: datetime) -> datetime:
    _within(moment.date())
    return moment
