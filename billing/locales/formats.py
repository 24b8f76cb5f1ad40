"""How amounts, durations and days are written: by language, and by the country whose habits count (the issuer's).

Days, months and marks are CLDR's, through Babel (`building`), and these are the exceptions, each with its reason:

- Amounts are rounded half-up before they are written, and no formatter of Babel is used, for those round half-even.
- A Swiss issuer writes `CHF 1’234.50` and `31.03.2025` in every language, as CLDR's de_CH does; its fr_CH has
  `1 234,50 CHF`, which no Swiss business writes.
- Days in figures have two digits for day and month and four for the year; CLDR's short ones end in `25`.
- English days are the ones of Europe, `31 Mar 2025`: 3/4/25 would be the third of April or the fourth of March.
- The first of a month is `1er` in French and `1º` in Italian, and Italian articles are elided before 8 and 11: CLDR
  has neither.
- Only €, £ and $ are signs, for the shipped fonts have no others; other currencies are their code, with a space in
  English too. Between a number and its unit or `%` stands U+00A0, where CLDR has U+202F, U+00A0 or nothing by turns;
  English and Dutch write `21%`. Dutch writes as in Belgium, `31/03/2025`, `€ 1.234,50`.
- Durations are our own: CLDR's narrow units print nonsense in de_CH, and nobody writes `1 hr, 35 min` on an invoice.
"""

import json
import re
from dataclasses import field
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path

from billing.core.units import END_OF_TIME, to_cents
from billing.law import countries
from billing.locales.catalogs import spoken
from billing.values import dataclass

FIXED = "\u00a0"  # between a number and its unit
_SIGNS = {"EUR": "€", "GBP": "£", "USD": "$"}
_FIRST = {"fr": "1er", "it": "1º"}


@dataclass(frozen=True, slots=True)
class Habits:
    """What CLDR says of a language, or of Swiss business."""

    months: list[str]
    short_months: list[str]
    weekdays: list[str]  # from Monday
    day: str  # a pattern: `dd/MM/y`
    long_day: str
    decimal: str
    group: str
    currency_first: bool
    currency_apart: bool = False
    countries: dict[str, str] = field(default_factory=dict)  # names by ISO 3166 code


@cache
def habits(language: str) -> Habits:
    """How a language writes; from a checkout that was not built, Babel is asked."""
    made = Path(__file__).with_name(f"{language}.json")
    if made.exists() and (found := Habits(**json.loads(made.read_bytes()))).countries:
        return found  # else one that an earlier version made
    from billing.locales import building

    return Habits(**building.habits(language))


def money(amount: Decimal | str, currency: str, language: str, country: str) -> str:
    """An amount with its currency: `CHF 1’234.50` from a Swiss issuer; `1 234,50 €`, `1.234,50 €`, `€1,234.50`."""
    digits = number(amount, language, country)
    if countries.of(country).own_figures:
        return f"{currency}{FIXED}{digits}"
    sign = _SIGNS.get(currency, currency)
    if not habits(spoken(language)).currency_first:
        return f"{digits}{FIXED}{sign}"
    if sign == currency or habits(spoken(language)).currency_apart:
        return f"{sign}{FIXED}{digits}"
    return f"-{sign}{digits[1:]}" if digits.startswith("-") else f"{sign}{digits}"


def number(amount: Decimal | str, language: str, country: str) -> str:
    """An amount with two decimals and grouped thousands, without its currency."""
    return _marked(format(to_cents(_decimal(amount)), ",.2f"), language, country)


def figure(amount: Decimal, language: str, country: str) -> str:
    """A number with the decimals that it has, and grouped thousands: `1’234.50`, `8,1`."""
    return _marked(format(amount, ",f"), language, country)


def percent(rate: Decimal | str, language: str, country: str) -> str:
    """A VAT rate as it is said: `8.1 %`, `20 %`; no zeros at its end."""
    digits = format(_decimal(rate), "f")
    if "." in digits:
        digits = digits.rstrip("0").rstrip(".")
    unit = "%" if spoken(language) in ("en", "nl") else f"{FIXED}%"
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


def clock(seconds: int) -> str:
    """A raw time to the second where room is scarce: `0:12:30`, `1:05:07`."""
    minutes, rest = divmod(abs(seconds), 60)
    return f"{'-' if seconds < 0 else ''}{minutes // 60}:{minutes % 60:02}:{rest:02}"


@lru_cache(maxsize=4096)
def day(on: date | str, language: str, country: str = "") -> str:
    """A day in figures: `31.03.2025` in German and from a Swiss issuer, else `31/03/2025`; English `31 Mar 2025`."""
    language = spoken(language)
    own = None if language == "en" else countries.of(country).own_figures
    return _filled(habits(own or language).day, _date(on), language)


def long_day(on: date | str, language: str) -> str:
    """A day in words: `1er avril 2025`, `1. April 2025`, `1º aprile 2025`, `1 April 2025`."""
    language = spoken(language)
    return _filled(habits(language).long_day, _date(on), language)


def month(of: str, language: str) -> str:
    """A month of a year, from `2025-02`: `février 2025`."""
    year, _, number_ = of.partition("-")
    return f"{habits(spoken(language)).months[int(number_) - 1]} {year}"


def country(code: str, language: str) -> str:
    """The name of a country in a language; the code itself where ISO 3166 has no such."""
    return habits(spoken(language)).countries.get(code.upper(), code)


def is_country(code: str) -> bool:
    """Whether ISO 3166 has a country of this code; Kosovo has one that all use in the meantime."""
    return code.upper() in habits("en").countries


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
    group, decimal = _marks(language, country)
    return digits.replace(",", "\0").replace(".", decimal).replace("\0", group)


@lru_cache(maxsize=256)
def _marks(language: str, country: str) -> tuple[str, str]:
    """What stands between thousands, and before decimals."""
    marks = habits(countries.of(country).own_figures or spoken(language))
    return marks.group, marks.decimal


def _filled(pattern: str, on: date, language: str) -> str:
    """A day in a pattern of CLDR's."""
    named = habits(language)
    parts = {
        "d": _FIRST.get(language, "1") if on.day == 1 else str(on.day),
        "dd": f"{on.day:02}",
        "MM": f"{on.month:02}",
        "MMM": named.short_months[on.month - 1],
        "MMMM": named.months[on.month - 1],
        "y": str(on.year),
    }
    return re.sub(r"'([^']*)'|d+|M+|y+", lambda found: found[1] or parts[found[0]], pattern)


def _decimal(amount: Decimal | str) -> Decimal:
    assert isinstance(amount, (Decimal, str)), amount
    return Decimal(amount)


def _date(on: date | str) -> date:
    return on if isinstance(on, date) else date.fromisoformat(on)
