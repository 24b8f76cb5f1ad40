"""Who waits for another writer is told for whom and since when, and gives up when he said so; reading needs no room."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from sqlalchemy import text

from billing import waiting
from billing.errors import BadInput, DatabaseRefusal
from billing.office.transacting import work
from billing.office.transaction import Setting
from billing.store import engine as store_engine
from billing.store.engine import open_engine, write_now, writing
from billing.store.heads import head
from billing.texts import say
from tests import support
from tests.store import histories
from tests.store.test_late import is_locked
from tests.store.test_strange_databases import nobody
from tests.support import load, made, run

HOLD = ("customer", "hold", "ANNA", "--reason", "asks for an order")


def ready(url: str) -> Setting:
    setting = made(url)
    load(setting, {"type": "customer", "code": "ANNA", "name": "Anna SA", "country": "CH"})
    return setting


@contextmanager
def held(url: str) -> Iterator[None]:
    """Another session holds what ANNA's writer needs, until it is left."""
    engine = open_engine(url)
    with writing(engine) as connection:
        head(connection, "ANNA", True)
        yield
    engine.dispose()


def test_who_waits_is_told_for_whom_and_gives_up_in_time(
    database_url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It waited a minute without a word, and then said that the database was locked."""
    ready(database_url).engine.dispose()
    monkeypatch.setattr(sys, "argv", ["billing", "invoice", "run", "2025-01"])
    with held(database_url):
        since = time.monotonic()
        status, _, said = run("--db", database_url, "--wait", "4", *HOLD)
        took = time.monotonic() - since
    assert status == 1 and 3.5 < took < 15
    first, last = said.splitlines()
    assert first.startswith("waiting for another writer, for 4 s at most: billing")
    assert "process " in first and ", since " in first
    assert "another writer held it for 4 s" in last
    assert last.endswith("nothing was changed; do it again later, or wait longer with --wait SECONDS")
    monkeypatch.delenv("BILLING_WAIT", raising=False)
    assert run("--db", database_url, *HOLD)[0] == 0
    assert not list(Path(database_url.removeprefix("sqlite:///")).parent.glob("*-lock"))


def test_who_waits_and_gets_it_goes_on(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ready(database_url).engine.dispose()
    told: list[object] = []
    begun, over = threading.Event(), threading.Event()

    def holds() -> None:
        with held(database_url):
            begun.set()
            over.wait(20)

    holder = threading.Thread(target=holds)
    holder.start()
    begun.wait(20)

    def tell(said: object) -> None:
        told.append(said)
        over.set()

    monkeypatch.setattr(waiting, "tell", tell)
    setting = support.opened(database_url)
    with work(setting) as tx:
        assert tx.customer("ANNA").code == "ANNA"
    holder.join()
    assert len(told) == 1 and "waiting for another writer, for 60 s at most" in str(told[0])
    setting.engine.dispose()


@pytest.mark.parametrize("given", ["soon", "-1", "1.5", "99999999"])
def test_what_is_no_time_to_wait_is_refused(tmp_path: Path, given: str) -> None:
    ready(f"sqlite:///{tmp_path}/b.db").engine.dispose()
    status, _, said = run("--db", f"sqlite:///{tmp_path}/b.db", *HOLD, BILLING_WAIT=given)
    assert status == 1 and f"--wait {given!r} is no number of seconds" in said


def test_a_note_is_believed_only_while_its_process_runs(tmp_path: Path) -> None:
    """What a kill left, another process of the same number, and what is no note name nobody."""
    database = tmp_path / "b.db"
    waiting.begun(database)
    note = waiting.note(database)
    about = json.loads(note.read_text())
    assert f"process {os.getpid()}, since " in str(waiting.holder(database))
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    for changed in ({"pid": gone.pid}, {"pid": 1}, {"pid": 10**30}, {"since": "x"}, {"pid": None}):
        note.write_text(json.dumps(about | changed))
        assert waiting.holder(database) is None, changed
    for junk in ("", "[]", "{}", "x" * 5000):
        note.write_text(junk)
        assert waiting.holder(database) is None
    note.unlink()
    os.mkfifo(note)
    assert waiting.holder(database) is None, "and nobody waits for it"
    note.unlink()
    waiting.ended(database)


def test_a_note_is_left_after_a_moment_and_by_nobody_who_was_quicker(tmp_path: Path) -> None:
    """To leave one took longer than to record an entry, and nobody asks for it before two seconds."""
    database = tmp_path / "b.db"
    ready(f"sqlite:///{database}").engine.dispose()
    engine, seen = open_engine(f"sqlite:///{database}"), []
    for slow in (False, True, False):
        with writing(engine):
            since = time.monotonic()
            while time.monotonic() - since < (waiting.QUIET if slow else 0) and not waiting.note(database).exists():
                time.sleep(0.05)
            seen.append(str(waiting.holder(database)))
        assert not waiting.note(database).exists()
    assert seen[0] == seen[2] == "None"
    assert f"process {os.getpid()}, since " in seen[1]
    engine.dispose()


# Reading where nothing can be written


def test_a_folder_that_is_read_only_is_read(tmp_path_factory: pytest.TempPathFactory) -> None:
    """SQLite wants to make two files beside it: "unable to open database file", for who may only read."""
    folder = tmp_path_factory.mktemp("lies")
    setting = histories.rich(f"sqlite:///{folder}/b.db")
    expected = support.balance(setting, "ANNA")
    setting.engine.dispose()
    assert not list(folder.glob("b.db-*"))
    parents = [folder, *list(folder.parents)[:3]]
    modes = [parent.stat().st_mode & 0o7777 for parent in parents]
    try:
        for parent in parents:
            parent.chmod(0o755)
        (folder / "b.db").chmod(0o444)
        folder.chmod(0o555)
        reader = support.opened(f"sqlite:///{folder}/b.db")
        support.balance(reader, "ANNA")  # imports what it needs
        with nobody():
            assert support.balance(reader, "ANNA") == expected
            with pytest.raises(DatabaseRefusal):
                load(reader, {"type": "customer", "code": "BEA", "name": "Bea", "country": "CH"})
    finally:
        for parent, mode in zip(parents, modes, strict=True):
            parent.chmod(mode)


def test_a_disk_without_room_is_read_and_is_called_full(tmp_path: Path) -> None:
    """Files may not grow by a byte: reading works, writing says what is wrong and what to do."""
    setting = histories.rich(f"sqlite:///{tmp_path}/b.db")
    setting.engine.dispose()
    script = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0)); "
        "from billing.commands import main; main()"
    )

    def asked(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", script, *words], capture_output=True, text=True, timeout=60,
            env=os.environ | {"BILLING_DB": f"sqlite:///{tmp_path}/b.db", "BILLING_TODAY": "2030-01-01"},
        )  # fmt: skip

    shown = asked("balance", "ANNA", "--json")
    assert (shown.returncode, shown.stderr) == (0, "")
    found, expected = json.loads(shown.stdout), support.balance(setting, "ANNA")
    assert (found["minutes"], found["position"]) == (expected["minutes"], expected["position"])
    assert asked("log", "ANNA", "5").returncode == 1


def test_a_full_database_is_called_full_with_what_to_do(tmp_path: Path) -> None:
    setting = ready(f"sqlite:///{tmp_path}/b.db")
    with pytest.raises(DatabaseRefusal) as full, writing(setting.engine) as connection:
        pages = connection.execute(text("PRAGMA page_count")).scalar_one()
        connection.execute(text(f"PRAGMA max_page_count = {pages}"))
        connection.execute(text("CREATE TABLE more (x)"))
        for _ in range(100):
            connection.execute(text("INSERT INTO more VALUES (zeroblob(100000))"))
    assert "the disk is full" in full.value.message
    assert full.value.message.endswith("nothing was changed; make room there and do it again")


def test_what_a_writer_has_not_written_back_is_never_left_out(tmp_path: Path) -> None:
    """A file whose log holds more than it does is not read as it lies: its last facts would be missing."""
    from billing.store.engine import _as_it_lies

    setting = ready(f"sqlite:///{tmp_path}/b.db")
    with work(setting) as tx:
        tx.customer("ANNA")
    (tmp_path / "b.db-wal").write_bytes(b"facts")
    assert _as_it_lies(setting.engine) is None
    (tmp_path / "b.db-wal").unlink()
    assert _as_it_lies(setting.engine) is not None


@pytest.mark.parametrize("late", [False, True])
def test_a_note_is_taken_away_while_the_lock_is_held_whatever_ends_the_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, late: bool
) -> None:
    """The lock was let go first where work is refused, and the next writer lost his note or did not find it."""
    engine = ready(f"sqlite:///{tmp_path}/b.db").engine
    held: list[bool] = []

    @contextmanager
    def noted(_file: object) -> Iterator[None]:
        try:
            yield
        finally:
            held.append(is_locked(engine))

    monkeypatch.setattr(store_engine, "noted", noted)
    for refused in (None, BadInput("bad-input", say("no")), KeyboardInterrupt()):
        with suppress(BadInput, KeyboardInterrupt), writing(engine, late=late) as connection:
            write_now(connection)
            if refused is not None:
                raise refused
        assert not is_locked(engine)
    assert held == [True, True, True]
