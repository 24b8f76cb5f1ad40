"""Values of cells as what they stand for: text, whole numbers, amounts, durations; exact, and never guessed."""

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from billing.errors import BadInput
from billing.exchange.sheets.days import Order
from billing.exchange.sheets.table import Value
from billing.requests import inputs
from billing.texts import say

_GERMAN = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]{1,2}", re.ASCII)  # 1.234,50
_ENGLISH = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]{1,2}", re.ASCII)  # 1,234.50
_COMMA = re.compile(r"[0-9]+,[0-9]{1,2}", re.ASCII)
_WHOLE = re.compile(r"-?[0-9]{1,15}(?:[.,]0+)?", re.ASCII)
_MOMENT = re.compile(r"(.+?)(?:[T ]|, ?)([0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?:Z|[+-][0-9]{2}:[0-9]{2})?)", re.ASCII)
_YES, _NO = ("true", "yes", "oui", "ja", "sì", "si", "1", "x"), ("false", "no", "non", "nein", "0")


def text(value: Value) -> str:
    """A cell as text: of a number its figures. Raises BadInput where the spreadsheet made a date or a time of it."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Decimal):
        return f"{value:f}"
    raise BadInput(
        "bad-input",
        say("{value} is a date or a time for the spreadsheet, and text is wanted", value=str(value)),
        say("format the cell as text and write it again"),
    )


def whole(value: Value) -> int:
    """A whole number: `12`, and `12.0` or `12,0` as some write it."""
    written = text(value).strip()
    if not _WHOLE.fullmatch(written) or isinstance(value, bool):
        raise BadInput("bad-input", say("{value!r}: give a whole number", value=written))
    return int(re.split(r"[.,]", written)[0])


def money(value: Value) -> str:
    """An amount as `inputs.money` reads it; of 1.234,50 and 1,234.50 it is plain which mark is the point."""
    written = text(value).strip()
    if _GERMAN.fullmatch(written) or _COMMA.fullmatch(written):
        return written.replace(".", "").replace(",", ".")
    if _ENGLISH.fullmatch(written):
        return written.replace(",", "")
    if isinstance(value, Decimal) and value == value.quantize(Decimal("0.01")):
        return f"{value.quantize(Decimal('0.01')):f}"
    return written


def flag(value: Value) -> bool:
    """Yes or no, in the languages of the program."""
    written = text(value).strip().casefold()
    if written not in (*_YES, *_NO):
        raise BadInput("bad-input", say("{value!r}: give yes or no", value=written))
    return written in _YES


def several(value: Value) -> list[str]:
    """Several texts in one cell, parted by semicolons or ends of lines."""
    return [part.strip() for part in re.split(r"[;\r\n]", text(value)) if part.strip()]


def time_worked(value: Value) -> str:
    """A duration as `inputs.duration` reads it; a cell that is a time is hours and minutes."""
    if isinstance(value, date):
        raise BadInput("bad-duration", say("{value} is a date, and no duration", value=str(value)))
    if isinstance(value, time):
        value = timedelta(hours=value.hour, minutes=value.minute, seconds=value.second, microseconds=value.microsecond)
    if isinstance(value, timedelta):
        seconds = (value + timedelta(milliseconds=500)) // timedelta(seconds=1)  # cells keep parts of a day
        if seconds < 0:
            raise BadInput("bad-duration", say("{value} is no duration", value=str(value)))
        return f"{seconds // 3600}h{seconds // 60 % 60}m{seconds % 60}s"
    return text(value)


def month(value: Value) -> str:
    """A month as 2025-03; a spreadsheet may have made its first day of it."""
    if isinstance(value, date):
        day = Order().day(value)
        if day.day != 1:
            raise BadInput("bad-date", say("{value} is a day, and no month", value=day))
        return f"{day:%Y-%m}"
    return inputs.month(text(value)).strftime("%Y-%m")


def moment(value: Value, order: Order) -> str:
    """A moment as ISO has it, `2025-03-04T12:15`; a day alone is left to who asks."""
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds" if value.second else "minutes")
    if isinstance(value, date):
        return value.isoformat()
    written = text(value).strip()
    found = _MOMENT.fullmatch(written)
    return f"{order.day(found[1])}T{found[2]:0>5}" if found else order.day(written).isoformat()
