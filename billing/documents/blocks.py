"""Blocks that letters have in common: paragraphs, sums with the total under them, how a VAT rate is called."""

from collections.abc import Iterable
from decimal import Decimal

from billing.documents import fonts, locale
from billing.documents.page import BLACK, LEFT, MM, RIGHT, RULE, SHADE, Sheets, shrunk, wrap

_TOTALS_FROM = LEFT + 92 * MM


def paragraph(sheets: Sheets, text: str, y: float, size: float, bold: bool = False) -> float:
    """A text over the letter's width, on as many pages as it takes; answers where it ends."""
    for line in wrap(fonts.clean(locale.elided(text, sheets.language)), size, RIGHT - LEFT, bold):
        if y - size < sheets.bottom:
            y = sheets.turn()
        sheets.text(LEFT, y - size, line, size, BLACK, bold)
        y -= size * 1.4
    return y


def sums(sheets: Sheets, rows: Iterable[tuple[str, str]], y: float) -> float:
    """Names with amounts, one under the other, at the right."""
    for name, amount in rows:
        y -= 14
        sheets.text(_TOTALS_FROM + 4, y + 3, fonts.clean(name), 9)
        sheets.text_to(RIGHT - 4, y + 3, amount, 9)
        sheets.rule([(_TOTALS_FROM, y - 1), (RIGHT, y - 1)], RULE, 0.3)
    return y


def total(sheets: Sheets, name: str, amount: str, y: float) -> float:
    """The box with the total; `y` is where its foot stands. The text shrinks where it is too wide."""
    shown = fonts.clean(amount)
    sheets.box(_TOTALS_FROM, y, RIGHT, y + 20, SHADE)
    size = shrunk(f"{name}    {shown}", 11, RIGHT - _TOTALS_FROM - 8, True)
    sheets.text(_TOTALS_FROM + 4, y + 6.5, name, size, sheets.accent, True)
    sheets.text_to(RIGHT - 4, y + 6.5, shown, size, sheets.accent, True)
    return y


def vat_name(category: str, rate: Decimal | str, language: str, country: str) -> str:
    """A VAT rate; one that is not the standard one with EN 16931's code."""
    percent = locale.percent(rate, language, country)
    return percent if category == "S" else f"{percent} ({category})"
