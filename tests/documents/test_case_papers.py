"""A case on paper for the customer: on as many pages as it takes, whatever people wrote, in every language (S14)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from pypdfium2 import PdfDocument

from billing.core.case_history import Told
from billing.documents import case_pdf, case_text
from billing.locales import languages
from billing.views.case_papers import CaseLine, CasePaper, CaseWork
from billing.views.paper import Party
from tests.support import load, made, run

AT = datetime(2025, 3, 3, 9, 5, tzinfo=UTC)
KINDS: tuple[Told, ...] = (
    "open", "answer", "reply", "ask", "ask-files", "files", "attempt", "workaround", "resolve", "close", "reopen",
)  # fmt: skip
PAPER = CasePaper(
    case="T-17", customer="ALPINA", customer_name="Alpina SA", language="en", day=date(2025, 3, 5),
    issuer=Party(name="Demo", country="CH"), recipient=Party(name="Alpina SA", country="CH"), subject="No VAT",
    label="Support", contact=None, opened=AT, closed=None,
    history=tuple(
        CaseLine(at=AT + timedelta(minutes=n), kind=kind, by="desk", text=f"line {n}") for n, kind in enumerate(KINDS)
    ),
    work=(
        CaseWork(on=date(2025, 3, 3), entry="E1", label="Support", agent="ana", raw_seconds=754, charged=15, free=None,
                 note="found"),
        CaseWork(on=date(2025, 3, 4), entry="E2", label="Bug", agent=None, raw_seconds=60, charged=0, free="verified",
                 note=None),
    ),
    text="Alpina SA: you have 1 h left.", markdown="Alpina SA: you have 1 h left.\n", position="9-0",
)  # fmt: skip


def pages(paper: CasePaper) -> list[str]:
    document = PdfDocument(case_pdf.render(paper))
    return [page.get_textpage().get_text_range().replace("\r\n", "\n") for page in document]


@pytest.mark.parametrize("language", languages())
def test_both_say_the_same_in_every_language(language: str) -> None:
    """S14: what the Markdown has stands in the PDF: each heading, each text, the time, what is left."""
    paper = replace(PAPER, language=language)
    printed, text = "\n".join(pages(paper)), case_text.markdown(paper)
    wanted = [case_text.heading(line, language) for line in paper.history] + [line.text or "" for line in paper.history]
    wanted += ["Alpina SA: you have 1 h left.", case_text.total(paper), "found", "T-17", "No VAT"]
    for one in wanted:
        assert one in printed and one in text, one
    assert len({case_text.heading(line, language) for line in paper.history}) == len(KINDS)


def test_what_people_wrote_is_no_markup() -> None:
    line = replace(PAPER.history[0], text="<script>x</script>\n# head\n\n[a](b) `c`")
    text = case_text.markdown(replace(PAPER, subject="*a* <b>", history=(line,)))
    assert "# Case T-17 – \\*a\\* \\<b\\>\n" in text
    assert "> \\<script\\>x\\</script\\>\\\n> \\# head\\\n> \\[a\\](b) \\`c\\`\n" in text


def test_a_long_case_takes_pages_and_loses_nothing() -> None:
    """Each line is there once and in order; a heading is not left alone at a page's foot."""
    history = tuple(
        CaseLine(at=AT + timedelta(hours=n), kind="reply", by="desk", text="\n".join(f"n{n}.{k} " + "word " * 30
                 for k in range(5)))
        for n in range(30)
    )  # fmt: skip
    found = pages(replace(PAPER, history=history, subject="x" * 190))
    assert len(found) > 5 and all(f"Page {n} of {len(found)}" in page for n, page in enumerate(found, 1))
    whole = "\n".join(found)
    places = [whole.index(f"n{n}.{k} ") for n in range(30) for k in range(5)]
    assert places == sorted(places)
    for page in found:
        lines = [line for line in page.splitlines() if line.strip() and not line.startswith(("Page", "Demo"))]
        assert not lines[-1].startswith("Our answer"), page


def test_a_case_that_nobody_opened_or_worked_on_is_a_paper_too() -> None:
    bare = replace(PAPER, subject=None, label=None, opened=None, history=(), work=())
    assert case_text.title(bare) == "Case T-17"
    assert "you have 1 h left" in pages(bare)[0] and "##" not in case_text.markdown(bare)


def test_the_bytes_are_the_same_every_time() -> None:
    assert case_pdf.render(PAPER) == case_pdf.render(PAPER)


@pytest.mark.parametrize(
    ("words", "begins"),
    [
        (["-o", "{folder}/T-1.pdf"], b"%PDF"),
        (["-o", "{folder}/T-1.PDF"], b"%PDF"),
        (["-o", "{folder}/T-1.md"], b"# "),
        (["--markdown", "-o", "{folder}/T-1.pdf"], b"# "),
    ],
)
def test_a_file_is_of_the_kind_that_its_name_says(tmp_path: Path, words: list[str], begins: bytes) -> None:
    """S14: unless the command says otherwise."""
    setting = made(f"sqlite:///{tmp_path}/b.db", today=date(2025, 2, 1))
    load(
        setting,
        {"type": "customer", "code": "ANNA", "name": "A", "country": "CH"},
        {"type": "contract", "customer": "ANNA", "tariff": "q3", "tier": "premium", "start": "2025-01-01"},
        {"type": "entry", "customer": "ANNA", "case": "T-1", "date": "2025-01-10", "minutes": 30},
    )
    setting.engine.dispose()
    asked = [word.format(folder=tmp_path) for word in words]
    status, _, err = run("case", "export", "T-1", *asked, BILLING_DB=f"sqlite:///{tmp_path}/b.db")
    assert (status, err) == (0, "")
    assert Path(asked[-1]).read_bytes().startswith(begins)
