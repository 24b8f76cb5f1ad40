"""Signals at any moment, while modules are read in too: one line, the usual status, nothing half."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from billing import interrupts
from tests import support
from tests.store import histories
from tests.support import load, made, opened

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
TRIES = 8 if support.WHOLE else 4  # of each signal


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixty customers with something to invoice."""
    folder = tmp_path_factory.mktemp("interrupts")
    setting = made(f"sqlite:///{folder}/b.db")
    for n in range(60):
        load(setting, *histories.signed(f"C{n:02}", start="2025-01-01"),
             {"type": "entry", "customer": f"C{n:02}", "date": "2025-01-10", "minutes": 60})  # fmt: skip
    setting.engine.dispose()
    return folder


def begun(folder: Path, *words: str) -> subprocess.Popen[str]:
    env = os.environ | {"BILLING_DB": f"sqlite:///{folder}/b.db", "BILLING_TODAY": "2025-01-31"}
    return subprocess.Popen(
        [sys.executable, "-m", "billing", *words], env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        preexec_fn=_heard,
    )  # fmt: skip


def _heard() -> None:
    """Signals count, though the tests may run where one is ignored, as a shell's background has it."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_DFL)


def checked(process: subprocess.Popen[str], number: int) -> str:
    """What a process that was stopped said: one line, with the status of the signal or of one that was done already.

    Python itself is not yet ours in its first milliseconds: there a signal has its own end, and no line.
    """
    _, said = process.communicate(timeout=60)
    if process.returncode < 0 or ("KeyboardInterrupt" in said and "billing" not in said):
        return ""
    assert process.returncode in (0, 128 + number), said
    assert "Traceback" not in said and "fault of the program" not in said
    assert len(said.splitlines()) <= 1, said
    if process.returncode:
        assert said.startswith("error: interrupted; "), said
    return said


@pytest.mark.parametrize("number", SIGNALS)
def test_a_load_that_is_stopped_anywhere_is_whole_or_not_at_all(ready: Path, tmp_path: Path, number: int) -> None:
    """Ctrl-C while modules came in was a traceback, and later "Aborted!"."""
    chance = random.Random(number)
    lines = [
        f'{{"type": "entry", "customer": "C{n % 60:02}", "date": "2025-01-20", "minutes": 5}}\n' for n in range(600)
    ]
    (tmp_path / "lines.jsonl").write_text("".join(lines))
    outcomes = set()
    for n in range(TRIES):  # the first while modules come in, the last when all is done
        (tmp_path / "b.db").write_bytes((ready / "b.db").read_bytes())
        process = begun(tmp_path, "load", f"{tmp_path}/lines.jsonl")
        time.sleep(0.1 + 1.6 * n / TRIES + chance.uniform(0, 0.1))
        process.send_signal(number)
        said = checked(process, number)
        setting = opened(f"sqlite:///{tmp_path}/b.db")
        audit = support.audit(setting)
        setting.engine.dispose()
        assert audit["ok"]
        count = audit["checked"]["charges"] - 60
        assert count == (600 if process.returncode == 0 or "stays" in said else 0), said
        outcomes.add(process.returncode)
        for left in tmp_path.glob("b.db-*"):
            left.unlink()
    assert 128 + number in outcomes


ENDING = """
import os

class Last:
    def __del__(self, kill=os.kill, me=os.getpid()):
        kill(me, {number})

