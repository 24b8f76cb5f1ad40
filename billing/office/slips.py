"""Asks back what is probably a typing error, unless it is said to be meant (M19)."""

from datetime import date
from decimal import Decimal

from billing.core import slips
from billing.core.units import to_cents
from billing.errors import BadInput
from billing.texts import Text, say


def check_day(on: date, today: date, sure: bool) -> None:
    """Asks back the day of a document or a reminder that is more than 31 days from today."""
    if not sure and slips.too_far(on, today):
        raise _far(on, today)


def check_run(month: date, on: date, today: date, sure: bool) -> None:
    """Asks back the issue date of a month's run."""
    if not sure and slips.run_too_far(month, on, today):
        raise _far(on, today)


def check_work(worked_on: date, today: date, sure: bool) -> None:
    """Asks back work of over a year ago."""
    if not sure and slips.long_ago(worked_on, today):
        raise asked(say("work on {on} was over a year ago", on=worked_on))


def check_price(product: str, price: Decimal | None, usual: Decimal | None, sure: bool) -> None:
    """Asks back a price of a hundred times the product's."""
    if price is not None and usual is not None and not sure and slips.hundredfold(price, usual):
        known = {"price": to_cents(price), "product": product, "usual": to_cents(usual)}
        raise asked(say("price {price}: {product} is {usual}, a hundredth of it or less", **known))


def _far(on: date, today: date) -> BadInput:
    return asked(say("{on} is more than {days} days from today, {today}", on=on, days=slips.DAYS, today=today))


def asked(what: Text) -> BadInput:
    """What is asked back, and taken with `yes`."""
    return BadInput("ask-back", what, say("--yes takes it as it is"))
