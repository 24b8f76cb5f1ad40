"""M8: what is written directly is what a canvas writes, byte for byte: whatever the paper, language, letter, logo."""

import random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from billing.documents import case_pdf, fonts, invoice_pdf, quote_pdf, statement_pdf
from billing.documents.page import Sheets
from billing.documents.words import LANGUAGES
from billing.views.codec import from_json
from billing.views.quotes import QuotePaper
from tests.documents import by_canvas
from tests.documents.samples import credit_note, entry, invoice, payment, statement
from tests.documents.test_case_papers import PAPER
from tests.documents.test_letterhead import SVG, dressed, png
from tests.documents.test_quote_pdf import content as quote
from tests.documents.test_scripts import DRAWN, content_with
from tests.invoicing.documents import paper


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The PDFs that were made, each compared with the canvas's."""
    found: list[bytes] = []
    directly = Sheets.pdf

    def pdf(sheets: Sheets) -> bytes:
        found.append(directly(sheets))
        assert found[-1] == by_canvas.pdf(sheets)
        return found[-1]

    monkeypatch.setattr(Sheets, "pdf", pdf)
    return found


@pytest.mark.parametrize("country", ["CH", "FR", "DE"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_invoices_notes_and_statements(written: list[bytes], language: str, country: str) -> None:
    invoice_pdf.render(paper(invoice(language, country)))
    invoice_pdf.render(paper(credit_note(language, country)))
    invoice_pdf.render(paper(dressed(language, country, annex=[entry(n) for n in range(1, 100)])))
    statement_pdf.render(statement(language, country))
    assert len(set(written)) == 4


@pytest.mark.parametrize("language", LANGUAGES)
def test_slips_codes_quotes_and_cases(written: list[bytes], language: str) -> None:
    invoice_pdf.render(paper(invoice(language, payment=payment("qr-bill", "QRR"))))
    invoice_pdf.render(paper(invoice(language, "FR", payment=payment("epc", "SCOR"))))
    quote_pdf.render(from_json(QuotePaper, quote(language)))
    case_pdf.render(PAPER)
    assert len(set(written)) == 4


@pytest.mark.parametrize("picture", [SVG, png(), png(40, 400)], ids=["svg", "png", "high"])
def test_logos(written: list[bytes], picture: bytes) -> None:
    first = invoice_pdf.render(paper(dressed()), picture)
    invoice_pdf.render(paper(dressed("de", "DE")), picture)
    assert invoice_pdf.render(paper(dressed()), picture) == first and len(set(written)) == 2


@pytest.mark.parametrize("name", DRAWN.values(), ids=DRAWN)
def test_scripts(written: list[bytes], name: str) -> None:
    invoice_pdf.render(paper(content_with(name)))
    invoice_pdf.render(paper(content_with(name + "".join(DRAWN.values()))))
    assert len(set(written)) == 2


def test_more_letters_than_one_subset_holds(written: list[bytes]) -> None:
    """Of fonts whose every sign is used, in an order that goes back and forth between subsets."""
    signs = [chr(code) for code in range(0x20, 0x600) if chr(code).isprintable()]
    random.Random(7).shuffle(signs)
    sheets = Sheets("Ω (%d) \\ %s", "Ж", "fr")
    for n in range(0, len(signs), 9):
        sheets.text(20.125, 800 - n / 2, "".join(signs[n : n + 9]), 7 + n % 3, bold=n % 4 == 0)
        sheets.text(300, 800 - n / 2, "abc" + signs[n], 8, family="slip", bold=n % 5 == 0)
    sheets.pdf()
    assert written[0].count(b"/FontFile2") > 6


@given(
    st.text(st.characters(codec="utf-8"), max_size=40),
    st.lists(st.tuples(st.floats(-1e4, 1e4), st.floats(-1e4, 1e4)), min_size=1, max_size=4),
    st.integers(1, 13),
)
@example("(a\\b) 100 %", [(0.0, -0.0)], 11)
def test_whatever_is_drawn(text: str, points: list[tuple[float, float]], pages: int) -> None:
    sheets = Sheets(text, text[::-1], "it")
    for n in range(pages):
        for x, y in points:
            sheets.text(x, y, fonts.clean(text), abs(y) / 9 + n, (abs(x) / 1e4, 0.5, 0), bold=x > y)
        sheets.rule(points, thick=abs(points[0][0]))
        sheets.fill(points)
        sheets.turn()
    assert sheets.pdf() == by_canvas.pdf(sheets)
