"""A balance, against a number that is stored; it does not grow with what is in the ledger of others."""

from functools import partial
from pathlib import Path
from statistics import median

from billing.requests.balances import AskBalance
from billing.requests.entries import Log
from billing.service import Billing
from tests.bench.books_made import agreed, change, entries, made_of, served, signed
from tests.bench.measure import QUICK, Cost, Table, cost, in_turns, raw
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

        def own() -> None:
            """The same when the customer's own work was recorded since: what is left is worked out anew."""
            door = Billing(setting)  # noqa: B023
            for _ in range(TIMES):
                door.do(Log(customer="ANNA", seconds=60))
                logged.append(cost(lambda: door.ask(AskBalance(customer="ANNA"))))  # noqa: B023

        ours()
        anew: list[Cost] = []
        logged: list[Cost] = []
        took = in_turns({"floor": partial(cost, stored), "ours": partial(cost, ours)}, 7)
        after()
        changed = Cost(median(one.cpu for one in anew), median(one.wall for one in anew))
        points.append((count, changed.cpu))
        own()
        after_own = Cost(median(one.cpu for one in logged), median(one.wall for one in logged))
        setting.engine.dispose()
        database.close()
    table.ratio("a balance in a process / a stored number", took["floor"] / TIMES, took["ours"] / TIMES, 15)
    table.ratio("a balance after a change of the books / a stored number", took["floor"] / TIMES, changed, 15)
    table.ratio("a balance after an entry of the customer / a stored number", took["floor"] / TIMES, after_own, 15)
    table.growth("a balance, entries of others", points, 0.05)
