"""Days in a file have one reading: 04/05/2025 is the 4th of May or the 5th of April in all of it, or it is refused.

2025-05-04 and 4.5.2025 have one anyway, and so has a cell that is a day. What has strokes or dashes is read day first
or month first, as the file itself leaves it open; where both would do for all of them, who gives the file says which.
"""

import re
from collections.abc import Iterable
from datetime import date, datetime
from typing import Literal

from billing.errors import BadInput
from billing.exchange.sheets.table import Value
from billing.texts import Text, say
from billing.values import dataclass

Reading = Literal["dmy", "mdy"]
_ISO = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})", re.ASCII)
_POINTS = re.compile(r"(\d{1,2})\. ?(\d{1,2})\. ?(\d{4}|\d\d)", re.ASCII)
_STROKES = re.compile(r"(\d{1,2})([/-])(\d{1,2})\2(\d{4}|\d\d)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Order:
    """The reading of the days of a file: `dmy`, `mdy`, or None where none of them asks for one."""

    reading: Reading | None = None

    def day(self, value: Value) -> date:
        """A day. Raises BadInput (`bad-date`) for what is none, by its place if the caller adds it."""
        if isinstance(value, datetime):
            if value.time() != value.min.time():
                raise BadInput("bad-date", say("{value} is a time; a day is wanted", value=value))
            return value.date()
        if isinstance(value, date):
            return value
        if not isinstance(value, str):
            raise BadInput(
                "bad-date", say("{value} is a number, and no day", value=str(value)), say("format the cell as a date")
            )
        parts = _parts(value.strip(), self.reading)
        found = _made(*parts) if parts else None
        if found is None:
            raise BadInput("bad-date", say("{text!r} is no date", text=value), self._forms())
        return found

    def _forms(self) -> Text:
        if self.reading == "mdy":
            return say("this file has the month first; write 2025-03-31")
        return say("write one as 2025-03-31 or 31.3.2025")


def order_of(cells: Iterable[tuple[Text, Value]], given: str | None = None) -> Order:
    """The one reading of the days in some cells, each with its place. `given` is what was said: `dmy` or `mdy`.

    Raises BadInput (`bad-date`) where both readings are possible for all of them, naming the first, and where some
    have the day first and others the month.
    """
    if given not in (None, "dmy", "mdy"):
        raise BadInput("bad-input", say("--date-order {given!r}: give dmy or mdy", given=given))
    if given is not None:
        return Order("dmy" if given == "dmy" else "mdy")
    only: dict[Reading, tuple[Text, str]] = {}
    either: tuple[Text, str, date, date] | None = None
    for place, value in cells:
        if not isinstance(value, str) or not _STROKES.match(value.strip()):
            continue
        days, months = _as(value, "dmy"), _as(value, "mdy")
        if days and months and days != months:
            either = either or (place, value, days, months)
        elif days and not months:
            only.setdefault("dmy", (place, value))
        elif months and not days:
            only.setdefault("mdy", (place, value))
    if len(only) == 2:
        raise BadInput(
            "bad-date",
            say(
                "{first} has the day first ({one}) and {second} the month ({other})",
                first=only["dmy"][0], one=only["dmy"][1], second=only["mdy"][0], other=only["mdy"][1],
            ),
            say("write all dates of a file in one way, best as 2025-03-31"),
        )  # fmt: skip
    if either and not only:
        place, value, one, other = either
        raise BadInput(
            "bad-date",
            say("{text!r} may be {one} or {other}", text=value, one=one, other=other),
            say("no date of the file tells which: give --date-order dmy or mdy"),
        ).at(place)
    return Order(next(iter(only), None))


def _as(value: str, reading: Reading) -> date | None:
    found = _STROKES.match(value.strip())
    parts = _parts(found[0], reading) if found else None
    return _made(*parts) if parts else None


def _parts(word: str, reading: Reading | None) -> tuple[int, int, int] | None:
    """Year, month, day, as they are written."""
    if iso := _ISO.fullmatch(word):
        return int(iso[1]), int(iso[3]), int(iso[4])
    if points := _POINTS.fullmatch(word):
        return _year(points[3]), int(points[2]), int(points[1])
    if found := _STROKES.fullmatch(word):
        first, second, year = int(found[1]), int(found[3]), _year(found[4])
        return (year, first, second) if reading == "mdy" else (year, second, first)
    return None


def _year(written: str) -> int:
    return int(written) + (2000 if len(written) == 2 else 0)


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if 1900 <= year <= 9000 else None
    except ValueError:
        return None
