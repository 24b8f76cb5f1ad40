"""Words as values: `billing.texts`, and refusals made of them."""

import ast
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from billing.errors import Already, BadInput, Refusal, one_of
from billing.texts import Do, Text, say, say_as

ROOT = Path(__file__).parents[1]


def test_a_text_says_its_values_in_english() -> None:
    case = say("no case {case!r} of {customer}", case="T-1", customer="ALPINA")
    assert str(case) == "no case 'T-1' of ALPINA"
    assert str(say("{on}: {amount}", on=date(2025, 3, 1), amount=Decimal("1.50"))) == "2025-03-01: 1.50"
    assert str(say("known: {names}", names=["A", "B"])) == "known: A, B"
    assert str(say("{{}} stays")) == "{} stays"
    assert str(say("{outer} ({inner})", outer="x", inner=case)) == "x (no case 'T-1' of ALPINA)"


def test_a_text_is_worded_by_any_language_and_so_are_the_texts_in_it() -> None:
    french = {"free, {why}": "gratuit, {why}", "verified": "vérifié"}

    def translated(text: Text) -> str:
        return french[text.template]

    assert say("free, {why}", why=say("verified")).worded(translated) == "gratuit, vérifié"
    assert say_as("a case", "open").context == "a case"


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        (Do("customer release", "ALPINA"), "`billing customer release ALPINA`"),
        (Do("log", "ALPINA", 7, "--on", date(2025, 3, 1)), "`billing log ALPINA 7 --on 2025-03-01`"),
        (Do("contract sign", "ALPINA", "…"), "`billing contract sign ALPINA …`"),
        (Do("case take", "T 1", "it's", ""), "`billing case take 'T 1' 'it'\\''s' ''`"),
    ],
)
def test_a_command_is_written_as_a_shell_takes_it(command: Do, shown: str) -> None:
    assert str(command) == shown


def test_a_refusal_says_place_message_and_remedy() -> None:
    held = Already(
        "conflict", say("{code} is held", code="ALPINA"), say("{do} ends that", do=Do("customer release", "A"))
    )
    assert str(held) == held.message == "ALPINA is held; `billing customer release A` ends that"
    placed = held.at(say("line {number}", number=17))
    assert isinstance(placed, Already)
    assert str(placed) == "line 17: ALPINA is held; `billing customer release A` ends that"
    assert str(BadInput("bad-date", "'x' is no date").at("line 2")) == "line 2: 'x' is no date"


def test_an_unknown_name_has_its_nearest_as_a_remedy() -> None:
    assert str(one_of("tier", "profy", ["profi", "standard"]).remedy) == "did you mean profi?"


def test_a_code_belongs_to_one_kind_of_refusal() -> None:
    with pytest.raises(AssertionError):
        Already("bad-date", "x")
    kinds = [kind for kind in Refusal.__subclasses__() if kind.__module__ == "billing.errors"]
    codes = [code for kind in kinds for code in kind.codes]
    assert len(codes) == len(set(codes)) > 25


def test_no_refusal_is_said_in_english_alone() -> None:
    """What is refused reaches agents in their language: no message or remedy is a string or an f-string."""
    kinds = {"Refusal", *(kind.__name__ for kind in Refusal.__subclasses__())}
    found = [
        f"{path.relative_to(ROOT)}:{call.lineno}: {ast.unparse(said)}"
        for path in sorted((ROOT / "billing").rglob("*.py"))
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in kinds
        for said in call.args[1:]
        if isinstance(said, ast.JoinedStr) or (isinstance(said, ast.Constant) and isinstance(said.value, str))
    ]
    assert found == []
