"""The examples of docs/mail.md are replayed; `...` stands for what is left out."""

import re
from datetime import date
from pathlib import Path

import pytest

from billing.office.transaction import Setting
from tests.support import load, made, run
from tests.transcripts import blocks, steps

PAGE = (Path(__file__).parents[2] / "docs" / "mail.md").read_text()
TODAY = date(2025, 3, 5)


@pytest.fixture
def kept(database_url: str) -> Setting:
    setting = made(database_url, today=TODAY, email="support@acme.example")
    for code, name in (("ALPINA", "Alpina SA"), ("BEAT", "Beat")):
        load(setting, {"type": "customer", "code": code, "name": name, "country": "CH", "language": "en"},
             {"type": "contract", "customer": code, "tariff": "q3", "tier": "profi", "modules": ["COFI"], "fee": "480",
              "start": "2025-01-01"})  # fmt: skip
    return setting


def test_the_examples_are_answered_so(kept: Setting) -> None:
    env = {"BILLING_DB": kept.engine.url.render_as_string(hide_password=False), "BILLING_TODAY": f"{TODAY}"}
    files = dict(re.findall(r"^`([\w.]+)`:\n\n```eml\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE))
    tried = 0
    for command, wanted in (step for block in blocks(PAGE) for step in steps(block)):
        words, _, file = command.removeprefix("billing ").partition(" <")
        status, out, err = run(*words.split(), stdin=files.get(file, ""), **env)
        pattern = re.escape(wanted.strip()).replace(re.escape("..."), ".*")
        assert re.fullmatch(pattern, (out + err).strip(), re.DOTALL), (command, status, out, err)
        tried += 1
    assert tried >= 6


def test_the_commands_of_units_and_shells_have_the_options_that_they_name() -> None:
    """What runs until it is stopped is not run here: its options are looked for in its help."""
    blocks_ = re.findall(r"^```(?:sh|ini)\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    found = re.findall(r"billing (mail \w+) ?(.*)$", "\n".join(blocks_), re.MULTILINE)
    assert len(found) >= 2
    for command, words in found:
        status, out, _ = run(*command.split(), "--help", COLUMNS="200")
        assert status == 0
        for option in re.findall(r"--[\w-]+", words):
            assert re.search(rf"{option}\b", out), (command, option)
