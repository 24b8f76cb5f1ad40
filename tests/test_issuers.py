"""Many issuers in one database or folder: each has books of its own, one command runs a month over all."""

import json
import os
import subprocess
from pathlib import Path

import psycopg
import pytest

from billing.errors import BadInput
from billing.store import places
from tests.store.servers import CLIENTS
from tests.support import opened, run

SET = ("--country", "CH", "--iban", "CH9300762011623852957", "--vat-id", "CHE-123.456.788",
       "--street", "Rue", "--postcode", "1000", "--city", "Lausanne")  # fmt: skip
DAY = "2025-03-31"


def bill(url: str, *words: str) -> str:
    """Runs a command, which must succeed: its output."""
    status, out, err = run("--db", url, *words, BILLING_TODAY=DAY)
    assert status == 0, err
    return out


def sell(url: str, *before: str) -> None:
    """A customer with an hour that was worked."""
    bill(url, *before, "customer", "add", "ANNA", "--name", "Anna", "--country", "CH", "--street", "Rue",
         "--postcode", "1000", "--city", "Lausanne")  # fmt: skip
    bill(url, *before, "contract", "sign", "ANNA", "--tariff", "q3", "--tier", "profi", "--start", "2025-01-01")
    bill(url, *before, "log", "ANNA", "60")


