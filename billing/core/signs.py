"""Signs that nobody sees, or that move what is beside them: which they are, and how they are made visible.

Control characters of both sets, marks of direction, blanks without width, lines that end where none is seen, halves of
a character. What is drawn, on paper or on a page, is not known here.
"""

import re
import unicodedata
from functools import cache

_JOINERS = "\u200c\u200d"
PARTING = "\u00ad\u200b"  # where a word may be parted: what is copied from a page has them, and paper leaves them out


@cache
def _hidden() -> re.Pattern[str]:
    """Compiled where a text is not plain ASCII: most commands see none that is not."""
    return re.compile(
        "[\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
        "\u2060-\u206f\u3164\ud800-\udfff\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
        "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
    )


def hidden(text: str) -> tuple[str, ...]:
    """The signs of a text that nobody sees, each once, as they come; ends of lines and tabs are among them.

    What joins or parts letters where a script writes so, or pictures, is none: it is seen by what it does.
    """
    if text.isascii() and text.isprintable():
        return ()
    return tuple(dict.fromkeys(found[0] for found in _hidden().finditer(text) if not _joins(text, found.start())))


def named(sign: str) -> str:
    """A sign by its number: `U+202E`."""
    return f"U+{ord(sign):04X}"


def shown(text: str, lines: bool = True) -> str:
    """A text with each sign that nobody sees written out, as `<U+202E>`.

    Ends of lines and tabs stay; without `lines` they are blanks.
    """
    if text.isascii() and text.isprintable():
        return text
    text = text.replace("\r\n", "\n")

    def written(found: re.Match[str]) -> str:
        sign = found[0]
        if sign in "\n\t":
            return sign if lines else " "
        return sign if _joins(text, found.start()) else f"<{named(sign)}>"

    return _hidden().sub(written, text)


def on_one_line(text: str) -> str:
    """A text on one line, a blank in the place of what nobody sees: what others wrote, where no form can refuse it."""
    return " ".join("".join(" " if _hidden().match(s) or not s.isprintable() else s for s in text).split())


def wide(text: str) -> int:
    """The columns that a text takes on a terminal: ideographs take two, accents that stand alone none."""
    if text.isascii():
        return len(text)
    width = sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)
    return width - sum(1 for sign in text if unicodedata.combining(sign))


def padded(text: str, width: int, right: bool = False) -> str:
    """A text filled up to so many columns, at its end or, if it stands at the `right`, before it."""
    blanks = " " * (width - wide(text))
    return blanks + text if right else text + blanks


def cut(text: str, width: int) -> str:
    """A text that is no wider than so many columns, with a mark where it was cut."""
    if wide(text) <= width:
        return text
    kept = text[: max(width - 1, 0)]
    while wide(kept) > width - 1 > 0:
        kept = kept[:-1]
    return f"{kept}…"


def escaped(document: str) -> str:
    """A JSON document of one line with the signs that nobody sees escaped: the same values to whoever reads it."""
    return document if document.isascii() and document.isprintable() else _hidden().sub(_escape, document)


def _escape(found: re.Match[str]) -> str:
    units = found[0].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[n : n + 2].hex()}" for n in range(0, len(units), 2))


def _joins(text: str, at: int) -> bool:
    """Whether a joiner stands where one is written: after a virama, between Arabic letters, between pictures."""
    if text[at] not in _JOINERS or not 0 < at < len(text) - 1:
        return False
    before, after = text[at - 1], text[at + 1]
    return (
        unicodedata.combining(before) == 9
        or unicodedata.bidirectional(before) == unicodedata.bidirectional(after) == "AL"
        or (text[at] == "\u200d" and unicodedata.category(after) == "So" and not before.isalnum())
    )
