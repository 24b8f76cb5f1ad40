"""A server in a thread of this process, on the database of whichever test asks it, and on that test's day."""

import contextlib
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import uvicorn

from billing import tariffs
from billing.core.access import Principal
from billing.http.app import made
from billing.requests import inputs
from billing.requests.keys import AddKey
from billing.service import Billing

# What needs the database itself: the first `init` makes it, and a demo is a database of its own.
HERE = {"init", "load", "demo", "serve"}


class Shown(Billing):
    """Books that are changed under a running server, on the day that BILLING_TODAY says."""

    def __init__(self) -> None:
        self.who = None
        self.recorded, self.before = False, 0

    def open_at(self, url: str) -> None:
        day = inputs.day(os.environ["BILLING_TODAY"])
        self.setting = Billing.open(url, today=day).setting

    def acting(self, who: Principal | None) -> Billing:
        folders = tuple(tariffs.folders(os.environ))
        self.setting = replace(self.setting, today=inputs.day(os.environ["BILLING_TODAY"]), folders=folders)
        return super().acting(who)


class Running:
    """The server: its address, and the key of who may all."""

    def __init__(self, port: int, books: Shown, tls: bool) -> None:
        self.url = f"http{'s' if tls else ''}://localhost:{port}"
        self._books = books

    def key(self, url: str, name: str = "a key", scope: str = "admin") -> str:
        """A key of a database, which is served from now on."""
        self._books.open_at(url)
        found = self._books.do(AddKey(name=name, scope=scope, days=3650)).view.key
        assert found is not None
        return found


@contextlib.contextmanager
def running(certificate: Path | None = None) -> Iterator[Running]:
    """The server, by TLS where there is a certificate, with its key in the same file."""
    books = Shown()
    # nothing runs beside it: who counts and delivers would do so in a database that may be gone
    server = uvicorn.Server(uvicorn.Config(made(books, 10_000_000), port=0, log_level="critical", lifespan="off",
                                           ssl_certfile=certificate))  # fmt: skip
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + 30
    while not server.started and time.monotonic() < until:
        time.sleep(0.01)
    try:
        yield Running(server.servers[0].sockets[0].getsockname()[1], books, certificate is not None)
    finally:
        server.should_exit = True
        thread.join(10)
