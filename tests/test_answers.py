"""Once a request is recorded the status is 0, whatever becomes of its answer: who sees another does it again.

A terminal of ISO-8859-1 booked the entry, ended with 1 and a UnicodeEncodeError, and was charged twice.
"""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from billing.commands import printing

LOG = ("log", "ALPINA", "7", "--case", "A", "--on", "2025-02-10", "--note", "Prüfung → fertig")
PAY = ("pay", "INV-2025-00001")
RUN = ("invoice", "run", "2025-02", "--on", "2025-02-28", "--json")
GIVE = ("contract", "goodwill", "ALPINA", "30m", "--expires", "2025-06-30", "--reason", "œuf → là")
SEEN = {
    "log": b"`billing why ALPINA-", "pay": b"`billing invoice show INV-2025-00001`",
    "invoice run": b"issued: INV-2025-00002; `billing invoice pdf NUMBER`",
    "goodwill": b"`billing customer show ALPINA`",
}  # fmt: skip
ASKED = {"log": LOG, "pay": PAY, "invoice run": RUN, "goodwill": GIVE}


def billing(folder: Path, *words: str, redirect: str = "", **environ: str) -> subprocess.CompletedProcess[bytes]:
    """The program as a process of its own, as a shell runs it."""
    env = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("LC_", "LANG", "BILLING_", "PYTHONIO"))
    }
    env |= {"BILLING_DB": f"sqlite:///{folder / 'b.db'}", "BILLING_TODAY": "2025-02-28", **environ}
    script = f'exec "$0" -m billing "$@" {redirect}'
    return subprocess.run(["bash", "-c", script, sys.executable, *words], env=env, capture_output=True, timeout=60)


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with a contract and two months to invoice, one of them invoiced."""
    folder = tmp_path_factory.mktemp("answers")
    for words in (
        ("init", "--name", "Demo SA", "--country", "CH"),
        ("customer", "add", "ALPINA", "--name", "Alpina SA", "--country", "CH"),
        ("contract", "sign", "ALPINA", "--tariff", "q3", "--tier", "standard", "--start", "2025-01-01"),
        ("log", "ALPINA", "12", "--on", "2025-01-05"),
        ("invoice", "run", "2025-01", "--on", "2025-01-31"),
        ("log", "ALPINA", "12", "--on", "2025-02-05"),
    ):
        done = billing(folder, *words)
        assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def folder(begun: Path, tmp_path: Path) -> Path:
    """A copy of that database."""
    (tmp_path / "b.db").write_bytes((begun / "b.db").read_bytes())
    return tmp_path


TERMINALS = {
    "latin-1": ("", {"LC_ALL": "fr_CH.ISO-8859-1", "PYTHONIOENCODING": "latin-1"}),
    "cp1252": ("", {"PYTHONIOENCODING": "cp1252"}),
    "ascii": ("", {"PYTHONIOENCODING": "ascii", "BILLING_LANGUAGE": "fr"}),
    "full": (">/dev/full", {}),
    "all full": (">/dev/full 2>/dev/full", {}),
    "closed": (">&-", {}),
    "all closed": (">&- 2>&-", {}),
    "gone": ("> >(exec 0<&-; sleep 0.1)", {}),
}


@pytest.mark.parametrize("terminal", TERMINALS)
@pytest.mark.parametrize("what", ASKED)
def test_what_was_recorded_ends_with_0_and_is_there_once(begun: Path, folder: Path, what: str, terminal: str) -> None:
    words, (redirect, environ) = ASKED[what], TERMINALS[terminal]
    done = billing(folder, *words, redirect=redirect, **environ)
    assert done.returncode == 0, done.stderr
    assert b"Traceback" not in done.stderr and b"Exception" not in done.stderr
    kept = _kept(folder)
    if terminal == "full":
        assert b"recorded, but" in done.stderr, "it says what became of the answer"
        assert SEEN[what] in done.stderr, "and how to see it"
    elif not redirect and "--json" in words:
        assert len(json.loads(done.stdout)["invoices"]) == 1
    elif not redirect:
        assert done.stdout.decode(environ["PYTHONIOENCODING"]).strip()
    (folder / "b.db").write_bytes((begun / "b.db").read_bytes())
    assert billing(folder, *words).returncode == 0
    assert kept == _kept(folder) != _kept(begun), "as much as in a terminal that takes the answer"


def test_what_a_terminal_lacks_is_replaced_by_what_looks_like_it(folder: Path) -> None:
    said = billing(folder, *LOG, PYTHONIOENCODING="cp1252").stdout.decode("cp1252")
    assert "7 min -> 10 min" in said
    french = billing(folder, *LOG, PYTHONIOENCODING="latin-1", LC_ALL="fr_CH.ISO-8859-1")
    assert french.returncode == 0 and "7 min -> 5 min" in french.stdout.decode("latin-1")


def test_a_long_answer_is_written_in_pieces_as_it_would_be_at_once(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    said = "\n".join(["", *(f"{number}\x07é" * 3 for number in range(20)), "", ""])
    printing.out(said)
    at_once = capsys.readouterr().out
    for size in (1, 7, 40):
        monkeypatch.setattr(printing, "_PIECE", size)
        printing.out(said)
        assert capsys.readouterr().out == at_once
    assert at_once.count("\n") == said.count("\n") + 1


@pytest.mark.parametrize("what", ["fec", "csv"])
def test_the_end_of_a_file_is_no_sign_on_a_terminal(folder: Path, what: str) -> None:
    """Some end their lines as Windows does."""
    ends = pty.openpty()
    done = billing(folder, "export", what, "-o", "-", redirect=f">{os.ttyname(ends[1])}")
    assert (done.returncode, done.stderr) == (0, b"")
    shown = os.read(ends[0], 1 << 16)
    for end in ends:
        os.close(end)
    assert shown.count(b"\r\n") > 2 and b"<U+" not in shown


def test_a_question_whose_answer_cannot_be_written_is_refused(folder: Path) -> None:
    done = billing(folder, "balance", "ALPINA", redirect=">/dev/full")
    assert done.returncode == 1
    assert done.stderr == b"error: the answer cannot be written: No space left on device\n"


def test_a_key_whose_answer_is_lost_is_to_be_made_again_a2(folder: Path) -> None:
    """It is shown once: who did not see it has one that opens and that he does not know."""
    done = billing(folder, "key", "add", "desk", "--scope", "log", redirect=">/dev/full")
    assert done.returncode == 0
    assert b"shown once and is lost: end desk with `billing key revoke desk` and make another" in done.stderr


def test_a_refusal_is_one_in_every_terminal(folder: Path) -> None:
    for redirect, environ in TERMINALS.values():
        done = billing(folder, "log", "NOBODY", "7", redirect=redirect, **environ)
        assert done.returncode == 1
        assert b"Traceback" not in done.stderr


def _kept(folder: Path) -> object:
    """How much a database holds."""
    return json.loads(billing(folder, "audit", "--json").stdout)["checked"]
