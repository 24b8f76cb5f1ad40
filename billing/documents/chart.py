"""The burn-down chart of a statement: the balance over a period as a step line, days below, hours at the side."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from billing.documents import fonts, locale
from billing.documents.page import GREY, MM, RULE, Colour, Sheets
from billing.views.statements import Statement

_HEIGHT = 46 * MM
_UNDER: Colour = (0.87, 0.91, 0.95)
_STEPS = (5, 10, 15, 30, 60, 120, 180, 240, 300, 480, 600, 1200, 1800, 2400, 3000, 6000)  # minutes between lines


def draw(sheets: Sheets, statement: Statement, y: float, left: float, right: float) -> float:
    """Draws the chart below y; gives the y below it. The line is the balance at the end of each day."""
    first, last = statement.first, statement.last
    balances = _balances(statement, first)
    low, high = min(0, *balances.values()), max(0, *balances.values())
    step = _step(high - low)
    low, high = low // step * step, max(step, -(-high // step) * step)
    origin, left = y - _HEIGHT, left + 15 * MM
    per_minute, per_day = (_HEIGHT - 6) / (high - low), (right - left) / ((last - first).days + 1)
    for level in range(low, high + 1, step):
        at = origin + (level - low) * per_minute
        sheets.rule([(left, at), (right, at)], RULE, 0.8 if level == 0 else 0.3)
        sheets.text_to(left - 4, at - 2.4, locale.duration(level, sheets.language), 6.5, GREY)
    points = _points(balances, first, last, left, per_day, lambda m: origin + (m - low) * per_minute)
    zero = origin - low * per_minute
    sheets.fill([(points[0][0], zero), *points, (points[-1][0], zero)], _UNDER)
    sheets.rule(points, sheets.accent, 1.3)
    _days(sheets, statement, first, last, left, right, per_day, origin)
    return origin - 14


def _balances(statement: Statement, first: date) -> dict[date, int]:
    """The balance at the end of each day on which it changes; the opening balance counts from the first day."""
    minutes = statement.opening
    found = {first: minutes}
    for movement in statement.movements:
        minutes += movement.minutes
        found[movement.on] = minutes
    return found


def _points(
    balances: dict[date, int], first: date, last: date, left: float, per_day: float, height: Any
) -> list[tuple[float, float]]:
    """The corners of the step line, from the start of the first day to the end of the last."""
    points: list[tuple[float, float]] = []
    for on, minutes in sorted(balances.items()):
        x = left + (on - first).days * per_day
        if points:
            points.append((x, points[-1][1]))
        points.append((x, height(minutes)))
    points.append((left + ((last - first).days + 1) * per_day, points[-1][1]))
    return points


def _step(spread: int) -> int:
    """Minutes between two lines, so that there are at most six of them."""
    return next((step for step in _STEPS if spread <= 6 * step), -(-spread // 36000) * 6000)


def _days(
    sheets: Sheets,
    statement: Statement,
    first: date,
    last: date,
    left: float,
    right: float,
    per_day: float,
    y: float,
) -> None:
    """Ticks with their days, as many as there is room for."""
    country = statement.issuer.country
    wide = fonts.width(fonts.clean(locale.day(first, sheets.language, country)), False) * 6.5 + 14
    free_from = left - wide
    for on in _ticks(first, last, per_day, wide):
        x = left + (on - first).days * per_day
        label = fonts.clean(locale.day(on, sheets.language, country))
        if x < free_from or x + wide - 14 > right:
            continue
        free_from = x + wide
        sheets.rule([(x, y), (x, y - 3)], RULE, 0.6)
        sheets.text(x, y - 10, label, 6.5, GREY)


def _ticks(first: date, last: date, per_day: float, wide: float) -> Iterable[date]:
    """The firsts of months where they leave room for a label, else every week or day; always the first day."""
    days = (last - first).days + 1
    yield first
    every = 1 if per_day >= wide else 7
    for n in range(1, days):
        on = first + timedelta(days=n)
        if (on.day == 1) if days > 62 else n % every == 0:
            yield on
