"""A balance, against a number that is stored; it does not grow with what is in the ledger of others."""

from functools import partial
from pathlib import Path

from billing.requests.balances import AskBalance
from billing.requests.entries import Log
from billing.service import Billing
from tests.bench.books_made import agreed, change, entries, made_of, served, signed
from tests.bench.measure import QUICK, Cost, Table, cost, in_turns, raw, usual
from tests.support import load

TIMES = 100


def run(folder: Path, table: Table) -> None:
    points = []
    for count in (1_000, 10_000) if QUICK else (1_000, 10_000, 100_000):
        lines = [*agreed(), *signed("ANNA"), *entries(count)]
        setting = made_of(folder / f"{count}.db", lines)
        days = ({"type": "entry", "customer": "ANNA", "date": f"2025-03-{n:02}", "minutes": 7} for n in range(1, 21))
        load(setting, *days, {"type": "invoice-run", "month": "2025-12", "date": "2025-12-31"})
        setting.engine.dispose()
        setting = served(setting)
        database = raw(folder / "stored.db")
        database.execute("CREATE TABLE IF NOT EXISTS stored (code TEXT PRIMARY KEY, left INTEGER) WITHOUT ROWID")
        database.executemany("INSERT OR REPLACE INTO stored VALUES (?, ?)", [(f"C{n}", n) for n in range(300)])

        def stored() -> None:
            for _ in range(TIMES):
                database.execute("SELECT left FROM stored WHERE code = ?", ("C17",)).fetchone()  # noqa: B023

        def ours() -> None:
            for _ in range(TIMES):
                Billing(setting).ask(AskBalance(customer="ANNA"))  # noqa: B023

        def after() -> None:
            """The same when something of another customer's was changed since."""
            for _ in range(TIMES):
                change(setting)  # noqa: B023
                anew.append(cost(lambda: Billing(setting).ask(AskBalance(customer="ANNA"))))  # noqa: B023

        def unknown() -> None:
            """The same of a door that remembers nothing."""
            for _ in range(TIMES):
                change(setting)  # noqa: B023
                setting.engine.known.clear()  # type: ignore[attr-defined]  # noqa: B023
                read.append(cost(lambda: Billing(setting).ask(AskBalance(customer="ANNA"))))  # noqa: B023

        def own() -> None:
            """The same when the customer's own work was recorded since, by the same door."""
            door = Billing(setting)  # noqa: B023
            for _ in range(TIMES):
                door.do(Log(customer="ANNA", seconds=60))
                logged.append(cost(lambda: door.ask(AskBalance(customer="ANNA"))))  # noqa: B023

        ours()
        anew: list[Cost] = []
        read: list[Cost] = []
        logged: list[Cost] = []
        took = in_turns({"floor": partial(cost, stored), "ours": partial(cost, ours)}, 7)
        for work in (after, unknown, own):
            work()
        changed, whole, after_own = map(usual, (anew, read, logged))
        points.append((count, whole.cpu))
        setting.engine.dispose()
        database.close()
    table.ratio("a balance in a process / a stored number", took["floor"] / TIMES, took["ours"] / TIMES, 15)
    table.ratio("a balance after a change of another's / a stored number", took["floor"] / TIMES, changed, 15)
    table.ratio("a balance after an entry of the customer / a stored number", took["floor"] / TIMES, after_own, 15)
    table.ratio("a balance, nothing of it remembered / a stored number", took["floor"] / TIMES, whole, 15)
    table.growth("a balance, entries of others", points, 0.05)
