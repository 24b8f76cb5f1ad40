"""The letterhead on every paper: logo, colour, lines of law, the window; and tables as wide as what stands in them."""

import io
import re
from typing import Any

import pypdfium2 as pdfium
import pytest
from PIL import Image

from billing.documents import fonts, invoice_pdf, logo, quote_pdf, statement_pdf, svg
from billing.documents.page import HEIGHT, LEFT, MM, RIGHT, Sheets
from billing.documents.words import LANGUAGES
from billing.errors import BadInput
from billing.views.codec import from_json
from billing.views.quotes import QuotePaper
from tests.documents import samples
from tests.documents.samples import entry, invoice, issuer, line, recipient
from tests.documents.test_quote_pdf import content as quote
from tests.invoicing.documents import paper

RED = (192, 57, 43)
SVG = b"""<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 100">
<style>.a{fill:#c0392b}</style>
<g transform="translate(50 50)"><circle class="a" r="40"/></g><rect x="110" y="20" width="180" height="60" rx="12"
style="fill:none;stroke:navy;stroke-width:4"/><path d="M130 50c20-30 40 30 60 0s40 30 60 0a5 5 0 0110 0z" fill="none"
stroke="teal"/></svg>"""
HEAD: dict[str, Any] = {
    "phone": "+33 4 76 00 00 00", "email": "facturation@rhone.example", "web": "www.rhone.example",
    "accent": "#7a1f2b", "logo": "0" * 64,
    "legal": ["SARL au capital de 10 000 €", "RCS Grenoble 404 833 048", "SIRET 404 833 048 00012", "Contrat 123"],
}  # fmt: skip


def png(width: int = 300, height: int = 100) -> bytes:
    out = io.BytesIO()
    Image.new("RGBA", (width, height), (*RED, 255)).save(out, "PNG")
    return out.getvalue()


def dressed(language: str = "fr", country: str = "FR", **other: Any) -> dict[str, Any]:
    content = invoice(language, "CH" if country == "CH" else "FR", **other)
    content["issuer"] |= {"head": HEAD, "country": country}
    return content


def texts(sheets: Sheets) -> list[str]:
    return [text for page in sheets.pages for *_, text in page.texts]


def colours(pdf: bytes) -> set[tuple[int, ...]]:
    """The colours of the first page, as a reader shows it."""
    shown = pdfium.PdfDocument(pdf)[0].render(scale=1).to_pil().convert("RGB")
    return {colour for _, colour in shown.getcolors(10**6)}


