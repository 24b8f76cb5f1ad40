"""Moments as people say them: local where they give no offset, of today where they give no day.

They are values before they are anything else: `2025-03-04T09:00` and `2025-03-04 09:00` are one. Which instant that is
follows from a zone, which a tariff or the issuer gives.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from billing.core.service import instants
from billing.errors import BadInput
from billing.texts import say
from billing.values import dataclass

_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)?", re.ASCII)
_TIME = re.compile(r"[0-9]{1,2}:[0-9]{2}")


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """A moment of the years in which there are calendars."""

    def check(self, value: Any, name: str) -> None:
        """Refuses what is no moment (`bad-time`)."""
        if not isinstance(value, datetime | time) or (isinstance(value, datetime) and not 1900 <= value.year <= 9000):
            raise BadInput(
                "bad-time",
                say("{name} {value!r} is no time", name=name, value=value),
                say("write one as 2025-03-04T12:15"),
            )
        if isinstance(value, time) and value.tzinfo is not None:
            raise BadInput(
                "bad-time",
                say("{name} {value} has a zone and no day", name=name, value=value),
                say("give it one, as 2025-03-04T12:15+01:00"),
            )


When = Annotated[datetime | time, Told()]  # a time alone is one of today


def when(text: str) -> datetime | time:
    """A moment as 2025-03-04T12:15, with an offset or without, or a time of today as 12:15. Raises `bad-time`."""
    word = text.strip()
    if not _TIME.fullmatch(word):
        return moment(text)
    try:
        return time.fromisoformat(f"{word:0>5}")
    except ValueError:
        raise BadInput(
            "bad-time", say("{text!r} is no time", text=text), say("write one as 2025-03-04T12:15")
        ) from None


def moment(text: str) -> datetime:
    """A moment as 2025-03-04T12:15, with an offset or without. Raises BadInput (`bad-time`)."""
    word = text.strip().upper()
    try:
        if not _MOMENT.fullmatch(word):
            raise ValueError
        found = datetime.fromisoformat(word.replace(" ", "T", 1))
        if not 1900 <= found.year <= 9000:
            raise ValueError
    except ValueError:
        raise BadInput(
            "bad-time", say("{text!r} is no time", text=text), say("write one as 2025-03-04T12:15")
        ) from None
    return found


def moment_or_day(text: str) -> datetime:
    """A moment as `moment` reads it, or a day, which is its first moment. Raises BadInput (`bad-time`)."""
    is_day = len(text.strip()) == len("2025-03-04")
    return moment(f"{text.strip()}T00:00" if is_day else text)


def instant(at: datetime | time, zone: ZoneInfo, today: date) -> datetime:
    """The instant that a moment is in a zone; in UTC, to the second.

    Of a time that the clocks show twice it is the first; an offset names the other. Raises BadInput (`bad-time`) for
    one that the clocks skip.
    """
    given = (datetime.combine(today, at) if isinstance(at, time) else at).replace(microsecond=0)
    if given.tzinfo is not None:
        return given.astimezone(UTC)
    found = instants(given, zone)
    if not found:
        raise BadInput(
            "bad-time",
            say("{given} does not exist in {key}: the clocks go forward over it", given=spelled(given), key=zone.key),
        )
    return found[0]


def spelled(at: datetime | time) -> str:
    """A moment as it stands in what an id stands for (L5): as most people write it."""
    if isinstance(at, time):
        return at.isoformat(timespec="auto" if at.second else "minutes")
    return at.isoformat(timespec="seconds" if at.second else "minutes")


def spellings(at: datetime | time) -> Iterator[str]:
    """All that earlier versions took for a moment, each for a content of its own; `spelled` comes first."""
    first = spelled(at)
    if isinstance(at, time):
        yield from dict.fromkeys((first, first.removeprefix("0")))
        return
    whole = at.isoformat(timespec="seconds")
    texts = dict.fromkeys((first, whole))
    if at.utcoffset() is not None and not at.utcoffset():
        texts |= dict.fromkeys(f"{text.removesuffix('+00:00')}{sign}" for text in tuple(texts) for sign in "Zz")
    yield from dict.fromkeys(text.replace("T", between) for between in ("T", " ", "t") for text in texts)
