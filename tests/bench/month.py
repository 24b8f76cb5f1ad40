"""Month-end with PDFs of 1,000 customers, against a bare canvas that writes as much text; linear; run again: 5 %."""

import io
import resource
from datetime import date
from pathlib import Path
from typing import Any

from pypdf import PdfReader
from reportlab.pdfgen.canvas import Canvas

from billing.commands.context import write_file
from billing.documents.fonts import REGULAR, register
from billing.office.transaction import Setting
from billing.requests.invoicing import AskFiles, AskRunFiles
from billing.service import Billing
from tests.bench.measure import best, exponent, goal, seconds, sized
from tests.invoicing import documents
from tests.support import load, made


def pieces(path: Path) -> list[list[str]]:
    """The strings of each page of a document, as they were drawn."""
    pages = []
    for page in PdfReader(path).pages:
        found: list[str] = []
        page.extract_text(visitor_text=lambda text, *_, found=found: found.append(text.strip()))
        pages.append([text for text in found if text])
    return pages


def bare(documents_: list[list[list[str]]]) -> float:
    """Seconds of a canvas that writes the same strings on as many pages with the same font."""
    register()

    def write() -> None:
        for pages in documents_:
            canvas = Canvas(io.BytesIO(), invariant=1)
            for texts in pages:
                canvas.setFont(REGULAR, 8)
                for place, text in enumerate(texts):
                    canvas.drawString(40 + 100 * (place % 5), 800 - 4 * place, text)
                canvas.showPage()
            canvas.save()

    return best(write, 3)


def run(folder: Path) -> None:
    points = []
    for customers in (sized(250), sized(500), sized(1000)):
        setting = made(f"sqlite:///{folder}/{customers}.db", today=date(2025, 2, 1))
        lines: list[dict[str, Any]] = []
        for n in range(customers):
            lines += [
                {"type": "customer", "code": f"C{n:04}", "name": f"Customer {n} SA", "country": "CH"},
                {"type": "contract", "customer": f"C{n:04}", "tariff": "q3", "tier": "standard", "start": "2025-01-01"},
                *(
                    {
                        "type": "entry",
                        "customer": f"C{n:04}",
                        "case": f"C{n}-{k}",
                        "date": f"2025-01-{k + 1:02}",
                        "minutes": 7 + k,
                        "agent": "ana",
                    }
                    for k in range(12)
                ),
            ]
        load(setting, *lines)
        out = folder / f"out{customers}"
        out.mkdir()

        def month_end(setting: Setting = setting, out: Path = out) -> None:
            documents.run(setting, date(2025, 1, 1), date(2025, 1, 31))
            books = Billing(setting)
            numbers = books.ask(AskRunFiles(month=date(2025, 1, 1), xml="none")).pdf
            for file in books.ask(AskFiles(numbers=numbers)):
                write_file(str(out / f"{file.number}.pdf"), file.data)

        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        ours = seconds(month_end)
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        points.append((customers, ours))
        again = seconds(month_end)
        setting.engine.dispose()
        sample = [pieces(path) for path in sorted(out.iterdir())[:50]]
        pages = sum(map(len, sample)) * customers / len(sample)
        floor = bare(sample) * customers / len(sample)
        goal(
            f"{customers} customers: bare pages a second / ours", ours / floor, 2, f"{pages / ours:.0f} pages a second"
        )
        goal(f"{customers} customers: run again / first", again / ours, 0.05, f"memory grew by {grown // 1024} MB")
    goal("growth exponent of the month-end", exponent(points), 1.1)
