"""Loads of lines, against JSON that is read and rows that raw sqlite3 keeps; memory, and how both grow."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from time import process_time
from unittest.mock import patch

from sqlalchemy import Connection

from billing.lines import bulk
from billing.service import Billing
from billing.store import appending
from billing.store.engine import write_now
from tests.bench.books_made import LAST, agreed, entries, made_of, served
from tests.bench.measure import Cost, Table, cost, here, peak, raw, sized
from tests.bench.replaying import copied, noted, replayed
from tests.support import made


def floor(path: Path, lines: list[str]) -> Cost:
    """Lines read and kept raw: a row each and, as each has an id, where it is."""
    database = raw(path)
    database.executescript("""
        CREATE TABLE entry (customer TEXT, case_ TEXT, day TEXT, minutes INTEGER, agent TEXT, seq INTEGER PRIMARY KEY);
        CREATE TABLE reference (id TEXT PRIMARY KEY, seq INTEGER)""")

    def keep() -> None:
        database.execute("BEGIN IMMEDIATE")
        read = [json.loads(line) for line in lines]
        rows = [(e["customer"], e["case"], e["date"], e["minutes"], e["agent"], n) for n, e in enumerate(read)]
        database.executemany("INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?)", rows)
        database.executemany("INSERT INTO reference VALUES (?, ?)", ((e["id"], n) for n, e in enumerate(read)))
        database.execute("COMMIT")

    took = cost(keep)
    database.close()
    return took


@contextmanager
def locked() -> Iterator[list[float]]:
    """The CPU that was used when each load began to lock its file, until which nobody waits."""
    since: list[float] = []

    def noted(connection: Connection) -> None:
        since.append(process_time())
        write_now(connection)

    with patch.object(appending, "write_now", noted):
        yield since


def statements_alone(folder: Path, lines: list[str]) -> Cost:
    """What SQLite takes for the statements of a load."""
    path = folder / "noted.db"
    with noted() as calls:
        setting = served(made_of(path, agreed()))
        copy = copied(path)
        calls.clear()
        bulk.load(Billing(setting), lines)
    setting.engine.dispose()
    return replayed(copy, calls)


def memory(folder: Path, count: int, in_parts: list[str]) -> int:
    """The most that `billing load` has had of so many lines, in bytes."""
    database, file = folder / f"memory{count}-{len(in_parts)}.db", folder / f"{count}.jsonl"
    made_of(database, agreed()).engine.dispose()
    file.write_text("\n".join(entries(count)))
    env = here() | {"BILLING_DB": f"sqlite:///{database}", "BILLING_TODAY": f"{LAST}"}
    return peak([sys.executable, "-m", "billing", "load", str(file), *in_parts], env)


def run(folder: Path, table: Table) -> None:
    points: list[tuple[float, float]] = []
    for count in (sized(10_000), sized(30_000), sized(100_000)):
        setting = served(made_of(folder / f"{count}.db", agreed()))
        lines = entries(count)
        bare = floor(folder / f"floor{count}.db", lines) / count
        with locked() as since:
            ours = cost(partial(bulk.load, Billing(setting), lines)) / count
            held = process_time() - since[0]
        setting.engine.dispose()
        points.append((count, ours.cpu * count))
        table.ratio(f"a line of a load of {count:,} / JSON and raw rows", bare, ours, 8)
    table.growth("load, lines", points, 1.05)
    alone = statements_alone(folder, lines) / count
    table.figure("a line of that load: its statements alone, by bare sqlite3", alone.cpu / bare.cpu, "of the floor")
    table.figure("CPU of a load while others wait, of 100,000 lines", held / count * 100_000, "s", most=5)
    size = (folder / f"{count}.db").stat().st_size
    made_of(folder / "empty.db", agreed()).engine.dispose()
    table.figure("disk, an entry with an id", (size - (folder / "empty.db").stat().st_size) / count, "bytes", most=800)

    few, many = sized(10_000), sized(100_000)
    for name, in_parts, most in ((f"in parts of {few:,}", ["--parts", str(few)], 20), ("whole", [], None)):
        more = (memory(folder, many, in_parts) - memory(folder, few, in_parts)) / 1e6
        table.figure(f"memory of a load {name}, {many:,} lines over {few:,}", more, "MB", most=most)

    points = []
    for count in (1_000, 2_000, 4_000):
        setting = served(made(f"sqlite:///{folder}/customers{count}.db"))
        lines = agreed(sized(count))
        points.append((float(sized(count)), cost(partial(bulk.load, Billing(setting), lines)).cpu))
        setting.engine.dispose()
    table.growth("load, customers with their contracts", points, 1.05)
