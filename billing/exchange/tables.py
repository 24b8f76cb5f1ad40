"""Lists and reports as tables: CSV (RFC 4180, comma, CRLF; ISO days, decimal points) and XLSX, no text a formula."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import reduce
from typing import Any

from billing.core.cells import harmless
from billing.exchange.sheets import writing
from billing.texts import Text
from billing.views.addresses import Addresses
from billing.views.agents import Agents
from billing.views.bank import OpenItems
from billing.views.cases import CaseList, OpenCases, ProgramErrors, Queue, Sla
from billing.views.changes import JournalFacts
from billing.views.desks import Desks
from billing.views.documents import Documents
from billing.views.hooks import Hooks
from billing.views.income import Income
from billing.views.incoming import WaitingMails
from billing.views.issuers import Issuers
from billing.views.journal import Journal
from billing.views.keys import Keys
from billing.views.links import Links
from billing.views.maintenance import Announcements
from billing.views.parties import Customers
from billing.views.privacy import PrivacyDue
from billing.views.quotes import Evolutions, Quotes
from billing.views.reports import Deferred, Receivables, VatReport
from billing.views.returns import SalesLists, VatReturn
from billing.views.reviews import CallBacks, Credit, TimeReport
from billing.views.sending import Sendings
from billing.views.stats import Stats
from billing.views.tariffs import TariffList
from billing.views.work import Work

Sheet = tuple[Sequence[str], Iterable[Sequence[object]]]  # a head, and rows of as many cells


def csv_of(view: object, part: str | None = None) -> str:
    """A report as CSV, one row of it a row; `part` is one of several that a view has.

    What is inside something is named after both: `last_at`.
    """
    return written(*sheet_of(view, part))


def xlsx_of(view: object, part: str | None = None) -> bytes:
    """The same as a workbook."""
    name = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type(view).__name__).capitalize()
    return writing.xlsx_of(f"{name}, {part}" if part else name, *sheet_of(view, part))


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
    (Addresses, None): ("rows", "customer address kind added by"),
    (Agents, None): ("agents", "agent name role email last listed"),
    (Announcements, None): ("maintenance", "maintenance from=first to=last text emergency tariff announced state"),
    (CaseList, None): ("cases", _ROW),
    (Customers, None): ("customers", "customer name country language tariff tier until held"),
    (Desks, None): ("rows", "name kind url place customers pushed"),
    (Documents, None): (
        "invoices",
        "number kind customer date=on due currency net rounding total paid status written_off to_refund corrects "
        "period reason",
    ),
    (Hooks, None): ("hooks", "hook url events made waiting dead"),
    (Issuers, None): ("issuers", "issuer name country currency customers last_run database"),
    (Keys, None): ("rows", "name scope customer made expires standing uses used"),
    (Links, None): ("rows", "link role customer contact agent made expires standing uses used"),
    (OpenItems, None): ("open", "id date=on amount currency name reference reason out command"),
    (Queue, None): ("cases", f"{_ROW} priority_service next.kind next.due next.state"),
    (Quotes, None): (
        "quotes",
        "quote customer title kind state date=on valid_until currency amount share price rounding total minutes case "
        "delivered invoice",
    ),
    (Sendings, None): ("papers", "paper code customer state mail to date=on at status said command"),
    (Stats, None): ("tables", "table rows size"),
    (TariffList, None): ("tariffs", "tariff valid_from title currency tiers products"),
    (WaitingMails, None): ("mails", "number at sender subject why detail"),
    (Work, None): (
        "entries",
        "entry customer customer_name case category date=worked_on agent raw_seconds charged free overage.minutes "
        "overage.amount overage.currency owed quote note",
    ),
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


def _changes(view: JournalFacts) -> Sheet:
    """What was changed, one row a column of what it was."""
    head = ("place", "at", "by", "kind", "what", "act", "column", "before", "after")
    return head, (
        (r.place, r.at, r.by, r.kind, r.what, r.act, of and of.column, of and of.before, of and of.after)
        for r in view.rows
        for of in r.columns or (None,)
    )


def _due(view: PrivacyDue) -> Sheet:
    """Whose data is due, and what stands in the way."""
    head = ("customer", "name", "ended", "by", "erased_from", "obstacles")
    return head, (
        (c.customer, c.name, c.ended, c.by, c.erased_from, tuple(o.kind for o in c.obstacles)) for c in view.customers
    )


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
    CallBacks: _callbacks,
    Income: _income,
    Journal: _journal,
    JournalFacts: _changes,
    PrivacyDue: _due,
    SalesLists: _sales_lists,
    Sla: _sla,
    TimeReport: _time,
}
