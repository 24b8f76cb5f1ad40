"""When reminders come, what they say, and what the law adds to a late payment: dated data with its source (M10, M11).

Pure but for reading `reminders.toml` once. Who asks gives the issuer's country, whether the customer is a business, and
days; amounts are computed elsewhere.
"""

from datetime import date
from decimal import ROUND_CEILING, Decimal
from functools import lru_cache
from typing import Any, Literal

from billing.core.reminding import Rates
from billing.law import countries
from billing.law.data import table
from billing.values import dataclass

_LANGUAGES = ("fr", "de", "it", "nl", "en")


@dataclass(frozen=True, slots=True)
class Step:
    """A step of reminding: days to wait before it, days it gives to pay, and its words by language."""

    number: int
    after: int
    deadline: int
    title: dict[str, str]
    opening: dict[str, str]  # with {deadline}
    charges: dict[str, str]  # said before what the law adds
    closing: dict[str, str]


@dataclass(frozen=True, slots=True)
class Indemnity:
    """Fixed compensation for the costs of recovery, for each late invoice in its currency."""

    amount: Decimal
    currency: str
    words: dict[str, str]  # with {each}


@dataclass(frozen=True, slots=True)
class Interest:
    """Interest on late payment: its rates, and whether it runs from the due date or from the first reminder."""

    rates: Rates
    starts: Literal["due", "reminder"]
    words: dict[str, str]  # with {rate}


def steps(on: date) -> tuple[Step, ...]:
    """The steps of reminding that count for a reminder of a day, in their order."""
    newest: dict[int, dict[str, Any]] = {}
    for row in sorted(table("reminders")["step"], key=lambda row: row["from"]):
        if row["from"] <= on:
            newest[row["number"]] = row
    assert list(newest) == list(range(1, len(newest) + 1)), newest.keys()
    return tuple(_step(newest[number]) for number in sorted(newest))


@lru_cache(1024)
def indemnity(issuer_country: str, is_business: bool, due_on: date) -> Indemnity | None:
    """The compensation that a business owes for each invoice due on a day that it pays late; none for consumers."""
    row = _newest("indemnity", issuer_country, is_business, due_on) if is_business else None
    return None if row is None else Indemnity(Decimal(row["amount"]), row["currency"], _words(row))


@lru_cache(1024)
def interest(issuer_country: str, is_business: bool, due_on: date) -> Interest | None:
    """The interest on an invoice due on a day that is paid late, where the law of the issuer's country gives one."""
    row = _newest("interest", issuer_country, is_business, due_on)
    return None if row is None else Interest(Rates(_rates(row), row["year_days"]), row["starts"], _words(row))


def _newest(kind: str, issuer_country: str, is_business: bool, day: date) -> dict[str, Any] | None:
    """The row of a kind that counts for an issuer, a customer and a day."""
    law, customer = countries.of(issuer_country).reminders, "business" if is_business else "consumer"
    rows = [
        row
        for row in table("reminders")[kind]
        if row["law"] == law and row.get("customers", customer) == customer and row["from"] <= day
    ]
    return max(rows, key=lambda row: row["from"], default=None)


def _rates(row: dict[str, Any]) -> tuple[tuple[date, Decimal], ...]:
    """The rates of a row of interest, oldest first: its points on top of its reference rate."""
    points, step = Decimal(row["points"]), Decimal(row.get("round_up_to", 0))
    if "reference" not in row:
        return ((row["from"], points),)
    known = table("reminders")["reference"][row["reference"]]["rates"]
    sums = [(rate["from"], Decimal(rate["rate"]) + points) for rate in known]
    return tuple((first, _up(rate, step) if step else rate) for first, rate in sorted(sums))


def _up(rate: Decimal, step: Decimal) -> Decimal:
    return (rate / step).to_integral_value(ROUND_CEILING) * step


def _step(row: dict[str, Any]) -> Step:
    said = (row["title"], row["opening"], row["charges"], row["closing"])
    return Step(row["number"], row["after"], row["deadline"], *said)


def _words(row: dict[str, Any]) -> dict[str, str]:
    return {language: row.get(language, row["en"]) for language in _LANGUAGES}
