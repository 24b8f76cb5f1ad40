"""A bulk load of 100,000 entries, against raw rating and `executemany` of the same rows: at most 4, and linear."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from billing import tariffs
from billing.core import rating, renewal
from billing.core.book import Book
from billing.core.facts import Entry
from billing.lines import bulk
from billing.service import Billing
from tests.bench.measure import Recorder, exponent, goal, raw, seconds, sized
from tests.support import made

CUSTOMERS = 300


def agreed() -> list[str]:
    lines: list[dict[str, Any]] = []
    for n in range(CUSTOMERS):
        lines.append({"type": "customer", "code": f"C{n}", "name": f"Customer {n}", "country": "CH"})
        lines.append(
            {
                "type": "contract",
                "customer": f"C{n}",
                "tariff": "q3",
                "tier": "premium",
                "modules": ["COFI"],
                "fee": "900",
                "start": "2025-01-01",
            }
        )
    return [json.dumps(line) for line in lines]


def entries(count: int) -> list[str]:
    return [
        json.dumps(
            {
                "type": "entry",
                "id": f"e{n}",
                "customer": f"C{n % CUSTOMERS}",
                "case": f"K{n // 3}-{n % CUSTOMERS}",
                "date": f"2025-{1 + n * 12 // count:02}-{1 + n % 28:02}",
                "minutes": 1 + n % 60,
                "agent": "ana",
            }
        )
        for n in range(count)
    ]


def rated(lines: list[str]) -> None:
    """The floor's first half: the lines parsed and rated by the core alone."""
    version = tariffs.version_for(tariffs.versions(tariffs.folders({}), "q3"), date(2025, 1, 1))
    books = {}
    for n in range(CUSTOMERS):
        book = books[f"C{n}"] = Book(seq=1)
        renewal.sign(book, lambda *_: (1, version.tariff), "q3", "premium", ("COFI",), None, date(2025, 1, 1))
    for text in lines:
        line = json.loads(text)
        book = books[line["customer"]]
        book.seq += 1
        book.fresh = []
        worked = date.fromisoformat(line["date"])
        term = book.term_on(worked)
        assert term is not None
        entry = Entry(book.seq, line["id"], 1, line["case"], "support", worked, line["minutes"] * 60, line["agent"])
        rating.rate(book, entry, term)


def one(folder: Path, count: int) -> tuple[float, float]:
    setting = made(f"sqlite:///{folder}/{count}.db")
    bulk.load(Billing(setting), agreed())
    lines = entries(count)
    recorder = Recorder(setting)
    ours = seconds(lambda: bulk.load(Billing(setting), lines))
    written = [s for s in recorder.statements if s[0].startswith(("INSERT", "UPDATE"))]
    setting.engine.dispose()
    floor_file = folder / f"floor{count}.db"
    floor_setting = made(f"sqlite:///{floor_file}")
    bulk.load(Billing(floor_setting), agreed())
    floor_setting.engine.dispose()
    database = raw(floor_file)

    def keep() -> None:
        database.execute("BEGIN IMMEDIATE")
        for statement, parameters, many in written:
            (database.executemany if many else database.execute)(statement, parameters)
        database.execute("COMMIT")

    return ours, seconds(lambda: rated(lines)) + seconds(keep)


def run(folder: Path) -> None:
    points = []
    for count in (sized(10_000), sized(30_000), sized(100_000)):
        ours, floor = one(folder, count)
        points.append((count, ours))
        goal(f"load of {count:,} entries / raw", ours / floor, 4, f"{ours:.1f} s, {count / ours:,.0f} a second")
    goal("growth exponent of the load", exponent(points), 1.1)
