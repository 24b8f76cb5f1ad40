"""One logged entry in a running process, against raw sqlite3 with rows of the same shape, and a bare draw-down."""

import hashlib
import json
import sqlite3
from functools import partial
from itertools import count as counting
from pathlib import Path

from billing.requests.entries import Log
from billing.service import Billing
from tests.bench.books_made import entries, made_of, served, signed
from tests.bench.measure import Cost, Table, cost, in_turns, raw, sized
from tests.bench.replaying import copied, noted, replayed

AT_ONCE = 25
SAME_ROWS = """
CREATE TABLE customer (id INTEGER PRIMARY KEY, code TEXT UNIQUE, seq INTEGER, hash TEXT, left INTEGER);
CREATE TABLE link (customer INTEGER REFERENCES customer, seq INTEGER, kind TEXT, day TEXT, at TEXT, hash TEXT,
  PRIMARY KEY (customer, seq));
CREATE TABLE entry (customer INTEGER, seq INTEGER, n INTEGER, id TEXT, case_ TEXT, category TEXT, day TEXT,
  seconds INTEGER, agent TEXT, PRIMARY KEY (customer, seq, n), FOREIGN KEY (customer, seq) REFERENCES link);
CREATE TABLE charge (customer INTEGER, seq INTEGER, n INTEGER, entry INTEGER, category TEXT, minutes INTEGER,
  overage INTEGER, rate INTEGER, day TEXT, PRIMARY KEY (customer, seq, n), FOREIGN KEY (customer, seq) REFERENCES link);
CREATE TABLE draw (customer INTEGER, seq INTEGER, n INTEGER, entry INTEGER, grant_ INTEGER, minutes INTEGER, day TEXT,
  PRIMARY KEY (customer, seq, n), FOREIGN KEY (customer, seq) REFERENCES link);
CREATE TABLE case_ (name TEXT PRIMARY KEY, customer INTEGER, seq INTEGER);
INSERT INTO customer VALUES (1, 'ANNA', 0, '', 1000000);
"""
DRAW_DOWN = """
CREATE TABLE customer (id INTEGER PRIMARY KEY, code TEXT UNIQUE, left INTEGER);
CREATE TABLE entry (id INTEGER PRIMARY KEY, customer INTEGER REFERENCES customer, day TEXT, minutes INTEGER);
INSERT INTO customer VALUES (1, 'ANNA', 1000000);
"""


def same_rows(database: sqlite3.Connection, n: int) -> None:
    """An entry with the rows, the digest and the reads that an append-only ledger cannot do without."""
    ask = database.execute
    ask("BEGIN IMMEDIATE")
    customer, seq, digest, left = ask("SELECT id, seq, hash, left FROM customer WHERE code = ?", ("ANNA",)).fetchone()
    ask("SELECT max(at) FROM link WHERE customer = ? AND seq = ?", (customer, seq)).fetchone()
    ask("SELECT customer FROM case_ WHERE name = ?", (f"N{n}",)).fetchone()
    seq += 1
    entry = (customer, seq, 0, f"{seq}", f"N{n}", "support", "2025-02-01", 420, "ana")
    charge = (customer, seq, 1, seq, "support", 10, 0, None, "2025-02-01")
    draw = (customer, seq, 2, seq, 1, 10, "2025-02-01")
    digest = hashlib.sha256((digest + json.dumps([entry, charge, draw])).encode()).hexdigest()
    ask("INSERT INTO link VALUES (?, ?, 'entry', '2025-02-01', '2025-02-01T12:00:00Z', ?)", (customer, seq, digest))
    ask("INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", entry)
    ask("INSERT INTO charge VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", charge)
    ask("INSERT INTO draw VALUES (?, ?, ?, ?, ?, ?, ?)", draw)
    ask("INSERT INTO case_ VALUES (?, ?, ?)", (f"N{n}", customer, seq))
    ask("UPDATE customer SET seq = ?, hash = ?, left = ? WHERE id = ?", (seq, digest, left - 10, customer))
    ask("COMMIT")


def draw_down(database: sqlite3.Connection, n: int) -> None:
    """Minutes taken off a number, and the entry beside it."""
    ask = database.execute
    ask("BEGIN IMMEDIATE")
    customer, left = ask("SELECT id, left FROM customer WHERE code = ?", ("ANNA",)).fetchone()
    ask("INSERT INTO entry VALUES (?, ?, '2025-02-01', 10)", (n, customer))
    ask("UPDATE customer SET left = ? WHERE id = ?", (left - 10, customer))
    ask("COMMIT")


def run(folder: Path, table: Table) -> None:
    lines = [*signed("ANNA"), *(line.replace('"C0"', '"ANNA"') for line in entries(50, 1))]
    setting = served(made_of(folder / "a.db", lines))
    floors = {"rows": (SAME_ROWS, same_rows), "bare": (DRAW_DOWN, draw_down)}
    numbers = {name: counting(1) for name in ("ours", *floors)}

    def ours() -> None:
        Billing(setting).do(Log(customer="ANNA", seconds=420, case=f"N{next(numbers['ours'])}"))

    works = {"ours": ours}
    for name, (tables, act) in floors.items():
        database = raw(folder / f"{name}.db")
        database.executescript(tables)
        works[name] = lambda a=act, d=database, n=name: a(d, next(numbers[n]))  # type: ignore[misc]

    def some(work: object) -> Cost:
        return cost(lambda: [work() for _ in range(AT_ONCE)]) / AT_ONCE  # type: ignore[operator]

    took = in_turns({name: partial(some, work) for name, work in works.items()}, sized(30))
    table.ratio("one entry in a process / raw sqlite3, rows of the same shape", took["rows"], took["ours"], 2.5)
    table.ratio("one entry in a process / a bare draw-down", took["bare"], took["ours"], 4)
    setting.engine.dispose()
    alone = statements_alone(folder, lines)
    table.figure("one entry: its statements alone, by bare sqlite3", alone.cpu / took["rows"].cpu, "of raw rows")


def statements_alone(folder: Path, lines: list[str]) -> Cost:
    """What SQLite takes for the statements of an entry."""
    path = folder / "noted.db"
    with noted() as calls:
        setting = served(made_of(path, lines))
        for n in range(2 * 10 * AT_ONCE):
            if n == 10 * AT_ONCE:
                copy = copied(path)
                calls.clear()
            Billing(setting).do(Log(customer="ANNA", seconds=420, case=f"N{n}"))
    setting.engine.dispose()
    return replayed(copy, calls) / (10 * AT_ONCE)
