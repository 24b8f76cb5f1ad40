"""Draws papers from what is kept of them, and from nothing else: wherever that is done, the bytes are the same (M8)."""

from collections.abc import Mapping, Sequence

from billing.errors import Unknown
from billing.office.invoicing import einvoices
from billing.store import documents, quotes
from billing.store.files import Filed, Format, Paper, filed
from billing.texts import Do, say
from billing.values import dataclass
from billing.views.documents import Document
from billing.views.paper import Letterhead
from billing.views.quotes import QuotePaper

Made = dict[Format, bytes]
Fresh = dict[Format, Filed]


@dataclass(frozen=True, slots=True)
class Drawing:
    """What is to be drawn: papers, which files are wanted (`None`: all that there can be), those that there are by
    number, and the pictures that letterheads name."""

    papers: Sequence[Paper]
    wanted: Sequence[Format] | None
    found: Mapping[str, Made]
    pictures: Mapping[str, bytes]

    def logo(self, on: Letterhead) -> bytes | None:
        return self.pictures.get(on.logo) if on.logo else None


def drawn(drawing: Drawing) -> dict[str, Fresh]:
    """The wanted files of papers that are not there yet, by number. Raises Unknown for a paper that was pruned (P2)."""
    return {
        paper.code: {format: filed(data) for format, data in _made(paper, drawing).items()} for paper in drawing.papers
    }


def is_whole(paper: Paper) -> bool:
    """Whether a paper is whole: one that was pruned names nobody (P2)."""
    return _is_whole(_read(paper))


def _read(paper: Paper) -> Document | QuotePaper:
    return quotes.read(paper.text, paper.code) if paper.is_quote else documents.read(paper.text, paper.code)


def _is_whole(read: Document | QuotePaper) -> bool:
    return bool(read.recipient.name)


def _made(paper: Paper, drawing: Drawing) -> Made:
    found, wanted, read = drawing.found[paper.code], drawing.wanted, _read(paper)
    if not _is_whole(read):
        raise Unknown("not-found", say("{number} is past its ten years: its paper is gone", number=paper.code),
                      say("{do} shows what is left of it", do=Do("invoice show", paper.code)))  # fmt: skip
    if isinstance(read, QuotePaper):
        return {} if "pdf" in found else {"pdf": _quote(read, drawing)}
    made = Made()
    for format in _possible(read) if wanted is None else wanted:
        if format not in found:
            made |= _written(read, format, found | made, drawing)
    return made


def _possible(document: Document) -> list[Format]:
    """What a document may have been given out as: its PDF, and each XML for which it lacks nothing."""
    xml: tuple[einvoices.Xml, ...] = ("cii", "ubl")
    return ["pdf", *(format for format in xml if not einvoices.missing_for(document, format))]


def _written(document: Document, format: Format, there: Made, drawing: Drawing) -> Made:
    """A file of a document, and the XML inside it where it has one: the same bytes as the XML by itself."""
    if format == "cii" or format == "ubl":
        return {format: einvoices.xml(document, format)}
    logo = drawing.logo(document.issuer.head)
    if format == "pdf" and document.format == "factur-x":
        inside = there.get("cii") or einvoices.xml(document, "cii")
        return {"pdf": einvoices.pdf(document, inside=inside, logo=logo), "cii": inside}
    return {format: einvoices.pdf(document, plain=True, logo=logo)}


def _quote(quote: QuotePaper, drawing: Drawing) -> bytes:
    from billing.documents import quote_pdf

    return quote_pdf.render(quote, drawing.logo(quote.issuer.head))
