"""Days and windows, whole minutes, money: the arithmetic that every other rule stands on.

Minutes and seconds are `int`; money is `Decimal` with the currency's two decimals; a rate is money per hour. This is
the only module that rounds. It knows no tariff and no customer.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from billing.values import dataclass

CENT = Decimal("0.01")
ZERO = Decimal("0.00")
ONE_DAY = timedelta(days=1)
END_OF_TIME = date(9999, 12, 31)  # the last day of what has no end


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """The days on which something can be used: first to last, both included."""

    first: date
    last: date
    carried: bool = False

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


def day_before(day: date) -> date:
    """The day before, or the day itself at the beginning of the calendar."""
    return day - ONE_DAY if day > date.min else day


def day_after(day: date) -> date:
    """The day after, or the end of time itself."""
    return day + ONE_DAY if day < END_OF_TIME else day


def anniversary(start: date, years: int) -> date:
    """The day that comes `years` after `start`; 29 February counts as 1 March where it does not exist (G12)."""
    try:
        return start.replace(year=start.year + years)
    except ValueError:
        return date(start.year + years, 3, 1)


def year_number(start: date, day: date) -> int:
    """Which year, counted from 0, of a contract that began on `start` contains `day` (G12, G13)."""
    number = day.year - start.year
    return number if anniversary(start, number) <= day else number - 1


def month_later(start: date, months: int) -> date:
    """The day `months` after `start`; a day that the month lacks counts as the first of the next month, like G12."""
    years, month = divmod(start.month - 1 + months, 12)
    try:
        return start.replace(year=start.year + years, month=month + 1)
    except ValueError:
        years, month = divmod(start.month + months, 12)
        return date(start.year + years, month + 1, 1)


def week_of(day: date) -> str:
    """The week that a day is in, from Monday to Sunday, as ISO 8601 counts them: `2025-W10`."""
    year, week, _ = day.isocalendar()
    return f"{year:04d}-W{week:02d}"


def weeks(first: str, last: str) -> list[str]:
    """The weeks from one to another, both included, the ones between them too."""
    monday, end = (date.fromisoformat(f"{week}-1") for week in (first, last))
    return [week_of(monday + timedelta(days=7 * n)) for n in range((end - monday).days // 7 + 1)]


def last_day(start: date, amount: int, unit: str) -> date:
    """The last day of a validity of `amount` days, months or years that begins on `start` (G2, G12)."""
    if unit == "year":
        return day_before(anniversary(start, amount))
    if unit == "month":
        return day_before(month_later(start, amount))
    assert unit == "day", unit
    return start + timedelta(days=amount - 1)


def round_up(minutes: int, step: int) -> int:
    """Minutes rounded up to whole steps (T1)."""
    return -(-minutes // step) * step


def whole_minutes(seconds: int) -> int:
    """Minutes in which seconds fit, where nothing is charged for them: up, to whole minutes."""
    return round_up(seconds, 60) // 60


def charged_for(logged_seconds: int, increment: int, minimum: int = 0, tolerance: int = 0) -> int:
    """Minutes to charge for a running total of raw seconds (T1, T3).

    The total is rounded up to `increment`; up to `tolerance` minutes over a step are let go; any time at all costs at
    least `minimum`. All but the raw time are in minutes.
    """
    if logged_seconds <= 0:
        return 0
    counted = max(0, logged_seconds - tolerance * 60)
    return max(minimum, -(-counted // (increment * 60)) * increment)  # up, in whole steps


def to_cents(amount: Decimal) -> Decimal:
    """An amount rounded half-up, away from zero, to the cent (M1, M2)."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP) + ZERO  # + 0.00: no negative zero


def price_of(minutes: int, rate_per_hour: Decimal) -> Decimal:
    """What `minutes` cost at an hourly rate, rounded once (M1)."""
    return to_cents(minutes * rate_per_hour / 60)


def percentage(base: Decimal, percent: Decimal) -> Decimal:
    """`percent` per cent of an amount, rounded to the cent (M2)."""
    return to_cents(base * percent / 100)


def to_multiple(amount: Decimal, step: Decimal) -> Decimal:
    """An amount rounded half-up to a multiple of `step`, as 0.05 for cash in Swiss francs (M4)."""
    return (amount / step).quantize(Decimal(1), rounding=ROUND_HALF_UP) * step + ZERO


def share(price: Decimal, used: int, of: int) -> Decimal:
    """The part of a price that belongs to `used` of `of` minutes, counted from the start (M9)."""
    return price if used >= of else to_cents(price * used / of)


def in_cents(amount: Decimal) -> int:
    """An amount as whole cents, for keeping; it must not have parts of a cent."""
    cents = amount.scaleb(2)
    whole = int(cents)
    assert whole == cents, amount
    return whole


def from_cents(cents: int) -> Decimal:
    """Whole cents as an amount."""
    return Decimal(cents).scaleb(-2)


def nearest_minutes(seconds: int) -> int:
    """Whole minutes nearest to some seconds; half of one and more is one, of a correction (less than none) too."""
    whole = (abs(seconds) + 30) // 60
    return whole if seconds >= 0 else -whole


def by_currency(amounts: Iterable[tuple[str, Decimal]]) -> dict[str, Decimal]:
    """What amounts of several currencies come to, each by itself: currencies are never added up."""
    sums: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for currency, amount in amounts:
        sums[currency] += amount
    return dict(sums)
