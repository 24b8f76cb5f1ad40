"""What makes an issuer's paper its own: its colour, its logo, lines of law at the foot; and what is no such thing.

Whether a picture can be drawn is found out where it is drawn.
"""

import re
from typing import Annotated

from billing.errors import BadInput
from billing.locales import languages
from billing.requests.fields import Letters
from billing.texts import say
from billing.values import dataclass

LINES = 4  # of law, in a language
MOST_BYTES = 500_000  # of a logo: every file of a document has it
_LEAST_CONTRAST = 3.0  # on white, as WCAG 2.1 wants it of large type
_LINE = re.compile(r"(?:([a-z]{2}):)?\s*(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True, eq=False)
class Colour:
    """A colour as #1F4E79 that can be read on white paper; empty for the usual one."""

    def check(self, value: object, name: str) -> None:
        if value == "":
            return
        if not isinstance(value, str) or not re.fullmatch(r"#[0-9A-Fa-f]{6}", value):
            raise BadInput(
                "bad-input",
                say("{name} {value!r} is no colour", name=name, value=value),
                say("write one as #1F4E79"),
            )
        if _contrast(value) < _LEAST_CONTRAST:
            raise BadInput(
                "bad-input",
                say("{name} {value} is too pale to be read on white paper", name=name, value=value),
                say("take a darker one"),
            )


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """The bytes of a PNG or SVG file, not too many; none at all take the logo away."""

    def check(self, value: object, name: str) -> None:
        assert isinstance(value, bytes)
        if len(value) > MOST_BYTES:
            raise BadInput(
                "bad-image",
                say("{name}: the file has {count} bytes", name=name, count=len(value)),
                say("{most} are the most: it is inside every document", most=MOST_BYTES),
            )


@dataclass(frozen=True, slots=True, eq=False)
class LegalLine:
    """A line for the foot of the paper, for all languages or with one in front: `fr:RCS Lyon 404 833 048`."""

    def check(self, value: object, name: str) -> None:
        if value == "":
            return
        Letters(200, drawn=True).check(value, name)
        language, _ = split(str(value))
        if language and language not in languages():
            raise BadInput(
                "bad-input",
                say("language {value!r}: known are {known}", value=language, known=languages()),
                say("without a language in front a line is for all"),
            )


Accent = Annotated[str, Colour()]
LogoBytes = Annotated[bytes, Picture()]
Legal = Annotated[str, LegalLine()]


def split(line: str) -> tuple[str, str]:
    """The language that stands before a line, or none, and the line."""
    found = _LINE.fullmatch(line)
    assert found is not None
    return found[1] or "", found[2].strip()


def check_lines(lines: tuple[str, ...]) -> None:
    """Refuses more lines in a language than there is room for."""
    named = [split(line)[0] for line in lines]
    for language in dict.fromkeys(named):
        if named.count(language) > LINES:
            count = named.count(language)
            raise BadInput(
                "bad-input",
                say("legal: {count} lines for one language", count=count),
                say("{most} are the most", most=LINES),
            )


def _contrast(colour: str) -> float:
    """How far a colour is from white, from 1 to 21 (WCAG 2.1)."""
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)
