"""QR codes and the Swiss payment part on paper: read back from a picture of the page, and measured (B3, M8)."""

import io
import json
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from PIL import Image
from pypdf import PdfReader

from billing.documents import epc, fonts, invoice_pdf, payment_part, qr_code, qrbill, words
from billing.documents.page import BOTTOM, LEFT, MM, RIGHT, Page, Sheets
from billing.documents.words import LANGUAGES
from tests.documents.samples import credit_note, entry, invoice, issuer, line, payment, recipient
from tests.invoicing.documents import paper, payable

DPI = 200
PER_MM = DPI / 25.4
LONG = "Société fiduciaire et d'expertise comptable Müller, Meier & Schönenberger von Donaudampfschiff"


def short(language: str = "fr", **other: Any) -> dict[str, Any]:
    """An invoice whose letter has room for a payment part."""
    return invoice(language, **{"lines": [line()], "annex": [], "payment": payment("qr-bill", "QRR")} | other)


def pictures(pdf: bytes) -> list[Image.Image]:
    return [page.render(scale=DPI / 72).to_pil().convert("L") for page in pypdfium2.PdfDocument(pdf)]


def codes(pdf: bytes) -> list[tuple[int, Any]]:
    """The QR codes of a document with their pages' numbers."""
    return [(n, code) for n, page in enumerate(pictures(pdf), 1) for code in zxingcpp.read_barcodes(page)]


def swiss(content: dict[str, Any]) -> str:
    return qrbill.payload(qrbill.bill_of(payable(content)))


# Read back


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reference_type", ["QRR", "SCOR", "NON"])
def test_the_swiss_code_is_read_from_the_page(language: str, reference_type: str) -> None:
    content = short(language, payment=payment("qr-bill", reference_type))
    [(page, code)] = codes(invoice_pdf.render(paper(content)))
    assert page == 1
    assert code.text == swiss(content)
    assert code.bytes.decode() == swiss(content)
    assert code.ec_level == "M"
    assert code.format == zxingcpp.BarcodeFormat.QRCode


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_epc_code_is_read_from_the_page(language: str) -> None:
    content = invoice(language, "FR", payment=payment("epc"))
    [(page, code)] = codes(invoice_pdf.render(paper(content)))
    assert page == 1
    assert code.text == epc.payload(payable(content))
    assert code.ec_level == "M"


@pytest.mark.parametrize(
    ("other", "on", "of"),
    [
        ({}, 1, 1),
        ({"annex": [entry(1)]}, 1, 2),  # with the letter, before its annex
        ({"lines": [line()] * 3, "annex": [entry(n) for n in range(12)]}, 2, 2),  # below the annex
        ({"lines": [line()] * 3}, 2, 2),  # on a page of its own
        ({"lines": [line()] * 3, "annex": [entry(n) for n in range(49)]}, 3, 3),
        ({"lines": [line()] * 30, "mentions": ["Mention. " * 50] * 4}, 3, 3),
    ],
)
def test_the_payment_part_stands_where_there_is_room(other: dict[str, Any], on: int, of: int) -> None:
    content = short(**other)
    pdf = invoice_pdf.render(paper(content))
    [(page, code)] = codes(pdf)
    assert code.text == swiss(content)
    assert (page, len(PdfReader(io.BytesIO(pdf)).pages)) == (on, of)


@pytest.mark.parametrize("most", [True, False], ids=["longest", "shortest"])
def test_the_largest_and_the_smallest_codes_are_read(most: bool) -> None:
    party = long_party() if most else {"code": "A", "name": "A", "country": "CH", "address": None}
    content = short(recipient=party, issuer=issuer("CH") | (long_party() if most else {}), total="999999999.99")
    [(_, code)] = codes(invoice_pdf.render(paper(content)))
    assert code.text == swiss(content)
    content = invoice("fr", "FR", payment=payment("epc"), issuer=issuer("FR") | {"name": "Ü" * 70 if most else "A"})
    [(_, code)] = codes(invoice_pdf.render(paper(content)))
    assert code.text == epc.payload(payable(content))
    assert len(qr_code.matrix(epc.payload(payable(content)))) <= 69  # version 13


