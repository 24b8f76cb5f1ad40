"""The shipped fonts: registered once per process, widths remembered, characters that they lack spelled with others.

Widths are floats because they are points on paper; nothing here knows money.
"""

import unicodedata
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

REGULAR, BOLD = "BillingSans", "BillingSans-Bold"
_FILES = {REGULAR: "DejaVuSans.ttf", BOLD: "DejaVuSans-Bold.ttf"}
_SPELLED = {
    "\u2007": " ", "\u2008": " ", "\u200a": "\u2009", "\u2032": "'", "\u2033": '"', "\u2043": "-", "\u2215": "/",
    "\u2044": "/", "\u2e3a": "—", "⇒": "→", "➔": "→", "➜": "→", "✔": "✓", "✅": "✓", "●": "•", "■": "■", "▪": "■",
    "ℓ": "l", "∙": "·", "⋅": "·", "‗": "_", "´": "'",
}  # fmt: skip


@cache
def register() -> None:
    """Reads the two font files, once per process: for each document it would cost 12 times the drawing."""
    for name, file in _FILES.items():
        pdfmetrics.registerFont(TTFont(name, str(Path(__file__).parent / "fonts" / file), asciiReadable=True))


@lru_cache(maxsize=65536)
def width(text: str, bold: bool) -> float:
    """The width of a clean text at one point of size."""
    widths, missing = _widths(bold)
    return float(sum([widths.get(ord(c), missing) for c in text])) / 1000


@lru_cache(maxsize=65536)
def clean(text: str) -> str:
    """A text on one line, in characters that the fonts have: another spelling, or `?`, never a box."""
    if text.isascii() and text.isprintable():
        return text
    known = _widths(False)[0].keys() & _widths(True)[0].keys()
    return "".join(c if ord(c) in known and c != "\u00ad" else _spell(c, known) for c in _composed(text))


def has(char: str) -> bool:
    """Whether both fonts can draw a character."""
    return all(ord(char) in _widths(bold)[0] for bold in (False, True))


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
def _widths(bold: bool) -> tuple[dict[int, int], int]:
    register()
    face = pdfmetrics.getFont(BOLD if bold else REGULAR).face
    return face.charWidths, face.defaultWidth
