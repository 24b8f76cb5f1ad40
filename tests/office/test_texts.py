"""What is no text is refused by the key that holds it, on the command line and in a load."""

import json
from pathlib import Path
from typing import Any

import pytest

from billing.commands import context
from billing.errors import BadInput
from billing.requests import inputs
from tests.support import run

NUL, HALF = "a\0b", "a\ud800b"


@pytest.fixture
def env(database_url: str) -> dict[str, str]:
    env = {"BILLING_DB": database_url, "BILLING_TODAY": "2025-03-31"}
    assert run("init", "--name", "Demo SA", "--country", "CH", **env)[0] == 0
    assert run("customer", "add", "A", "--name", "A", "--country", "CH", **env)[0] == 0
    assert run("contract", "sign", "A", "--tariff", "q3", "--tier", "standard", **env)[0] == 0
    return env


@pytest.mark.parametrize("text", [NUL, HALF], ids=["NUL", "half"])
@pytest.mark.parametrize(
    ("command", "key"),
    [
        (("customer", "add", "B", "--name", "TEXT", "--country", "CH"), "--name"),
        (("customer", "add", "B", "--country", "CH", "--name=TEXT"), "--name"),
        (("customer", "change", "A", "--city", "TEXT"), "--city"),
        (("customer", "hold", "A", "--reason", "TEXT"), "--reason"),
        (("log", "A", "5", "--note", "TEXT"), "--note"),
        (("log", "A", "5", "--contact", "TEXT"), "--contact"),
        (("log", "A", "5", "--case", "TEXT"), "--case"),
        (("log", "A", "5", "--id", "TEXT"), "--id"),
        (("balance", "TEXT"), "argument"),
        (("init", "--name", "TEXT"), "--name"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_command_refuses_what_is_no_text(env: dict[str, str], command: tuple[str, ...], key: str, text: str) -> None:
    status, out, err = run(*(word.replace("TEXT", text) for word in command), "--json", **env)
    error = json.loads(err)["error"]
    assert (status, out, error["code"]) == (1, "", "bad-input")
    assert error["message"].startswith(f"{key.removeprefix('--')} ")


LINES: list[tuple[dict[str, Any], str]] = [
    ({"type": "customer", "code": "B", "name": "TEXT", "country": "CH"}, "name"),
    ({"type": "customer", "code": "TEXT", "name": "B", "country": "CH"}, "code"),
    ({"type": "customer", "code": "B", "name": "B", "country": "CH", "address": {"city": "TEXT"}}, "city"),
    ({"type": "entry", "id": "TEXT", "customer": "A", "minutes": 5}, "id"),
    ({"type": "entry", "customer": "TEXT", "minutes": 5}, "customer"),
    ({"type": "entry", "customer": "A", "minutes": 5, "case": "TEXT"}, "case"),
    ({"type": "entry", "customer": "A", "minutes": 5, "note": "TEXT"}, "note"),
    ({"type": "goodwill", "customer": "A", "minutes": 5, "expires": "2026-01-01", "reason": "TEXT"}, "reason"),
    ({"type": "purchase", "customer": "A", "product": "half-fare", "contacts": ["B", "TEXT"]}, "contacts"),
    ({"type": "entry", "customer": "A", "minutes": 5, "TEXT": 1}, "key"),
    ({"type": "TEXT"}, "type"),
]


@pytest.mark.parametrize("text", [NUL, HALF], ids=["NUL", "half"])
@pytest.mark.parametrize(("line", "key"), LINES, ids=[key for _, key in LINES])
def test_a_load_names_line_and_key(env: dict[str, str], line: dict[str, Any], key: str, text: str) -> None:
    bad = json.dumps(line).replace("TEXT", json.dumps(text)[1:-1])
    status, _, err = run("load", "-", "--json", stdin=f'{{"type": "renewal", "customer": "A"}}\n{bad}\n', **env)
    error = json.loads(err)["error"]
    assert (status, error["code"]) == (1, "bad-input")
    assert error["message"].startswith(f"line 2: {key} "), error["message"]
    assert json.loads(run("customer", "list", "--json", **env)[1])["customers"][0]["customer"] == "A"


def test_an_agent_of_the_environment_is_checked_and_a_file_may_be_called_anything(
    env: dict[str, str], tmp_path: Path
) -> None:
    assert "BILLING_AGENT" in run("log", "A", "5", **env, BILLING_AGENT="a\udcff")[2]
    name = str(tmp_path / "caf\udce9.jsonl")
    Path(name).write_text("")
    assert run("load", name, **env)[0] == 0


# What a review of the command line found


@pytest.mark.parametrize("text", ["1,000", "1.000", "1e3", "_5_", "1 0 0 0", "١٢٠", "12.345", "", "1''000"])
def test_an_amount_that_can_be_read_in_two_ways_is_refused(text: str) -> None:
    """`1,000` was taken as 1.00, on an invoice that cannot be changed."""
    with pytest.raises(BadInput):
        inputs.money(text, "price")


def test_amounts_as_people_write_them() -> None:
    written = {"1000": "1000.00", "1'000.50": "1000.50", "1 234 567,8": "1234567.80", "0": "0.00", "12,5": "12.50"}
    assert {text: str(inputs.money(text, "price")) for text in written} == written


def test_arguments_longer_than_any_file_name(tmp_path: Path) -> None:
    """A note of 300 characters was a fault of the program: whether it is a file was asked without care."""
    env = {"BILLING_DB": f"sqlite:///{tmp_path}/b.db", "BILLING_TODAY": "2025-03-03"}
    assert run("init", "--name", "D", "--country", "CH", **env)[0] == 0
    run("customer", "add", "A", "--name", "A", "--country", "CH", **env)
    run("contract", "sign", "A", "--tariff", "q3", "--tier", "profi", "--start", "2025-01-01", **env)
    assert run("log", "A", "5", "--note", "x" * 3000, **env)[0] == 0
    status, _, said = run("log", "A", "5", "--agent", "\x1b[31mred", **env)
    assert (status, "control character" in said) == (1, True)
    assert run("log", "A", "5", "--case", "k" * 201, **env)[0] == 1


def test_what_is_written_to_is_never_replaced_by_a_file(tmp_path: Path) -> None:
    """A link and a pipe stay what they are; what a link points at gets the content."""
    target, link = tmp_path / "real.csv", tmp_path / "link.csv"
    target.write_text("old")
    link.symlink_to(target)
    context.write_file(str(link), "new")
    assert (link.is_symlink(), target.read_text()) == (True, "new")
    context.write_file(str(target), "newer")
    assert (target.read_text(), sorted(path.name for path in tmp_path.iterdir())) == ("newer", ["link.csv", "real.csv"])
    with pytest.raises(BadInput):
        context.write_file("", "x")
    with pytest.raises(BadInput, match="and --json"):
        context.one_answer("-", json=True)