def test_each_issuer_has_its_own_books_and_one_run_invoices_all(database_url: str, tmp_path: Path) -> None:
    """What a schema lacks is missing: with another to fall back on, `init` renamed the issuer that is there."""
    bill(database_url, "init", "--name", "Own", *SET)
    assert "`billing issuer add acme` makes it" in run("--db", database_url, "--issuer", "acme", "balance", "ANNA")[2]
    bill(database_url, "issuer", "add", "acme", "--name", "Acme", *SET)
    for before in ((), ("--issuer", "acme")):
        sell(database_url, *before)
    bill(database_url, "customer", "hold", "ANNA", "--reason", "order")
    listed = json.loads(bill(database_url, "issuer", "list", "--json"))["issuers"]
    assert [(one["issuer"], one["name"], one["customers"], one["last_run"]) for one in listed] == [
        (None, "Own", 1, None),
        ("acme", "Acme", 1, None),
    ]

    command = "--db", database_url, "issuer", "run", "2025-03", "--on", DAY, "--json"
    tried = run(*command, "--dry-run", BILLING_TODAY=DAY)
    status, out, _ = run(*command, "--out", str(tmp_path / "out"), BILLING_TODAY=DAY)
    ran = json.loads(out)
    assert status == 0
    assert json.loads(tried[1])["sums"] == ran["sums"]
    assert [(one["issuer"], one["documents"], len(one["held"])) for one in ran["issuers"]] == [
        (None, 0, 1),
        ("acme", 1, 0),
    ]
    files = [path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*.pdf")]
    assert files == ["acme/INV-2025-00001.pdf"]
    assert json.loads(bill(database_url, "issuer", "list", "--json"))["issuers"][1]["last_run"] == "2025-03"


def test_one_that_fails_keeps_no_other_from_its_run(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/billing.db"
    bill(url, "init", "--name", "Own", *SET)
    bill(url, "issuer", "add", "acme", "--name", "Acme", *SET)
    for before in ((), ("--issuer", "acme")):
        sell(url, *before)
    (tmp_path / "billing.issuers" / "aaa.db").write_bytes(b"broken" * 999)
    status, out, _ = run("--db", url, "issuer", "run", "2025-03", "--on", DAY, "--json", BILLING_TODAY=DAY)
    own, broken, acme = json.loads(out)["issuers"]
    assert status == 1
    assert (own["issuer"], own["documents"], acme["issuer"], acme["documents"]) == (None, 1, "acme", 1)
    assert (broken["issuer"], broken["failed"]["code"]) == ("aaa", "no-database")
    assert json.loads(out)["sums"][0]["documents"] == 2


@pytest.mark.parametrize("words", [("--name", "Acme"), ("--name", "Acme", "--country", "CH", "--dry-run")])
def test_what_is_not_made_leaves_nothing(words: tuple[str, ...], tmp_path: Path) -> None:
    run("--db", f"sqlite:///{tmp_path}/billing.db", "issuer", "add", "acme", *words)
    assert list(tmp_path.iterdir()) == []


def test_a_name_is_given_once_and_a_missing_one_is_named(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/billing.db"
    bill(url, "issuer", "add", "acme", "--name", "Acme", *SET)
    status, _, err = run("--db", url, "issuer", "add", "acme", "--name", "Other", "--country", "FR", "--json")
    assert (status, json.loads(err)["error"]["code"]) == (1, "conflict")
    _, _, err = run("--db", url, "balance", "ANNA", BILLING_ISSUER="acne")
    assert "`billing issuer add acne` makes it" in err


def test_a_transaction_in_a_schema_leaves_its_connection_as_it_was(database_url: str) -> None:
    """Behind pgbouncer the next transaction on a connection is another issuer's."""
    if database_url.startswith("sqlite"):
        pytest.skip("schemas are PostgreSQL's")
    from sqlalchemy import text

    engine = opened(places.of(database_url, "acme")).engine
    with engine.connect() as connection:
        assert connection.execute(text("SHOW search_path")).scalar() == "acme"
        connection.rollback()
        raw = connection.connection.driver_connection
        assert isinstance(raw, psycopg.Connection)
        assert raw.execute("SHOW search_path").fetchone() == ('"$user", public',)
    engine.dispose()


@pytest.mark.parametrize(
    ("url", "own"),
    [
        ("sqlite:///billing.db", "sqlite:///billing.issuers/acme.db"),
        ("sqlite:////srv/books.sqlite?timeout=9", "sqlite:////srv/books.sqlite.issuers/acme.db?timeout=9"),
        ("postgresql://h/b", "postgresql://h/b?issuer=acme"),
        ("postgresql+psycopg://h/b?sslmode=require", "postgresql+psycopg://h/b?sslmode=require&issuer=acme"),
        ("postgresql://h/billing_{issuer}", "postgresql://h/billing_acme"),
        ("sqlite:///firms/{issuer}/billing.db", "sqlite:///firms/acme/billing.db"),
    ],
)
def test_where_an_issuer_is(url: str, own: str) -> None:
    assert places.of(url, "acme") == own


@pytest.mark.parametrize(
    ("url", "name"),
    [("postgresql://h/b", name) for name in ("Acme", "a b", 'a"b', "public", "pg_x", "1a", "", "a" * 41, "../a", "é")]
    + [("https://h/", "acme"), ("sqlite:///:memory:", "acme"), ("postgresql://h/b?issuer=acme", "beta")],
)
def test_what_is_no_issuer(url: str, name: str) -> None:
    with pytest.raises(BadInput):
        places.of(url, name)


def test_issuers_by_a_url_with_a_gap(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/{{issuer}}/billing.db"
    bill(url, "issuer", "add", "acme", "--name", "Acme", *SET)
    (tmp_path / "No Issuer").mkdir()
    (tmp_path / "No Issuer" / "billing.db").touch()
    (listed,) = json.loads(bill(url, "issuer", "list", "--json"))["issuers"]
    assert (listed["issuer"], listed["database"]) == ("acme", f"sqlite:///{tmp_path}/acme/billing.db")


def test_names_of_issuers_are_completed(tmp_path: Path) -> None:
    from tests.test_completion import completed

    url = f"sqlite:///{tmp_path}/billing.db"
    bill(url, "issuer", "add", "acme", "--name", "Acme", *SET)
    bill(url, "--issuer", "acme", "customer", "add", "ANNA", "--name", "Anna", "--country", "CH")
    assert completed("--db", url, "--issuer", "a", folder=tmp_path) == ["acme"]
    assert completed("--db", url, "--issuer", "acme", "balance", "A", folder=tmp_path) == ["ANNA"]


def test_each_issuer_has_its_own_log_of_erasures(tmp_path: Path) -> None:
    """Replaying one that two shared erased by the code whoever had it at the other."""
    url, log = f"sqlite:///{tmp_path}/billing.db", tmp_path / "erasures.jsonl"
    for name in ("acme", "beta"):
        bill(url, "issuer", "add", name, "--name", name.title(), *SET)
        bill(url, "--issuer", name, "agent", "add", "ana", "--name", "Ana")
    bill(url, "--issuer", "acme", "agent", "end", "ana", "--on", "2025-03-30")
    erase = "--issuer", "acme", "privacy", "erase", "ana", "--reason", "left", "--yes"
    status, _, err = run("--db", url, *erase, BILLING_TODAY=DAY, BILLING_ERASURES=str(log))
    assert status == 0, err
    assert [path.name for path in tmp_path.glob("*.jsonl")] == ["erasures.acme.jsonl"]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("by", ["billing", "pg_dump"])
def test_the_schema_of_one_issuer_is_backed_up_and_put_back(
    database_url: str, by: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its books hold afterwards, and nobody else's were touched."""
    monkeypatch.setenv("PATH", f"{CLIENTS}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("BILLING_ANCHOR_KEY", str(tmp_path / "anchor.key"))
    bill(database_url, "init", "--name", "Own", *SET)
    bill(database_url, "issuer", "add", "acme", "--name", "Acme", *SET)
    for before in ((), ("--issuer", "acme")):
        sell(database_url, *before)
    bill(database_url, "--issuer", "acme", "invoice", "run", "2025-03", "--on", DAY, "--out", str(tmp_path / "out"))
    position = json.loads(bill(database_url, "--issuer", "acme", "balance", "ANNA", "--json"))["position"]
    name, kept = database_url.replace("postgresql+psycopg://", "postgresql://"), str(tmp_path / "acme.billing")
    if by == "billing":
        bill(database_url, "--issuer", "acme", "backup", kept)
    else:
        subprocess.run(["pg_dump", "-Fc", "--schema=acme", "-f", kept, name], check=True)
    more = ("--issuer", "acme", "log", "ANNA", "30")
    bill(database_url, *more)
    with psycopg.connect(name, autocommit=True) as connection:
        connection.execute("DROP SCHEMA acme CASCADE")
        if by == "billing":
            connection.execute("CREATE SCHEMA acme")
    if by == "billing":
        assert "holds and fits its anchor" in bill(database_url, "--issuer", "acme", "restore", kept)
    else:
        subprocess.run(["pg_restore", "--single-transaction", "--exit-on-error", "-d", name, kept], check=True)
    for before, documents in (((), "0 documents."), (("--issuer", "acme"), "1 document.")):
        assert documents in bill(database_url, *before, "audit")
    assert json.loads(bill(database_url, "--issuer", "acme", "balance", "ANNA", "--json"))["position"] == position
    bill(database_url, *more)  # its guards, numbers and keys are there
    assert run("--db", database_url, "--issuer", "acme", "audit", BILLING_TODAY=DAY)[0] == 0
