"""Writes pages as a PDF: byte for byte what reportlab's canvas makes of the same drawing, in a fraction of its time.

A canvas keeps a state of graphics, and formats every value of every object anew for each document. Here operators are
written as text, and what documents share is made once: subsets of fonts, pictures, what never changes.
`tests/documents/test_writing.py` has a canvas draw the same, and compares.
"""

from collections.abc import Iterator, Sequence
from dataclasses import field
from functools import cache, lru_cache
from hashlib import md5
from itertools import accumulate, groupby
from typing import Any
from zlib import compress

from reportlab import rl_config
from reportlab.lib.rl_accel import escapePDF, fp_str
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfdoc, pdfmetrics

from billing.documents import fonts
from billing.documents.logo import Logo
from billing.values import dataclass

MM = 72 / 25.4
WIDTH, HEIGHT = 210 * MM, 297 * MM
Point = tuple[float, float]
Colour = tuple[float, float, float]
_HEAD = b"%PDF-1.3\n%\223\214\213\236 ReportLab Generated PDF document (opensource)\n"
_PAGE = (
    "<<\n/Contents {content} 0 R /MediaBox [ 0 0 {size} ] /Parent {tree} 0 R /Resources <<\n"
    "/Font 1 0 R /ProcSet [ /PDF /Text /ImageB /ImageC /ImageI ]{pictures}\n"
    ">> /Rotate 0 /Trans <<\n\n>> \n  /Type /Page\n>>\n"
)
_INFO = (
    b"<<\n/Author %s /CreationDate (D:20000101000000+00'00') /Creator (billing) /Keywords ()"
    b" /ModDate (D:20000101000000+00'00') /Producer (ReportLab PDF Library - \\(opensource\\)) \n "
    b" /Subject %s /Title %s /Trapped /False\n>>\n"
)
_END = (
    "trailer\n<<\n/ID \n[<{digest}><{digest}>]\n% ReportLab generated PDF document -- digest (opensource)\n\n"
    "/Info {info} 0 R\n/Root {root} 0 R\n/Size {size}\n>>\nstartxref\n{at}\n%%EOF\n"
)
_SEED = b"a reportlab document946684800.0"  # its time where it has no clock


@dataclass(slots=True)
class Page:
    """What stands on one page: filled shapes, then lines, then pictures and stamps, then text."""

    fills: list[tuple[list[Point], Colour]] = field(default_factory=list)
    rules: list[tuple[list[Point], Colour, float]] = field(default_factory=list)
    stamps: list[str] = field(default_factory=list)  # whole drawings, in PDF's own operators
    pictures: list[tuple[Logo, float, float, float, float]] = field(default_factory=list)
    texts: list[tuple[str, float, Colour, float, float, str]] = field(default_factory=list)
    foot: float = 0.0  # how much higher than usual the page's foot stands


def pdf(pages: Sequence[Page], title: str, author: str, language: str) -> bytes:
    """Pages as a PDF, whose title is its subject too. Its objects have the numbers that a canvas gives them."""
    settle()
    used = _Used()
    streams = [_stream("\n".join(_operators(page, used))) for page in pages]
    logos = {logo.digest: logo for page in pages for logo, *_ in page.pictures}
    numbers = {digest: number for number, digest in enumerate(logos, 2)}
    first = 2 + len(logos)
    names, described = used.described(first + len(pages))
    root = first + len(pages) + len(described)
    info, tree, content = root + 1, root + 2, root + 3
    kids = pdfdoc.PDFArray(f"{first + n} 0 R" for n in range(len(pages))).format(used)
    said = _string(title)
    return _file(
        [
            names,
            *(_picture(logo)[1] for logo in logos.values()),
            *(_page(page, numbers, content + n, tree) for n, page in enumerate(pages)),
            *described,
            b"<<\n/Lang %s /PageMode /UseNone /Pages %d 0 R /Type /Catalog\n>>\n" % (_string(language), tree),
            _INFO % (_string(author), said, said),
            b"<<\n/Count %d /Kids %s /Type /Pages\n>>\n" % (len(pages), kids),
            *streams,
        ],
        root,
        info,
        md5(_SEED + (title + author + title).encode(), usedforsecurity=False).hexdigest(),
    )


