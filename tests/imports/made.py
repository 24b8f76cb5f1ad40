"""What tests of imports share: made-up files in the tools' real shapes, and a desk with customers to take them."""

import csv
import io
import json
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select

from billing.office.transaction import Setting
from billing.requests.importing import ImportTime
from billing.service import Billing
from billing.store import schema
from billing.store.engine import reading
from billing.views.importing import TimeImported
from tests.support import load, made

TODAY = date(2025, 3, 31)
CUSTOMERS: list[dict[str, Any]] = [
    {"type": "customer", "code": code, "name": name, "country": "CH"}
    for code, name in (("ALPINA", "Alpina SA"), ("BAHN", "Bergbahn AG"), ("CIMA", "Cima Sagl"))
]
KIMAI = (
    "Date", "From", "To", "Duration", "Currency", "Price", "Internal price", "Hourly price", "Fixed price", "Alias",
    "User", "Email", "Account number", "Customer", "Project", "Activity", "Description", "Billable", "Tags", "Type",
    "Category", "Number", "Project number", "VAT-ID", "Order number",
)  # fmt: skip


def desk(database_url: str) -> Setting:
    """Books of a desk: three customers, of whom CIMA has no contract."""
    setting = made(database_url, today=TODAY)
    load(setting, *CUSTOMERS, *(
        {"type": "contract", "customer": code, "tariff": "q3", "tier": "standard", "start": "2025-01-01"}
        for code in ("ALPINA", "BAHN")
    ))  # fmt: skip
    return setting


def kimai(*rows: dict[str, str]) -> bytes:
    """Kimai's CSV of some rows; what they do not say is as usual."""
    usual = {
        "Date": "2025-03-03", "From": "09:00", "To": "09:10", "Duration": "0.17", "Currency": "CHF", "User": "Anna",
        "Customer": "Alpina SA", "Project": "Support", "Activity": "Support", "Description": "T-17 VAT report",
        "Billable": "1", "Type": "timesheet", "Category": "work",
    }  # fmt: skip
    return table(KIMAI, [usual | row for row in rows])


def table(head: tuple[str, ...], rows: list[dict[str, str]], delimiter: str = ",") -> bytes:
    """A CSV file, all cells in quotation marks."""
    out = io.StringIO()
    writer = csv.DictWriter(out, head, restval="", quoting=csv.QUOTE_ALL, delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def zammad(*rows: tuple[int, int, str, str]) -> bytes:
    """Time accountings: id, ticket, minutes, when."""
    return json.dumps([
        {"id": id, "ticket_id": ticket, "ticket_article_id": None, "time_unit": unit, "type_id": None,
         "created_by_id": 3, "created_at": at, "updated_at": at}
        for id, ticket, unit, at in rows
    ]).encode()  # fmt: skip


def take(setting: Setting, tool: str, data: bytes, own: str | None = None, **how: Any) -> TimeImported:
    """Takes a file in."""
    request = ImportTime(tool=tool, file="file", data=data, own=None if own is None else own.encode(), **how)
    return Billing(setting).do(request).view


def counts(view: TimeImported) -> tuple[int, int, int, int, int]:
    """New, changed, gone, parked, unchanged."""
    return view.new, view.changed, view.gone, view.parked, view.unchanged


def live(setting: Setting) -> dict[str, tuple[Any, ...]]:
    """The entries that stand: by id the customer, case, category, day, seconds and agent."""
    e, k, c = schema.entry.c, schema.correction.c, schema.customer.c
    voided = (k.customer_id == e.customer_id) & (k.kind == "void") & (k.entry == e.seq)
    found = (
        select(e.id, c.code, e.case, e.category, e.worked_on, e.logged_seconds, e.agent)
        .join(schema.customer, c.id == e.customer_id)
        .where(~select(1).where(voided).exists())
    )
    with reading(setting.engine) as connection:
        return {row[0]: tuple(row[1:]) for row in connection.execute(found)}


def write(folder: Path, name: str, data: bytes) -> str:
    """A file of some bytes, by its path."""
    path = folder / name
    path.write_bytes(data)
    return str(path)
