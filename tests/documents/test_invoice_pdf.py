"""Invoices and credit notes on paper: B3, M5, M8."""

import hashlib
import io
import json
import os
import subprocess
import sys
from itertools import pairwise
from typing import Any

import pytest
from pypdf import PdfReader

from billing.documents import fonts, invoice_pdf, letterhead, locale, words
from billing.documents.page import BOTTOM, LEFT, RIGHT, Sheets, wrap
from billing.documents.words import LANGUAGES
from billing.law.identifiers import Iban
from tests.documents.samples import credit_note, entry, invoice, line, payment
from tests.invoicing.documents import paper, party


def read(pdf: bytes) -> list[str]:
    """The text of each page, on one line, with plain blanks."""
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]
    return [" ".join(text.replace("\u00a0", " ").split()) for text in pages]


def texts(sheets: Sheets) -> list[str]:
    return [text for page in sheets.pages for *_, text in page.texts]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("country", ["CH", "FR"])
def test_all_amounts_and_facts_are_on_it(language: str, country: str) -> None:
    content = invoice(language, country)
    text = " ".join(read(invoice_pdf.render(paper(content))))
    amounts = [content["net"], content["total"], content["rounding"]]
    amounts += [row["amount"] for row in content["lines"]] + [row["rate"] for row in content["lines"] if row["rate"]]
    amounts += [amount for row in content["vat"] for amount in (row["base"], row["amount"])]
    flat = text.replace("\u202f", " ")
    for amount in amounts:
        assert locale.number(amount, language, country).replace("\u202f", " ") in flat
    facts = ["INV-2025-00001", "BERNA", "Berna Treuhand AG", "3011 Bern", "7 h 05", "Support+", "Mention de test."]
    facts += [locale.long_day("2025-03-31", language), locale.long_day("2025-04-30", language)]
    facts += [locale.month("2025-02", language), words.said(language)(words.INVOICE_ROUNDING)]
    for fact in facts:
        assert fact in text
    assert Iban.read(content["issuer"]["iban"]).grouped() in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_credit_note_names_its_invoice_and_asks_for_no_money(language: str) -> None:
    text = " ".join(read(invoice_pdf.render(paper(credit_note(language)))))
    assert words.said(language)(words.INVOICE_CREDIT_NOTE) in text
    assert "INV-2025-00001" in text
    assert locale.day("2025-03-31", language, "CH") in text
    assert "-31.53" in text
    assert "-10 min" in text
    assert "IBAN" not in text
    assert words.said(language)(words.INVOICE_DUE) not in text
    assert words.said(language)(words.INVOICE_ROUNDING) not in text


def test_a_french_issuer_calls_it_avoir() -> None:
    assert "Avoir CN-2025-00001" in read(invoice_pdf.render(paper(credit_note("fr", "FR"))))[0]


def test_m8_made_again_it_is_the_same_bytes() -> None:
    first = invoice_pdf.render(paper(invoice()))
    invoice_pdf.render(paper(invoice("de", "FR", number="OTHER-ЖΩ")))
    assert invoice_pdf.render(paper(invoice())) == first
    assert invoice_pdf.render(paper(json.loads(json.dumps(invoice())))) == first


