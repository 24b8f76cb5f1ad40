"""The manual: README and `tests/scenarios/*.md`, replayed on both databases; and the gallery of errors."""

from pathlib import Path

import pytest

from billing import errors
from tests.transcripts import played

ROOT = Path(__file__).parents[1]
MANUAL = [ROOT / "README.md", *sorted((ROOT / "tests" / "scenarios").glob("*.md"))]
GALLERY = sorted((ROOT / "tests" / "errors").glob("*.md"))


@pytest.mark.parametrize("path", [*MANUAL, *GALLERY], ids=lambda path: path.stem)
def test_what_is_printed_is_what_is_written(path: Path, database_url: str, tmp_path: Path) -> None:
    """`python -m tests.transcripts FILE` writes anew what has changed."""
    text = path.read_text()
    assert played(text, tmp_path, database_url) == text


def test_every_error_code_has_a_reproducer() -> None:
    shown = "".join(path.read_text() for path in GALLERY)
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.Refusal)]
    codes = {code for kind in kinds for code in kind.codes}
    assert len(codes) > 20
    assert {code for code in codes if f'"code": "{code}"' not in shown} == set()
