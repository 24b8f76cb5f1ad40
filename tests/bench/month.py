"""Month-end with PDFs, against a bare canvas that writes the same strings in the same fonts, sizes and places."""

import io
import json
import os
import re
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from pypdf import PageObject, PdfReader
from pypdf.generic import ContentStream
from reportlab.pdfgen.canvas import Canvas

from billing.documents.fonts import BOLD, REGULAR, register
from tests.bench.books_made import entries, made_of, signed
from tests.bench.measure import QUICK, Cost, Table, again, cost, peak, process, sized

Piece = tuple[str, float, float, float, str]  # font, size, place, text
EACH = 12  # entries of a customer


def lines(customers: int) -> Iterator[str]:
    for n in range(customers):
        yield from signed(f"C{n:05}", tier="standard")
        for k in range(EACH):
            day = {"date": f"2025-01-{k + 1:02}", "minutes": 7 + k, "agent": "ana"}
            yield json.dumps({"type": "entry", "customer": f"C{n:05}", "case": f"C{n}-{k}", **day})


def pieces(path: Path) -> list[list[Piece]]:
    """What is written on each page of a document, string for string: font, size, where, and the words."""
    return [list(_written(page)) for page in PdfReader(path).pages]


def _written(page: PageObject) -> Iterator[Piece]:
    fonts: Any = page["/Resources"]["/Font"]  # type: ignore[index]
    x = y = size = 0.0
    name, signs = REGULAR, dict[int, str]()
    for operands, operator in ContentStream(page["/Contents"], page.pdf).operations:
        if operator == b"Tm":
            *_, x, y = map(float, operands)
        elif operator == b"Tf":
            name = BOLD if "Bold" in fonts[operands[0]]["/BaseFont"] else REGULAR
            size, signs = float(operands[1]), _signs(fonts[operands[0]]["/ToUnicode"].get_data().decode())
        elif operator == b"Tj":
            yield name, size, x, y, "".join(signs[code] for code in operands[0].original_bytes)


def _signs(codes: str) -> dict[int, str]:
    """What the codes of a font stand for."""
    return {int(code, 16): chr(int(sign, 16)) for code, sign in re.findall("<(..)> <(....)>", codes)}


def bare(documents: list[list[list[Piece]]]) -> None:
    """A canvas writes them again, with what every document needs besides: its fonts, its pages, its end."""
    for pages in documents:
        canvas = Canvas(io.BytesIO(), invariant=1)
        for page in pages:
            for font, size, x, y, text in page:
                canvas.setFont(font, size)
                canvas.drawString(x, y, text)
            canvas.showPage()
        canvas.save()


def run(folder: Path, table: Table) -> None:
    register()
    billing = str(Path(sys.executable).with_name("billing"))
    points, redone = [], 0.0
    for customers in (sized(250), sized(500), sized(1_000)):
        took, second = month_end(billing, folder, customers, ["--workers", "1"])  # 1,000 would take one a processor
        points.append((customers, took.cpu))
        redone = second.cpu / took.cpu
    sample = [pieces(path) for path in sorted((folder / f"out{customers}").glob("*.pdf"))[:50]]
    floor = min((cost(partial(bare, sample)) for _ in range(3)), key=lambda c: c.cpu) / len(sample)
    whole = Cost(floor.cpu * customers, floor.wall * customers)
    table.speed(f"month-end with PDFs, {customers:,} customers / bare canvas", whole, took, 0.9)
    table.growth("month-end with PDFs, customers", points, 1.05)
    table.figure("the run again / the first, all files there", 100 * redone, "%", most=5)
    parallel, _ = month_end(billing, folder, customers, ["--workers", "2"], "two")
    table.speed("the same with two workers, on the clock", whole, parallel, 1.5, clock=True)
    if not QUICK:
        more = memory(billing, folder, 4_000) - memory(billing, folder, 1_000)
        table.figure("memory of a month-end, 4,000 customers over 1,000", more / 1e6, "MB", most=5)

    sizes, urls = (1, sized(1_000), sized(10_000)), []
    for count in sizes:
        large = [*signed("ANNA"), *(line.replace('"C0"', '"ANNA"') for line in entries(count, 1))]
        made_of(folder / f"large{count}.db", large).engine.dispose()
        urls.append(f"sqlite:///{folder}/large{count}.db")
    dry = ["invoice", "run", "2025-12", "--on", "2025-12-31", "--dry-run"]
    least, *more_of = again(dry, urls, {"BILLING_TODAY": "2025-12-31"})
    points = [(n, max(cpu - least, 1e-5)) for n, cpu in zip(sizes[1:], more_of, strict=True)]
    table.growth("one invoice, entries on it", points, 1.1)


def month_end(billing: str, folder: Path, customers: int, more: list[str], name: str = "") -> tuple[Cost, Cost]:
    """The run with its files and the same again, less a command's start."""
    path, out = folder / f"{customers}{name}.db", folder / f"out{customers}{name}"
    made_of(path, list(lines(customers))).engine.dispose()
    env = os.environ | {"BILLING_DB": f"sqlite:///{path}", "BILLING_TODAY": "2025-02-01"}
    command = [billing, "invoice", "run", "2025-01", "--on", "2025-01-31", "--out", str(out), *more]
    first, second = process(command, env), process(command, env)
    start = process([billing, "invoice", "run", "2024-12", "--on", "2025-01-31", "--dry-run"], env)
    return _less(first, start), _less(second, start)


def memory(billing: str, folder: Path, customers: int) -> int:
    """The most memory of a run with its files, in bytes."""
    path = folder / f"memory{customers}.db"
    made_of(path, list(lines(customers))).engine.dispose()
    env = os.environ | {"BILLING_DB": f"sqlite:///{path}", "BILLING_TODAY": "2025-02-01"}
    out = str(folder / f"memory{customers}")
    return peak([billing, "invoice", "run", "2025-01", "--on", "2025-01-31", "--out", out], env)


def _less(cost_: Cost, start: Cost) -> Cost:
    return Cost(cost_.cpu - start.cpu, cost_.wall - start.wall)
