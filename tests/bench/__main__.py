"""Measurements against raw floors of the same run: `python -m tests.bench [NAME…]`, or `make bench`.

Each prints a ratio beside its goal; nothing fails on a slow machine. `BENCH_SMALL=1` takes a tenth of the sizes.
"""

import sys
import tempfile
from pathlib import Path

from tests.bench import balance, bulk, cases, entry, friction, http, month, reports, startup

ALL = {"entry": entry.run, "bulk": bulk.run, "balance": balance.run, "month": month.run, "startup": startup.run,
       "cases": cases.run, "friction": friction.run, "reports": reports.run, "http": http.run}  # fmt: skip


def main() -> None:
    for name in sys.argv[1:] or ALL:
        with tempfile.TemporaryDirectory() as folder:
            print(f"== {name}", flush=True)
            ALL[name](Path(folder))


if __name__ == "__main__":
    main()
