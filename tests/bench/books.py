"""Commands that look at the whole book: how their CPU grows with the customers, less what an empty book takes."""

import json
from collections.abc import Callable
from pathlib import Path

from tests.bench.books_made import agreed, made_of, signed
from tests.bench.measure import QUICK, Table, again, sized

MONTHS = 11
ASKED = {
    "month": ["month", "2025-12"],
    "remind --dry-run": ["remind", "--on", "2026-02-28", "--dry-run", "--yes"],
    "invoice run --dry-run": ["invoice", "run", "2025-12", "--on", "2025-12-31", "--dry-run"],
    "invoice list": ["invoice", "list", "--json"],
    "report receivables": ["report", "receivables"],
    "report deferred": ["report", "deferred"],
    "report vat": ["report", "vat"],
    "export fec": ["export", "fec", "--from", "2025-07-01", "-o", "{folder}/fec.txt"],
    "export beancount": ["export", "beancount", "-o", "{folder}/beancount.txt"],
    "export hledger": ["export", "hledger", "-o", "{folder}/hledger.txt"],
    "export csv": ["export", "csv", "-o", "{folder}/csv"],
    "audit": ["audit"],
}
GERMAN = {"export datev": ["export", "datev", "--rate", "CHF=0.95", "-o", "{folder}/datev.csv"]}
AGREED = {"customer list": ["customer", "list", "--json"]}


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
    invoiced = f"customers with {MONTHS} invoices"
    grown(folder, table, ASKED, lines, (sized(100), sized(1_000)), invoiced)
    grown(folder, table, GERMAN, lines, (sized(50), sized(500)), invoiced, "DE")
    sizes = (500, 2_000) if QUICK else (1_000, 4_000)  # of fewer it is too short
    grown(folder, table, AGREED, agreed, sizes, "customers with a contract")


def grown(
    folder: Path,
    table: Table,
    asked: dict[str, list[str]],
    made: Callable[[int], list[str]],
    sizes: tuple[int, int],
    what: str,
    country: str = "CH",
) -> None:
    """How commands grow with the customers of books that are `made`."""
    urls = []
    for customers in (0, *sizes):
        path = folder / f"{made.__name__}{customers}{country}.db"
        made_of(path, made(customers), country=country).engine.dispose()
        urls.append(f"sqlite:///{path}")
    for name, words in asked.items():
        empty, *took = again([word.format(folder=folder) for word in words], urls, {"BILLING_TODAY": "2025-12-31"})
        points = [(n, max(cpu - empty, 1e-5)) for n, cpu in zip(sizes, took, strict=True)]
        table.growth(f"`{name}`, {what}", points, 1.05)
        if name == "month":
            table.figure(f"`month` among {sizes[-1]:,} customers", took[-1], "s", most=3)
