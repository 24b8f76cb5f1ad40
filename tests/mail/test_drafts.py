"""Drafts as files: the same bytes again, nothing of anybody's written over, no link followed (M20)."""

import email
import os
import shutil
from datetime import date
from email.policy import default
from pathlib import Path

import pytest

from billing.crew import Crew
from billing.errors import BadInput
from billing.mail import drafts, papers
from billing.office.invoicing import files
from tests.mail import test_sending
from tests.mail.test_sending import SPOKEN, TODAY, filled, send, states
from tests.support import load, opened, run


def test_drafts_are_written_once_and_are_the_same_bytes_again_m20(tmp_path: Path) -> None:
    """As after a kill between the file and the record: the books of before write the same files."""
    url = filled(f"sqlite:///{tmp_path}/b.db")
    before = (tmp_path / "b.db").read_bytes()
    folder = tmp_path / "drafts"
    answer = send(url, None, "2025-03", "--drafts", str(folder))
    assert [mail["state"] for mail in answer["mails"]] == ["draft"] * 4
    assert answer["mails"][0]["file"] == str(folder / "INV-2025-00001.eml")
    written = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert sorted(written) == [f"INV-2025-{number:05d}.eml" for number in range(1, 5)]
    assert send(url, None, "2025-03", "--drafts", str(folder))["known"] == 4
    opened(url, TODAY).engine.dispose()
    for wal in tmp_path.glob("b.db-*"):
        wal.unlink()
    (tmp_path / "b.db").write_bytes(before)
    assert set(states(url).values()) == {"unsent"}
    assert len(send(url, None, "2025-03", "--drafts", str(folder))["mails"]) == 4
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == written


def test_processes_draw_what_was_never_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """M8: the same drafts; where all files are there, no process is started for them."""
    url = filled(f"sqlite:///{tmp_path}/b.db")
    shutil.copy(tmp_path / "b.db", tmp_path / "c.db")
    send(url, None, "2025-03", "--drafts", str(tmp_path / "alone"))
    monkeypatch.setattr(files, "AT_ONCE", 1)
    other, two = f"sqlite:///{tmp_path}/c.db", ("--workers", "2")
    send(other, None, "2025-03", "--drafts", str(tmp_path / "two"), *two)
    alone, drawn = ({each.name: each.read_bytes() for each in (tmp_path / name).iterdir()} for name in ("alone", "two"))
    assert drawn == alone and len(drawn) == 4

    def started(_: Crew) -> None:
        raise AssertionError("nothing is to be drawn")

    monkeypatch.setattr(Crew, "_started", started)
    send(other, None, "2025-03", "--again", "--drafts", str(tmp_path / "two"), *two)


