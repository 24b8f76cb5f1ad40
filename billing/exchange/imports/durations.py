"""How long a row of another tool is, in whole minutes: each by itself, before anything is summed.

A row is the same minutes in each of a tool's exports: 0.17 hours in its CSV, 620 seconds in its API are ten.
Hours that a tool rounded to two decimals are read to the nearest minute, for it cannot say ten minutes (0.17)
otherwise; where a file has no more than one decimal they could be anything within six minutes, and are refused. A float
is what the tool computed from minutes, and read to the nearest one.
"""

import re
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from billing.core.units import nearest_minutes
from billing.errors import BadInput
from billing.texts import say

UNITS = ("hours", "hours-float", "minutes", "seconds", "clock", "span")
_MOST = 10_000_000
_CLOCK = re.compile(r"([+-]?)([0-9]{1,4}):([0-5][0-9])(?::([0-5][0-9])(?:\.0+)?)?", re.ASCII)
_NUMBER = re.compile(r"[+-]?[0-9]{1,9}(?:[.,][0-9]{1,20})?|[+-]?[0-9](?:\.[0-9]{1,20})?[eE]-[0-9]{1,2}", re.ASCII)


def to_minute(seconds: int) -> int:
    """Seconds to the nearest whole minute; half of one and more is one, of a correction too."""
    return nearest_minutes(seconds) * 60


def tell_minutes(texts: Iterable[str]) -> bool:
    """Whether hours of a file have two decimals somewhere: then those of one decimal were not rounded to it."""
    return any(_NUMBER.fullmatch(text.strip()) and _decimals(text.strip()) > 1 for text in texts)


def seconds(text: str, unit: str, exact: bool = False) -> int:
    """Seconds of a duration as a tool writes it, before its row is read to the minute; a correction is less than none.

    `exact` says that hours of one decimal are what they say (`tell_minutes`). Raises BadInput (`bad-duration`).
    """
    written = text.strip().replace("\u2212", "-")
    clock = _CLOCK.fullmatch(written)
    if clock is not None and unit in ("hours", "hours-float", "clock"):
        whole = int(clock[2]) * 3600 + int(clock[3]) * 60 + int(clock[4] or 0)
        return -whole if clock[1] == "-" else whole
    if unit == "clock" or _NUMBER.fullmatch(written) is None:
        raise _none(text)
    number = Decimal(written.replace(",", "."))
    if abs(number) > _MOST:
        raise _none(text)
    if unit == "hours" and not exact:
        _check_decimals(text, written)
    if unit in ("hours", "hours-float"):
        return _whole(number * 60) * 60
    return _whole(number * 60) if unit == "minutes" else _whole(number)


def _check_decimals(text: str, written: str) -> None:
    """Refuses hours of one decimal: they were rounded to six minutes."""
    if _decimals(written) == 1:
        raise BadInput(
            "bad-duration",
            say("{value} hours: with one decimal nobody knows which minutes were meant", value=text.strip()),
            say("export hours with two decimals, or as 0:25"),
        )


def _decimals(written: str) -> int:
    return len(re.split(r"[.,]", written + ".")[1])


def _whole(number: Decimal) -> int:
    """The nearest whole number; half of one and more is one."""
    return int(number.quantize(Decimal(1), ROUND_HALF_UP))


def _none(text: str) -> BadInput:
    return BadInput("bad-duration", say("{value!r} is no duration", value=text[:60]))
