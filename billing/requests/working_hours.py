"""A customer's working hours as people write them: `mon-fri 08:00-12:00, 13:30-17:30; sat 09:00-12:00` (S10)."""

import re
from typing import Any, cast

from billing.core.tariff import Day, Week
from billing.errors import BadInput
from billing.texts import say
from billing.values import dataclass

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NAMES = "|".join(_DAYS)
_GROUP = re.compile(rf"({_NAMES})(?:-({_NAMES}))?")
_SPAN = re.compile(r"(\d{1,2}):(\d\d)-(\d{1,2}):(\d\d)")


@dataclass(frozen=True, slots=True, eq=False)
class Hours:
    """Days with their hours, or none at all: then what was there is taken away."""

    def check(self, value: Any, name: str) -> None:
        if value != "":
            week_of(value, name)


def week_of(text: Any, name: str = "hours") -> Week:
    """The week that the hours say, Monday first, in minutes of the local day. Raises BadInput."""
    found: dict[int, list[tuple[int, int]]] = {}
    days: range | None = None
    for word in re.split(r"[\s,;]+", text.strip().lower()) if isinstance(text, str) and len(text) <= 200 else [""]:
        if (group := _GROUP.fullmatch(word)) is not None:
            days = range(_DAYS.index(group[1]), _DAYS.index(group[2] or group[1]) + 1)
            if not days or any(day in found for day in days):
                raise _wrong(text, name)
            found |= {day: [] for day in days}
        elif days is not None and (span := _SPAN.fullmatch(word)) is not None:
            opens, closes = (int(span[n]) * 60 + int(span[n + 1]) for n in (1, 3))
            if opens >= closes or closes > 24 * 60 or int(span[2]) > 59 or int(span[4]) > 59:
                raise _wrong(text, name)
            for day in days:
                if found[day] and found[day][-1][1] > opens:
                    raise _wrong(text, name)
                found[day].append((opens, closes))
        else:
            raise _wrong(text, name)
    if not all(found.values()):
        raise _wrong(text, name)
    return cast(Week, tuple(tuple(found.get(day, cast(Day, ()))) for day in range(7)))


def _wrong(text: Any, name: str) -> BadInput:
    wrong = say("{name} {text!r}: days once each, with their hours in order", name=name, text=text)
    return BadInput("bad-input", wrong, say("write them as `mon-fri 08:00-12:00, 13:30-17:30; sat 09:00-12:00`"))