def _file(bodies: Sequence[bytes], root: int, info: int, digest: str) -> bytes:
    """Objects under their numbers, where each begins, and how the file ends."""
    parts = [_HEAD, *(b"%d 0 obj\n%sendobj\n" % numbered for numbered in enumerate(bodies, 1))]
    *places, at = accumulate(map(len, parts))
    size = len(parts)
    table = [f"xref\n0 {size}\n0000000000 65535 f \n", *(f"{place:010} 00000 n \n" for place in places)]
    end = _END.format(digest=digest, info=info, root=root, size=size, at=at)
    return b"".join([*parts, "".join(table).encode(), end.encode()])


@cache
def settle() -> None:
    """Fixes, once per process, what a user's settings of reportlab (a file, RL_… in the environment) would change."""
    fonts.register()
    fixed = {"useA85": 0, "wrapA85": 0, "invariant": 1, "pdfMultiLine": 0, "pdfComments": 0, "canvas_baseColor": None}
    assert fixed.keys() <= vars(rl_config).keys()
    vars(rl_config).update(fixed)


def _string(text: str) -> bytes:
    return bytes(pdfdoc.PDFString(text).format(pdfdoc.DummyDoc()))


def _stream(text: str) -> bytes:
    data = compress(text.encode())
    return b"<<\n/Filter [ /FlateDecode ] /Length %d\n>>\nstream\n%sendstream\n" % (len(data), data)


def _page(page: Page, numbers: dict[str, int], content: int, tree: int) -> bytes:
    found = sorted((_picture(logo)[0], numbers[logo.digest]) for logo, *_ in page.pictures)
    pictures = " ".join(f"/{name} {number} 0 R" for name, number in found)
    return _PAGE.format(
        content=content,
        tree=tree,
        size=fp_str(WIDTH, HEIGHT),
        pictures=f" /XObject <<\n{pictures}\n>>" if found else "",
    ).encode()


# What stands on a page, in operators


def _operators(page: Page, used: "_Used") -> Iterator[str]:
    yield "1 0 0 1 0 0 cm "
    for colour, shapes in groupby(page.fills, key=lambda fill: fill[1]):
        yield f"{_numbers(colour)} rg"
        for points, _ in shapes:
            yield f"{_path(points)} h\nf*"
    for (colour, thick), lines in groupby(page.rules, key=lambda rule: rule[1:]):
        yield f"{_numbers(colour)} RG\n{fp_str(thick)} w"
        for points, *_ in lines:
            yield f"{_path(points)}\nS"
    for logo, x, y, width, height in page.pictures:
        yield f"q\n{fp_str(width, 0, 0, height, x, y)} cm\n/{_picture(logo)[0]} Do\nQ"
    yield from page.stamps
    yield " ".join(["BT 1 0 0 1 0 0 Tm", *_texts(page, used), "ET"])
    yield " \n"


def _path(points: Sequence[Point]) -> str:
    (x, y), *others = points
    return " ".join([f"n {_number(x)} {_number(y)} m", *(f"{_number(x)} {_number(y)} l" for x, y in others)])


@lru_cache(maxsize=256)
def _numbers(values: tuple[float, ...]) -> str:
    return str(fp_str(*values))


@lru_cache(maxsize=8192)
def _number(value: float) -> str:
    """A place on a page: documents have the same margins, columns and lines."""
    return str(fp_str(value))


