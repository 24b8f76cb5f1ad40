"""A crowd at a server, and `billing log` beside it: no error, and each balance right at once (B3, L5)."""

from tests.http.crowd import EACH, GIVEN, Client, crowd, left, prepared, serving
from tests.support import audit, opened


def test_a_crowd_for_two_seconds(database_url: str) -> None:
    """`python -m tests.bench http` has a hundred of them for a minute."""
    key = prepared(database_url, customers=2)
    with serving(database_url) as server:
        came = crowd(database_url, server, key, clients=12, seconds=2, customers=2)
        assert came.wrong == []
        assert came.beside >= 2 and sum(came.logged.values()) >= 12
        client = Client(server.port, key)
        for code, count in came.logged.items():
            assert left(client, code) == GIVEN - EACH * count
    assert audit(opened(database_url))["ok"]
