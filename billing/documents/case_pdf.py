"""A case for the customer as a PDF: what was told in order, the time on it, what is left (S14)."""

from billing.documents import blocks, case_text, fonts, letterhead, locale, words
from billing.documents.page import GREY, LEFT, MM, RIGHT, Sheets, wrap
from billing.documents.table import Head, Row, Table
from billing.locales import spoken
from billing.views.case_papers import CaseLine, CasePaper

_SIZE, _LEADING = 9.0, 12.6
_INDENT = LEFT + 4 * MM  # of what people wrote


def render(paper: CasePaper, logo: bytes | None = None) -> bytes:
    """The case's PDF; `logo` are the bytes that the issuer's head names."""
    return drawn(paper, logo).pdf()


def drawn(paper: CasePaper, logo: bytes | None = None) -> Sheets:
    """The case laid out on sheets, before it is written."""
    language, issuer = spoken(paper.language), paper.issuer
    title = case_text.title(paper)
    sheets = letterhead.sheets_for(f"{title} – {paper.customer}", issuer, language)
    y = letterhead.draw(sheets, issuer, paper.recipient, case_text.facts(paper), title, logo)
    if paper.history:
        y = _heading(sheets, words.said(language)(words.CASE_HISTORY), y)
        for line in paper.history:
            y = _line(sheets, line, y, language, issuer.country)
    if paper.work:
        y = _work(sheets, paper, y - 5 * MM, language)
    y -= 6 * MM
    for sentence in paper.text.splitlines():
        y = blocks.paragraph(sheets, sentence, y, _SIZE)
    sheets.footers()
    return sheets


def _heading(sheets: Sheets, text: str, y: float, room: float = 24 * MM) -> float:
    """A heading that is not left alone at the foot of a page."""
    if y - room < sheets.bottom:
        y = sheets.turn()
    sheets.text(LEFT, y - 10, fonts.clean(text), 10.5, sheets.accent, True)
    return y - 18


def _line(sheets: Sheets, line: CaseLine, y: float, language: str, country: str) -> float:
    """Who told what, and when; then what was written, indented, on as many pages as it takes."""
    if y - 3 * _LEADING < sheets.bottom:
        y = sheets.turn()
    when = case_text.moment(line.at, language, country)
    sheets.text(LEFT, y - _SIZE, fonts.clean(case_text.heading(line, language)), _SIZE, bold=True)
    sheets.text_to(RIGHT, y - _SIZE, fonts.clean(when), _SIZE - 1, GREY)
    y -= _LEADING
    for part in (line.text or "").splitlines():
        for words_ in wrap(fonts.clean(part), _SIZE, RIGHT - _INDENT, False):
            if y - _SIZE < sheets.bottom:
                y = sheets.turn()
            sheets.text(_INDENT, y - _SIZE, words_, _SIZE)
            y -= _LEADING
    return y - 1.6 * MM


def _work(sheets: Sheets, paper: CasePaper, y: float, language: str) -> float:
    said, country = words.said(language), paper.issuer.country
    heads: list[Head] = [
        (said(words.INVOICE_DATE), "whole"),
        (said(words.ANNEX_CATEGORY), "wrap"),
        (said(words.ANNEX_AGENT), "wrap"),
        (said(words.ANNEX_CHARGED), "wrap"),
        (said(words.ANNEX_RAW), "right"),
    ]
    rows = [
        Row(
            (
                locale.day(work.on, language, country),
                work.label,
                work.agent or "",
                case_text.charged(work, language, country),
                locale.stopwatch(work.raw_seconds, language),
            ),
            note=work.note or "",
            wide=True,
        )
        for work in paper.work
    ]
    y = _heading(sheets, said(words.CASE_TIME), y)
    y = Table(sheets, heads, LEFT, RIGHT, size=8, leading=9.6, gap=2.8).draw(y, rows)
    return blocks.paragraph(sheets, case_text.total(paper), y - 2 * MM, _SIZE, bold=True)
