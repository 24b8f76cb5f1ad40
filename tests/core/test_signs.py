"""Signs that nobody sees: which they are, and how they are written out."""

import json

import pytest

from billing.core import signs

ESCAPE, TURNED, ISOLATED, MARK, NARROW, LINE, NEXT = "\x1b", "\u202e", "\u2066", "\u200e", "\u200b", "\u2028", "\x85"
UNSEEN = [ESCAPE, TURNED, ISOLATED, MARK, NARROW, LINE, NEXT, "\u061c", "\u2029", "\ufeff", "\x9b", "\x7f", "\u00ad",
          "\u3164", "\U000e0041", "\ud800"]  # fmt: skip


@pytest.mark.parametrize("sign", UNSEEN, ids=signs.named)
def test_what_nobody_sees_is_written_out(sign: str) -> None:
    assert signs.hidden(f"a{sign}b") == (sign,)
    assert signs.shown(f"a{sign}b\n") == f"a<{signs.named(sign)}>b\n"


def test_lines_and_tabs_stay_where_a_text_has_several_lines() -> None:
    assert signs.shown("a\r\nb\tc\rd") == "a\nb\tc<U+000D>d"
    assert signs.shown("a\r\nb\tc", lines=False) == "a b c"


@pytest.mark.parametrize(
    "name",
    ["Müller & Söhne", "Łódź", "علی\u200cرضا", "क्\u200dष", "👩\u200d💻", "中村 花子", "Nguyễn\u00a0Thị", "10\u202f000"],
)
def test_what_a_script_is_written_with_is_no_hidden_sign(name: str) -> None:
    assert (signs.hidden(name), signs.shown(name)) == ((), name)


@pytest.mark.parametrize("name", ["a\u200db", "\u200dab", "pay\u200cpal", "علی\u200c"])
def test_a_joiner_that_joins_nothing_is_one(name: str) -> None:
    assert signs.hidden(name)


def test_a_json_document_says_the_same_in_signs_that_are_seen() -> None:
    values = ["".join(UNSEEN), "é€\u202f漢"]
    document = json.dumps(values, ensure_ascii=False)
    escaped = signs.escaped(document)
    assert json.loads(escaped) == values
    assert signs.hidden(escaped) == ()
    assert "é€\u202f漢" in escaped


@pytest.mark.parametrize("sign", ["\x7f", "\u115f"])
def test_one_that_is_of_ascii_alone_or_may_be_printed_is_escaped_too(sign: str) -> None:
    assert signs.escaped(f'["{sign}"]') == f'["\\u{ord(sign):04x}"]'


def test_columns_of_a_terminal() -> None:
    assert [signs.wide(text) for text in ("abc", "漢字", "e\u0301")] == [3, 4, 1]
    assert signs.padded("漢", 4) + "|" == "漢  |"
    assert signs.padded("漢", 4, right=True) == "  漢"
    assert [signs.cut("漢字漢字", width) for width in (8, 7, 4)] == ["漢字漢字", "漢字漢…", "漢…"]


def test_what_is_cut_is_as_wide_as_may_be() -> None:
    assert [signs.cut("abcdef", width) for width in (6, 5, 2, 1)] == ["abcdef", "abcd…", "a…", "…"]