last = Last()
from billing.__main__ import main
main()
"""


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_at_the_very_end_takes_nothing_of_the_answer_back(ready: Path, tmp_path: Path, number: int) -> None:
    """Python gave the signal back to the system as it ended: killed, with all recorded and said."""
    (tmp_path / "b.db").write_bytes((ready / "b.db").read_bytes())
    env = os.environ | {"BILLING_DB": f"sqlite:///{tmp_path}/b.db", "BILLING_TODAY": "2025-01-31"}
    command = [sys.executable, "-c", ENDING.format(number=int(number)), "log", "C01", "15", "--case", "late"]
    process = subprocess.run(command, env=env, text=True, capture_output=True, preexec_fn=_heard)
    assert process.returncode == 0, process.stderr
    assert "late" in process.stdout and not process.stderr


@pytest.mark.parametrize("number", SIGNALS[:2])
def test_a_run_that_is_stopped_says_what_it_issued(ready: Path, tmp_path: Path, number: int) -> None:
    chance = random.Random(number)
    told = 0
    for _ in range(TRIES):
        (tmp_path / "b.db").write_bytes((ready / "b.db").read_bytes())
        process = begun(tmp_path, "invoice", "run", "2025-01", "--on", "2025-01-31")
        time.sleep(chance.uniform(0.2, 1.6))
        process.send_signal(number)
        said = checked(process, number)
        setting = opened(f"sqlite:///{tmp_path}/b.db")
        issued = support.audit(setting)["checked"]["documents"]
        setting.engine.dispose()
        assert issued in (0, 50, 60)
        if issued == 50:
            told += 1
            assert "50 documents were issued, INV-2025-00001 to INV-2025-00050: run it again for the rest" in said
        elif process.returncode > 0:
            assert ("nothing was changed" in said) == (issued == 0), said
        for left in tmp_path.glob("b.db-*"):
            left.unlink()


def test_who_waits_for_another_writer_hears_a_signal_at_once(ready: Path, tmp_path: Path) -> None:
    """SQLite waited a minute in one piece, deaf to Ctrl-C."""
    from billing.store.engine import writing

    (tmp_path / "b.db").write_bytes((ready / "b.db").read_bytes())
    setting = opened(f"sqlite:///{tmp_path}/b.db")
    with writing(setting.engine):
        process = begun(tmp_path, "customer", "hold", "C01", "--reason", "x")
        time.sleep(5)
        process.send_signal(signal.SIGINT)
        since = time.monotonic()
        _, said = process.communicate(timeout=30)
        assert time.monotonic() - since < 5
    assert process.returncode == 130
    assert said.splitlines()[-1] == "error: interrupted; nothing was changed"
    setting.engine.dispose()


def test_what_is_told_to_go_on_when_the_line_hangs_up_goes_on(ready: Path, tmp_path: Path) -> None:
    """`nohup billing …`: the signal is ignored, as it was asked."""
    (tmp_path / "b.db").write_bytes((ready / "b.db").read_bytes())
    env = os.environ | {"BILLING_DB": f"sqlite:///{tmp_path}/b.db", "BILLING_TODAY": "2025-01-31"}
    process = subprocess.Popen(
        ["bash", "-c", 'trap "" HUP; exec "$0" -m billing invoice run 2025-01 --on 2025-01-31', sys.executable],
        env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    time.sleep(0.6)
    process.send_signal(signal.SIGHUP)
    out, said = process.communicate(timeout=60)
    assert process.returncode == 0 and "60 documents issued." in out, said


@pytest.fixture
def stopping() -> Iterator[None]:
    """SIGTERM is raised as Stopped in this test; afterwards it is what it was."""
    before = {number: signal.getsignal(number) for number in SIGNALS}
    _heard()  # a command that was run in this process before has them ignored
    interrupts.raising()
    yield
    interrupts.raising()
    for number, handler in before.items():
        signal.signal(number, handler)


def other_thread(work: Callable[[], None]) -> None:
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


@pytest.mark.usefixtures("stopping")
def test_another_threads_commit_neither_ends_what_the_main_one_holds_nor_takes_its_signal() -> None:
    """The end of a commit in a server's thread let a signal through in the middle of another's; and what came then was
    raised in whatever thread asked first."""
    seen: list[str] = []

    def another() -> None:
        with interrupts.committing():
            seen.append("committed")
        interrupts.check()
        seen.append("was not stopped")

    with interrupts.committing():
        other_thread(another)
        os.kill(os.getpid(), signal.SIGTERM)
        other_thread(another)
        seen.append("whole")
    assert seen == ["committed", "was not stopped"] * 2 + ["whole"]
    assert interrupts.state.commits == 3
    with pytest.raises(interrupts.Stopped) as stopped:
        interrupts.check()
    assert stopped.value.status == 128 + signal.SIGTERM


@pytest.mark.usefixtures("stopping")
def test_a_signal_while_another_thread_commits_stops_the_main_one_at_once() -> None:
    """It waited for a commit that was not its own, and nobody raised it afterwards: a relay went on."""
    inside, over = threading.Event(), threading.Event()

    def another() -> None:
        with interrupts.committing():
            inside.set()
            over.wait(60)

    thread = threading.Thread(target=another)
    thread.start()
    inside.wait(60)
    try:
        with pytest.raises(interrupts.Stopped):
            os.kill(os.getpid(), signal.SIGTERM)
    finally:
        over.set()
        thread.join()
