"""Queue and sweep of 10,000 open cases: linear; a log on a case reads nothing of the others."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from billing.lines import bulk
from billing.office.transaction import Setting
from billing.service import Billing
from billing.store.engine import kept
from tests import cases, support
from tests.bench.measure import QUICK, Cost, Table, cost
from tests.history import dumped
from tests.support import made

CUSTOMERS = 500
FIRST = datetime(2025, 3, 3, 8, 0)
AT = "2025-03-31T10:00"


def grown(folder: Path, count: int) -> Setting:
    """A database with that many open cases, three events each, and as many that are closed."""
    setting = made(f"sqlite:///{folder}/{count}.db", "FR", today=date(2025, 3, 31))
    codes = [f"C{n}" for n in range(CUSTOMERS)]
    agreed: list[dict[str, Any]] = [{"type": "customer", "code": c, "name": c, "country": "FR"} for c in codes]
    tariffs = ("moveon", "systell")
    agreed += [
        {"type": "contract", "customer": c, "tariff": tariffs[n % 2], "start": "2025-01-01"}
        for n, c in enumerate(codes)
    ]
    bulk.load(Billing(setting), dumped(agreed))
    lines = []
    for n in range(2 * count):
        at = FIRST + timedelta(minutes=n % 20_000)
        case, agent = f"K{n}", f"a{n % 20}"
        told = [("take", 5), ("ask", 30)] if n < count else [("reply", 30), ("close", 60)]
        lines.append({"type": "case", "id": case, "customer": codes[n % CUSTOMERS], "at": f"{at:%Y-%m-%dT%H:%M}"})
        for kind, later in told:
            then = at + timedelta(minutes=later)
            lines.append(
                {"type": "case-event", "case": case, "kind": kind, "at": f"{then:%Y-%m-%dT%H:%M}", "agent": agent}
            )
    bulk.load(Billing(setting), dumped(lines))
    setting.engine.dispose()
    return replace(setting, engine=kept(setting.engine))


def run(folder: Path, table: Table) -> None:
    asked: dict[str, Callable[[Setting], object]] = {
        "queue": lambda setting: cases.queue(setting),
        "sweep, dry": lambda setting: cases.sweep(setting, AT, dry_run=True),
    }
    points: dict[str, list[tuple[float, float]]] = {name: [] for name in asked}
    for count in (250, 1_000) if QUICK else (1_000, 10_000):
        setting = grown(folder, count)
        assert len(cases.queue(setting)["cases"]) == count
        for name, ask in asked.items():
            points[name].append((count, _least(lambda a=ask, s=setting: a(s)).cpu))  # type: ignore[misc]
        setting.engine.dispose()
    for name, found in points.items():
        table.growth(f"{name}, open cases", found, 1.1)
    closed = cases.sweep(setting, AT)["closed"]
    assert closed and cases.sweep(setting, AT)["closed"] == []
    support.log(setting, customer="C1", seconds=60, case="K1-new")
    alone = _least(lambda: support.log(setting, customer="C1", seconds=60))
    of_case = _least(lambda: support.log(setting, customer="C1", seconds=60, case="K1-new"))
    table.ratio("a log on a case / a log without", alone, of_case, 1.5)
    setting.engine.dispose()


def _least(work: Callable[[], object]) -> Cost:
    return min((cost(work) for _ in range(5)), key=lambda c: c.cpu)
