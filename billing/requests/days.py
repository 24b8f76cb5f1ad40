"""Days as people write them, in whatever language: `2025-03-31`, `31.3.2025`, `31.3.`, `hier`, `gestern`, `lundi`.

What could be two days is refused, with what would work. The words come from the catalogs, the names of weekdays from
CLDR, of every language at once: nobody changes a setting to write a date.
"""

import re
from datetime import date, timedelta
from functools import cache

from billing.errors import BadInput
from billing.locales import formats, terminals, worded
from billing.texts import Text, say, say_as

_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_EUROPEAN = re.compile(r"(\d{1,2})([./])(\d{1,2})(?:\2(\d{4}|\d{2})?)?", re.ASCII)
_WORDS = {0: say_as("a day", "today"), 1: say_as("a day", "yesterday"), 2: say_as("a day", "the day before yesterday")}


def day(text: str, today: date | None = None) -> date:
    """A day; only where `today` is known one without its year, `yesterday`, or a weekday, which is the last such day.

    Raises BadInput (`bad-date`) for what is none, and for what could be two: `3/4/2025`, a weekday on that weekday.
    """
    word = _plain(text)
    if iso := _ISO.fullmatch(word):
        return _made(text, today, int(iso[1]), int(iso[2]), int(iso[3]))
    if found := _EUROPEAN.fullmatch(word):
        return _european(text, found, today)
    if today is None:
        raise _none(text, today)
    if word in _named():
        return today - timedelta(days=_named()[word])
    if word in _weekdays():
        back = (today.weekday() - _weekdays()[word]) % 7
        if back == 0:
            raise _either(text, _WORDS[0], today - timedelta(days=7))
        return today - timedelta(days=back)
    raise _none(text, today)


def relative(text: str) -> bool:
    """Whether a day depends on which day today is; what is no day does not."""
    word = _plain(text)
    if _ISO.fullmatch(word):
        return False  # as nearly all are: no catalog is read for them
    found = _EUROPEAN.fullmatch(word)
    return found[4] is None if found else word in _named() or word in _weekdays()


def _european(text: str, found: re.Match[str], today: date | None) -> date:
    """The day first, as everywhere in Europe; with strokes only where the month could not stand there."""
    first, mark, second, year = int(found[1]), found[2], int(found[3]), found[4]
    if year is None and today is None:
        raise _none(text, today)
    if year is None:
        near = (today or date.max).year
        dated = [_made(text, today, y, second, first) for y in (near - 1, near, near + 1) if _is_day(y, second, first)]
        if not dated:
            raise _none(text, today)
        best = min(dated, key=lambda on: abs((on - (today or date.max)).days))
    else:
        best = _made(text, today, int(year) + (2000 if len(year) == 2 else 0), second, first)
    if mark == "/" and best.day <= 12 and best.day != best.month:
        raise _either(text, best, date(best.year, best.day, best.month))
    return best


def _is_day(year: int, month: int, day_: int) -> bool:
    try:
        date(year, month, day_)
    except ValueError:
        return False
    return True


def _made(text: str, today: date | None, year: int, month: int, day_: int) -> date:
    if not 1900 <= year <= 9000 or not _is_day(year, month, day_):
        raise _none(text, today)
    return date(year, month, day_)


def _none(text: str, today: date | None) -> BadInput:
    forms = say("write one as 2025-03-31 or 31.3.2025")
    if today is not None:
        forms = say("write one as 2025-03-31, 31.3.2025, 31.3., yesterday or monday")
    return BadInput("bad-date", say("{text!r} is no date", text=text), forms)


def _either(text: str, one: Text | date, other: date) -> BadInput:
    return BadInput(
        "bad-date", say("{text!r} may be {one} or {other}", text=text, one=one, other=other), say("write which it is")
    )


def _plain(word: str) -> str:
    return word.strip().casefold().replace("’", "'").replace("ì", "i").removesuffix("'")


@cache
def _named() -> dict[str, int]:
    """How many days ago, by word."""
    return {_plain(worded(word, language)): back for language in terminals() for back, word in _WORDS.items()}


@cache
def _weekdays() -> dict[str, int]:
    """Weekdays, Monday 0, by name."""
    return {
        _plain(name): number
        for language in terminals()
        for number, name in enumerate(formats.habits(language).weekdays)
    }
