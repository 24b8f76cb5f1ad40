"""Reports as CSV (RFC 4180, comma, CRLF), for spreadsheets: ISO days, decimal points, and no text that is a formula."""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import reduce
from typing import Any

from billing.core.cells import harmless
from billing.texts import Text
from billing.views.cases import OpenCases, ProgramErrors, Sla
from billing.views.income import Income
from billing.views.journal import Journal
from billing.views.quotes import Evolutions
from billing.views.reports import Deferred, Receivables, VatReport
from billing.views.returns import SalesLists, VatReturn
from billing.views.reviews import CallBacks, Credit, TimeReport

Sheet = tuple[Sequence[str], Iterable[Sequence[object]]]  # a head, and rows of as many cells


def csv_of(view: object, part: str | None = None) -> str:
    """A report as CSV, one row of it a row; `part` is one of several that a view has.

    What is inside something is named after both: `last_at`.
    """
    return written(*sheet_of(view, part))


def sheet_of(view: object, part: str | None = None) -> Sheet:
    """The same as values, the head first."""
    made = _MADE.get(type(view))
    if made is not None and part is None:
        return made(view)
    names, columns = _COLUMNS[type(view), part]
    return _columns(getattr(view, names), columns)


def written(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table with its head; text that a spreadsheet would take for a formula has an apostrophe before it."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(head)
    writer.writerows([["" if cell is None else plain(cell) for cell in row] for row in rows])
    return out.getvalue()


def plain(cell: object) -> object:
    """A cell that no spreadsheet computes; moments as ISO 8601 has them, several values with blanks between."""
    if isinstance(cell, tuple):
        cell = " ".join(map(str, cell))
    if isinstance(cell, Text):
        cell = str(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(timespec="seconds")
    return harmless(cell)


def _columns(rows: Iterable[object], columns: str) -> Sheet:
    """Rows of attributes; `name=path` is a column that is called otherwise."""
    pairs = [column.partition("=") for column in columns.split()]
    head = [name if path else name.replace(".", "_") for name, _, path in pairs]
    paths = [(path or name).split(".") for name, _, path in pairs]
    return head, ([reduce(_inner, path, row) for path in paths] for row in rows)


def _inner(value: object, name: str) -> object:
    return None if value is None else getattr(value, name)


_ROW = (
    "case customer customer_name subject category priority owner state opened last.at last.kind last.agent told "
    "minutes_raw=minutes.raw minutes_charged=minutes.charged"
)
_COLUMNS: dict[tuple[type, str | None], tuple[str, str]] = {
    (VatReport, None): ("rows", "category rate currency base amount"),
    (VatReturn, None): ("boxes", "box label base vat"),
    (Receivables, None): (
        "rows", "invoice customer date=on due currency total open days_late age reminder.step reminder.on",
    ),
    (Deferred, None): (
        "grants",
        "grant customer product invoice currency price minutes used expired recognised deferred credited unit ended "
        "recognised_in_period",
    ),
    (Evolutions, None): ("evolutions", "delivered title kind text quote label site"),
    (ProgramErrors, None): (
        "errors", "date kind case customer customer_name category agent raw subject note found position",
    ),
    (OpenCases, None): ("cases", f"{_ROW} age_days next.kind next.due next.state"),
    (CallBacks, "calls"): (
        "calls", "id case customer customer_name subject agent from=first to=last state late done done_by",
    ),
    (Credit, None): ("rows", "customer customer_name kind name grant minutes last invoice command"),
    (Sla, "misses"): (
        "misses", "case customer customer_name subject agent priority kind opened due met late_by unit",
    ),
}  # fmt: skip


def _sales_lists(view: SalesLists) -> Sheet:
    """Lists of sales by VAT id, one row an id; the first column says which list it is."""
    head = ("list", "country", "vat_id", "kind", "customers", "name", "base", "vat", "declared", "currency")
    return head, (
        (of.list, r.country, r.vat_id, r.kind, r.customers, r.name, r.base, r.vat, r.declared, view.currency)
        for of in view.lists
        for r in of.rows
    )


def _journal(view: Journal) -> Sheet:
    """The entries of a journal, one row a line."""
    head = ("date", "journal", "document", "customer", "text", "account", "name", "debit", "credit", "currency")
    return head, (
        (e.on, e.journal, e.document, e.customer, e.text, each.account, each.name, each.debit, each.credit,
         each.currency)
        for e in view.entries
        for each in e.lines
    )  # fmt: skip


def _income(view: Income) -> Sheet:
    return _columns(view.rows, " ".join((*view.by, "currency amount")))


def _time(view: TimeReport) -> Sheet:
    figures = "entries raw_seconds charged drawn billed owed free_seconds quoted_seconds"
    return _columns(view.rows, " ".join((*view.by, figures)))


def _sla(view: Sla) -> Sheet:
    return _columns(view.rows, f"{view.by} kind met missed running median worst")


def _callbacks(view: CallBacks) -> Sheet:
    return _columns(view.rows, f"{view.by} due done late missed withdrawn")


_MADE: dict[type, Callable[[Any], Sheet]] = {
    SalesLists: _sales_lists, Journal: _journal, Income: _income, TimeReport: _time, Sla: _sla, CallBacks: _callbacks,
}  # fmt: skip
