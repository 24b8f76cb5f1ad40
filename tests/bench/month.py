"""Month-end with PDFs of 1,000 customers, against a bare canvas that writes as much text; linear; run again: 5 %."""

import io
import resource
from datetime import date
from pathlib import Path

from pypdf import PdfReader
from reportlab.pdfgen.canvas import Canvas

from billing.commands.invoice import _write_all
from billing.documents.fonts import REGULAR, register
from billing.office import documents
from tests.bench.measure import exponent, goal, seconds, sized
from tests.support import load, made


def bare(texts: list[list[str]]) -> float:
    """Pages a second of a canvas that writes the same lines with the same font, one document a text."""
    register()

    def write() -> None:
        for lines in texts:
            canvas = Canvas(io.BytesIO(), invariant=1)
            canvas.setFont(REGULAR, 8)
            for place, line in enumerate(lines):
                if place and place % 60 == 0:
                    canvas.showPage()
                    canvas.setFont(REGULAR, 8)
                canvas.drawString(40, 800 - 12 * (place % 60), line)
            canvas.save()

    return seconds(write)


def run(folder: Path) -> None:
    points = []
    for customers in (sized(250), sized(500), sized(1000)):
        setting = made(f"sqlite:///{folder}/{customers}.db", today=date(2025, 2, 1))
        lines = []
        for n in range(customers):
            lines += [
                {"type": "customer", "code": f"C{n:04}", "name": f"Customer {n} SA", "country": "CH"},
                {"type": "contract", "customer": f"C{n:04}", "tariff": "q3", "tier": "standard", "start": "2025-01-01"},
                *({"type": "entry", "customer": f"C{n:04}", "case": f"C{n}-{k}", "date": f"2025-01-{k + 1:02}",
                   "minutes": 7 + k, "agent": "ana"} for k in range(12)),
            ]  # fmt: skip
        load(setting, *lines)
        out = folder / f"out{customers}"
        out.mkdir()

        def month_end(setting=setting, out=out) -> None:
            documents.run(setting, date(2025, 1, 1), date(2025, 1, 31))
            _write_all(setting, "2025-01", out)

        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        ours = seconds(month_end)
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        points.append((customers, ours))
        again = seconds(month_end)
        setting.engine.dispose()
        readers = [PdfReader(path) for path in sorted(out.iterdir())[:50]]
        pages = sum(len(reader.pages) for reader in readers) * customers / len(readers)
        texts = [[line for page in reader.pages for line in page.extract_text().splitlines()] for reader in readers]
        floor = bare(texts) * customers / len(readers)
        goal(
            f"{customers} customers: bare pages a second / ours", ours / floor, 2, f"{pages / ours:.0f} pages a second"
        )
        goal(f"{customers} customers: run again / first", again / ours, 0.05, f"memory grew by {grown // 1024} MB")
    goal("growth exponent of the month-end", exponent(points), 1.1)
