"""Databases that are missing, foreign, older, newer, broken, read-only or full: one line says so, nothing changes."""

import contextlib
import json
import os
import resource
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import event, text

from billing.errors import DatabaseRefusal
from billing.office.transacting import work
from billing.office.transaction import Setting
from billing.store import migrate
from tests import support
from tests.history import Line
from tests.store import histories
from tests.support import TODAY, contents, load, made, opened, run

ENTRY: Line = {"type": "entry", "customer": "ANNA", "date": "2025-04-01", "minutes": 5}
sqlite_only = pytest.mark.parametrize("shelf", ["sqlite"], indirect=True)
postgresql_only = pytest.mark.parametrize("shelf", ["postgresql"], indirect=True)


def refused(url: str, *, init: bool = False) -> tuple[str, str]:
    """The code and the message with which a request at the command line is refused: exit status 1 and one line."""
    words = ["init", "--name", "Demo SA", "--country", "CH"] if init else ["balance", "ANNA"]
    status, out, err = run("--db", url, *words, "--json", BILLING_TODAY="2025-02-01")
    assert (status, out) == (1, ""), (out, err)
    assert len(err.splitlines()) == 1
    error = json.loads(err)["error"]
    return error["code"], error["message"]


def both(url: str) -> set[str]:
    """The codes with which `init` and a request are refused."""
    return {refused(url)[0], refused(url, init=True)[0]}


# Missing


def test_a_file_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    code, message = refused(f"sqlite:///{tmp_path}/none.db")
    assert code == "no-database"
    assert "none.db" in message and "billing init" in message
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    assert both(f"sqlite:///{tmp_path}/nowhere/b.db") == {"no-database"}
    assert "no folder" in refused(f"sqlite:///{tmp_path}/nowhere/b.db", init=True)[1]
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_no_database(tmp_path: Path) -> None:
    assert both(f"sqlite:///{tmp_path}") == {"no-database"}


def test_a_server_that_does_not_answer(tmp_path: Path) -> None:
    url = f"postgresql://user:secret@/billing?host={tmp_path}"
    assert both(url) == {"no-database"}
    assert "secret" not in refused(url)[1]


@pytest.mark.parametrize("url", ["", "nonsense", "mysql://host/name", "sqlite+nothing:///b.db", "oracle://x"])
def test_an_url_of_no_kind_that_is_known(url: str) -> None:
    with pytest.raises(DatabaseRefusal) as wrong:
        opened(url)
    assert wrong.value.code == "no-database"


@pytest.mark.parametrize(
    "url",
    ["sqlite://", "sqlite:///:memory:", "sqlite:///file::memory:?uri=true", "sqlite:///file:x?mode=memory&uri=true"],
)
def test_a_database_in_memory_is_refused(url: str) -> None:
    """It said that `billing init` makes one, and `init` said so too."""
    code, message = refused(url)
    assert (code, "give a file" in message) == ("no-database", True)


# Foreign, older, newer, broken


@pytest.mark.parametrize("size", [0, 10, 5000])
def test_a_file_that_is_not_sqlite(tmp_path: Path, size: int) -> None:
    file = tmp_path / "text.db"
    file.write_text("this is no database. " * size)
    before = file.read_bytes()
    assert refused(f"sqlite:///{file}")[0] == "no-database"
    if size:
        assert refused(f"sqlite:///{file}", init=True)[0] == "no-database"
    assert file.read_bytes() == before


def test_a_broken_file(tmp_path: Path) -> None:
    """A file whose middle is gone is refused, whichever request finds out."""
    setting = histories.rich(f"sqlite:///{tmp_path}/b.db")
    setting.engine.dispose()
    data = bytearray((tmp_path / "b.db").read_bytes())
    data[4096:] = b"\xa5" * (len(data) - 4096)
    (tmp_path / "b.db").write_bytes(data)
    assert both(f"sqlite:///{tmp_path}/b.db") == {"damaged"}


