"""Sheets of A4 that remember what is drawn on them, and the PDF that they become.

A document is laid out first and written afterwards, so that each page can say how many there are. The bytes depend on
what was drawn, title and author alone: no clock, no setting of reportlab's, no path.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from io import BytesIO
from itertools import groupby

from reportlab import rl_config
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from billing.core import lettering
from billing.documents import fonts, words
from billing.documents.logo import Logo

MM = 72 / 25.4
WIDTH, HEIGHT = 210 * MM, 297 * MM
LEFT, RIGHT = 20 * MM, 190 * MM
TOP, BOTTOM = HEIGHT - 20 * MM, 24 * MM  # what a page's content keeps clear of
FOOT = 13 * MM  # where the last line of a page's foot stands
_FOOT_LINE = 3 * MM  # of each line of the first foot but the one that is on every page
Colour = tuple[float, float, float]
BLACK: Colour = (0.1, 0.1, 0.12)
GREY: Colour = (0.4, 0.42, 0.46)
ACCENT: Colour = (0.12, 0.3, 0.5)
RULE: Colour = (0.75, 0.78, 0.82)
SHADE: Colour = (0.94, 0.955, 0.97)
_SMALLEST = 4.5  # below this a text is cut instead of shrunk


@dataclass(slots=True)
class Page:
    """What stands on one page: filled shapes, then lines, then stamps, then text."""

    fills: list[tuple[list[tuple[float, float]], Colour]] = field(default_factory=list)
    rules: list[tuple[list[tuple[float, float]], Colour, float]] = field(default_factory=list)
    stamps: list[str] = field(default_factory=list)  # whole drawings, in PDF's own operators
    pictures: list[tuple[Logo, float, float, float, float]] = field(default_factory=list)
    texts: list[tuple[str, float, Colour, float, float, str]] = field(default_factory=list)
    foot: float = 0.0  # how much higher than usual the page's foot stands


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
            self.now.texts.append((fonts.face(bold, family), size, colour, x, y, fonts.placed(text)))

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
        _settle()
        out = BytesIO()
        canvas = Canvas(
            out, (WIDTH, HEIGHT), pageCompression=1, invariant=1, initialFontName=fonts.REGULAR, lang=self.language
        )
        canvas.setTitle(self.named)
        canvas.setAuthor(self.author)
        canvas.setSubject(self.named)
        canvas.setCreator("billing")
        for page in self.pages:
            _draw(canvas, page)
            canvas.showPage()
        canvas.save()
        return out.getvalue()


def shrunk(text: str, size: float, room: float, bold: bool) -> float:
    """The size at which a clean text fits into a width, not above `size` nor below what can be read."""
    wide = fonts.width(text, bold) * size
    return size if wide <= room else max(_SMALLEST, size * room / wide * 0.9999)  # so that it fits after rounding too


@lru_cache(maxsize=16384)
def fit(text: str, size: float, room: float, bold: bool) -> str:
    """A clean text cut with `…` where it is wider than `room`."""
    if fonts.width(text, bold) * size <= room:
        return text
    return _head(text, size, room - fonts.width("…", bold) * size, bold).rstrip() + "…"


@lru_cache(maxsize=16384)
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


@cache
def _settle() -> None:
    """Fixes, once per process, what a user's settings of reportlab (a file, RL_… in the environment) would change."""
    fonts.register()
    fixed = {"useA85": 0, "wrapA85": 0, "invariant": 1, "pdfMultiLine": 0, "pdfComments": 0, "canvas_baseColor": None}
    assert fixed.keys() <= vars(rl_config).keys()
    vars(rl_config).update(fixed)


def _draw(canvas: Canvas, page: Page) -> None:
    for colour, shapes in groupby(page.fills, key=lambda fill: fill[1]):
        canvas.setFillColorRGB(*colour)
        for points, _ in shapes:
            _path(canvas, points, close=True)
    for (colour, thick), lines in groupby(page.rules, key=lambda rule: rule[1:]):
        canvas.setStrokeColorRGB(*colour)
        canvas.setLineWidth(thick)
        for points, *_ in lines:
            _path(canvas, points, close=False)
    for logo, x, y, width, height in page.pictures:
        canvas.drawImage(ImageReader(logo.picture), x, y, width, height)
    for operators in page.stamps:
        canvas.addLiteral(operators)
    _write(canvas, page)


def _path(canvas: Canvas, points: list[tuple[float, float]], close: bool) -> None:
    path = canvas.beginPath()
    path.moveTo(*points[0])
    for point in points[1:]:
        path.lineTo(*point)
    if close:
        path.close()
    canvas.drawPath(path, stroke=0 if close else 1, fill=1 if close else 0)


def _write(canvas: Canvas, page: Page) -> None:
    """All text of a page in one text object; font and colour only where they change: drawString costs more."""
    writer = canvas.beginText()
    face: tuple[str, float] | None = None
    ink: Colour | None = None
    for font, size, colour, x, y, text in page.texts:
        if (font, size) != face:
            face = (font, size)
            writer.setFont(font, size)
        if colour != ink:
            ink = colour
            writer.setFillColorRGB(*colour)
        writer.setTextOrigin(x, y)
        writer.textOut(text)
    canvas.drawText(writer)
