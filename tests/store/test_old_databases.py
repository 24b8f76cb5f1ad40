"""Databases that programs of earlier days made come up whole: migrated, killed in between, audited, worked on (L7).

`tests.store.old.make` made them, one for each revision and one more where a revision's first databases were others.
"""

import hashlib
import lzma
import os
import random
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import BigInteger, Connection, Engine, inspect, text

from billing import Billing, requests, shipped
from billing.office.transaction import Setting
from billing.requests.books import AskBooks
from billing.store import migrate, schema
from tests import support
from tests.store import histories
from tests.store.test_migrations import REVISIONS, fill, to, triggers
from tests.support import contents, load, made, opened

FILES = sorted((Path(__file__).parent / "old").glob("*.db.xz"))
TODAY = date(2026, 1, 5)
# Never the head of a branch that was released: it came together with the one after it.
NEVER_A_HEAD = {"0004"}
# The bytes of each migration. One that was released is never edited: what it lacked, a new one makes.
RELEASED = Path(__file__).parent / "old" / "migrations.sha256"


def unpacked(file: Path, folder: Path) -> Path:
    """A database as it was kept, in a file to work on."""
    path = folder / "billing.db"
    path.write_bytes(lzma.decompress(file.read_bytes()))
    return path


def url(path: Path) -> str:
    return f"sqlite:///{path}"


def upgraded(path: Path) -> Setting:
    setting = opened(url(path), TODAY)
    migrate.upgrade(setting.engine)
    return setting


def test_each_earlier_revision_is_kept() -> None:
    """Who adds a migration keeps a database that it will meet: `python -m tests.store.old.make COMMIT`."""
    kept = {file.name[:4] for file in FILES}
    missing = set(REVISIONS[:-1]) - kept - NEVER_A_HEAD
    assert not missing, f"python -m tests.store.old.make COMMIT, of a commit whose newest migration is in {missing}"
    assert kept <= set(REVISIONS)


def test_a_released_migration_is_never_edited() -> None:
    """Three were: databases made before failed `audit`, or every command, for ever. What lacks, a new one makes."""
    folder = Path(str(shipped("migrations"))) / "versions"
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("0*.py")}
    known = dict(line.split()[::-1] for line in RELEASED.read_text().splitlines())
    assert {name: found.get(name) for name in known} == known
    newest = REVISIONS[-1]
    assert {name for name in found.keys() - known.keys() if not name.startswith(newest)} == set()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name[:13])
def test_an_old_database_comes_up_whole(file: Path, tmp_path: Path) -> None:
    """L1, L7: the schema is today's, each guard is there, no row of facts is another, `audit` finds nothing, and work
    goes on."""
    path = unpacked(file, tmp_path)
    before = rows(path)
    setting = upgraded(path)
    with setting.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert [found for found in compare_metadata(context, schema.metadata) if not only_wider(found)] == []
        verbs = ("update", "delete", "replace")
        assert triggers(connection) == {f"{table.name}_no_{verb}" for table in schema.GUARDED for verb in verbs}
    after = rows(path)
    for table in {table.name for table in schema.LEDGER} & before.keys():
        assert [whole(row) for row in before[table]] == [whole(row) for row in after[table]], table
    audit = support.audit(setting)
    assert audit["faults"] == [] and audit["ok"]
    assert audit["checked"]["facts"] > 40
    reads(setting)
    load(setting, *later())
    assert support.audit(setting)["ok"]
    setting.engine.dispose()


def only_wider(found: Any) -> bool:
    """An amount that an early database declared INTEGER, which in SQLite holds eight bytes like BIGINT."""
    return isinstance(found, list) and all(
        each[0] == "modify_type" and str(each[5]) == "INTEGER" and isinstance(each[6], BigInteger) for each in found
    )


def rows(path: Path) -> dict[str, list[dict[str, Any]]]:
    """All rows of the tables of facts by their keys, as the file has them."""
    with sqlite3.connect(path) as connection:
        connection.row_factory = sqlite3.Row
        there = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        return {
            table.name: [
                dict(row) for row in connection.execute(f'SELECT * FROM "{table.name}" ORDER BY customer_id, seq, n')
            ]
            for table in schema.LEDGER
            if table.name in there
        }


def whole(row: dict[str, Any]) -> dict[str, Any]:
    """A row without what it has not: columns that came later hold nothing of old rows."""
    return {name: value for name, value in row.items() if value is not None}


