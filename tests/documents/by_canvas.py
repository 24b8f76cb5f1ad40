"""The same sheets as a canvas of reportlab draws them: what the bytes of our own writing are held against."""

from io import BytesIO
from itertools import groupby

from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from billing.documents import fonts, writing
from billing.documents.page import HEIGHT, WIDTH, Colour, Page, Sheets


def pdf(sheets: Sheets) -> bytes:
    """The document as a PDF."""
    writing.settle()
    out = BytesIO()
    canvas = Canvas(
        out, (WIDTH, HEIGHT), pageCompression=1, invariant=1, initialFontName=fonts.REGULAR, lang=sheets.language
    )
    canvas.setTitle(sheets.named)
    canvas.setAuthor(sheets.author)
    canvas.setSubject(sheets.named)
    canvas.setCreator("billing")
    for page in sheets.pages:
        _draw(canvas, page)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _draw(canvas: Canvas, page: Page) -> None:
    for colour, shapes in groupby(page.fills, key=lambda fill: fill[1]):
        canvas.setFillColorRGB(*colour)
        for points, _ in shapes:
            _path(canvas, points, close=True)
    for (tint, thick), lines in groupby(page.rules, key=lambda rule: rule[1:]):
        canvas.setStrokeColorRGB(*tint)
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
