"""The shipped fonts: registered once per process, widths remembered, characters that they lack spelled with others.

Widths are floats because they are points on paper; nothing here knows money.
"""

import unicodedata
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Literal

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

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
_SPELLED = {
    "\u2007": " ", "\u2008": " ", "\u200a": "\u2009", "\u2032": "'", "\u2033": '"', "\u2043": "-", "\u2215": "/",
    "\u2044": "/", "\u2e3a": "—", "⇒": "→", "➔": "→", "➜": "→", "✔": "✓", "✅": "✓", "●": "•", "■": "■", "▪": "■",
    "ℓ": "l", "∙": "·", "⋅": "·", "‗": "_", "´": "'",
}  # fmt: skip


@cache
def register() -> None:
    """Reads the font files, once per process: for each document it would cost 12 times the drawing."""
    for name, file in _FILES.items():
        pdfmetrics.registerFont(TTFont(name, str(Path(__file__).parent / "fonts" / file), asciiReadable=True))


def face(bold: bool, family: Family = "letter") -> str:
    """The name of a font as a page knows it."""
    return _FACES[family, bold]


@lru_cache(maxsize=65536)
def width(text: str, bold: bool, family: Family = "letter") -> float:
    """The width of a clean text at one point of size."""
    widths, missing = _widths(bold, family)
    return float(sum([widths.get(ord(c), missing) for c in text])) / 1000


@lru_cache(maxsize=65536)
def clean(text: str) -> str:
    """A text on one line, in characters that the fonts have: another spelling, or `?`, never a box."""
    if text.isascii() and text.isprintable():
        return text
    known = _widths(False)[0].keys() & _widths(True)[0].keys()
    return "".join(c if ord(c) in known and c != "\u00ad" else _spell(c, known) for c in _composed(text))


def has(char: str, family: Family = "letter") -> bool:
    """Whether both fonts of a family can draw a character."""
    return all(ord(char) in _widths(bold, family)[0] for bold in (False, True))


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", "".join(" " if c.isspace() and not _kept(c) else c for c in text))


def _kept(space: str) -> bool:
    return space in "\u00a0\u202f\u2009"


def _spell(char: str, known: Any) -> str:
    """Another spelling for a character that the fonts lack."""
    if char in _SPELLED:
        return _SPELLED[char]
    kind = unicodedata.category(char)
    if kind in ("Cf", "Mn", "Me", "Cc"):
        return ""  # marks of direction, joiners, accents that stand alone: nothing to see
    plain = [c for c in unicodedata.normalize("NFKD", char) if not unicodedata.combining(c)]
    if plain and all(ord(c) in known for c in plain):
        return "".join(plain)
    return "?"


@cache
def _widths(bold: bool, family: Family = "letter") -> tuple[dict[int, int], int]:
    register()
    found = pdfmetrics.getFont(face(bold, family)).face
    return found.charWidths, found.defaultWidth
