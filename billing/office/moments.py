"""Reads and writes moments: what people type as a local time, and now on a clock that may be a test's (S9)."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from billing.core import service
from billing.errors import BadInput
from billing.office.transaction import Setting

_FORM = re.compile(
    r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2})?(?P<offset>Z|[+-]\d{2}:?\d{2})?)?", re.ASCII | re.IGNORECASE
)


def moment(text: str, zone: ZoneInfo) -> datetime:
    """An instant in UTC: an ISO time with its offset, or a local time of the zone; a day alone is its midnight.

    Raises BadInput (`bad-time`) for what is none, and for a local time that the clocks skip or show twice.
    """
    written = text.strip()
    found = _FORM.fullmatch(written)
    try:
        if found is None:
            raise ValueError
        at = datetime.fromisoformat(written.upper())
        if not 1900 <= at.year <= 9000:
            raise ValueError
    except ValueError:
        raise BadInput(
            "bad-time", f"{text!r} is no time; write one as 2025-03-04T22:00 or 2025-03-04T22:00+01:00"
        ) from None
    if at.tzinfo is not None:
        return at.astimezone(UTC)
    shown = service.instants(at, zone)
    if len(shown) == 1:
        return shown[0]
    how = "twice, as the clocks go back" if shown else "never, as the clocks go forward"
    example = f"{at.isoformat(timespec='minutes')}+01:00"
    raise BadInput("bad-time", f"{text} comes {how} in {zone.key}; write it with its offset, as {example}")


def now(setting: Setting) -> datetime:
    """This moment, in UTC; on a test clock, noon of its day."""
    return datetime.fromisoformat(setting.recorded_at())


def local(at: datetime, zone: ZoneInfo) -> str:
    """A moment as answers write it: ISO, to the minute where it has no seconds, with the offset of the zone."""
    here = at.astimezone(zone)
    return here.isoformat(timespec="seconds")
