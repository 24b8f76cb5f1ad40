"""The examples of docs/http.md are asked of a server; each answer is as the page has it, `...` for what is left out."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from billing.http.routes import ROUTES
from tests.http.served import Served, served
from tests.neighbours import neighbours

PAGE = Path(__file__).parents[2] / "docs" / "http.md"


@pytest.fixture
def api(database_url: str) -> Iterator[Served]:
    with served(neighbours(database_url)) as found:
        yield found


def examples() -> list[tuple[str, str]]:
    """Commands with their answers."""
    blocks = re.findall(r"^```console\n(.*?)^```", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    return [(command, answer.strip()) for block in blocks
            for command, answer in re.findall(r"^\$ (.+)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE)]  # fmt: skip


def asked(api: Served, command: str) -> Any:
    """What a curl command is answered."""
    keys = {"$KEY": api.keys["log"], "$BOOKS": api.keys["books"]}
    for name, key in keys.items():
        command = command.replace(name, key)
    words, headers, method, body = iter(shlex.split(command)[1:]), {}, "GET", None
    for word in words:
        if word == "-H":
            name, _, value = next(words).partition(": ")
            headers[name] = value
        elif word == "-d":
            method, body = "POST", next(words)
        elif word == "-X":
            method = next(words)
        else:
            path = word.removeprefix("http://localhost:8086")
    return api.client.request(method, path, headers=headers, content=body)


def test_the_examples_are_answered_so(api: Served) -> None:
    assert len(examples()) >= 8
    for command, answer in examples():
        got = asked(api, command)
        pattern = re.escape(answer).replace(re.escape("..."), ".*").replace(r":\ ", r":\s*").replace(r",\ ", r",\s*")
        said = got.text if not got.content.startswith(b"%PDF") else "%PDF"
        assert re.fullmatch(pattern, said.strip(), re.DOTALL), (command, said)


def test_every_noun_of_the_table_is_described() -> None:
    text = PAGE.read_text()
    for noun in ("reply", "cases", "entries", "invoices", "statements", "accounts", "reports", "runs"):
        assert f"/v1/{noun}" in text and any(route.path.startswith(f"/v1/{noun}") for route in ROUTES)
