"""Commands that look at the whole book: how their CPU grows with the customers, less what an empty book takes."""

import json
from pathlib import Path

from tests.bench.books_made import made_of, signed
from tests.bench.measure import Table, again, here, sized

MONTHS = 11
ASKED = {
    "month": ["month", "2025-12"],
    "remind --dry-run": ["remind", "--on", "2026-02-28", "--dry-run", "--yes"],
    "invoice run --dry-run": ["invoice", "run", "2025-12", "--on", "2025-12-31", "--dry-run"],
    "invoice list": ["invoice", "list", "--json"],
    "customer list": ["customer", "list", "--json"],
    "report receivables": ["report", "receivables"],
    "report deferred": ["report", "deferred"],
    "report vat": ["report", "vat"],
    "export fec": ["export", "fec", "--from", "2025-01-01", "-o", "{folder}/fec.txt"],
    "export beancount": ["export", "beancount", "-o", "{folder}/beancount.txt"],
    "export hledger": ["export", "hledger", "-o", "{folder}/hledger.txt"],
    "export csv": ["export", "csv", "-o", "{folder}/csv"],
    "audit": ["audit"],
}


def lines(customers: int) -> list[str]:
    """A year's work of each, invoiced month by month but for the last."""
    made = [line for n in range(customers) for line in signed(f"C{n:05}", "standard", modules=["COFI"], fee="900")]
    for month in range(1, MONTHS + 2):
        made += [
            json.dumps({"type": "entry", "customer": f"C{n:05}", "date": f"2025-{month:02}-10", "minutes": 60})
            for n in range(customers)
        ]
        if customers and month <= MONTHS:
            made.append(json.dumps({"type": "invoice-run", "month": f"2025-{month:02}", "date": f"2025-{month:02}-28"}))
    return made


def run(folder: Path, table: Table) -> None:
    sizes = (0, sized(100), sized(1_000))
    points: dict[str, list[tuple[float, float]]] = {name: [] for name in ASKED}
    for customers in sizes:
        path = folder / f"{customers}.db"
        made_of(path, lines(customers)).engine.dispose()
        env = here() | {"BILLING_DB": f"sqlite:///{path}", "BILLING_TODAY": "2025-12-31"}
        for name, words in ASKED.items():
            points[name].append((customers, again([word.format(folder=folder) for word in words], env)))
    for name, [(_, empty), *found] in points.items():
        took = [(customers, max(cpu - empty, 1e-5)) for customers, cpu in found]
        table.growth(f"`{name}`, customers with {MONTHS} invoices", took, 1.05)
    table.figure(f"`month` among {sizes[-1]:,} customers", points["month"][-1][1], "s", most=3)
