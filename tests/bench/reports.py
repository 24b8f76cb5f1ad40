"""Reports for the head of support over 20,000 entries and 10,000 cases: linear."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from billing.lines import bulk
from billing.office.transaction import Setting
from billing.requests.base import Question
from billing.requests.cases import AskOpenCases, AskProgramErrors
from billing.requests.reviews import AskCredit, AskSla, AskTime
from billing.service import Billing
from billing.store.engine import kept
from tests.bench.measure import QUICK, Table, cost
from tests.history import dumped
from tests.support import made

FIRST = datetime(2025, 4, 1, 8, 0)
SPAN: dict[str, Any] = {"first": date(2025, 1, 1), "last": date(2025, 12, 31)}
ASKED: dict[str, Question[Any]] = {
    "time": AskTime(**SPAN, by=("customer", "week")),
    "sla": AskSla(**SPAN, by="week"),
    "errors": AskProgramErrors(**SPAN, others=True),
    "credit": AskCredit(at=date(2025, 12, 20)),
    "open": AskOpenCases(),
}


def grown(folder: Path, count: int) -> Setting:
    """So many cases of a twentieth as many customers, two entries and two events each, every tenth one verified."""
    setting = made(f"sqlite:///{folder}/{count}.db", "FR", today=date(2025, 12, 31))
    codes = [f"C{n}" for n in range(count // 20)]
    lines: list[dict[str, Any]] = []
    for n, code in enumerate(codes):
        lines += [
            {"type": "customer", "code": code, "name": code, "country": "FR"},
            {"type": "contract", "customer": code, "tariff": "qualiodoo", "start": "2025-01-01"},
            {"type": "purchase", "id": f"p{n}", "customer": code, "product": "pack-12h", "price": "900",
             "date": "2025-01-02"},
            {"type": "payment", "purchase": f"p{n}", "date": "2025-01-10"},
        ]  # fmt: skip
    for n in range(count):
        at, case, agent, code = (
            FIRST + timedelta(minutes=17 * n % 260_000),
            f"K{n}",
            f"a{n % 20}",
            codes[n % len(codes)],
        )
        took = at + timedelta(minutes=n % 900)
        lines += [
            {"type": "case", "id": case, "customer": code, "at": f"{at:%Y-%m-%dT%H:%M}", "channel": "phone"},
            {"type": "case-event", "case": case, "kind": "take", "at": f"{took:%Y-%m-%dT%H:%M}", "agent": agent},
            {
                "type": "entry",
                "customer": code,
                "case": case,
                "date": f"{took:%Y-%m-%d}",
                "minutes": 12,
                "agent": agent,
            },
            {
                "type": "entry",
                "customer": code,
                "case": case,
                "date": f"{took:%Y-%m-%d}",
                "minutes": 25,
                "agent": agent,
            },
        ]
        if n % 10 == 0:
            lines.append({"type": "verify", "case": case, "kind": "misuse", "date": f"{took:%Y-%m-%d}"})
    bulk.load(Billing(setting), dumped(lines))
    setting.engine.dispose()
    return replace(setting, engine=kept(setting.engine))


def run(folder: Path, table: Table) -> None:
    points: dict[str, list[tuple[float, float]]] = {name: [] for name in ASKED}
    for count in (100, 1_000) if QUICK else (1_000, 10_000):
        setting = grown(folder, count)
        for name, question in ASKED.items():
            asking: Callable[[], object] = lambda q=question, s=setting: Billing(s).ask(q)  # type: ignore[misc]  # noqa: E731
            points[name].append((count, min(cost(asking).cpu for _ in range(3))))
        setting.engine.dispose()
    for name, found in points.items():
        table.growth(f"report {name}, cases", found, 1.1)
