"""The examples of docs/webhooks.md, with a listener that is there; its function checks what it was sent."""

import re
import shlex
import time
from pathlib import Path
from typing import Any

import pytest

from billing.core.outbox import EVENTS, WAITS
from billing.outgoing.client import DEADLINE_SECONDS
from tests.neighbours import neighbours
from tests.outgoing.listener import INSIDE, listening
from tests.support import run

PAGE = (Path(__file__).parents[2] / "docs" / "webhooks.md").read_text()
HOST = "https://desk.example.org/hooks"


def blocks(kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def alike(shown: str, said: str) -> bool:
    """Whether something is as the page has it, `...` for what is left out and any blanks between."""
    pattern = r"\s+".join(map(re.escape, shown.split())).replace(re.escape("..."), ".*")
    return re.fullmatch(pattern, said.strip(), re.DOTALL) is not None


def test_the_examples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(*next(iter(INSIDE.items())))
    setting = neighbours(f"sqlite:///{tmp_path}/b.db")
    env = {"BILLING_DB": f"sqlite:///{tmp_path}/b.db", "BILLING_TODAY": f"{setting.today}"}
    secret = ""
    with listening() as listener:
        (block,) = blocks("console")
        for command, shown in re.findall(r"^\$ billing (.+)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE):
            status, out, err = run(*shlex.split(command.replace(HOST, listener.url)), **env)
            assert status == 0 and alike(shown, out.replace(listener.url, HOST)), (command, out, err)
            secret = (re.findall(r"^whsec_\S+$", out, re.MULTILINE) or [secret])[0]
        heard = listener.heard[-1]
    (shown,) = blocks("json")
    assert alike(shown, heard.body)
    known: dict[str, Any] = {}
    (code,) = blocks("python")
    exec(code, known)
    assert known["is_ours"](secret, heard.headers, heard.body)
    assert not known["is_ours"](secret, heard.headers, heard.body + " ")
    old = heard.headers | {"webhook-timestamp": str(int(time.time()) - 600)}
    assert not known["is_ours"](secret, old, heard.body)


def test_what_the_page_says_of_events_and_tries() -> None:
    for event in EVENTS:
        assert f"`{event}`" in PAGE or event.startswith("case."), event
    hours = [int(wait.total_seconds()) // 3600 for wait in WAITS[3:]]
    assert f"{', '.join(map(str, hours[:-1]))} and {hours[-1]} hours" in PAGE
    assert f"for {DEADLINE_SECONDS:.0f} seconds" in PAGE
