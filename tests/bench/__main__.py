"""Measurements against raw floors of the same run: `python -m tests.bench [NAME…]`, `make bench`, `make bench-quick`.

Each row says its floor, ours, the ratio or the exponent, the goal and whether it holds; nothing fails on a slow
machine. `BENCH_QUICK=1` takes a tenth of the sizes. `--to FILE` puts the table between that file's two marks.
"""

import argparse
import tempfile
import time
from pathlib import Path

from tests.bench import (
    balance,
    books,
    bulk,
    cases,
    entry,
    friction,
    http,
    month,
    names,
    open_month,
    postgresql,
    processes,
    reports,
)
from tests.bench.measure import QUICK, Table

ALL = {"processes": processes.run, "entry": entry.run, "balance": balance.run, "open": open_month.run,
       "bulk": bulk.run, "names": names.run, "month": month.run, "books": books.run, "postgresql": postgresql.run,
       "cases": cases.run, "reports": reports.run}  # fmt: skip
BESIDE = {"friction": friction.run, "http": http.run}  # that are named to be run
MARKS = ("<!-- measured: begin -->\n", "<!-- measured: end -->\n")


def main() -> None:
    given = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    given.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(ALL | BESIDE)}; by default {len(ALL)}")
    given.add_argument("--to", type=Path, help="the document that gets the table")
    asked = given.parse_args()
    if strange := set(asked.names) - (ALL | BESIDE).keys():
        given.error(f"no measurement is called {min(strange)}: there are {', '.join(ALL | BESIDE)}")
    to, table = asked.to, Table()
    for name in asked.names or ALL:
        with tempfile.TemporaryDirectory() as folder:
            print(f"== {name}", flush=True)
            began = time.monotonic()
            (ALL | BESIDE)[name](Path(folder), table)
            print(f"  ({time.monotonic() - began:.0f} s)", flush=True)
    if to is not None:
        begin, end = (to.read_text().index(mark) for mark in MARKS)
        text = to.read_text()
        to.write_text(f"{text[: begin + len(MARKS[0])]}\n{table.markdown()}\n{text[end:]}")
    goals = [row for row in table.rows if row.goal]
    print(f"{sum(row.holds for row in goals)} of {len(goals)} hold{', a tenth of the sizes' if QUICK else ''}")


if __name__ == "__main__":
    main()