def reads(setting: Setting) -> None:
    """What people ask of the books is answered, of each customer and document."""
    books = Billing(setting)
    for customer in ("ANNA", "BEAT"):
        books.ask(requests.AskBalance(customer=customer))
        books.ask(requests.AskStatement(customer=customer, first=date(2025, 1, 1), last=date(2025, 12, 31)))
    found = books.ask(requests.AskDocuments())
    assert len(found.invoices) >= 7
    for document in found.invoices:
        books.ask(requests.AskDocument(number=document.number))
    books.ask(AskBooks(until=date(2025, 12, 31)))


def later() -> list[dict[str, Any]]:
    """What happens next: work on what there was, a run with an id, which the first databases had no table for."""
    return [
        {"type": "entry", "customer": "ANNA", "case": "A4", "date": "2025-11-03", "minutes": 25, "id": "after"},
        {"type": "void", "entry": "e5", "date": "2025-11-04", "reason": "twice"},
        {"type": "invoice-run", "month": "2025-11", "date": "2025-12-01", "id": "november"},
    ]


def killed(path: Path, note: Path, at: int) -> int:
    """`billing init` in a process of its own, killed at the `at`-th thing that it does: the exit status."""
    env = os.environ | {"BILLING_DB": url(path), "BILLING_TODAY": TODAY.isoformat()}
    words = [sys.executable, "-m", "tests.store.bomb", str(note), str(at), "0", "init"]
    return subprocess.run(words, env=env, stdout=subprocess.DEVNULL, check=False).returncode


@pytest.mark.parametrize("name", ["0001", "0018", "0028"])
def test_a_migration_that_is_killed_leaves_the_old_database(name: str, tmp_path: Path) -> None:
    """L7: killed at any statement, the file is what it was or wholly migrated; `init` again makes it whole."""
    file = next(file for file in FILES if file.name.startswith(name))
    note = tmp_path / "note"
    calm = tmp_path / "calm"
    calm.mkdir()
    assert killed(unpacked(file, calm), note, 0) == 0
    things = int(note.read_text())
    assert things > 20
    pick = random.Random(name)
    path = unpacked(file, tmp_path)
    for at in sorted(pick.sample(range(1, things), 3)):
        assert killed(path, note, at) == -signal.SIGKILL
        with sqlite3.connect(path) as connection:
            (revision,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert revision in (name, schema.REVISION)
    setting = upgraded(path)
    assert support.audit(setting)["ok"]
    setting.engine.dispose()


# What the earlier forms of three migrations made, out of what they make now


def undone(connection: Connection) -> Iterator[str]:
    """Takes a database of 0035 back to what it had been made as; yields a word for each thing that is other."""
    connection.execute(text("DROP TABLE run_reference"))
    yield "run_reference"
    if connection.dialect.name == "postgresql":
        connection.execute(text("ALTER TABLE payment ALTER COLUMN amount TYPE INTEGER"))
        yield "amount"
    migrate.unguard(connection, ("tariff_version",))
    for key, kept in connection.execute(text("SELECT id, text FROM tariff_version")).all():
        old = {"digest": hashlib.sha256(kept.encode()).hexdigest(), "id": key}
        connection.execute(text("UPDATE tariff_version SET digest = :digest WHERE id = :id"), old)
    migrate.guard(connection, ("tariff_version",))
    yield "digest"


@pytest.fixture
def as_once(database_url: str, migrating: None) -> Engine:
    """A database of 0035 with a history, as the first forms of 0001 and 0002 would have left it."""
    setting = made(database_url)
    load(setting, *histories.signed("ANNA"), *histories.signed("BEAT"))
    kept = contents(setting)
    with setting.engine.begin() as connection:
        for table in reversed(schema.metadata.sorted_tables):
            connection.execute(text(f'DROP TABLE "{table.name}"'))
        connection.execute(text("DROP TABLE alembic_version"))
    to(setting.engine, "0035")
    with setting.engine.begin() as connection:
        there = set(inspect(connection).get_table_names())
        fill(connection, kept, there)
        assert len(list(undone(connection))) >= 2
    return setting.engine


def test_what_earlier_forms_of_migrations_left_out_is_made(as_once: Engine, database_url: str) -> None:
    """L7: on both databases: the table, the width, the digests; and `audit` finds nothing."""
    migrate.upgrade(as_once)
    with as_once.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, schema.metadata) == []
    setting = opened(database_url)
    assert support.audit(setting)["ok"]
    load(setting, {"type": "invoice-run", "month": "2025-01", "date": "2025-01-31", "id": "a-run"})
    as_once.dispose()
    setting.engine.dispose()