@pytest.mark.parametrize("words", ["2025-03 --statement", "statements 2025-03", "reminders --on 2025-05-20"])
def test_processes_draw_statements_and_reminders_alike_m20(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    """The same drafts, in the same order, whoever draws, and one paper a task."""
    url = filled(f"sqlite:///{tmp_path}/b.db")
    books = opened(url, TODAY)
    load(books, *({"type": "entry", "customer": code, "minutes": 30, "date": "2025-03-11"} for code in SPOKEN))
    books.engine.dispose()
    assert run("remind", "--on", "2025-05-20", "--yes", BILLING_DB=url, BILLING_TODAY="2025-05-20")[0] == 0
    shutil.copy(tmp_path / "b.db", tmp_path / "c.db")
    monkeypatch.setattr(papers, "AT_ONCE", 1)
    monkeypatch.setattr(test_sending, "TODAY", date(2025, 5, 20))
    drawn = []
    for database, workers in (("b", "1"), ("c", "2")):
        where = ["--drafts", str(tmp_path / database), "--workers", workers]
        answer = send(f"sqlite:///{tmp_path}/{database}.db", None, *words.split(), *where)
        drawn.append(({each.name: each.read_bytes() for each in (tmp_path / database).iterdir()}, answer["mails"]))
    (alone, first), (two, second) = drawn
    assert two == alone and len(alone) == 4
    assert [mail["code"] for mail in second] == [mail["code"] for mail in first]


def test_a_draft_opens_to_be_sent(tmp_path: Path) -> None:
    url = filled(f"sqlite:///{tmp_path}/b.db")
    send(url, None, "2025-03", "--drafts", str(tmp_path / "d"), BILLING_MAIL_FROM="x")
    message = email.message_from_bytes((tmp_path / "d" / "INV-2025-00002.eml").read_bytes(), policy=default)
    assert (message["X-Unsent"], message["Message-ID"], message["Date"], message["From"]) == ("1", None, None, None)
    assert message["To"].addresses[0].addr_spec == "berg@kunde.example"
    assert [part.get_filename() for part in message.iter_attachments()] == [
        "INV-2025-00002.pdf", "INV-2025-00002.cii.xml",
    ]  # fmt: skip
    assert len(SPOKEN) == 4


def test_what_is_there_and_is_not_the_draft_stays_and_nothing_is_recorded(tmp_path: Path) -> None:
    url = filled(f"sqlite:///{tmp_path}/b.db")
    folder = tmp_path / "d"
    folder.mkdir()
    secret = tmp_path / "secret"
    secret.write_text("mine")
    (folder / "INV-2025-00001.eml").symlink_to(secret)
    answer = send(url, None, "2025-03", "--drafts", str(folder), status=1)
    assert [mail["state"] for mail in answer["mails"]] == ["refused", "draft", "draft", "draft"]
    assert "is there and is not this draft" in answer["mails"][0]["said"]
    (folder / "INV-2025-00001.eml").unlink()
    (folder / "INV-2025-00001.eml").symlink_to(tmp_path / "made-through-a-link")
    assert send(url, None, "INV-2025-00001", "--drafts", str(folder), status=1)["mails"][0]["state"] == "refused"
    (folder / "INV-2025-00001.eml").unlink()
    (folder / "INV-2025-00001.eml").write_text("edited by hand")
    assert send(url, None, "INV-2025-00001", "--drafts", str(folder), status=1)["mails"][0]["state"] == "refused"
    assert (secret.read_text(), (folder / "INV-2025-00001.eml").read_text()) == ("mine", "edited by hand")
    assert not (tmp_path / "made-through-a-link").exists()
    assert states(url)["INV-2025-00001"] == "unsent"


def test_a_pipe_a_folder_and_what_a_kill_left_are_no_drafts(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "A.eml")
    (tmp_path / "B.eml").mkdir()
    (tmp_path / ".billing-1-0123abcd.part").write_text("half")
    (tmp_path / "D.eml").symlink_to(tmp_path / "elsewhere")
    for code in "ABD":
        with pytest.raises(BadInput, match="is there and is not this draft"):
            drafts.write(tmp_path, code, b"x")
    assert drafts.write(tmp_path, "C", b"x").read_bytes() == b"x"
    assert not (tmp_path / "elsewhere").exists()
    with pytest.raises(BadInput, match="cannot write"):
        drafts.write(tmp_path / "nowhere", "A", b"x")


def test_a_file_system_without_hard_links_takes_drafts_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    assert drafts.write(tmp_path, "A", b"x").read_bytes() == b"x"
    assert drafts.write(tmp_path, "A", b"x").read_bytes() == b"x"
    with pytest.raises(BadInput, match="is there and is not this draft"):
        drafts.write(tmp_path, "A", b"y")
    assert [path.name for path in tmp_path.iterdir()] == ["A.eml"]


def test_a_paper_s_code_is_a_name_of_a_file() -> None:
    assert drafts.name_of("INV-2025-00001") == "INV-2025-00001.eml"
    assert drafts.name_of("A_B.C/2025-03") == "A_B.C-2025-03.eml"
    assert drafts.name_of("../../etc/passwd") == "-..-etc-passwd.eml"
