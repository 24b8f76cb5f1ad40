"""A connection that was cut while it waited, as by a restart of the server, costs no request."""

from sqlalchemy import text

from billing.requests.parties import AddCustomer
from billing.service import Billing
from billing.store.engine import open_engine
from tests.support import TODAY, made


def test_a_door_that_stays_open_does_without_its_old_connections(database_url: str) -> None:
    """The first request after each cut was refused: the connection is lost. (A file has none to cut.)"""
    made(database_url)
    with Billing.open(database_url, today=TODAY) as books:
        books.do(AddCustomer(code="ANNA", name="Anna SA", country="CH"))
        other = open_engine(database_url)
        if other.dialect.name == "postgresql":
            with other.connect() as connection:
                mine = "datname = current_database() AND pid <> pg_backend_pid()"
                ended = connection.execute(text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {mine}"))
                assert len(ended.all()) >= 1
        assert books.do(AddCustomer(code="BEAT", name="Beat SA", country="CH")).new
