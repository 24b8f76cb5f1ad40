"""Reads what people and files write: durations, days, money. Forgiving in form, strict in value."""

import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from billing.core.service import instants
from billing.core.units import CENT, ZERO
from billing.errors import BadInput
from billing.requests.days import day as day
from billing.requests.days import relative as relative
from billing.requests.fields import DAY_SECONDS, MOST_MONEY, check_signs
from billing.texts import Text, say

_DURATION = re.compile(
    r"""(?P<minutes>\d+)
      | (?P<clock_hours>\d+):(?P<clock_minutes>[0-5]\d)
      | (?P<hours>\d+)\s*h\s*(?P<rest>[0-5]?\d)
      | (?:pt(?=\d))? (?:(?P<h>\d+(?:[.,]\d+)?)\s*h\s*)? (?:(?P<m>\d+(?:[.,]\d+)?)\s*m(?:in)?\s*)? (?:(?P<s>\d+)\s*s)?
    """,
    re.VERBOSE | re.ASCII,
)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)?", re.ASCII)
_DURATIONS = say("12, 12m, 1h, 1h30, 1:30, 90m, 1.5h or 12m30s")


def duration(text: str) -> int:
    """Seconds of a duration as agents write it: a bare number is minutes (T4, cli.md).

    Whether that is too short or too long, the request says that it goes into. Raises BadInput (`bad-duration`).
    """
    written = text.strip()
    return -_seconds(written[1:]) if re.match(r"-\d", written) else _seconds(text)


def minutes(text: str) -> int:
    """Whole minutes of a duration. Raises BadInput (`bad-duration`)."""
    seconds = duration(text)
    if seconds % 60:
        raise BadInput("bad-duration", say("{text}: give whole minutes", text=text))
    return seconds // 60


def days(text: str) -> int:
    """A number of days, as `30d` or `30`. Raises BadInput (`bad-input`)."""
    found = re.fullmatch(r"(\d{1,5})\s*d?", text.strip(), re.ASCII)
    if found is None:
        raise BadInput("bad-input", say("{text!r} is no number of days", text=text), say("write 30 or 30d"))
    return int(found[1])


def long_duration(text: str) -> int:
    """Seconds of a duration that is quoted, which may be longer than a day. Raises BadInput (`bad-duration`)."""
    seconds = _seconds(text)
    if not 0 < seconds <= 10_000 * 3600:
        raise BadInput(
            "bad-duration",
            say("{text}: give a time of up to 10000 hours", text=text),
            say("write {durations}", durations=_DURATIONS),
        )
    return seconds


def _seconds(text: str) -> int:
    """Whole seconds of a duration; too long a one stays too long."""
    found = _DURATION.fullmatch(text.strip().lower())
    if found is None or not text.strip():
        raise BadInput(
            "bad-duration", say("{text!r} is no duration", text=text), say("write {durations}", durations=_DURATIONS)
        )
    part = {key: Decimal((value or "0").replace(",", ".")) for key, value in found.groupdict().items()}
    exact = (
        _hours(part["h"])
        + (part["hours"] + part["clock_hours"]) * 3600
        + (part["m"] + part["rest"] + part["clock_minutes"] + part["minutes"]) * 60
        + part["s"]
    )
    whole = int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP)) if exact < 10**9 else 10**9
    return whole if exact <= DAY_SECONDS else max(whole, DAY_SECONDS + 1)


def _hours(hours: Decimal) -> Decimal:
    """Seconds of decimal hours. With two decimals or more they were rounded by the tool that wrote them, for it cannot
    say ten minutes (0.17 h) otherwise: they are read to the nearest whole minute; with one decimal they are exact."""
    exponent = hours.as_tuple().exponent
    if isinstance(exponent, int) and exponent <= -2:
        return (hours * 60).quantize(Decimal(1), rounding=ROUND_HALF_UP) * 60
    return hours * 3600


def instant(text: str, zone: ZoneInfo, today: date) -> datetime:
    """A moment as `moment` reads it, a time of today as 12:15, or a day as people write it and a time: `hier 9:30`.

    In UTC, to the second.
    """
    full, found = text, re.fullmatch(r"(?:(.+)[ T])?([0-9]{1,2}:[0-9]{2})", text.strip(), re.ASCII)
    if found:
        with suppress(BadInput):  # then it is no time at all, and `moment` says so
            full = f"{day(found[1], today) if found[1] else today}T{found[2]:0>5}"
    return moment(full, zone).replace(microsecond=0)


def moment(text: str, zone: ZoneInfo) -> datetime:
    """A moment as 2025-03-04T12:15, in the zone, or with an offset of its own; in UTC.

    Of a time that the clocks show twice it is the first; an offset names the other. Raises BadInput (`bad-time`) for
    what is no time, and for one that the clocks skip.
    """
    moment_day(text)
    given = datetime.fromisoformat(text.strip().upper().replace(" ", "T", 1))
    if given.tzinfo is not None:
        return given.astimezone(UTC)
    found = instants(given, zone)
    if not found:
        raise BadInput(
            "bad-time", say("{text} does not exist in {key}: the clocks go forward over it", text=text, key=zone.key)
        )
    return found[0]


