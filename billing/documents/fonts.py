"""The shipped fonts: registered once per process, widths remembered; how a text is placed on its line.

Widths are floats because they are points on paper; nothing here knows money.
"""

from functools import cache, lru_cache
from pathlib import Path
from typing import Literal

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from billing.core import lettering

Family = Literal["letter", "slip"]  # `slip` is the font of the Swiss payment part, where the letter's is not allowed
REGULAR, BOLD = "BillingSans", "BillingSans-Bold"
SLIP, SLIP_BOLD = "BillingSlip", "BillingSlip-Bold"
_FILES = {
    REGULAR: "DejaVuSans.ttf",
    BOLD: "DejaVuSans-Bold.ttf",
    SLIP: "SlipSans.ttf",
    SLIP_BOLD: "SlipSans-Bold.ttf",
}
_FACES: dict[tuple[Family, bool], str] = {
    ("letter", False): REGULAR,
    ("letter", True): BOLD,
    ("slip", False): SLIP,
    ("slip", True): SLIP_BOLD,
}
_PAIRS = {")": "(", "]": "[", "}": "{", "»": "«", "›": "‹"}


@cache
def register() -> None:
    """Reads the font files, once per process: for each document it would cost 12 times the drawing."""
    for name, file in _FILES.items():
        pdfmetrics.registerFont(TTFont(name, str(Path(__file__).parent / "fonts" / file), asciiReadable=True))


def face(bold: bool, family: Family = "letter") -> str:
    """The name of a font as a page knows it."""
    return _FACES[family, bold]


@lru_cache(maxsize=2048)
def width(text: str, bold: bool, family: Family = "letter") -> float:
    """The width of a clean text at one point of size."""
    widths, missing = _widths(bold, family)
    return float(sum([widths.get(ord(c), missing) for c in text])) / 1000


@lru_cache(maxsize=2048)
def longest(text: str, bold: bool) -> float:
    """The width of the longest word of a text at one point of size."""
    return max(width(word, bold) for word in clean(text).split(" "))


@lru_cache(maxsize=2048)
def clean(text: str) -> str:
    """A text on one line, in signs that the fonts have: another spelling, or one's number, never a box.

    Letters of Arabic are joined; it is in the order in which it is read, so that it can be broken into lines.
    """
    return lettering.joined(text)


@lru_cache(maxsize=2048)
def placed(text: str) -> str:
    """A clean text, which is one line, in the order in which its signs stand from left to right (UAX 9)."""
    if not lettering.from_right(text):
        return text
    from bidi import get_display

    return _mirrored(str(get_display(text)))


def _mirrored(line: str) -> str:
    """A line as it stands, its brackets turned where they close before they open: the library leaves that to a font."""
    signs = list(line)
    open_: list[int] = []
    for at, sign in enumerate(signs):
        if sign in _PAIRS or sign in _PAIRS.values():
            before = signs[open_[-1]] if open_ else ""
            if _PAIRS.get(before) == sign:  # `)` stands before `(`
                first = open_.pop()
                signs[first], signs[at] = sign, before
            elif _PAIRS.get(sign) == before:
                open_.pop()
            else:
                open_.append(at)
    return "".join(signs)


def has(char: str, family: Family = "letter") -> bool:
    """Whether both fonts of a family can draw a character."""
    return all(ord(char) in _widths(bold, family)[0] for bold in (False, True))


@cache
def _widths(bold: bool, family: Family = "letter") -> tuple[dict[int, int], int]:
    register()
    found = pdfmetrics.getFont(face(bold, family)).face
    return found.charWidths, found.defaultWidth