@pytest.mark.parametrize("country", ["FR", "CH", "DE", "BE"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_whole_letterhead_is_on_the_first_page(language: str, country: str) -> None:
    sheets = invoice_pdf.drawn(paper(dressed(language, country)), SVG)
    first = [text for *_, text in sheets.pages[0].texts]
    for said in (HEAD["phone"], HEAD["email"], HEAD["web"], *HEAD["legal"]):
        assert said in first
    later = [text for page in sheets.pages[1:] for *_, text in page.texts]
    assert not set(HEAD["legal"]) & set(later)
    content = min(y for _, size, *_, y, text in sheets.pages[0].texts if y > 60 and size > 7)
    foot = max(y for *_, y, text in sheets.pages[0].texts if text in HEAD["legal"])
    assert content > foot + 5 * MM


@pytest.mark.parametrize("picture", [SVG, png()], ids=["svg", "png"])
def test_the_logo_is_drawn_and_an_accent_colours_the_title(picture: bytes) -> None:
    assert RED in colours(invoice_pdf.render(paper(dressed()), picture))
    assert RED not in colours(invoice_pdf.render(paper(dressed())))
    wide, high = logo.read(picture).fitted(62 * MM, 18 * MM)
    assert (round(wide / MM), round(high / MM)) == (54, 18)
    said = [text for text in invoice_pdf.drawn(paper(dressed())).pages[0].texts if text[-1].startswith("Facture")]
    assert [tuple(round(part * 255) for part in text[2]) for text in said] == [(0x7A, 0x1F, 0x2B)]


def test_M8_the_same_bytes_with_a_logo() -> None:
    for picture in (SVG, png()):
        first = invoice_pdf.render(paper(dressed()), picture)
        logo.read.cache_clear()
        assert invoice_pdf.render(paper(dressed()), picture) == first


@pytest.mark.parametrize(
    ("inner", "why"),
    [
        ("<text>Demo</text>", "an element text"),
        ('<rect width="5" height="5" fill="url(#g)"/>', "the colour url"),
        ('<rect width="5" height="5" opacity=".5"/>', "transparent"),
        ('<g clip-path="url(#c)"><rect width="5" height="5"/></g>', "a clip-path"),
        ("<style>rect{fill:red}</style>", "styles for rect"),
        ('<image href="x.png"/>', "an element image"),
        ('<path d="M0 0L1"/>', "cannot be read"),
        ("<g/>", "nothing in it"),
    ],
)
def test_an_SVG_that_would_be_drawn_wrong_is_refused(inner: str, why: str) -> None:
    data = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">{inner}</svg>'.encode()
    with pytest.raises(BadInput, match=why) as refused:
        logo.checked(data)
    assert refused.value.code == "bad-image"


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "neither"), (b"GIF89a", "neither"), (png()[:60], "cannot be read"), (png(20, 20), "20 × 20"),
        (png(4100, 400), "4100 × 400"), (png(1000, 40), "over 12 times"), (b"<svg", "cannot be read"),
        (b'<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg"/>', "entities"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><rect width="1" height="1"/></svg>', "cannot be read"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_logo_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(BadInput, match=why) as refused:
        logo.checked(data)
    assert refused.value.code == "bad-image"


def test_paths_are_drawn_as_SVG_means_them() -> None:
    """Relative and smooth curves, arcs, and numbers that touch each other."""
    path = '<path d="M1 1h8v8H1zm2,2a2 2 0 104 0q1-1 2 0t1 0"/>'
    data = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10">{path}</svg>'.encode()
    operators = svg.read(data).operators
    assert "1 1 m 9 1 l 9 9 l 1 9 l h 3 3 m" in operators
    assert operators.endswith("f") and len(re.findall(r" c\b", operators)) == 4
    assert " 7 3 c " in operators  # the arc ends where it should


def test_in_Germany_the_window_is_at_the_left_and_documents_have_their_German_names() -> None:
    """DIN 5008, form B; § 14 UStG."""
    content = dressed("de", "DE", annex=[entry(1, free="quote", quote="Q-1", billed=0, rate=None)])
    content["recipient"] |= {"attention": "Frau Meier"}
    sheets = invoice_pdf.drawn(paper(content))
    at = {text: (x / MM, (HEIGHT - y) / MM) for *_, x, y, text in sheets.pages[0].texts}
    name = at["Berna Treuhand AG"]
    assert 20 < name[0] < 30 and 62 < name[1] < 70
    assert at["Zu Händen von Frau Meier"][1] > name[1] and at["Bundesgasse 12a"][1] < 90
    assert at["Leistungszeitraum"][0] > 110 and "03.02.2025 bis 28.02.2025" in at
    assert any(text.startswith("nach Angebot Q-1") for text in texts(sheets))
    note = samples.credit_note("de", "FR")
    note["issuer"] |= {"country": "DE"}
    assert "Rechnungskorrektur CN-2025-00001" in texts(invoice_pdf.drawn(paper(note)))
    offer = quote("de", "FR", issuer=issuer("FR") | {"country": "DE"})
    pdf = pdfium.PdfDocument(quote_pdf.render(from_json(QuotePaper, offer)))
    assert "Angebot Q-2025-00007" in pdf[0].get_textpage().get_text_range()


def test_a_second_line_the_SIREN_and_the_country_stand_in_the_address_and_beside_it() -> None:
    content = dressed("it", "CH")
    there = recipient("BE")["address"] | {"second_line": "Bâtiment B"}
    content["recipient"] |= {"country": "BE", "siren": "404833048", "address": there}
    said = texts(invoice_pdf.drawn(paper(content)))
    assert said.index("Bâtiment B") + 1 == said.index("Bundesgasse 12a")
    assert "BELGIO" in said and "404833048" in said


# Tables

LABELS = {
    "fr": "Assistance téléphonique", "de": "Telefonische Unterstützung", "it": "Controllo dei dati",
    "en": "Telephone support",
}  # fmt: skip


def row(n: int, language: str) -> dict[str, Any]:
    label = LABELS.get(language, "Telefonische ondersteuning")
    more = {"label": label, "agent": "jean-pierre", "case": f"T-2025-{1000 + n}", "entry": f"BERNA-{n}"}
    return entry(n, **more, raw_seconds=3723, amount="14.58", rate="175.00", billed=5)


@pytest.mark.parametrize("language", LANGUAGES)
def test_300_rows_take_half_the_pages_and_no_word_is_broken(language: str) -> None:
    """Nine pages before: columns had fixed shares of the width, and most cells took two lines."""
    content = dressed(language, annex=[row(n, language) for n in range(1, 301)])
    sheets = invoice_pdf.drawn(paper(content))
    assert len(sheets.pages) - 1 <= 4
    words = {word for page in sheets.pages[1:] for *_, text in page.texts for word in text.split(" ")}
    shipped = {word for n in (1, 300) for word in f"{row(n, language)['label']} jean-pierre T-2025-{1000 + n}".split()}
    assert shipped <= words


def test_the_annex_is_in_order_of_days_with_notes_money_and_sums() -> None:
    rows = [
        entry(3, date="2025-02-20", note="Mail", amount="14.58"),
        entry(1, date="2025-02-03", note="Import der Debitoren geprüft", amount="14.59"),
    ]
    said = texts(invoice_pdf.drawn(paper(dressed("de", "DE", lines=[line()], annex=rows))))
    assert said.index("03.02.2025") < said.index("Import der Debitoren geprüft") < said.index("20.02.2025")
    assert {"14,58", "14,59", "29,17", "0:03:07", "0:06:14"} <= set(said)


def test_a_statement_keeps_work_on_quotes_apart_and_sums_up() -> None:
    """It stood under what is free."""
    statement = samples.statement("fr")
    from dataclasses import replace

    free = statement.free[0]
    on_quote = replace(free, free="quote", quote="Q-2025-00001", entry="B-9", note="Formulaire adapté", raw_seconds=66)
    said = texts(statement_pdf.drawn(replace(statement, free=(free, on_quote))))
    freed, quoted = said.index("Interventions gratuites"), said.index("Travaux sur devis")
    assert said.index("20 min 34 s", freed) < quoted < said.index("sur devis Q-2025-00001")
    assert "Formulaire adapté" in said and said.count("1 min 06 s") == 2
    assert said.count("CHF\u00a0102.08") == 2  # the row, and all rows


LONG = {"label": "Systemvoraussetzungsprüfung", "note": "w" * 200}


def test_no_column_is_narrower_than_its_longest_word() -> None:
    content = dressed(annex=[row(n, "de") | LONG for n in (1, 2)])
    sheets = invoice_pdf.drawn(paper(content))
    assert "Systemvoraussetzungsprüfung" in texts(sheets)
    for page in sheets.pages:
        for font, size, _, x, _, text in page.texts:
            assert x >= LEFT - 0.1 and x + fonts.width(text, font == fonts.BOLD) * size <= RIGHT + 0.1
