"""A connection that was cut while it waited, as by a restart of the server, costs no request."""

import subprocess
import sys

from sqlalchemy import text

from billing.requests.parties import AddCustomer
from billing.service import Billing
from billing.store.engine import open_engine
from tests.support import TODAY, made


def cut(url: str) -> None:
    """Ends all other connections to a PostgreSQL database."""
    other = open_engine(url)
    if other.dialect.name == "postgresql":
        with other.connect() as connection:
            mine = "datname = current_database() AND pid <> pg_backend_pid()"
            ended = connection.execute(text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {mine}"))
            assert len(ended.all()) >= 1


def test_a_door_that_stays_open_does_without_its_old_connections(database_url: str) -> None:
    """The first request after each cut was refused: the connection is lost. (A file has none to cut.)"""
    made(database_url)
    with Billing.open(database_url, today=TODAY) as books:
        books.do(AddCustomer(code="ANNA", name="Anna SA", country="CH"))
        cut(database_url)
        assert books.do(AddCustomer(code="BEAT", name="Beat SA", country="CH")).new


CUT = """
import sys
from billing.requests.parties import AddCustomer
from billing.service import Billing
from tests.store.test_cut_connections import cut
from tests.support import TODAY
with Billing.open(sys.argv[1], today=TODAY) as books:
    books.do(AddCustomer(code="ANNA", name="Anna SA", country="CH"))
    cut(sys.argv[1])
    print(books.do(AddCustomer(code="BEAT", name="Beat SA", country="CH")).new)
"""


def test_nothing_of_a_cut_connection_is_told_beside_the_answer(database_url: str) -> None:
    """The driver wrote `error ignored terminating <psycopg.Pipeline [BAD] at 0x7f55>` on an agent's terminal."""
    made(database_url)
    done = subprocess.run([sys.executable, "-c", CUT, database_url], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("True\n", "")
