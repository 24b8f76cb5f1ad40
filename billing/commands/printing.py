"""What goes to the terminal: in the language of whoever reads it, in signs that the terminal has.

What people pasted could move the cursor or turn a line round: signs that nobody sees are written out, as `<U+001B>`.

An answer that cannot be written is no reason to do a request again: see `lost`.
"""

import codecs
import errno
import io
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from billing import locales
from billing.core import signs
from billing.texts import Text, say, typed

_PLAIN = {
    "→": "->", "─": "-", "–": "-", "—": "-", "−": "-", "·": "-", "•": "*", "×": "x", "…": "...", "’": "'", "‘": "'",
    "“": '"', "”": '"', "œ": "oe", "Œ": "OE", "€": "EUR", "\u202f": " ", "\u00a0": " ",
    "█": "#", "▌": "#",
}  # fmt: skip
_PIECE = 1 << 16  # signs of a long text that are written at a time


def prepare() -> None:
    """What a terminal's encoding does not have is replaced from now on, by what looks like it or by a question mark."""
    codecs.register_error("billing.plain", _plain)
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:  # closed: what is opened next must not take its place, and be written to as if it were it
            os.open(os.devnull, os.O_RDWR)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="billing.plain")


def language() -> str:
    """The language that the terminal is spoken to in: BILLING_LANGUAGE, else the locale's, else English."""
    return locales.chosen(os.environ)


def region() -> str:
    """The country whose spelling and figures the terminal has; nothing where none is named."""
    return locales.region(os.environ)


def told(text: Text | str) -> str:
    """A text in the language of whoever reads the terminal, days and amounts too; what is words already stays."""
    return locales.worded(text, language(), written, region())


def as_typed(text: Text | str) -> str:
    """A text in the language of whoever reads the terminal, with days and amounts as a command takes them."""
    return locales.worded(text, language(), country=region())


def day(on: date) -> str:
    """A day as the terminal's language writes it; English, whose days need words, has them as they are typed."""
    return written(on)


def written(value: date | Decimal) -> str:
    """A day, a moment or an amount as the terminal's language and country write it; in English as it is typed."""
    if isinstance(value, datetime):
        return moment(value)
    spoken = language()
    if spoken == "en":
        return typed(value)
    from billing.locales import formats

    if isinstance(value, Decimal):
        return formats.figure(value, spoken, region())
    return formats.day(value, spoken, region())


def moment(at: datetime) -> str:
    """A time as the terminal's language writes its day: to the minute."""
    return f"{day(at.date())} {at:%H:%M}"


def bars(series: Sequence[tuple[str, int | Decimal, str]], width: int = 40) -> str:
    """A small chart of a series: a bar for each label, as long as its figure is of the greatest, and what to call it.

    In blocks and halves of them on a terminal, else in plain signs; nothing where there is nothing to be compared.
    """
    most = max((figure for _, figure, _ in series), default=0)
    if most <= 0 or len(series) < 2:
        return ""
    blocks = sys.stdout is not None and sys.stdout.isatty()
    name, end = max(len(label) for label, _, _ in series), max(len(words) for _, _, words in series)
    lines = []
    for label, figure, words in series:
        halves = int(max(figure, 0) * 2 * width // most)  # down: no bar is longer than its figure
        bar = "█" * (halves // 2) + "▌" * (halves % 2) if blocks else "#" * (halves // 2)
        lines.append(f"{label.ljust(name)}  {words.rjust(end)}  {bar}".rstrip())
    return "\n".join(lines)


def out(text: Text | str) -> None:
    """Writes a line of the answer; at once, so that a terminal which takes nothing is noticed here."""
    if sys.stdout is None:  # it was closed before we began
        raise _closed()
    said = told(text)
    begin = 0
    while (end := said.find("\n", begin + _PIECE)) >= 0:
        sys.stdout.write(signs.shown(said[begin : end + 1]))
        begin = end + 1
    print(signs.shown(said[begin:]), flush=True)


def out_json(answer: dict[str, Any]) -> None:
    """Writes the one JSON document of an answer; other encodings than UTF-8 get its signs escaped."""
    import json

    encoding = str(getattr(sys.stdout, "encoding", None) or "utf-8")
    out(signs.escaped(json.dumps(answer, ensure_ascii=not encoding.lower().startswith("utf"))))


def out_data(data: bytes | bytearray) -> None:
    """Writes a file to where answers go, byte for byte; to a terminal only what it can show."""
    if sys.stdout is None:
        raise _closed()
    if sys.stdout.isatty():
        out(data.decode(errors="surrogateescape").removesuffix("\n").removesuffix("\r"))
        return
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def _closed() -> OSError:
    return OSError(errno.EBADF, told(say("standard output is closed")))


def err(text: Text | str) -> None:
    """Writes a line beside the answer: a warning, a refusal; a day in it can be typed."""
    if sys.stderr is not None:
        with suppress(OSError):  # there is nobody left to tell
            print(signs.shown(as_typed(text)), file=sys.stderr, flush=True)


def lost() -> None:
    """What is still to be written goes nowhere: whoever read us has gone, or what we write to is full."""
    if sys.stdout is not None:
        try:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        except (OSError, ValueError):
            sys.stdout = None


def _plain(failed: UnicodeError) -> tuple[str, int]:
    from unicodedata import normalize

    assert isinstance(failed, UnicodeEncodeError), failed
    signs = failed.object[failed.start : failed.end]
    plain = "".join(_PLAIN.get(sign) or normalize("NFD", sign)[0] for sign in signs)  # é is e
    try:
        plain.encode(failed.encoding)
    except UnicodeEncodeError:
        plain = "?" * len(signs)
    return plain, failed.end
