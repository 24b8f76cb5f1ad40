"""What customers are told, in every situation and language: `sentences.md`, replayed on both databases (B1)."""

import re

from tests.documents import sentences


def test_every_situation_in_every_language_b1(database_url: str) -> None:
    """B1: the file is what the program says; after a change of words: `python -m tests.documents.sentences`."""
    setting = sentences.setting_of(database_url)
    told = sentences.page(setting)
    setting.engine.dispose()
    assert told == sentences.FILE.read_text()


def test_at_most_four_lines_and_never_none_where_support_is_included_b1() -> None:
    """B1: customers of moveon, systell and visualqie read that they had nothing."""
    for part in sentences.FILE.read_text().split("\n## ")[1:]:
        name, *told = re.split(r"\n\n\w\w:\n", part)
        assert len(told) == 5 and all(1 <= len(text.strip().split("\n")) <= 4 for text in told), name
        english = told[[found[1] for found in re.finditer(r"\n(\w\w):\n", part)].index("en")]
        if name.startswith("included"):
            assert "you have no" not in english and "is included in your contract until 31 December 2026" in english
