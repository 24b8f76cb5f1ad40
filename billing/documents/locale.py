"""How documents write amounts, durations and days: `billing.locales.formats`."""

from billing.locales.formats import (
    FIXED,
    clock,
    country,
    day,
    duration,
    elided,
    long_day,
    money,
    month,
    never_ends,
    number,
    percent,
    signed,
    stopwatch,
)

__all__ = [
    "FIXED",
    "clock",
    "country",
    "day",
    "duration",
    "elided",
    "long_day",
    "money",
    "month",
    "never_ends",
    "number",
    "percent",
    "signed",
    "stopwatch",
]
