"""Long tables: 40 lines at a time, and on a terminal no line longer than it is wide."""

import sys

import pytest

from billing.commands.context import PAGE, pages
from billing.texts import say

ROWS = [(n, "x" * 60) for n in range(1, 2 * PAGE + 2)]
HEAD = say("case"), say("subject")


def test_a_long_table_is_shown_in_pages() -> None:
    shown = pages(HEAD, ROWS).splitlines()
    assert len(shown) == 2 + PAGE + 1
    assert shown[-1] == "1 to 40 of 81; --page 2 shows more"
    assert pages(HEAD, ROWS, 3).splitlines()[2:] == [f"81    {'x' * 60}", "81 to 81 of 81"]
    assert pages(HEAD, ROWS[:PAGE]).splitlines()[-1].startswith("40 ")
    assert pages(HEAD, ROWS, 9).splitlines()[-1] == "81 to 81 of 81"


def test_lines_are_cut_to_the_terminal_and_nowhere_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    assert max(map(len, pages(HEAD, ROWS[:3]).splitlines())) == 66
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    shown = pages(HEAD, ROWS[:3]).splitlines()
    assert {len(line) for line in shown[1:]} == {20}
    assert shown[2].endswith("x…")
