"""Commands that look at the whole book: how their CPU grows with the customers, less what an empty book takes."""

import json
from pathlib import Path

from tests.bench.books_made import made_of, signed
from tests.bench.measure import Table, again, sized

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
    urls = []
    for customers in sizes:
        made_of(folder / f"{customers}.db", lines(customers)).engine.dispose()
        urls.append(f"sqlite:///{folder}/{customers}.db")
    for name, words in ASKED.items():
        empty, *took = again([word.format(folder=folder) for word in words], urls, {"BILLING_TODAY": "2025-12-31"})
        points = [(n, max(cpu - empty, 1e-5)) for n, cpu in zip(sizes[1:], took, strict=True)]
        table.growth(f"`{name}`, customers with {MONTHS} invoices", points, 1.05)
        if name == "month":
            table.figure(f"`month` among {sizes[-1]:,} customers", took[-1], "s", most=3)
