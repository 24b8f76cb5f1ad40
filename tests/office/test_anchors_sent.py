"""An anchor goes where who can change the database cannot: a mailbox, a listener, a folder once a day (L6)."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from billing.office.transaction import Setting
from tests.mail.server import serving
from tests.outgoing.listener import INSIDE, Listener, listening
from tests.support import made, run

ENV = {"BILLING_TODAY": "2025-03-31"}


@pytest.fixture
def setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Setting:
    monkeypatch.setenv("BILLING_DB", f"sqlite:///{tmp_path}/b.db")
    return made(f"sqlite:///{tmp_path}/b.db", today=date(2025, 3, 31))


@pytest.fixture
def listener(monkeypatch: pytest.MonkeyPatch) -> Iterator[Listener]:
    monkeypatch.setenv(*next(iter(INSIDE.items())))
    with listening() as found:
        yield found


def test_an_anchor_is_mailed(setting: Setting, tmp_path: Path) -> None:
    """L6: with its file, and with what names it in the text; without a server nothing is made to be sent."""
    assert run("anchor", "--mail", "books@demo.example", **ENV)[0] == 1
    with serving() as server:
        env = ENV | server.settings()
        assert run("anchor", "--mail", "nobody", **env)[0] == 1
        status, out, err = run("anchor", "--mail", "books@demo.example", "--json", **env)
        assert status == 0, err
        (mail,) = server.taken
        shown = json.loads(out)
        assert shown["digest"] in mail.body("plain") and shown["signature"] in mail.body("plain")
        (part,) = [one for one in mail.message.walk() if one.get_filename() == "2025-03-31.anchor"]
        file = tmp_path / "from-the-mail.anchor"
        file.write_bytes(part.get_payload(decode=True))  # type: ignore[arg-type]
        assert run("audit", "--anchor", str(file), **ENV)[0] == 0


def test_hooks_are_told_of_an_anchor(setting: Setting, listener: Listener) -> None:
    """L6: its digest and signature, which commit to all of it; who listens to other things is not."""
    status, _, err = run("anchor", "--hook", **ENV)
    assert status == 1 and "no hook listens to anchor.made; `billing hook add URL --events anchor.made` adds one" in err
    run("hook", "add", f"{listener.url}/a", "--events", "anchor.made", **ENV)
    run("hook", "add", f"{listener.url}/b", "--events", "invoice.*", **ENV)
    status, out, err = run("anchor", "--hook", "--json", **ENV)
    assert status == 0, err
    (heard,) = listener.heard
    body = json.loads(heard.body)
    assert (heard.path, body["type"]) == ("/a", "anchor.made")
    assert {name: json.loads(out)[name] for name in ("digest", "signature", "key")}.items() <= body["data"].items()
    listener.answers = lambda _: 500
    assert run("anchor", "--hook", **ENV)[0] == 1


def test_tick_makes_one_a_day(setting: Setting, tmp_path: Path) -> None:
    """L6: once a day into the folder that is named, and again where it could not be sent."""
    folder = tmp_path / "anchors"
    env = ENV | {"BILLING_ANCHORS": str(folder)}
    assert "2025-03-31.anchor" in run("tick", **env)[1]
    first = (folder / "2025-03-31.anchor").read_bytes()
    assert run("tick", "--quiet", **env)[1] == "" and (folder / "2025-03-31.anchor").read_bytes() == first
    mailed = env | {"BILLING_TODAY": "2025-04-01", "BILLING_ANCHOR_MAIL": "books@demo.example"}
    assert run("tick", **mailed)[0] == 1
    assert [path.name for path in folder.iterdir()] == ["2025-03-31.anchor"]
    with serving() as server:
        assert run("tick", **mailed | server.settings())[0] == 0
        assert len(server.taken) == 1
        assert run("tick", **mailed | server.settings())[0] == 0 and len(server.taken) == 1
    assert sorted(path.name for path in folder.iterdir()) == ["2025-03-31.anchor", "2025-04-01.anchor"]
    assert run("audit", "--anchor", str(folder / "2025-03-31.anchor"), **ENV)[0] == 0
    assert run("tick", "--dry-run", **env | {"BILLING_TODAY": "2025-04-02"})[0] == 0
    assert len(list(folder.iterdir())) == 2
