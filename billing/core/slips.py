"""What is probably a typing error: a day too far away, a price a hundred times the usual one (M19).

And what is more than people do: an entry of a whole day, a year renewed twice. Whoever meant it says so; nothing here
forbids. It knows no request and no words.
"""

from datetime import date
from decimal import Decimal

from billing.core.units import Window, anniversary, month_later

DAYS = 31  # from today, for the day of a document or of a reminder
FOLD = 100  # a price with its cents but without the point between them
ENTRY_SECONDS = 8 * 3600  # a timer that was forgotten runs longer
DAY_SECONDS = 12 * 3600  # of one agent, for all customers
MONTHS = 6  # before a year that was renewed for once already


def too_far(on: date, today: date) -> bool:
    """Whether the day of a document or reminder is more than 31 days from today, either way."""
    return abs((on - today).days) > DAYS


def run_too_far(month: date, on: date, today: date) -> bool:
    """Whether the issue date of a month's run is too far away: in the past only where it is far from its month too.

    A run of last year that is issued in last year names the year twice: that is no slip of a key.
    """
    return too_far(on, today) and (on > today or on < month or (on - month).days > 2 * DAYS)


def long_ago(worked_on: date, today: date) -> bool:
    """Whether work was done over a year ago."""
    return anniversary(worked_on, 1) < today


def hundredfold(price: Decimal, usual: Decimal | None) -> bool:
    """Whether the price of a piece is a hundred times what the piece costs; nothing is known of what has no price."""
    return usual is not None and usual > 0 and price >= FOLD * usual


def long_entry(seconds: int) -> bool:
    """Whether one entry is longer than 8 hours."""
    return seconds > ENTRY_SECONDS


def long_day(seconds: int) -> bool:
    """Whether what an agent worked on a day, for all customers, is more than 12 hours."""
    return seconds > DAY_SECONDS


def renewed_twice(renewals: int, year: Window, agreed: date) -> bool:
    """Whether a contract that was renewed is renewed again for a year which is more than half a year away (G13).

    Of the first renewal nothing is said: a contract for two years is agreed at once.
    """
    return renewals > 0 and month_later(agreed, MONTHS) < year.first
