"""A customer whose month is open: log and balance at a door that knows nothing, with more and more entries."""

from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

from billing.requests.balances import AskBalance
from billing.requests.entries import Log, Undo
from billing.service import Billing
from tests.bench.books_made import change, entries, made_of, served, signed
from tests.bench.measure import QUICK, Cost, Table, cost, in_turns, usual

TIMES = 10


def run(folder: Path, table: Table) -> None:
    sizes = (100, 1_000, 10_000) if QUICK else (100, 1_000, 10_000, 100_000)
    acts = ("log", "balance", "balance --at a past day", "undo")
    points: dict[str, list[tuple[float, float]]] = {act: [] for act in acts}
    for count in sizes:
        lines = [*signed("ANNA"), *(line.replace('"C0"', '"ANNA"') for line in entries(count, 1))]
        setting = served(made_of(folder / f"{count}.db", lines))
        door, past = Billing(setting), AskBalance(customer="ANNA", at=date(2025, 9, 15))
        works: dict[str, Callable[[], object]] = {
            "log": partial(door.do, Log(customer="ANNA", seconds=420, agent="bob")),
            "undo": partial(door.do, Undo(agent="bob")),
            "balance": partial(door.ask, AskBalance(customer="ANNA")),
            "balance --at a past day": partial(door.ask, past),
        }

        def some(act: str) -> Cost:
            work, found = works[act], []  # noqa: B023
            work()
            for _ in range(TIMES):
                change(setting)  # noqa: B023
                setting.engine.known.clear()  # type: ignore[attr-defined]  # noqa: B023
                found.append(cost(work))
            return usual(found)

        for act, took in in_turns({act: partial(some, act) for act in works}, 3).items():
            points[act].append((count, took.cpu))
        setting.engine.dispose()
    for act in acts:
        table.growth(f"{act}, entries of the customer that are not invoiced", points[act], 0.05)