OTHERS = {
    "a shop's tables": ["CREATE TABLE shop (id INTEGER)"],
    "another program's migrations": [
        "CREATE TABLE shop (id INTEGER)", "CREATE TABLE alembic_version (version_num VARCHAR(32))",
        "INSERT INTO alembic_version VALUES ('8c3f')",
    ],
    "another program's migrations, numbered as ours": [
        "CREATE TABLE issuer (id INTEGER)", "CREATE TABLE alembic_version (version_num VARCHAR(32))",
        "INSERT INTO alembic_version VALUES ('0001')",
    ],
    "no version": ["CREATE TABLE alembic_version (version_num VARCHAR(32))"],
}  # fmt: skip


@pytest.mark.parametrize("other", OTHERS)
def test_a_database_with_other_tables_is_left_alone(url: str, other: str) -> None:
    """The file of another program was switched to another journal, and its migrations counted as ours."""
    engine = opened(url).engine
    with engine.begin() as connection:
        for statement in OTHERS[other]:
            connection.execute(text(statement))
    engine.dispose()
    file = Path(url.removeprefix("sqlite:///"))
    before = file.read_bytes() if engine.dialect.name == "sqlite" else None
    assert both(url) == {"no-database"}
    assert "other tables" in refused(url, init=True)[1]
    if before is not None:
        assert file.read_bytes() == before


def test_the_same_version_without_the_tables(url: str) -> None:
    """Somebody has dropped tables: refused, no fault of the program."""
    setting = made(url)
    with setting.engine.begin() as connection:
        connection.execute(text("DROP TABLE payment_reference"))
        connection.execute(text("ALTER TABLE customer RENAME TO client"))
    setting.engine.dispose()
    assert refused(url)[0] == "no-database"


def test_an_older_and_a_newer_database(copied: Callable[..., Setting]) -> None:
    setting = copied(histories.q3)
    url = setting.engine.url.render_as_string(hide_password=False)
    for version, init_too in (("0001", False), ("9999", True)):
        with setting.engine.begin() as connection:
            connection.execute(text(f"UPDATE alembic_version SET version_num = '{version}'"))
        code, message = refused(url)
        assert (code, version in message) == ("not-migrated", True)
        if init_too:
            code, message = refused(url, init=True)
            assert (code, "newer" in message) == ("not-migrated", True)
        with pytest.raises(DatabaseRefusal), work(setting):
            pass


# Read-only


@contextlib.contextmanager
def nobody() -> Iterator[None]:
    """Without the rights that root has over files, for a while."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def readonly(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The file of a rich database that may be read and not written, in a folder that neither may be."""
    folder = tmp_path_factory.mktemp("readonly")
    setting = histories.rich(f"sqlite:///{folder}/b.db")
    setting.engine.dispose()
    parents = [folder, *list(folder.parents)[:3]]  # pytest's own, one more where it runs in parallel
    modes = [parent.stat().st_mode for parent in parents]
    for parent in parents:
        parent.chmod(0o755)
    (folder / "b.db").chmod(0o444)
    folder.chmod(0o555)
    yield folder / "b.db"
    for parent, mode in zip(parents, modes, strict=True):
        parent.chmod(stat.S_IMODE(mode))


def test_a_file_that_may_not_be_written(readonly: Path) -> None:
    setting = opened(f"sqlite:///{readonly}")
    warm = support.balance(setting, "ANNA")  # imports what the request needs while we may read everything
    before = readonly.read_bytes()
    with nobody():
        for request in (
            lambda: load(setting, ENTRY),
            lambda: migrate.upgrade(setting.engine),
        ):
            with pytest.raises(DatabaseRefusal) as wrong:
                request()
            assert wrong.value.code == "no-database"
            assert "b.db" in wrong.value.message and "init" not in wrong.value.message
    assert readonly.read_bytes() == before
    assert support.balance(setting, "ANNA") == warm


@sqlite_only
def test_an_uri_that_only_reads(rich: Setting) -> None:
    """Any SQLAlchemy URL for SQLite works. One with `uri=true` was taken for the name of a missing file."""
    file = rich.engine.url.database
    before = contents(rich)
    for uri in (f"file:{file}?mode=ro&uri=true", f"file://{file}?mode=ro&uri=true"):
        reader = opened(f"sqlite:///{uri}")
        assert support.balance(reader, "ANNA") == support.balance(rich, "ANNA")
        with pytest.raises(DatabaseRefusal, match="readonly") as wrong:
            load(reader, ENTRY)
        assert wrong.value.code == "no-database"
    assert contents(rich) == before
    assert load(opened(f"sqlite:///file:{file}?uri=true"), ENTRY)["applied"] == 1
    assert refused(f"sqlite:///file:{file}-not?uri=true")[0] == "no-database"


