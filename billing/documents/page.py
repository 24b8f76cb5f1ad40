"""Sheets of A4 that remember what is drawn on them, and the PDF that they become.

A document is laid out first and written afterwards, so that each page can say how many there are. The bytes depend on
what was drawn, title and author alone: no clock, no setting of reportlab's, no path.
"""

from collections.abc import Sequence
from functools import lru_cache

from billing.core import lettering
from billing.documents import fonts, words, writing
from billing.documents.logo import Logo
from billing.documents.writing import HEIGHT as HEIGHT
from billing.documents.writing import MM as MM
from billing.documents.writing import WIDTH as WIDTH
from billing.documents.writing import Colour as Colour
from billing.documents.writing import Page as Page

LEFT, RIGHT = 20 * MM, 190 * MM
TOP, BOTTOM = HEIGHT - 20 * MM, 24 * MM  # what a page's content keeps clear of
FOOT = 13 * MM  # where the last line of a page's foot stands
_FOOT_LINE = 3 * MM  # of each line of the first foot but the one that is on every page
BLACK: Colour = (0.1, 0.1, 0.12)
GREY: Colour = (0.4, 0.42, 0.46)
ACCENT: Colour = (0.12, 0.3, 0.5)
RULE: Colour = (0.75, 0.78, 0.82)
SHADE: Colour = (0.94, 0.955, 0.97)
_SMALLEST = 4.5  # below this a text is cut instead of shrunk


class Sheets:
    """The pages of a document while it is laid out; y is counted from the bottom, in points."""

    def __init__(
        self, title: str, author: str, language: str, accent: Colour = ACCENT, foot: Sequence[str] = ("",)
    ) -> None:
        self.title, self.language = fonts.clean(title), language
        self.named, self.author = lettering.written(title), lettering.written(author)  # as who looks for it types it
        self.accent = accent
        self.foot = [fonts.clean(line) for line in foot]  # the first is on every page, the others on the first page
        self.pages = [Page()]
        self.now = self.pages[0]

    @property
    def bottom(self) -> float:
        """What the content of the page that is drawn on keeps clear of."""
        return BOTTOM + self._more(self.now)

    def _more(self, page: Page) -> float:
        """How much higher the foot of a page is for its further lines."""
        return len(self.foot[1:]) * _FOOT_LINE if page is self.pages[0] else 0.0

    def foot_height(self, page: Page) -> float:
        """How high the foot of a page is, with what its content keeps clear of it."""
        return self._more(page) + 8 * MM

    def turn(self) -> float:
        """A new page; its first y. It says at its top what it belongs to."""
        self.now = Page()
        self.pages.append(self.now)
        self.text(LEFT, TOP, fit(self.title, 7.5, RIGHT - LEFT, False), 7.5, GREY)
        return TOP - 9 * MM

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        colour: Colour = BLACK,
        bold: bool = False,
        family: fonts.Family = "letter",
    ) -> None:
        """A clean text that begins at x."""
        if text:
            placed = text if text.isascii() else fonts.placed(text)
            self.now.texts.append((fonts.face(bold, family), size, colour, x, y, placed))

    def text_to(self, x: float, y: float, text: str, size: float, colour: Colour = BLACK, bold: bool = False) -> None:
        """A clean text that ends at x."""
        self.text(x - fonts.width(text, bold) * size, y, text, size, colour, bold)

    def rule(self, points: list[tuple[float, float]], colour: Colour = RULE, thick: float = 0.5) -> None:
        """A line through points."""
        self.now.rules.append((points, colour, thick))

    def fill(self, points: list[tuple[float, float]], colour: Colour = SHADE) -> None:
        """A filled shape."""
        self.now.fills.append((points, colour))

    def box(self, x: float, y: float, right: float, top: float, colour: Colour = SHADE) -> None:
        """A filled rectangle."""
        self.fill([(x, y), (right, y), (right, top), (x, top)], colour)

    def stamp(self, operators: str) -> None:
        """A drawing in PDF's own operators that leaves the state of graphics as it was."""
        self.now.stamps.append(operators)

    def picture(self, logo: Logo, x: float, y: float, width: float, height: float) -> None:
        """A logo with its lower left corner at x, y."""
        if logo.picture is None:
            self.stamp(logo.drawn(x, y, width, height))
        else:
            self.now.pictures.append((logo, x, y, width, height))

    def footers(self) -> None:
        """The foot of every page: who sends it, and page x of y; on the first what else it says."""
        line, *others = self.foot
        for number, page in enumerate(self.pages, 1):
            self.now = page
            of = words.said(self.language)(words.PAGE_OF).format(page=number, pages=len(self.pages))
            room = RIGHT - LEFT - fonts.width(of, False) * 7 - 8
            rule, base = FOOT + 4 * MM + page.foot + self._more(page), FOOT + page.foot + self._more(page)
            self.rule([(LEFT, rule), (RIGHT, rule)], RULE, 0.4)
            for n, other in enumerate(others if number == 1 else (), 1):
                size = shrunk(other, 7, RIGHT - LEFT, False)
                self.text(LEFT, base - n * _FOOT_LINE, fit(other, size, RIGHT - LEFT, False), size, GREY)
            size = shrunk(line, 7, room, False)
            self.text(LEFT, base, fit(line, size, room, False), size, GREY)
            self.text_to(RIGHT, base, of, 7, GREY)

    def pdf(self) -> bytes:
        """The document as a PDF, the same bytes for the same drawing."""
        return writing.pdf(self.pages, self.named, self.author, self.language)


def shrunk(text: str, size: float, room: float, bold: bool) -> float:
    """The size at which a clean text fits into a width, not above `size` nor below what can be read."""
    wide = fonts.width(text, bold) * size
    return size if wide <= room else max(_SMALLEST, size * room / wide * 0.9999)  # so that it fits after rounding too


@lru_cache(maxsize=2048)
def fit(text: str, size: float, room: float, bold: bool) -> str:
    """A clean text cut with `…` where it is wider than `room`."""
    if fonts.width(text, bold) * size <= room:
        return text
    return _head(text, size, room - fonts.width("…", bold) * size, bold).rstrip() + "…"


@lru_cache(maxsize=2048)
def wrap(text: str, size: float, room: float, bold: bool, family: fonts.Family = "letter") -> tuple[str, ...]:
    """A clean text on lines no wider than `room`: broken at spaces, inside a word only where it is too long."""
    if fonts.width(text, bold, family) * size <= room:
        return (text,)
    lines, line, used = [], "", 0.0
    space = fonts.width(" ", bold, family) * size
    for word in text.split(" "):
        wide = fonts.width(word, bold, family) * size
        if line and used + space + wide <= room:
            line, used = f"{line} {word}", used + space + wide
            continue
        if line:
            lines.append(line)
        while wide > room:
            head = _head(word, size, room, bold, family)
            head = head[: head.rfind("-") + 1] or head  # after a hyphen, where there is one
            lines.append(head)
            word = word[len(head) :]
            wide = fonts.width(word, bold, family) * size
        line, used = word, wide
    if line:
        lines.append(line)
    return tuple(lines)


def _head(text: str, size: float, room: float, bold: bool, family: fonts.Family = "letter") -> str:
    """As many characters of a text as fit, at least one."""
    used = 0.0
    for end, char in enumerate(text):
        used += fonts.width(char, bold, family) * size
        if used > room:
            return text[: max(1, end)]
    return text
