"""The PDF of a quote in four languages, from a Swiss and a French issuer (S8, M8)."""

import io
from typing import Any

import pytest
from pypdf import PdfReader

from billing.documents import quote_pdf
from billing.views.codec import from_json
from billing.views.quotes import QuotePaper
from tests.documents.samples import issuer, recipient


def content(language: str = "fr", country: str = "CH", **other: Any) -> dict[str, Any]:
    return {
        "number": "Q-2025-00007",
        "kind": "quote",
        "customer": "BERNA",
        "date": "2025-03-01",
        "valid_until": "2025-03-31",
        "currency": "CHF" if country == "CH" else "EUR",
        "language": language,
        "issuer": issuer(country),
        "recipient": recipient(),
        "title": "Export of reports",
        "evolution": "important",
        "case": "T-17",
        "minutes": 4810,
        "cost": "12345.65",
        "share": "50",
        "vat_rate": "8.1",
        "vat_category": "S",
        "net": "6172.83",
        "vat": [{"category": "S", "rate": "8.1", "base": "6172.83", "amount": "500.00"}],
        "rounding": "0.02",
        "total": "6672.85",
        "mentions": ["Mention de test."],
    } | other


def rendered(of: dict[str, Any]) -> bytes:
    return quote_pdf.render(from_json(QuotePaper, of))


def text(of: dict[str, Any]) -> str:
    reader = PdfReader(io.BytesIO(rendered(of)))
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


SAID = {
    "fr": ["Devis Q-2025-00007", "Valable jusqu’au 31 mars 2025", "votre part de 50 % d’un coût de CHF 12’345.65",
           "Total TVA comprise CHF 6’672.85", "TVA 8.1 % 500.00", "Arrondi 0.02", "Bon pour accord", "Lieu et date",
           "Nom et fonction", "Signature", "Demande T-17"],
    "de": ["Offerte Q-2025-00007", "Gültig bis 31. März 2025", "Ihr Anteil von 50 % an Kosten von CHF 12’345.65",
           "Total inkl. MwSt. CHF 6’672.85", "MwSt. 8.1 % 500.00", "Rundung 0.02", "Annahme der Offerte",
           "Ort und Datum", "Name und Funktion", "Unterschrift", "Anfrage T-17"],
    "it": ["Preventivo Q-2025-00007", "Valido fino al 31 marzo 2025", 
           "la Sua quota del 50 % di un costo di CHF 12’345.65",
           "Totale IVA inclusa CHF 6’672.85", "IVA 8.1 % 500.00", "Arrotondamento 0.02", "Per accettazione",
           "Luogo e data", "Nome e funzione", "Firma", "Richiesta T-17"],
    "en": ["Quote Q-2025-00007", "Valid until 31 March 2025", "your share of 50% of a cost of CHF 12’345.65",
           "Total incl. VAT CHF 6’672.85", "VAT 8.1% 500.00", "Rounding 0.02", "Acceptance", "Place and date",
           "Name and position", "Signature", "Case T-17"],
}  # fmt: skip


@pytest.mark.parametrize("language", SAID)
def test_a_quote_says_all_that_it_must(language: str) -> None:
    """S8: number, dates, parties, title, time, price, VAT, total, and the block to sign, in the customer's language."""
    shown = text(content(language)).replace("\u00a0", " ").replace("\u202f", " ")
    for said in [*SAID[language], "Export of reports", "80 h 10", "6’172.83", "Logiciels du Léman SA",
                 "Berna Treuhand AG", "3011 Bern", "Mention de test."]:  # fmt: skip
        assert said in shown, said


def test_a_french_issuers_quote() -> None:
    """Money as France writes it; a quote outside its VAT promises no VAT."""
    shown = text(content("fr", "FR")).replace("\u202f", " ").replace("\u00a0", " ")
    assert "6 672,85 €" in shown and "SIREN 303265045" in shown
    abroad = content("fr", "FR", vat_rate="0", vat_category="O", total="6172.83", rounding="0.00",
                     vat=[{"category": "O", "rate": "0", "base": "6172.83", "amount": "0.00"}])  # fmt: skip
    shown = text(abroad)
    assert "TVA comprise" not in shown and "taux en vigueur" not in shown and "0 % (O)" in shown.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("language", "free"),
    [("fr", "sans frais"), ("de", "ohne Kosten"), ("it", "senza spese"), ("en", "free of charge")],
)
def test_a_free_quote_is_agreed_without_an_amount(language: str, free: str) -> None:
    nothing: dict[str, Any] = {"cost": "0.00", "net": "0.00", "total": "0.00", "rounding": "0.00", "share": None,
               "evolution": "minor",
               "vat": [{"category": "S", "rate": "8.1", "base": "0.00", "amount": "0.00"}]}  # fmt: skip
    assert free in text(content(language, **nothing))


@pytest.mark.parametrize("country", ["CH", "FR"])
def test_every_language_is_its_own_and_the_bytes_are_the_same(country: str) -> None:
    """M8: made again it is the same byte for byte."""
    made = {language: rendered(content(language, country)) for language in SAID}
    assert len(set(made.values())) == 4
    assert all(rendered(content(language, country)) == pdf for language, pdf in made.items())


def test_a_long_title_and_missing_parts() -> None:
    """What does not fit a line is wrapped, what does not fit a page goes on; the block to sign stays whole."""
    bare = content(title="Mot " * 49, minutes=None, case=None, share=None, cost="6172.83", mentions=[])
    reader = PdfReader(io.BytesIO(rendered(bare)))
    assert len(reader.pages) == 1
    unknown = content(evolution="paid", title="W" * 200, mentions=["Mention " * 60] * 12)
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(rendered(unknown))).pages]
    assert len(pages) == 2
    assert "Bon pour accord" in pages[1] and "Signature" in pages[1]
