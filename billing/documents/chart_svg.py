"""The burn-down chart of a statement for a page: the drawing of its PDF, line for line, as SVG (B2, L8).

Colours are classes, so that a page says what they are by day and by night; nothing of it needs a style of its own.
"""

from html import escape

from billing.documents import chart
from billing.documents.page import GREY, RULE, Colour, Sheets
from billing.views.statements import Statement

_TOP = 150.0  # the drawing goes down from here
_EDGE = 4.0


def svg(statement: Statement, width: int, language: str, title: str, kind: str) -> str:
    """The chart, so many points wide; `title` says what it shows to who does not see it, `kind` is its class."""
    sheets = Sheets("", "", language)
    bottom = chart.draw(sheets, statement, _TOP, 0, width)
    page, high = sheets.now, _TOP - bottom + 2 * _EDGE
    parts = [
        f'<polygon class="{_class(colour, sheets.accent)}" points="{_points(points)}"/>'
        for points, colour in page.fills
    ]
    parts += [
        f'<polyline class="{_class(colour, sheets.accent)}" stroke-width="{thick}" points="{_points(points)}"/>'
        for points, colour, thick in page.rules
    ]
    parts += [
        f'<text class="{_class(colour, sheets.accent)}" x="{x:.1f}" y="{_down(y):.1f}" font-size="{size}">'
        f"{escape(text)}</text>"
        for _face, size, colour, x, y, text in page.texts
    ]
    return (
        f'<svg class="chart chart-{kind}" viewBox="0 0 {width} {high:.1f}" role="img" aria-label="{escape(title)}">'
        + "".join(parts)
        + "</svg>"
    )


def _down(y: float) -> float:
    return _TOP - y + _EDGE


def _points(points: list[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{_down(y):.1f}" for x, y in points)


def _class(colour: Colour, accent: Colour) -> str:
    return {GREY: "quiet", RULE: "rule", accent: "accent"}.get(colour, "under")
