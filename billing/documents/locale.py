"""How amounts, durations and days are written: by language, and by the country whose habits count (the issuer's).

Our own small tables and not CLDR's: an issued document must come out the same byte for byte in ten years (M8), and
CLDR changes its mind (U+202F) and writes `1 234,50 CHF` where Swiss business writes `CHF 1’234.50`. Amounts are
rounded half-up before they are written; nothing here rounds by itself. No time zone, no clock.
"""

import re
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache

from billing.core.units import END_OF_TIME, to_cents
from billing.documents.words import spoken, words

SWISS = ("CH", "LI")
NARROW = "\u202f"  # between groups of digits
FIXED = "\u00a0"  # between a number and its unit
_MARKS = {"fr": (NARROW, ","), "de": (".", ","), "it": (".", ","), "en": (",", ".")}  # thousands, decimal
_SIGNS = {"EUR": "€", "GBP": "£", "USD": "$"}


def money(amount: Decimal | str, currency: str, language: str, country: str) -> str:
    """An amount with its currency: `CHF 1’234.50` from a Swiss issuer; `1 234,50 €`, `1.234,50 €`, `€1,234.50`."""
    digits = number(amount, language, country)
    if country in SWISS:
        return f"{currency}{FIXED}{digits}"
    sign = _SIGNS.get(currency, currency)
    if spoken(language) != "en":
        return f"{digits}{FIXED}{sign}"
    if sign == currency:
        return f"{currency}{FIXED}{digits}"
    return f"-{sign}{digits[1:]}" if digits.startswith("-") else f"{sign}{digits}"


def number(amount: Decimal | str, language: str, country: str) -> str:
    """An amount with two decimals and grouped thousands, without its currency."""
    return _marked(format(to_cents(_decimal(amount)), ",.2f"), language, country)


def percent(rate: Decimal | str, language: str, country: str) -> str:
    """A VAT rate as it is said: `8.1 %`, `20 %`; no zeros at its end."""
    digits = format(_decimal(rate), "f")
    if "." in digits:
        digits = digits.rstrip("0").rstrip(".")
    unit = "%" if spoken(language) == "en" else f"{FIXED}%"
    return _marked(digits, language, country) + unit


def duration(minutes: int, language: str) -> str:
    """Minutes as hours and minutes, the same in all four languages: `22 h 45`, `2 h`, `35 min`, `-1 h 05`."""
    assert spoken(language)
    sign = "-" if minutes < 0 else ""
    hours, rest = divmod(abs(minutes), 60)
    if not hours:
        return f"{sign}{rest} min"
    return f"{sign}{hours} h {rest:02}" if rest else f"{sign}{hours} h"


def signed(minutes: int, language: str) -> str:
    """A duration with its sign also where it is positive: `+12 h`, `-35 min`, `0 min`."""
    return f"+{duration(minutes, language)}" if minutes > 0 else duration(minutes, language)


def stopwatch(seconds: int, language: str) -> str:
    """A raw time to the second: `12 min 30 s`, `1 h 05 min 07 s`; like a duration where there are no seconds."""
    minutes, rest = divmod(abs(seconds), 60)
    if not rest:
        return duration(minutes if seconds >= 0 else -minutes, language)
    hours, minutes = divmod(minutes, 60)
    sign = "-" if seconds < 0 else ""
    if hours:
        return f"{sign}{hours} h {minutes:02} min {rest:02} s"
    return f"{sign}{minutes} min {rest:02} s" if minutes else f"{sign}{rest} s"


@lru_cache(maxsize=4096)
def day(on: date | str, language: str, country: str = "") -> str:
    """A day in figures: `31.03.2025` in German and from a Swiss issuer, else `31/03/2025`; English `31 Mar 2025`."""
    on = _date(on)
    language = spoken(language)
    if language == "en":
        return f"{on.day} {_months('en')[on.month - 1][:3]} {on.year}"
    mark = "." if language == "de" or country in SWISS else "/"
    return f"{on.day:02}{mark}{on.month:02}{mark}{on.year}"


def long_day(on: date | str, language: str) -> str:
    """A day in words: `1er avril 2025`, `1. April 2025`, `1º aprile 2025`, `1 April 2025`."""
    on = _date(on)
    language = spoken(language)
    first = {"fr": "1er", "it": "1º"}.get(language, "1") if on.day == 1 else str(on.day)
    return f"{first}{'.' if language == 'de' else ''} {_months(language)[on.month - 1]} {on.year}"


def month(of: str, language: str) -> str:
    """A month of a year, from `2025-02`: `février 2025`."""
    year, _, number_ = of.partition("-")
    return f"{_months(spoken(language))[int(number_) - 1]} {year}"


def elided(sentence: str, language: str) -> str:
    """A sentence whose days are put in as Italian says them: `entro l’8 marzo`, `all’11 aprile`."""
    if spoken(language) != "it":
        return sentence
    return re.sub(r"\b([Ii]|[Aa]|[Dd]a)l (?=(?:8|11) [a-z])", _elision, sentence)


def never_ends(on: date | str | None) -> bool:
    """Whether a last day stands for no end at all."""
    return on is None or _date(on) == END_OF_TIME


def _elision(found: re.Match[str]) -> str:
    article = found[1]
    return {"i": "l’", "I": "L’"}.get(article, f"{article}ll’")


def _marked(digits: str, language: str, country: str) -> str:
    thousands, decimal = ("’", ".") if country in SWISS else _MARKS[spoken(language)]
    return digits.replace(",", "\0").replace(".", decimal).replace("\0", thousands)


def _decimal(amount: Decimal | str) -> Decimal:
    assert isinstance(amount, (Decimal, str)), amount
    return Decimal(amount)


def _date(on: date | str) -> date:
    return on if isinstance(on, date) else date.fromisoformat(on)


@cache
def _months(language: str) -> tuple[str, ...]:
    return tuple(words(language)["months"].split())