@pytest.mark.parametrize("country", ["CH", "FR"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_credit_note_and_a_paid_document_have_none(language: str, country: str) -> None:
    none = payment(None)
    for content in (credit_note(language, country) | {"payment": none}, invoice(language, country, payment=none)):
        assert codes(invoice_pdf.render(paper(content))) == []


# The same bytes


PAID = [short(), short("de", payment=payment("qr-bill", "SCOR")), invoice("it", "FR", payment=payment("epc"))]


@pytest.mark.parametrize("content", PAID, ids=["qrr", "scor", "epc"])
def test_m8_made_again_it_is_the_same_bytes(content: dict[str, Any]) -> None:
    first = invoice_pdf.render(paper(content))
    invoice_pdf.render(paper(short("en", number="OTHER-ЖΩ")))
    assert invoice_pdf.render(paper(json.loads(json.dumps(content, sort_keys=True)))) == first


@pytest.mark.parametrize("content", [invoice(), invoice("it", "FR"), credit_note(), short(annex=[])])
def test_m8_documents_from_before_are_what_they_were(content: dict[str, Any]) -> None:
    before = {key: value for key, value in content.items() if key != "payment"}
    pdf = invoice_pdf.render(paper(before))
    assert invoice_pdf.render(paper(before | {"payment": payment(None)})) == pdf
    assert invoice_pdf.render(paper(before | {"payment": None})) == pdf
    assert b"SlipSans" not in pdf
    assert codes(pdf) == []


# Measured


def slip_page(content: dict[str, Any]) -> Page:
    [found] = [page for page in invoice_pdf.drawn(paper(content)).pages if page.foot]
    return found


def slip_texts(page: Page) -> list[tuple[float, float, float, float, str]]:
    """The texts of a payment part: left, right, baseline, size, text."""
    return [
        (x, x + fonts.width(text, font == fonts.SLIP_BOLD, "slip") * size, y, size, text)
        for font, size, _, x, y, text in page.texts
        if font in (fonts.SLIP, fonts.SLIP_BOLD)
    ]


def test_code_and_cross_have_the_measures_of_the_guidelines() -> None:
    [picture] = pictures(invoice_pdf.render(paper(short())))
    [code] = zxingcpp.read_barcodes(picture)
    corners = code.position
    assert corners.top_left.x / PER_MM == pytest.approx(67, abs=0.4)
    assert corners.bottom_right.x / PER_MM == pytest.approx(67 + 46, abs=0.4)
    assert corners.top_left.y / PER_MM == pytest.approx(297 - 105 + 17, abs=0.4)
    assert corners.bottom_right.y / PER_MM == pytest.approx(297 - 42, abs=0.4)
    middle = (67 + 23, 297 - 42 - 23)

    def shade(dx: float, dy: float) -> Any:
        return picture.getpixel((round((middle[0] + dx) * PER_MM), round((middle[1] + dy) * PER_MM)))

    white = [(0, 0), (1.6, 0), (-1.6, 0), (0, 1.6), (0, -1.6), (3.25, 0), (0, -3.25), (3.25, 3.25)]
    black = [(1.2, 1.2), (-1.2, 1.2), (2.4, 0), (0, -2.4), (2.7, 2.7), (-2.7, -2.7)]
    assert all(shade(*at) > 200 for at in white)
    assert all(shade(*at) < 60 for at in black)


def shade_of(picture: Any, x: int, y: int) -> int:
    """How light a point of a grey picture is: 0 is black."""
    return int(picture.getpixel((x, y)))


def test_the_lines_that_are_cut_go_to_the_edges() -> None:
    [picture] = pictures(invoice_pdf.render(paper(short())))
    foot, receipt = (297 - 105) * PER_MM, 62 * PER_MM
    for x in (1, 2, 60 * PER_MM, 150 * PER_MM, picture.width - 2):
        assert min(shade_of(picture, round(x), round(foot) + d) for d in (-1, 0, 1)) < 128
    for y in (foot + 15 * PER_MM, foot + 50 * PER_MM, picture.height - 2):
        assert min(shade_of(picture, round(receipt) + d, round(y)) for d in (-1, 0, 1)) < 128


@pytest.mark.parametrize("language", LANGUAGES)
def test_headings_and_values_are_in_their_places_and_sizes(language: str) -> None:
    said = words.said("en" if language == "nl" else language)  # the standard has four languages, and no Dutch
    found: dict[str, list[tuple[float, float, float]]] = {}
    for x, _, y, size, text in slip_texts(slip_page(short(language))):
        found.setdefault(text, []).append((round(x / MM, 1), round(y / MM, 1), size))
    assert found[said(words.SLIP_RECEIPT)] == [(5.0, 97.2, 11)]
    assert found[said(words.SLIP_PAYMENT_PART)] == [(67.0, 97.2, 11)]
    assert [(x, size) for x, _, size in found[said(words.SLIP_ACCOUNT)]] == [(5.0, 6), (118.0, 8)]
    assert [(x, size) for x, _, size in found["CH44 3199 9123 0008 8901 2"]] == [(5.0, 8), (118.0, 10)]
    assert [(x, size) for x, _, size in found["00 00000 01220 25000 00000 00010"]] == [(5.0, 8), (118.0, 10)]
    assert [(x, size) for x, _, size in found[said(words.SLIP_CURRENCY)]] == [(5.0, 6), (67.0, 8)]
    assert [(x, size) for x, _, size in found["2 582.90"]] == [(17.0, 8), (82.0, 10)]
    assert len(found[said(words.SLIP_INFORMATION)]) == len(found[f"{said(words.INVOICE_INVOICE)} INV-2025-00001"]) == 1
    assert [size for _, _, size in found[said(words.SLIP_PAYABLE_BY)]] == [6, 8]
    assert [(size, y) for _, y, size in found[said(words.SLIP_ACCEPTANCE)]] == [(6, 21.5)]


def long_party() -> dict[str, Any]:
    address = {"street": LONG, "house_number": "12345678a", "postcode": "CH-3011", "city": "Bellinzona-sul-Lago " * 3}
    return {"code": "L", "name": LONG, "country": "CH", "vat_id": None, "address": address}


WIDE = {"code": "W", "name": "W" * 70, "country": "CH", "vat_id": None,
        "address": {"street": "W" * 70, "house_number": "W" * 16, "postcode": "W" * 16, "city": "W" * 35}}  # fmt: skip


@pytest.mark.parametrize(
    "content",
    [
        short(),
        short("de", payment=payment("qr-bill", "SCOR")),
        short("it", recipient=recipient() | {"address": None}),
        short(recipient=recipient("FR")),
        short(recipient=long_party(), issuer=issuer("CH") | long_party(), total="999999999.99"),
        short(recipient=WIDE, issuer=issuer("CH") | WIDE, total="999999999.99"),
        short("it", recipient=recipient() | {"address": None}, issuer=issuer("CH") | WIDE),
    ],
    ids=["plain", "scor", "blank", "abroad", "long", "wide", "wide-blank"],
)
def test_nothing_runs_out_of_its_section(content: dict[str, Any]) -> None:
    page = slip_page(content)
    for x, end, y, size, text in slip_texts(page):
        assert 6 <= size <= 11
        assert all(fonts.has(char, "slip") for char in text)
        if x < 62 * MM:
            assert x >= 5 * MM - 0.1 and end <= 57 * MM + 0.1, text
        elif x >= 118 * MM - 0.1:
            assert end <= 205 * MM + 0.1, text
            assert y >= 14 * MM, text
        else:
            assert x >= 67 * MM - 0.1 and end <= 116 * MM, text
    headings = [y for x, _, y, size, _ in slip_texts(page) if x < 62 * MM]
    amount = sorted(headings)[3]  # above acceptance point and the values: the headings of the amount
    lines = [y for x, _, y, size, text in slip_texts(page) if 4 * MM < x < 6 * MM and y > amount + 0.1]
    assert min(lines) >= 37 * MM
    for points, _, thick in page.rules:
        if thick == 0.75:  # the corners of an empty field
            assert all(5 * MM - 0.1 <= x <= 205 * MM + 0.1 and y >= 15 * MM - 0.1 for x, y in points)


@pytest.mark.parametrize("content", [short(), short(lines=[line()] * 3, annex=[entry(n) for n in range(12)])])
def test_nothing_else_stands_on_the_payment_part(content: dict[str, Any]) -> None:
    page = slip_page(content)
    assert all(y > payment_part.HEIGHT for font, _, _, _, y, _ in page.texts if font in (fonts.REGULAR, fonts.BOLD))
    drawn = [points for points, *_ in page.fills] + [points for points, *_ in page.rules]
    assert all(y > payment_part.HEIGHT for points in drawn for _, y in points)
    assert all(colour == (0, 0, 0) for font, _, colour, *_ in page.texts if font in (fonts.SLIP, fonts.SLIP_BOLD))
    above = [y for font, _, _, x, y, _ in page.texts if font in (fonts.REGULAR, fonts.BOLD)]
    assert min(above) == pytest.approx(108 * MM)  # the page's foot, lifted over it
    assert sorted(set(above))[1] >= 115 * MM


@pytest.mark.parametrize(("wide", "streets"), [(20, 2), (45, 1), (70, 0)])
def test_the_receipt_leaves_streets_out_before_it_shrinks(wide: int, streets: int) -> None:
    party = long_party() | {"name": "W" * wide}
    texts = slip_texts(slip_page(short(recipient=party, issuer=issuer("CH") | party)))
    receipt = [(size, text) for x, _, _, size, text in texts if x < 62 * MM]
    details = " ".join(text for x, _, _, _, text in texts if x > 118 * MM - 1)
    assert details.count("12345678a") == 2
    assert {size for size, _ in receipt} == {11, 8, 6}
    assert " ".join(text for _, text in receipt).count("12345678a") == streets


def test_a_payer_abroad_shows_both_countries() -> None:
    texts = [text for *_, text in slip_texts(slip_page(short(recipient=recipient("FR"))))]
    assert texts.count("CH-1003 Lausanne") == texts.count("FR-3011 Bern") == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_block_of_the_epc_code_says_what_the_code_says(language: str) -> None:
    content = invoice(language, "FR", payment=payment("epc"), annex=[])
    sheets = invoice_pdf.drawn(paper(content))
    texts = [text for page in sheets.pages for *_, text in page.texts]
    expected = ["Éditions du Rhône SARL", "FR76 3000 6000 0112 3456 7890 189", "INV-2025-00001"]
    assert {*expected, words.said(language)(words.INVOICE_SCAN)} <= set(texts)
    assert not any("…" in text for text in texts)


@pytest.mark.parametrize("lines", range(1, 16))
def test_the_block_of_the_epc_code_stays_whole(lines: int) -> None:
    content = invoice("it", "FR", lines=[line()] * lines, annex=[], payment=payment("epc"), total="123456789.05")
    content["issuer"] |= {"name": LONG * 2}
    sheets: Sheets = invoice_pdf.drawn(paper(content))
    [page] = [page for page in sheets.pages if page.stamps]
    [frame] = [points for points, *_ in page.rules if len(points) == 5]
    low, high = min(y for _, y in frame), max(y for _, y in frame)
    assert low >= BOTTOM - 0.1
    inside = [
        (x, x + fonts.width(text, font == fonts.BOLD) * size, y)
        for font, size, _, x, y, text in page.texts
        if low <= y <= high
    ]
    assert len(inside) >= 8
    assert all(x > LEFT + 30 * MM and end <= RIGHT - 2 * MM and y > low + 6 for x, end, y in inside)
