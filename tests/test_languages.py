"""What a terminal says in each language (`tests/languages/*.md`), and that JSON is the same in all of them.

`python -m tests.transcripts tests/languages/*.md` writes them anew; read what it changed before you keep it.
"""

from pathlib import Path

import pytest

from billing import locales
from tests.transcripts import Session, blocks, played, steps

PAGES = sorted((Path(__file__).parent / "languages").glob("*.md"))


def commands(page: Path) -> list[str]:
    """What is typed on a page, but for the language."""
    return [command for block in blocks(page.read_text()) for command, _ in steps(block)][1:]


def test_every_language_has_the_same_page() -> None:
    assert sorted(page.stem for page in PAGES) == sorted(locales.languages())
    assert len({tuple(commands(page)) for page in PAGES}) == 1


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_what_is_printed_is_what_is_written(page: Path, tmp_path: Path) -> None:
    assert played(page.read_text(), tmp_path) == page.read_text()


def test_json_is_the_same_in_every_language(tmp_path: Path) -> None:
    answers = {}
    for page in PAGES:
        folder = tmp_path / page.stem
        folder.mkdir()
        session = Session(folder)
        session.env["BILLING_LANGUAGE"] = page.stem
        typed = [f"{command} --json" if command.startswith("billing ") else command for command in commands(page)]
        answers[page.stem] = [session.do(command) for command in typed]
    assert any("warnings" in answer or "error" in answer for answer in answers["en"])
    for language, given in answers.items():
        assert given == answers["en"], language