def moment_day(text: str) -> date:
    """The day of a moment as it is written. Raises BadInput (`bad-time`)."""
    try:
        if not _MOMENT.fullmatch(text.strip().upper()):
            raise ValueError
        found = datetime.fromisoformat(text.strip().upper().replace(" ", "T", 1)).date()
        if not 1900 <= found.year <= 9000:
            raise ValueError
    except ValueError:
        raise BadInput(
            "bad-time", say("{text!r} is no time", text=text), say("write one as 2025-03-04T12:15")
        ) from None
    return found


def month(text: str) -> date:
    """The first day of a month written as 2025-03. Raises BadInput (`bad-date`)."""
    try:
        return day(f"{text.strip()}-01")
    except BadInput:
        raise BadInput("bad-date", say("{text!r} is no month", text=text), say("write one as 2025-03")) from None


def months_and_numbers(words: Iterable[str]) -> tuple[tuple[date, ...], tuple[str, ...]]:
    """The months and the numbers of documents among some words, each once. Raises BadInput (`bad-date`)."""
    known = list(dict.fromkeys(words))
    months = [word for word in known if re.fullmatch(r"\d+-\d+", word)]
    return tuple(map(month, months)), tuple(word for word in known if word not in months)


def year_of(start: str, on: date) -> date:
    """The first day of the business year that a day lies in, of one that begins as `01-01` says (`bad-date`)."""
    found = re.fullmatch(r"(\d\d)-(\d\d)", start, re.ASCII)
    try:
        first = date(on.year, *(int(part) for part in found.groups())) if found else None
    except ValueError:
        first = None
    if first is None or (first.month, first.day) == (2, 29):  # no year begins on a day that it may lack
        raise BadInput("bad-date", say("{start!r}: write month and day, as 01-01", start=start))
    return first if first <= on else first.replace(year=on.year - 1)


def last_of_year(first: date) -> date:
    """The last day of the business year that begins on a day."""
    return first.replace(year=first.year + 1) - timedelta(days=1)


def rate(text: str) -> tuple[str, Decimal]:
    """A currency and its rate, as `CHF=0.95`. Raises BadInput (`bad-input`)."""
    found = re.fullmatch(r"\s*([A-Za-z]{3})\s*=\s*([0-9]{1,6}(?:[.,][0-9]{1,10})?)\s*", text, re.ASCII)
    value = Decimal(found[2].replace(",", ".")) if found else ZERO
    if found is None or value <= 0:
        raise BadInput(
            "bad-input", say("rate {text!r}: write a currency and what one of it is worth, as CHF=0.95", text=text)
        )
    return found[1].upper(), value


def fit(text: str, what: str, lines: bool = True) -> str:
    """Text that every database and document can hold: no NUL and no half of a character (`bad-input`).

    Without `lines` it is one line, without signs that nobody sees.
    """
    check_signs(text, what, lines, prose=lines)
    return text


def short(text: str | None, what: str) -> None:
    """Refuses a name or a reference of more than 200 characters (`bad-input`)."""
    if text is not None and len(text) > 200:
        raise BadInput(
            "bad-input",
            say("{what} {text!r}… has {count} characters", what=what, text=text[:20], count=len(text)),
            say("200 are the most"),
        )


def not_future(on: date, today: date, what: Text | str) -> date:
    """Refuses a day after today (T4)."""
    if on > today:
        raise BadInput(
            "future-date",
            say("{what} on {on} is in the future", what=what, on=on),
            say("today is {today}", today=today),
        )
    return on


def share(text: str) -> tuple[Decimal | None, Decimal | None, str | None]:
    """A share of an amount: per cent, as 50, or money with its currency, as `600 CHF`; the one, the other, and which.

    Raises BadInput (`bad-input`).
    """
    currency = re.search(r"[A-Z]{3}", text)
    if currency:
        return None, money(text.replace(currency[0], "", 1).strip(), "share"), currency[0]
    percent = money(text.strip().rstrip("%").strip(), "share")
    if not 0 < percent <= 100:
        raise BadInput(
            "bad-input", say('share {text!r}: write per cent as 50, up to 100, or money as "600 CHF"', text=text)
        )
    return percent, None, None


def money(text: str, what: str) -> Decimal:
    """An amount of money, 0 or more, with at most two decimals. Raises BadInput (`bad-input`)."""
    written = str(text).strip()
    if re.fullmatch(_THOUSANDS, written):
        raise BadInput(
            "bad-input",
            say("{what} {written} has parts of a cent", what=what, written=written),
            say("give two decimals at most, and write a thousand as 1000 or 1'000"),
        )
    if written.startswith("-"):
        raise BadInput(
            "bad-input",
            say("{what} {text}: give an amount from 0 to {most_money}", what=what, text=text, most_money=MOST_MONEY),
        )
    if not re.fullmatch(_MONEY, written):
        raise BadInput(
            "bad-input",
            say("{what} {text!r} is no amount", what=what, text=text),
            say("write one of 0 or more as 1234.50"),
        )
    amount = Decimal(re.sub(r"[' \u2019\u00a0\u202f]", "", written).replace(",", "."))
    if amount > MOST_MONEY:
        raise BadInput(
            "bad-input",
            say("{what} {text}: give an amount from 0 to {most_money}", what=what, text=text, most_money=MOST_MONEY),
        )
    return amount.quantize(CENT) + ZERO


_MONEY = r"(?:[0-9]+|[0-9]{1,3}(?:[' \u2019\u00a0\u202f][0-9]{3})+)(?:[.,][0-9]{1,2})?"
_THOUSANDS = r"[0-9]+[.,][0-9]{3,}"
