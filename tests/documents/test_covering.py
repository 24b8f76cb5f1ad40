"""What a mail says of its papers: in four languages, what is open, what is attached; HTML escaped and marked (M20)."""

import re
from dataclasses import replace
from decimal import Decimal
from html import unescape
from typing import Any

import pytest

from billing.documents import covering
from billing.views.codec import from_json
from billing.views.documents import Document
from billing.views.sending import Cover
from tests.documents import samples

LANGUAGES = ("fr", "de", "it", "en")


def cover(language: str = "fr", open: str | None = None, formats: tuple[str, ...] = (), **other: Any) -> Cover:
    document = from_json(Document, samples.invoice(**{"language": language, **other}))
    return Cover(
        document=document,
        language=language,
        open=document.total if open is None else Decimal(open),
        formats=formats,
    )


def words(html: str) -> str:
    """What a reader of the HTML sees."""
    body = html.partition("</head>")[2]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).replace(":", " ").split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_text_and_html_say_the_same_in_each_language(language: str) -> None:
    found = covering.of_document(cover(language, formats=("cii",)))
    number = cover().document.number
    assert number in found.subject and found.subject.count("\n") == 0
    assert f'<html lang="{language}">' in found.html
    assert words(found.html) == " ".join(found.text.replace(":", " ").split())


def test_each_language_has_words_of_its_own() -> None:
    texts = {covering.of_document(cover(language)).text for language in LANGUAGES}
    assert len(texts) == len(LANGUAGES)
    assert len({text.splitlines()[0] for text in texts}) == len(LANGUAGES)


def test_what_is_open_is_asked_for_and_no_more() -> None:
    """What was paid or credited since is not asked again; where nothing is left, no account is named."""
    whole = covering.of_document(cover("en")).text
    assert "It is to be paid by" in whole and "IBAN" in whole
    part = covering.of_document(cover("en", open="0.05")).text
    assert re.search(r"0\.05 of it is left to pay by", part) and "Left to pay:" in part and "IBAN" in part
    paid = covering.of_document(cover("en", open="0.00")).text
    assert "Nothing is left to pay." in paid and "IBAN" not in paid and "Due date" not in paid


def test_a_credit_note_asks_for_nothing_and_names_what_it_corrects() -> None:
    note = from_json(Document, samples.credit_note(language="en"))
    found = covering.of_document(Cover(document=note, language="en", open=note.total, formats=()))
    assert f"credit note {note.number}" in found.text
    assert f"It corrects invoice {note.corrects}." in found.text
    assert "paid" not in found.text and "IBAN" not in found.text


def test_the_xml_is_told_of_only_where_it_is_attached() -> None:
    assert "XML" in covering.of_document(cover("en", formats=("ubl",))).text
    assert "XML" not in covering.of_document(cover("en")).text


def test_names_are_escaped_in_html_and_on_one_line() -> None:
    plain = cover("en")
    evil = replace(plain.document.issuer, name="<script>x</script>\n& Co")
    found = covering.of_document(replace(plain, document=replace(plain.document, issuer=evil)))
    assert "<script>" not in found.html and "&lt;script&gt;x&lt;/script&gt; &amp; Co" in found.html
    assert "\n" not in found.subject


def test_the_sender_s_particulars_are_on_it() -> None:
    """A mail of a company is a business letter: name, address, VAT id, lines of law."""
    plain = cover("fr")
    head = replace(plain.document.issuer.head, phone="+41 21 000 00 00", legal=("RC Lausanne",))
    issuer = replace(plain.document.issuer, head=head)
    text = covering.of_document(replace(plain, document=replace(plain.document, issuer=issuer))).text
    for line in ("Rue du Port 7", "1003 Lausanne", "CHE-123.456.788", "+41 21 000 00 00", "RC Lausanne"):
        assert line in text
