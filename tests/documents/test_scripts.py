"""Names in twelve scripts: drawn letter for letter on an invoice, or refused where they come in; no `?` and no box."""

import io
import unicodedata
from datetime import date
from typing import Any

import pytest
from pypdf import PdfReader
from reportlab.pdfbase import pdfmetrics
from sqlalchemy import text

from billing import requests
from billing.core import lettering
from billing.documents import fonts, invoice_pdf, qrbill
from billing.documents.page import LEFT, RIGHT, fit, wrap
from billing.errors import BadInput
from tests.documents.samples import entry, invoice, payment
from tests.documents.test_invoice_pdf import texts
from tests.invoicing.documents import paper, payable
from tests.support import do, load, made

DRAWN = {
    "Latin": "Łódź Ṣāliḥ Ǩxx̌ Nguyễn Ħż Ș",
    "Greek": "Ἀθηνᾶ Παπαδόπουλος Α.Ε.",
    "Cyrillic": "ООО «Ромашка» Ґ Ђорђе Қазақ",
    "Armenian": "Հայաստանի Հանրապետություն",
    "Georgian": "საქართველოს ბანკი",
    "Hebrew": "בנק הפועלים (ת\u05f4א)",
    "Arabic": "شركة الأمل للتجارة",
}
REFUSED = {
    "Devanagari": "भारतीय स्टेट",
    "Thai": "ธนาคารกรุงเทพ",
    "Chinese": "北京银行",
    "Japanese": "トヨタ自動車",
    "Korean": "삼성전자",
}
VISUAL = {  # what stands from left to right, in the forms that stand there
    "Hebrew": "(א״ת) םילעופה קנב",
    "Arabic": "ﺓﺭﺎﺠﺘﻠﻟ ﻞﻣﻷﺍ ﺔﻛﺮﺷ",
}