@pytest.mark.parametrize("kind", [None, "qr-bill"])
def test_m8_nothing_but_the_content_has_a_say(tmp_path: Any, kind: str | None) -> None:
    """Another process, folder, time zone, locale, hash seed, and a user's settings of reportlab."""
    content = invoice(payment=payment(kind))
    (tmp_path / "content.json").write_text(json.dumps(content), encoding="utf-8")
    program = (
        "import hashlib, json, pathlib; from billing.documents import invoice_pdf;"
        "from tests.invoicing.documents import paper;"
        "content = json.loads(pathlib.Path('content.json').read_text('utf-8'));"
        "print(hashlib.sha256(invoice_pdf.render(paper(content))).hexdigest())"
    )
    disturbed = {"TZ": "Asia/Tokyo", "LC_ALL": "C", "PYTHONHASHSEED": "7", "HOME": str(tmp_path)}
    disturbed |= {"RL_useA85": "1", "RL_pageCompression": "0", "RL_invariant": "0", "RL_defaultPageSize": "LETTER"}
    disturbed |= {"RL_canvas_basefontname": "Courier", "RL_documentLang": "xx", "RL_ttfAsciiReadable": "0"}
    disturbed |= {"SOURCE_DATE_EPOCH": "1700000000"}
    disturbed |= {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    found = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env=os.environ | disturbed,
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout.strip() == hashlib.sha256(invoice_pdf.render(paper(content))).hexdigest()


def test_metadata_fonts_and_no_clock() -> None:
    pdf = invoice_pdf.render(paper(invoice("de")))
    reader = PdfReader(io.BytesIO(pdf))
    assert reader.metadata is not None
    assert reader.metadata.title == "Rechnung INV-2025-00001"
    assert reader.metadata.author == "Logiciels du Léman SA"
    assert reader.trailer["/Root"]["/Lang"] == "de"  # type: ignore[index]
    names = {
        str(font.get_object()["/BaseFont"])
        for page in reader.pages
        for font in page["/Resources"]["/Font"].values()  # type: ignore[index]
    }
    assert names
    assert all("DejaVuSans" in name for name in names)  # embedded, and nothing else
    assert b"2000" in pdf  # reportlab's date of documents without a clock


def test_500_entries_are_all_there_and_every_page_is_counted() -> None:
    content = invoice(annex=[entry(n) for n in range(1, 501)])
    pages = read(invoice_pdf.render(paper(content)))
    assert len(pages) == 8
    for number, page in enumerate(pages, 1):
        assert f"Page {number} sur {len(pages)}" in page
        if number > 1:
            assert "Facture INV-2025-00001" in page
            assert "Prélevé sur / motif" in page  # the head of the table, again
    text = " ".join(pages)
    assert all(f"T-{1000 + n} " in text for n in range(1, 501))
    assert "41 h 40" in text  # 500 x 5 min billed


@pytest.mark.parametrize(
    ("free", "words_"),
    [
        ("always", "gratuit selon le contrat"),
        ("first", "première fois"),
        ("verified", "erreur du programme"),
        ("void", "annulé"),
        ("quote", "sur devis Q-2025-00001"),
    ],
)
def test_the_annex_says_why_free_and_from_which_grant(free: str, words_: str) -> None:
    row = entry(1, free=free, charged=0, drawn=[], billed=0, rate=None, quote="Q-2025-00001")
    drawn = entry(2, drawn=[{"grant": 1, "label": "Forfait", "minutes": 65}], owed=30, billed=0)
    text = " ".join(read(invoice_pdf.render(paper(invoice(annex=[row, drawn])))))
    assert words_ in text
    assert "1 h 05 Forfait; 30 min à déduire" in text


LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft & Co. <KG> " * 3


def long_invoice() -> dict[str, Any]:
    content = invoice("de", "FR")
    content["issuer"] = content["issuer"] | {"name": LONG, "vat_id": "X" * 90}
    content["recipient"] = content["recipient"] | {"name": LONG, "vat_id": "Y" * 80}
    content["recipient"]["address"] = {"street": LONG, "house_number": "1" * 40, "postcode": "9" * 30, "city": LONG}
    content["number"] = "INV-" + "9" * 90
    content["lines"] = [line(label=LONG * 40, amount="123456789012345678901.00"), line(label="")]
    content["total"] = "123456789012345678901.00"
    content["mentions"] = [LONG * 5]
    content["annex"] = [
        entry(123456789012345, case="C" * 300, label=LONG, agent=LONG, raw_seconds=10**9, drawn=[
            {"grant": 1, "label": LONG, "minutes": 10**9}])
    ]  # fmt: skip
    return content


@pytest.mark.parametrize("content", [invoice(), long_invoice(), credit_note()], ids=["plain", "long", "credit"])
def test_nothing_runs_out_of_the_page_or_over_its_neighbour(content: dict[str, Any]) -> None:
    sheets = invoice_pdf.drawn(paper(content))
    for page in sheets.pages:
        lines: dict[float, list[tuple[float, float, str]]] = {}
        for font, size, _, x, y, text in page.texts:
            end = x + fonts.width(text, font == fonts.BOLD) * size
            assert x >= LEFT - 0.1
            assert end <= RIGHT + 0.1, text
            assert y >= BOTTOM - 1 or y < BOTTOM - 20, text  # the foot is its own
            lines.setdefault(y, []).append((x, end, text))
        for row in lines.values():
            row.sort()
            for (_, end, left), (start, _, right) in pairwise(row):
                assert end <= start + 0.1, (left, right)


def test_long_names_are_whole_where_they_wrap() -> None:
    said = texts(invoice_pdf.drawn(paper(long_invoice())))
    assert sum(len(text) for text in said if set(text) == {"C"}) == 300
    assert sum(text.count("<KG>") for text in said) >= 120


@pytest.mark.parametrize("country", ["CH", "FR"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_days_are_never_broken(language: str, country: str) -> None:
    said = texts(invoice_pdf.drawn(paper(invoice(language, country, annex=[entry(n) for n in range(1, 29)]))))
    assert {locale.day(f"2025-02-{n:02}", language, country) for n in range(2, 29)} <= set(said)
    assert not any("…" in text for text in said)


@pytest.mark.parametrize("amount", [f"{'9' * n}.99" for n in range(1, 19)])
def test_amounts_shrink_but_are_never_cut(amount: str) -> None:
    content = invoice("fr", "FR", lines=[line(amount=amount, unit_price=amount, rate=None)], net=amount, total=amount)
    content["vat"] = [{"category": "S", "rate": "20", "base": amount, "amount": amount}]
    said = texts(invoice_pdf.drawn(paper(content)))
    assert said.count(locale.number(amount, "fr", "FR")) == 6
    assert not any("…" in text for text in said)


def test_names_break_after_their_hyphen() -> None:
    name = "Anna-Bernadette Hohe-Langenburg"
    assert wrap(name, 8, 50, False) == ("Anna-", "Bernadette", "Hohe-", "Langenburg")
    assert name in texts(invoice_pdf.drawn(paper(invoice(annex=[entry(1, agent=name)]))))


def test_what_is_missing_is_left_out() -> None:
    content = invoice(period=None, terms_days=None, mentions=[], annex=[])
    content["issuer"] = dict.fromkeys(content["issuer"]) | {"name": "X", "country": "CH"}
    content["recipient"] = {"code": "B", "name": "B", "country": "CH", "vat_id": None, "address": None}
    text = " ".join(read(invoice_pdf.render(paper(content))))
    assert "None" not in text
    assert "IBAN" not in text
    assert "Page 1 sur 1" in text


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("Łódź Ńemčić Őrség", "Łódź Ńemčić Őrség"),
        ("Ελλάδα Россия Nguyễn", "Ελλάδα Россия Nguyễn"),
        ("e\u0301te\u0301", "été"),
        ("ﬁn ① Ⅳ", "fin 1 IV"),
        ("日本 😀 x", "<U+65E5><U+672C> x"),
        ("a\u200bb\u202ec\ufeff\x07", "abc"),
        ("a\tb\nc", "a b c"),
        ("m\u0308x", "m\u0308x"),
        ("soft\u00adhyphen", "softhyphen"),
    ],
)
def test_no_character_is_a_box(written: str, printed: str) -> None:
    assert fonts.clean(written) == printed
    assert all(fonts.has(char) for char in printed)
    content = invoice()
    content["recipient"]["name"] = written
    assert printed in read(invoice_pdf.render(paper(content)))[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_drawn_character_has_a_glyph(language: str) -> None:
    for country in ("CH", "FR"):
        for content in (invoice(language, country), credit_note(language, country), long_invoice()):
            assert all(fonts.has(char) for text in texts(invoice_pdf.drawn(paper(content))) for char in text)


@pytest.mark.parametrize(
    ("country", "home", "language", "lines"),
    [
        ("CH", "CH", "fr", ["Rue du Port 7", "1003 Lausanne"]),
        ("FR", "FR", "de", ["7 Rue du Port", "1003 Lausanne"]),
        ("FR", "CH", "de", ["7 Rue du Port", "1003 Lausanne", "FRANKREICH"]),
        ("CH", "FR", "it", ["Rue du Port 7", "1003 Lausanne", "SVIZZERA"]),
        ("GB", "FR", "fr", ["7 Rue du Port", "Lausanne 1003", "ROYAUME-UNI"]),
        ("ZW", "FR", "en", ["Rue du Port 7", "1003 Lausanne", "ZIMBABWE"]),
        ("XX", "FR", "en", ["Rue du Port 7", "1003 Lausanne", "XX"]),
    ],
)
def test_addresses_by_country(country: str, home: str, language: str, lines: list[str]) -> None:
    address = {"street": "Rue du Port", "house_number": "7", "postcode": "1003", "city": "Lausanne"}
    assert letterhead.address(party({"country": country, "address": address}), home, language) == lines


def test_a_swiss_vat_number_has_its_ending() -> None:
    assert letterhead.vat_id(party({"vat_id": "CHE-123.456.788"}), "de") == "CHE-123.456.788 MWST"
    assert letterhead.vat_id(party({"vat_id": "CHE-123.456.788 TVA"}), "de") == "CHE-123.456.788 TVA"
    assert letterhead.vat_id(party({"vat_id": "FR40303265045"}), "de") == "FR40303265045"
