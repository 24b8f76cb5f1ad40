"""A balance, against a raw select of the same rows: at most 5, and it does not grow with the ledger (exponent 0.1)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

from sqlalchemy import Engine

from billing.lines import bulk
from billing.service import Billing
from billing.store.engine import kept
from tests import support
from tests.bench.bulk import agreed, entries
from tests.bench.measure import SMALL, Recorder, best, exponent, goal, raw, replay
from tests.support import load, made, on

TIMES = 200


def grown(folder: Path, count: int) -> Path:
    """A database with that many entries, half of them one large customer's, all but the last month invoiced."""
    setting = made(f"sqlite:///{folder}/{count}.db", today=date(2025, 12, 31))
    bulk.load(Billing(setting), agreed())
    load(
        setting,
        {"type": "customer", "code": "LARGE", "name": "Large", "country": "CH"},
        {"type": "contract", "customer": "LARGE", "tariff": "q3", "tier": "premium", "start": "2025-01-01"},
    )
    lines = entries(count)
    for start in range(0, count, 50_000):
        some = lines[start : start + 50_000]
        half = [
            line.replace('"customer": "C', '"customer": "LARGE", "note": "C').replace('"case": "K', '"case": "L')
            if n % 2
            else line
            for n, line in enumerate(some)
        ]
        bulk.load(Billing(setting), half)
    load(setting, {"type": "invoice-run", "month": "2025-12", "date": "2025-12-31"})
    load(
        setting,
        *(
            {"type": "entry", "customer": code, "case": f"{code}-new{n}", "date": "2025-12-31", "minutes": 7}
            for code in ("LARGE", "C1")
            for n in range(20)
        ),
    )
    setting.engine.dispose()
    return folder / f"{count}.db"


def run(folder: Path) -> None:
    sizes = (1_000, 10_000) if SMALL else (1_000, 10_000, 100_000, 1_000_000)
    points: dict[str, list[tuple[float, float]]] = {"C1": [], "LARGE": []}
    for count in sizes:
        path = grown(folder, count)
        setting = on(replace(made(f"sqlite:///{path}"), engine=kept(made_engine(path))), date(2025, 12, 31))
        for code, found in points.items():
            support.balance(setting, code)
            recorder = Recorder(setting)
            support.balance(setting, code)
            statements = recorder.stop()
            database = raw(path)
            ours = best(partial(repeated, partial(support.balance, setting, code))) / TIMES
            floor = best(partial(repeated, partial(replay, database, statements))) / TIMES
            found.append((count, ours))
            goal(f"balance of {code} among {count:,} / raw selects", ours / floor, 5, f"{1000 * ours:.2f} ms")
        setting.engine.dispose()
    for code, found in points.items():
        goal(f"growth exponent of the balance of {code}", exponent(found), 0.1)


def repeated(work: Callable[[], object]) -> None:
    for _ in range(TIMES):
        work()


def made_engine(path: Path) -> Engine:
    from billing.store.engine import open_engine

    return open_engine(f"sqlite:///{path}")