def _texts(page: Page, used: "_Used") -> Iterator[str]:
    """All text of a page; font and colour only where they change."""
    face: tuple[str, float] | None = None
    ink: Colour | None = None
    subset, plain = -1, False
    for font, size, colour, x, y, text in page.texts:
        if (font, size) != face:
            face, subset, plain = (font, size), -1, _is_plain(font)
        if colour != ink:
            ink = colour
            yield f"{_numbers(colour)} rg"
        yield f"1 0 0 1 {_number(x)} {_number(y)} Tm"
        is_plain = plain and text.isascii() and text.isprintable()
        for part, signs in ((0, b""),) if is_plain else used.parts(font, text):
            if part != subset:
                subset = part
                yield f"{used.name(font, part)} {_numbers((size,))} Tf {_numbers((size * 1.2,))} TL"
            yield f"({_escaped(text) if is_plain else escapePDF(signs)}) Tj"


@lru_cache(maxsize=8192)
def _escaped(text: str) -> str:
    """A text in ASCII as operators have it: most are on many documents."""
    return str(escapePDF(text.encode()))


# What is shared: pictures, and the fonts' subsets


@lru_cache(maxsize=8)
def _picture(logo: Logo) -> tuple[str, bytes]:
    """The name of a picture, and its object."""
    reader = ImageReader(logo.picture)
    name = md5(reader.getRGBData() + b"None", usedforsecurity=False).hexdigest()
    return pdfdoc.xObjectName(name), pdfdoc.PDFImageXObject(name, reader).format(pdfdoc.PDFDocument())


@cache
def _is_plain(font: str) -> bool:
    """Whether a font has all of ASCII, whose signs keep their codes in the first subset of every document."""
    has = pdfmetrics.getFont(font).face.charToGlyph
    return all(code in has for code in range(32, 127))


class _Used(pdfdoc.DummyDoc):  # type: ignore[misc]
    """The fonts of a document in the order in which they are used, and what of each: a document as fonts see it."""

    compression = 1

    def __init__(self) -> None:
        self.fontMapping: dict[str, str] = {}
        self.delayedFonts: list[Any] = []
        self.idToObject = {pdfdoc.BasicFonts: pdfdoc.PDFDictionary()}
        self.noted: list[Any] = []  # the objects of fonts
        self._names: dict[tuple[str, int], str] = {}

    def parts(self, font: str, text: str) -> list[tuple[int, bytes]]:
        """A text in the codes of subsets."""
        found: list[tuple[int, bytes]] = pdfmetrics.getFont(font).splitString(text, self)
        return found

    def name(self, font: str, subset: int) -> str:
        """How operators call a subset of a font."""
        key = font, subset
        if key not in self._names:
            known = pdfmetrics.getFont(font)
            known._assignState(self)
            self._names[key] = known.getSubsetInternalName(subset, self)
        return self._names[key]

    def Reference(self, thing: object, _: str = "") -> str:
        """Notes an object of a font. Its number is not known yet."""
        self.noted.append(thing)
        return "%d 0 R"

    def described(self, first: int) -> tuple[bytes, list[bytes]]:
        """The names of all subsets, and their objects, which are numbered from `first`."""
        names: dict[str, str] = {}
        found: list[bytes] = []
        for font in self.delayedFonts:
            state = font.state.pop(self)
            subsets = tuple(tuple(subset) for subset in state.subsets)
            for n, (codes, file, shape, whole) in enumerate(_described(font.fontName, state.internalName, subsets)):
                at = first + len(found)
                found += [codes, file, shape % (at + 1), whole % (at + 2, at)]
                names[f"{state.internalName}+{n}"] = f"{at + 3} 0 R"
        return pdfdoc.PDFDictionary(names).format(self) + b"\n", found


@lru_cache(maxsize=256)
def _described(font: str, name: str, subsets: tuple[tuple[int, ...], ...]) -> list[tuple[bytes, bytes, bytes, bytes]]:
    """The objects of each subset of a font: its codes, the file, what it is like, the font.

    The last two are to be told the numbers of those before them.
    """
    used, known = _Used(), pdfmetrics.getFont(font)
    state = known._assignState(used)
    state.subsets, state.internalName = [list(subset) for subset in subsets], name
    known.addObjects(used)
    bodies = [body if body.endswith(b"\n") else body + b"\n" for body in (each.format(used) for each in used.noted)]
    return list(zip(*[iter(bodies)] * 4, strict=True))
