"""The manual over HTTP: what a transcript says is printed, is printed also by a command line that has a key alone."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.remote.running import HERE, Running, running
from tests.test_scenarios import GALLERY, MANUAL
from tests.transcripts import Session, blocks, day_of, steps

# One for each noun of the commands; `make night` plays all.
SOME = {
    "agents-day", "bank-file", "case-export", "closing", "contracts", "credit-notes", "desk-visualqie", "guards", "ids",
    "maintenance", "month-end", "opening-hours", "payments", "quotes", "reminders", "reports", "sending", "statement",
    "tick", "cases",
}  # fmt: skip
PLAYED = [
    path
    for path in [*MANUAL, *GALLERY]
    if path.stem != "bad-input" and (path.stem in SOME or "BILLING_EXAMPLES" in os.environ)
]


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with running() as found:
        yield found


@pytest.mark.parametrize("path", PLAYED, ids=lambda path: path.stem)
def test_what_is_printed_over_http_is_what_is_written(path: Path, tmp_path: Path, server: Running) -> None:
    """Only who recorded something differs: the key is named, and not who has the file (A2)."""
    url = f"sqlite:///{tmp_path}/billing.db"
    session = Session(tmp_path, url)
    session.env |= {"BILLING_TODAY": "2025-02-03"} | day_of(path)
    asked = 0
    for block in blocks(path.read_text()):
        for command, printed in steps(block):
            words = command.split()
            here = (words[0] == "billing" and words[1] in HERE) or "BILLING_KEY" not in session.env
            session.env["BILLING_DB"] = url if here else server.url
            shown = session.do(command).replace(server.url, "sqlite:///billing.db")
            assert re.sub(r'"by": "a key"', '"by": null', shown) == printed, command
            if words[:2] == ["billing", "init"] and "BILLING_KEY" not in session.env:
                with pytest.MonkeyPatch.context() as env:
                    env.setenv("BILLING_TODAY", session.env["BILLING_TODAY"])
                    session.env["BILLING_KEY"] = server.key(url)
            asked += not here
    assert asked >= 4