@postgresql_only
@pytest.mark.parametrize(
    "statement",
    [
        "ALTER ROLE CURRENT_USER IN DATABASE {name} SET default_transaction_read_only = on",
        "ALTER ROLE CURRENT_USER IN DATABASE {name} SET role = 'reader'",
    ],
    ids=["read-only", "no privilege"],
)
def test_a_server_that_lets_us_read_only(rich: Setting, statement: str) -> None:
    """It was called a fault of the program."""
    name = rich.engine.url.database
    before = contents(rich)
    with rich.engine.begin() as connection:
        connection.execute(text("DO $$ BEGIN CREATE ROLE reader; EXCEPTION WHEN duplicate_object THEN NULL; END $$"))
        connection.execute(text("GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader"))
        connection.execute(text(statement.format(name=name)))
    rich.engine.dispose()
    with pytest.raises(DatabaseRefusal, match="nothing was changed") as wrong:
        load(rich, ENTRY)
    assert wrong.value.code == "no-database"
    assert contents(rich) == before


# Full


def many(count: int) -> list[Line]:
    return [ENTRY | {"note": "n" * 900, "id": f"full-{n}"} for n in range(count)]


@sqlite_only
@pytest.mark.parametrize("more", [0, 1, 7, 40])
def test_a_database_that_may_not_grow(rich: Setting, more: int) -> None:
    """The refusal is clear, the books are as before, and there is room for less: nothing is half-written."""
    before = contents(rich)
    with rich.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    full = opened(rich.engine.url.render_as_string())

    @event.listens_for(full.engine, "connect")
    def small(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages + more}")

    with pytest.raises(DatabaseRefusal, match=r"full.*nothing was changed") as wrong:
        load(full, *many(300))
    assert wrong.value.code == "no-database"
    assert contents(rich) == before
    assert load(rich, *many(3)) == {"lines": 3, "applied": 3, "unchanged": 0}
    assert support.audit(rich)["ok"]


@sqlite_only
@pytest.mark.parametrize("room", [0, 1, 20_000, 60_000, 150_000])
def test_a_disk_that_is_full(rich: Setting, tmp_path: Path, room: int) -> None:
    """Files may grow to a size and no further, in a process of its own: at some sizes the commit itself fails."""
    before = contents(rich)
    file = Path(str(rich.engine.url.database))
    (tmp_path / "lines.jsonl").write_text("".join(json.dumps(line) + "\n" for line in many(120)))
    rich.engine.dispose()
    done = subprocess.run(
        [sys.executable, "-m", "billing", "--db", f"sqlite:///{file}", "load", str(tmp_path / "lines.jsonl"), "--json"],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (room, room)),
        env=os.environ | {"BILLING_TODAY": TODAY.isoformat(), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1, done
    error = json.loads(done.stderr)["error"]
    assert error["code"] == "no-database", error
    assert done.stdout == ""
    assert contents(rich) == before
    assert load(rich, *many(3))["applied"] == 3
    assert support.audit(rich)["ok"]


@pytest.mark.usefixtures("migrating")
def test_a_disk_too_full_to_begin(tmp_path: Path) -> None:
    """`init` is refused, and done again where there is room."""
    setting = opened(f"sqlite:///{tmp_path}/b.db")

    @event.listens_for(setting.engine, "connect")
    def small(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA max_page_count = 20")

    with pytest.raises(DatabaseRefusal, match="full"):
        migrate.upgrade(setting.engine)
    assert refused(f"sqlite:///{tmp_path}/b.db")[0] == "no-database"
    assert support.audit(made(f"sqlite:///{tmp_path}/b.db"))["ok"]


# Whole or not at all


def test_a_request_that_breaks_off_leaves_nothing(rich: Setting) -> None:
    before = contents(rich)
    with pytest.raises(RuntimeError), work(rich) as tx:
        head = tx.customer("ANNA")
        tx.record(head, tx.book(head), "nothing", TODAY)
        raise RuntimeError("the machine stops")
    assert contents(rich) == before