def read(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


def content_with(name: str) -> dict[str, Any]:
    """An invoice to somebody of a name who lives there."""
    content = invoice()
    content["recipient"]["name"] = name
    content["recipient"]["address"] = content["recipient"]["address"] | {"street": name, "city": name}
    return content


def named(name: str) -> bytes:
    return invoice_pdf.render(paper(content_with(name)))


@pytest.mark.parametrize("script", DRAWN)
def test_a_name_that_is_taken_is_drawn(script: str) -> None:
    """In both weights, with its own width, the same bytes twice; what is read from right to left stands so."""
    name = DRAWN[script]
    assert requests.AddCustomer(code="A", name=name, country="FR", city=name).name == name
    pdf = named(name)
    assert named(name) == pdf
    clean = fonts.clean(name)
    assert all(fonts.has(sign) for sign in clean) and "?" not in clean and "<" not in clean
    assert unicodedata.normalize("NFKC", clean) == unicodedata.normalize("NFKC", name)
    if script in VISUAL:
        assert fonts.placed(clean) == VISUAL[script]
        assert {*clean} <= {*read(pdf)}  # pypdf has an order of its own for these
    else:
        assert read(pdf).count(clean) >= 3
    assert fonts.placed(clean) in texts(invoice_pdf.drawn(paper(content_with(name))))
    for bold in (False, True):
        assert 0 < fonts.width(clean, bold) == pytest.approx(fonts.width(fonts.placed(clean), bold))


@pytest.mark.parametrize("script", REFUSED)
def test_a_name_that_no_paper_draws_is_refused(script: str) -> None:
    """By its signs, with what would work, in each field that stands on documents."""
    name = REFUSED[script]
    fields = ("name", "street", "city", "second_line", "attention", "order", "buyer_reference")
    some: list[dict[str, Any]] = [{"name": "A"} | {key: name} for key in fields]
    for field in (*some, {"name": f"Demo {name} SA"}):
        with pytest.raises(BadInput, match="no paper draws") as refused:
            requests.AddCustomer(code="A", country="FR", **field)
        assert refused.value.code == "bad-input"
        assert all(sign in str(refused.value) for sign in lettering.undrawn(name)[:10])
        assert "write it in Latin, Greek, Cyrillic" in str(refused.value)
    for request in (
        lambda: requests.SetIssuer(name=name),
        lambda: requests.ChangeCustomer(customer="A", city=name),
        lambda: requests.AddQuote(customer="A", title=name),
        lambda: requests.SetIssuer(legal=(f"fr:{name}",)),
    ):
        with pytest.raises(BadInput, match="no paper draws"):
            request()


def test_what_nobody_chose_is_drawn_by_number() -> None:
    """Notes, names of contacts that a mail brought, and what is in the books already: no box, no question mark."""
    name = REFUSED["Chinese"]
    content = invoice(annex=[entry(1, agent=name, case=name)])
    found = texts(invoice_pdf.drawn(paper(content)))
    assert any("<U+5317><U+4EAC>" in part for part in found)
    assert all(fonts.has(sign) for part in found for sign in part)
    assert "<U+5317>" in read(named(name)) and "?" not in read(named(name))


def test_the_fonts_have_what_the_door_takes() -> None:
    """In both weights, each as a glyph of its own and not as the box."""
    for sign in sorted(lettering.signs() | lettering.joined_forms()):
        assert fonts.has(sign), f"U+{ord(sign):04X}"
    for name in (fonts.REGULAR, fonts.BOLD):
        glyphs = pdfmetrics.getFont(name).face.charToGlyph
        assert all(glyphs[ord(sign)] for sign in lettering.signs())


@pytest.mark.parametrize(
    ("written", "visual"),
    [
        ("محمد (علی) 12", "12 (ﯽﻠﻋ) ﺪﻤﺤﻣ"),
        ("Alpina (שלום) 12", "Alpina (םולש) 12"),
        ("שלום SA", "SA םולש"),
        ("علی\u200cرضا", "ﺎﺿﺭ\ufbfd\ufee0\ufecb"),
        ("سلام", "ﻡﻼﺳ"),
        ("[«א»]", "[«א»]"),
        ("a) b", "a) b"),
    ],
)
def test_where_letters_stand(written: str, visual: str) -> None:
    """Joined as they are read, brackets open towards what they hold; ZWNJ parts, and is not drawn."""
    assert fonts.placed(fonts.clean(written)) == visual


def test_lines_break_and_are_cut_in_the_order_of_reading() -> None:
    long = fonts.clean(" ".join([DRAWN["Arabic"]] * 8))
    lines = wrap(long, 9, 200, False)
    assert len(lines) > 2 and " ".join(lines) == long
    assert all(fonts.width(line, False) * 9 <= 200 for line in lines)
    short = fit(long, 9, 100, False)
    assert long.startswith(short[:-1]) and fonts.width(short, False) * 9 <= 100 < RIGHT - LEFT


def test_titles_of_a_file_are_as_people_type_them() -> None:
    """Whoever looks for a name in files does not type joined forms, nor from left to right."""
    content = invoice()
    content["issuer"]["name"] = DRAWN["Arabic"]
    info = PdfReader(io.BytesIO(invoice_pdf.render(paper(content)))).metadata
    assert info is not None and info.author == DRAWN["Arabic"]


@pytest.mark.parametrize("script", [script for script in DRAWN if script != "Latin"])
def test_a_payment_part_is_left_to_the_hand_where_it_takes_no_letter_of_a_name(script: str) -> None:
    """The Swiss standard allows Latin letters alone: dots stood for a name in others, and nobody is called so."""
    content = content_with(DRAWN[script])
    content["payment"] = payment("qr-bill", "QRR")
    bill = qrbill.bill_of(payable(content))
    assert bill.debtor is None and bill.creditor.name == "Logiciels du Léman SA"
    assert not qrbill.is_spelled(paper(content).recipient) and qrbill.is_spelled(paper(content).issuer)


def test_a_customer_with_a_name_of_before_is_held_m7(database_url: str) -> None:
    """It was taken by an earlier version; the run says why it waits, and the others are billed."""
    setting = made(database_url)
    for code in ("A", "B"):
        load(
            setting,
            {"type": "customer", "code": code, "name": code, "country": "CH"},
            {"type": "contract", "customer": code, "tariff": "q3", "tier": "standard", "start": "2025-01-01"},
            {"type": "entry", "customer": code, "minutes": 700, "date": "2025-02-03"},
        )
    with setting.engine.begin() as connection:
        connection.execute(text("UPDATE customer SET name = :name WHERE code = 'A'"), {"name": "北京 SA"})
    run = do(setting, requests.RunMonth(month=date(2025, 2, 1), on=date(2025, 3, 1)))
    assert [one["customer"] for one in run["invoices"]] == ["B"]
    assert run["held"] == [
        {
            "customer": "A",
            "reason": "no paper draws 北, 京 in its name or address",
            "command": "billing customer change A --name NAME",
        }
    ]
    do(setting, requests.ChangeCustomer(customer="A", name="Beijing SA"))
    run = do(setting, requests.RunMonth(month=date(2025, 2, 1), on=date(2025, 3, 1)))
    assert ([one["customer"] for one in run["invoices"]], run["held"]) == (["A"], [])


def test_a_name_as_it_is_copied_from_a_page_is_taken() -> None:
    """Where a word may be parted and pictures are no letters: they are taken and left out on paper. Nothing but them is
    no name, and a mark that turns the text round is refused."""
    requests.AddCustomer(code="SHY", name="Donau\u00addampf\u200bschiff AG ☕", country="CH")
    for name, why in (
        ("☕🎉", "no paper draws"),
        ("Alpina \u202eAS", r"holds what nobody sees: \['U\+202E'\]|U\+202E"),
    ):
        with pytest.raises(BadInput, match=why):
            requests.AddCustomer(code="SHY", name=name, country="CH")
