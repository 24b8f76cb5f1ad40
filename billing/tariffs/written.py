"""What a tariff file writes as text or number, and the value that each says. All raise ValueError for anything else."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Literal, cast, get_args

from billing.core.lettering import undrawn
from billing.core.signs import hidden
from billing.core.tariff import Day, Target, Titles, Validity, Week
from billing.core.units import to_cents

Language = Literal["fr", "de", "it", "nl", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MOST = 10_000_000  # money and minutes; more is a slip of the keyboard
_INTERVAL = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)")
_TARGET = re.compile(r"([1-9]\d{0,3}) (business minute|business hour|business day|elapsed minute|elapsed hour)s?")
_VALIDITY = re.compile(r"([1-9]\d*) (day|month|year)s?")
_LONGEST = {"day": 36_525, "month": 1_200, "year": 100}
_LONGEST_TARGET = timedelta(days=365) // timedelta(minutes=1)


def amount_of(number: int | Decimal) -> Decimal:
    """The amount of money of `175`, `175.0`, `175.00`, to the cent."""
    amount = Decimal(number)
    if not amount.is_finite() or not 0 <= amount <= MOST or amount != to_cents(amount):
        raise ValueError(number)
    return to_cents(amount)


def validity_of(text: str) -> Validity:
    """The validity of `1 year`, `6 months`, `30 days`, `term`."""
    if text == "term":
        return Validity(1, "term")
    read = _VALIDITY.fullmatch(text)
    if read is None or int(read[1]) > _LONGEST[read[2]]:
        raise ValueError(text)
    return Validity(int(read[1]), cast(Literal["day", "month", "year"], read[2]))


def week_of(days: dict[str, tuple[str, ...]]) -> Week:
    """The week of `{ mon-thu = ["08:00-12:00"], fri = [...] }`."""
    found: dict[int, Day] = {}
    for key, intervals in days.items():
        first, _, last = key.partition("-")
        for day in range(DAYS.index(first), DAYS.index(last or first) + 1):
            if day in found:
                raise ValueError(f"{DAYS[day]} is there twice")
            found[day] = tuple(sorted(_interval(text) for text in intervals))
        if last and DAYS.index(last) <= DAYS.index(first):
            raise ValueError(f"{key} runs backwards")
    if not any(found.values()):
        raise ValueError("never open")
    return cast(Week, tuple(found.get(day, ()) for day in range(7)))


def target_of(text: str) -> Target:
    """The target of `2 business days`, `1 business hour`, `48 elapsed hours`."""
    read = _TARGET.fullmatch(text)
    if read is None:
        raise ValueError(text)
    amount, unit = int(read[1]), read[2]
    if unit == "business day":
        return Target(amount, "business-days")
    minutes = amount * (60 if unit.endswith("hour") else 1)
    if minutes > _LONGEST_TARGET:
        raise ValueError(text)
    return Target(minutes, "business-minutes" if unit.startswith("business") else "elapsed-minutes")


def words_of(text: str) -> str:
    """Words for people, as a paper draws them, without signs that nobody sees; they may be on several lines."""
    unseen = [sign for sign in hidden(text) if sign not in "\n\t"]
    if unseen or undrawn(text):
        raise ValueError(text)
    return text


def titles_of(given: dict[Language, str], name: str) -> Titles:
    """A title in every language: the missing ones as in English, or in any language given, or the bare name."""
    other = given.get("en") or next(iter(given.values()), name)
    return {language: given.get(language, other) for language in LANGUAGES}


def _interval(text: str) -> tuple[int, int]:
    read = _INTERVAL.fullmatch(text)
    if read is None:
        raise ValueError(text)
    opens, closes = int(read[1]) * 60 + int(read[2]), int(read[3]) * 60 + int(read[4])
    if not opens < closes <= 24 * 60:
        raise ValueError(text)
    return opens, closes
