"""What lies beside the documents of a year in an archive: an index for people and one for programs, digests, how to
check them. All of it is read without this program, with a browser, a spreadsheet, `sha256sum`."""

import html
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

from billing.core.units import ZERO
from billing.exchange import tables
from billing.locales import formats
from billing.locales.catalogs import spoken, worded
from billing.locales.words import word
from billing.texts import Text, say, say_as
from billing.views.archive import Archive, InYear

Names = Mapping[str, Sequence[str]]  # of a document's files, by its number
AGAIN = "    { printf '%s\\n' BEFORE; cat documents/NUMBER.json; } | sha256sum"
README, INDEX, PAGE, SUMS = "README.txt", "index.csv", "index.html", "SHA256SUMS"
_KINDS = {
    "invoice": say_as("in an archive", "invoice"),
    "credit-note": say_as("in an archive", "credit note"),
    "quote": say_as("in an archive", "quote"),
}
_LINE, _FIGURE = ' class="line"', ' class="figure"'
_STYLE = """\
body { font: 15px/1.4 sans-serif; margin: 2em; color: #222 }
table { border-collapse: collapse }
th, td { padding: .25em .8em .25em 0; text-align: left; vertical-align: top; border-bottom: 1px solid #ddd }
.line { white-space: nowrap }
.figure { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums }
tfoot td { font-weight: bold; border-bottom: 0 }
"""


def folder_of(row: InYear) -> str:
    """In which folder of the archive the files of a document are."""
    return "quotes" if row.kind == "quote" else "documents"


def index(view: Archive, names: Names, digests: Mapping[str, str]) -> str:
    """The index for programs, as CSV: a row a document, its place in its series, its files and the PDF's digest."""
    head = ("number", "kind", "date", "due", "customer", "name", "currency", "net", "vat", "rounding", "total",
            "corrects", "pdf_sha256", "before", "hash", "files")  # fmt: skip
    return tables.written(head, (
        (r.number, r.kind, r.on.isoformat(), r.due and r.due.isoformat(), r.customer, r.name, r.currency, r.net, r.vat,
         r.rounding, r.total, r.corrects, digests.get(f"{folder_of(r)}/{r.number}.pdf"), r.before, r.hash,
         tuple(names[r.number]))
        for r in view.documents
    ))  # fmt: skip


def page(view: Archive, names: Names) -> str:
    """The index for people, as a page that leads to the files; it needs nothing but a browser."""
    language = view.language

    def told(text: Text | str) -> str:
        return html.escape(worded(text, language))

    title = told(_title(view))
    heads = (
        say("Number"),
        say("What"),
        say("Date"),
        say("Customer"),
        say("Net"),
        say("VAT"),
        say("Total"),
        say("Files"),
    )
    titles = "".join(f"<th{_FIGURE if 4 <= n <= 6 else ''}>{told(text)}</th>" for n, text in enumerate(heads))
    rows = "\n".join(_row(row, view, names[row.number]) for row in view.documents)
    sums = "\n".join(_sums(view))
    return (
        f'<!DOCTYPE html>\n<html lang="{spoken(language)}">\n<head>\n<meta charset="utf-8">\n<title>{title}</title>\n'
        f"<style>\n{_STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n"
        f"<p>{told(_span(view))}</p>\n<table>\n<thead><tr>{titles}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n"
        f"<tfoot>\n{sums}\n</tfoot>\n</table>\n</body>\n</html>\n"
    )


def _row(row: InYear, view: Archive, files: Sequence[str]) -> str:
    def figure(amount: Decimal) -> str:
        return f"<td{_FIGURE}>{html.escape(formats.money(amount, row.currency, view.language, view.country))}</td>"

    links = " ".join(f'<a href="{html.escape(name)}">{html.escape(_ending(name, row.number))}</a>' for name in files)
    what = worded(word(_KINDS, row.kind), view.language) + (f" ({row.corrects})" if row.corrects else "")
    name = f"{row.customer} {row.name}" if row.name else row.customer
    cells = (row.number, what, formats.day(row.on, view.language, view.country), name)
    return (
        "<tr>" + "".join(f"<td{_LINE if n < 3 else ''}>{html.escape(cell)}</td>" for n, cell in enumerate(cells))
        + "".join(map(figure, (row.net, row.vat, row.total))) + f"<td{_LINE}>{links}</td></tr>"
    )  # fmt: skip


def _ending(name: str, number: str) -> str:
    return name.rpartition("/")[2].removeprefix(f"{number}.")


def _sums(view: Archive) -> Iterator[str]:
    """What invoices and credit notes come to, a row a currency; quotes are no turnover."""
    found: dict[str, list[InYear]] = defaultdict(list)
    for row in view.documents:
        if row.kind != "quote":
            found[row.currency].append(row)
    for currency, rows in sorted(found.items()):
        said = worded(say("{count} invoices and credit notes", count=len(rows)), view.language)
        sums = (sum((getattr(row, name) for row in rows), ZERO) for name in ("net", "vat", "total"))
        cells = "".join(
            f"<td{_FIGURE}>{html.escape(formats.money(amount, currency, view.language, view.country))}</td>"
            for amount in sums
        )
        yield f'<tr><td colspan="4">{html.escape(said)}</td>{cells}<td></td></tr>'


def sums(digests: Mapping[str, str]) -> str:
    """The digests of all other files, as `sha256sum -c SHA256SUMS` checks them."""
    return "".join(f"{digest}  {name}\n" for name, digest in sorted(digests.items()))


def readme(view: Archive) -> str:
    """What the archive is, and how it is read and checked."""
    return "\n\n".join(worded(text, view.language) for text in _said(view)) + "\n"


def _said(view: Archive) -> Iterable[Text | str]:
    yield _title(view)
    yield _span(view)
    yield say("{page} lists the documents for people, {index} for programs (UTF-8, comma, ISO dates, decimal points).",
              page=PAGE, index=INDEX)  # fmt: skip
    yield say("Each document is as it was issued: NUMBER.pdf, and NUMBER.cii.xml or NUMBER.ubl.xml where it has an "
              "e-invoice. Where that PDF is no PDF/A, NUMBER.pdfa.pdf has the same pages as PDF/A-3b.")  # fmt: skip
    yield say("Check that nothing was changed: {command}", command=f"sha256sum -c {SUMS}")
    yield say("NUMBER.json is what was hashed when the document was issued. The hash of each covers the one before it "
              "in its series; both stand in {index}. To compute one again:", index=INDEX)  # fmt: skip
    yield AGAIN


def _title(view: Archive) -> Text:
    return say("{issuer}: documents of {first} to {last}", issuer=view.issuer, first=_day(view.first, view),
               last=_day(view.last, view))  # fmt: skip


def _span(view: Archive) -> Text:
    count = len(view.documents)
    if view.over:
        return say("{count} {count:document|documents}. The year is over: nothing more is issued in it.", count=count)
    return say(
        "{count} {count:document|documents}. The year was not over when this was written: more may follow.", count=count
    )


def _day(on: date, view: Archive) -> str:
    return formats.day(on, view.language, view.country)
