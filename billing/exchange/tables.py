"""Reports as CSV (RFC 4180, comma, CRLF), for spreadsheets: ISO days, decimal points, and no text that is a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

from billing.views.journal import Journal
from billing.views.returns import SalesLists

_SALES = ("list", "country", "vat_id", "kind", "customers", "name", "base", "vat", "declared", "currency")


def sales_lists(view: SalesLists) -> str:
    """Lists of sales by VAT id, one row an id; the first column says which list it is."""
    return written(
        _SALES,
        (
            (of.list, r.country, r.vat_id, r.kind, " ".join(r.customers), r.name, r.base, r.vat, r.declared,
             view.currency)
            for of in view.lists
            for r in of.rows
        ),
    )  # fmt: skip


_JOURNAL = ("date", "journal", "document", "customer", "text", "account", "name", "debit", "credit", "currency")


def journal(view: Journal) -> str:
    """The entries of a journal, one row a line."""
    return written(
        _JOURNAL,
        (
            (e.on, e.journal, e.document, e.customer, e.text, each.account, each.name, each.debit, each.credit,
             each.currency)
            for e in view.entries
            for each in e.lines
        ),
    )  # fmt: skip


def written(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table with its head; text that a spreadsheet would take for a formula has an apostrophe before it."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(head)
    writer.writerows([["" if cell is None else plain(cell) for cell in row] for row in rows])
    return out.getvalue()


def plain(cell: object) -> object:
    """A cell that no spreadsheet computes."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
