"""Names that are begun or misspelt, in a large book, as processes: seconds of CPU."""

import os
import sys
from functools import partial
from pathlib import Path

from tests.bench.books_made import entries, made_of, signed
from tests.bench.measure import QUICK, Table, in_turns, process, sized
from tests.bench.processes import completing

MOST = 0.15  # more than in an empty book


def run(folder: Path, table: Table) -> None:
    count = sized(300_000)
    customers = [line for n in range(1_000) for line in signed(f"C{n}")]
    made_of(folder / "large.db", [*customers, *entries(count, 1_000)]).engine.dispose()
    made_of(folder / "empty.db", list(signed("C1"))).engine.dispose()
    billing = str(Path(sys.executable).with_name("billing"))
    asked: dict[str, tuple[list[str], dict[str, str]]] = {
        "completion of a case": ([billing], completing("billing verify K9", 2)),
        "completion of an entry": ([billing], completing("billing void e9", 2)),
        "completion of a customer": ([billing], completing("billing log C9", 2)),
        "a misspelt customer": ([billing, "balance", "C99x9"], {}),
        "a misspelt case": ([billing, "verify", "K99x9", "--kind", "misuse"], {}),
        "a misspelt entry": ([billing, "void", "e99x9", "--reason", "wrong"], {}),
        "a misspelt document": ([billing, "invoice", "show", "2025-99x"], {}),
    }
    for name, (command, more) in asked.items():
        works = {}
        for book in ("large", "empty"):
            env = os.environ | {"BILLING_DB": f"sqlite:///{folder}/{book}.db", "BILLING_TODAY": "2025-12-31"} | more
            works[book] = partial(process, command, env, ends=(0, 1))
        took = in_turns(works, 3 if QUICK else 5)
        table.figure(f"{name} among {count:,} entries", took["large"].cpu - took["empty"].cpu, "s more", most=MOST)
