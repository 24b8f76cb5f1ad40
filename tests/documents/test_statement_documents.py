"""The statement on paper, as text and as CSV (B2)."""

import csv
import io
from typing import Any

import pytest
from pypdf import PdfReader

from billing.core import correction
from billing.documents import fonts, statement_pdf, statement_text, words
from billing.documents.page import LEFT, RIGHT
from billing.documents.words import LANGUAGES
from tests.documents.samples import movement, statement


def read(pdf: bytes) -> list[str]:
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]
    return [" ".join(text.replace("\u00a0", " ").split()) for text in pages]


@pytest.mark.parametrize("language", LANGUAGES)
def test_paper_and_text_say_the_same(language: str) -> None:
    content = statement(language)
    paper = " ".join(read(statement_pdf.render(content)))
    plain = " ".join(statement_text.text(content).replace("\u00a0", " ").split())
    said = words.said(language)
    for text in (paper, plain):
        for fact in (
            "1 h 35",
            "11 h 40",
            "-35 min",
            "+12 h",
            "T-1",
            "117-9f3ac2",
            "CHF 102.08",
            "20 min 34 s",
            "T-11",
            "25 min",
        ):
            assert fact in text, fact
        for word in (words.STATEMENT_OPENING, words.STATEMENT_CLOSING, words.STATEMENT_OVERAGE, words.STATEMENT_FREE):
            assert said(word) in text
        assert said(words.STATEMENT_OWED) in text
        for kind in ("draw", "expiry", "grant", "settle", "correction", "carry-over"):
            assert said(words.MOVEMENTS[kind]) in text


@pytest.mark.parametrize(
    ("language", "said"),
    [("fr", "saisie annulée"), ("de", "Erfassung zurückgenommen"), ("it", "registrazione annullata"), ("en", "undo")],
)
def test_b2_what_the_program_writes_is_in_the_papers_language(language: str, said: str) -> None:
    """B2: the reason of an undo is the program's; a reason that somebody wrote stays as it was written."""
    moved = [movement("2025-01-02", "correction", 5, text=text) for text in (correction.UNDONE, "Wrong customer")]
    content = statement(language, closing=105, movements=moved)
    paper = " ".join(read(statement_pdf.render(content)))
    for told in (paper, " ".join(statement_text.text(content).split()), statement_text.csv(content)):
        assert said in told
        assert "Wrong customer" in told
        assert ("undo" in told) == (language == "en")


def test_it_is_the_same_bytes_again() -> None:
    first = statement_pdf.render(statement())
    statement_pdf.render(statement("de", "FR"))
    assert statement_pdf.render(statement()) == first


def test_opening_and_movements_make_the_closing() -> None:
    rows = list(csv.DictReader(io.StringIO(statement_text.csv(statement()))))
    by_kind = {row["kind"]: row for row in rows}
    moved = sum(int(row["minutes"]) for row in rows if row["minutes"])
    assert int(by_kind["opening"]["balance"]) + moved == int(by_kind["closing"]["balance"]) == 700
    assert rows[6]["balance"] == "700"
    assert by_kind["overage"]["overage_minutes"] == "35"
    assert by_kind["overage"]["minutes"] == ""
    assert by_kind["free"]["free"] == "verified"
    assert [by_kind["owed"][key] for key in ("minutes", "owed", "still_owed")] == ["", "45", "25"]


def test_csv_keeps_formulas_out_and_newlines_in() -> None:
    content = statement(
        closing=90, movements=[movement("2025-01-02", "draw", -5, case="=1+1", text='a,"b"\nc', agent="@x")]
    )
    row = list(csv.DictReader(io.StringIO(statement_text.csv(content), newline="")))[1]
    assert (row["case"], row["text"], row["agent"], row["minutes"]) == ("'=1+1", 'a,"b"\nc', "'@x", "-5")


def test_b2_a_grant_that_is_gone_keeps_its_name() -> None:
    """An expired grant is not among those left at the end: it stood there by its number."""
    moves = [movement("2025-01-31", "expiry", -60, grant="BERNA-G1", grant_label="Pack de douze heures")]
    content = statement(opening=760, movements=moves)
    for text in (" ".join(read(statement_pdf.render(content))), statement_text.text(content)):
        assert "Pack de douze heures" in text
        assert "BERNA-G1" not in text


def test_an_empty_period() -> None:
    period = {"from": "2025-01-01", "to": "2025-01-01"}
    content = statement(
        movements=[], free=[], overage=[], grants=[], owed=[], opening=0, closing=0, position="", **period
    )
    assert "0 min" in " ".join(read(statement_pdf.render(content)))
    assert statement_text.text(content).count("0 min") == 2
    assert len(statement_text.csv(content).splitlines()) == 3


@pytest.mark.parametrize("minutes", [1, 7, 59, 720, 100_000, 10_000_000])
@pytest.mark.parametrize(
    ("first", "last"), [("2025-01-01", "2025-01-31"), ("2025-01-01", "2025-12-31"), ("2020-02-29", "2029-12-31")]
)
def test_the_chart_stays_inside_the_page(minutes: int, first: str, last: str) -> None:
    moves = [movement(first, "draw", -1), movement(last, "grant", 2 * minutes)]
    period: dict[str, Any] = {"from": first, "to": last, "closing": 3 * minutes - 1}
    content = statement(opening=minutes, movements=moves, **period)
    page = statement_pdf.drawn(content).pages[0]
    shapes = [fill[0] for fill in page.fills] + [rule[0] for rule in page.rules]
    points = [point for shape in shapes for point in shape]
    assert all(LEFT - 0.1 <= x <= RIGHT + 0.1 and 0 < y < 842 for x, y in points)
    ends = [x + fonts.width(text, font == fonts.BOLD) * size for font, size, _, x, _, text in page.texts]
    assert max(ends) <= RIGHT + 0.1


def test_many_movements_go_over_pages() -> None:
    moves = [movement("2025-02-01", "draw", -1, case=f"K-{n}", label="Assistance " * 9) for n in range(300)]
    pages = read(statement_pdf.render(statement(opening=300, closing=0, movements=moves)))
    text = " ".join(pages)
    assert all(f"K-{n} " in text for n in range(300))
    assert all(f"Page {n} sur {len(pages)}" in page for n, page in enumerate(pages, 1))
    assert all("Mouvement" in page for page in pages[:-1])
