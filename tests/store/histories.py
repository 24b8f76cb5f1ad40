"""Histories that tests of the store begin with: functions that make a database at a URL."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import select

from billing.office.invoicing.named import invoice_named
from billing.office.privacy import ending
from billing.office.transacting import look
from billing.office.transaction import Setting
from billing.requests.approvals import ApproveOverage
from billing.requests.invoicing import CreditInvoice
from billing.requests.parties import SetIssuer
from billing.requests.periods import CloseMonth
from billing.requests.privacy import Erase
from billing.requests.reminders import Remind
from billing.requests.sending import BeginMail, EndMail, HandOverPaper, RecordReturn
from billing.store import parties, schema
from tests import banked, brought, quoted
from tests.history import Line
from tests.history import rich as every_kind
from tests.invoicing import files
from tests.support import do, load, made

LOGO = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle cx="4" cy="4" r="4"/></svg>'

GOLDEN = Path(__file__).parents[1] / "golden"
_NAMES = ("customer", "code", "case", "id", "purchase", "payment", "entry")  # keys that one scenario's lines share


def swiss(url: str) -> Setting:
    """An issuer in Switzerland, nobody else."""
    return made(url)


def french(url: str) -> Setting:
    """An issuer in France, nobody else."""
    return made(url, "FR")


def q3(url: str) -> Setting:
    """Eight customers on q3 with 5 minutes each."""
    setting = made(url)
    load(setting, *(line for n in range(8) for line in signed(f"C{n}")))
    return setting


def rich(url: str) -> Setting:
    """Every kind of row, in every guarded table: the golden scenarios in one database, and one more."""
    setting = made(url, round_total=Decimal("0.05"), logo=LOGO)
    load(setting, *merged())
    quoted.everything(setting, date(2026, 4, 1))
    do(setting, Remind())
    with look(setting) as tx:
        (invoice,) = tx.connection.execute(select(schema.sale.c.invoice).order_by(schema.sale.c.invoice).limit(1)).one()
    do(setting, CreditInvoice(invoice=invoice, reason="sold by mistake", drawn=True))
    mailed(setting, invoice)
    with look(setting) as tx:
        (case,) = tx.connection.execute(
            select(schema.case_reference.c.reference).order_by(schema.case_reference.c.reference).limit(1)
        ).one()
    do(setting, ApproveOverage(case=case, minutes=30, by="A. Rey"))
    files.complete(setting)
    banked.everything(setting)
    brought.everything(setting)
    do(setting, CloseMonth(month=date(2024, 1, 1)), "closed")
    do(setting, SetIssuer(vat_basis="invoice", vat_basis_from=date(2029, 1, 1)))
    erased(setting)
    return setting


def erased(setting: Setting) -> None:
    """A customer whom somebody wanted to erase, with what stood in the way."""
    with look(setting) as tx:
        code = next(head.code for head in map(tx.customer, parties.codes(tx.connection))
                    if ending.obstacles(tx, head, setting.today))  # fmt: skip
    do(setting, Erase(who=code, reason="demanded"))


def mailed(setting: Setting, invoice: str) -> None:
    """A document that was sent and came back, and was given by post then."""
    with look(setting) as tx:
        customer = tx.customer_by_id(invoice_named(tx, invoice, lock=False)[0].customer_id, lock=False).code
    begun = do(setting, BeginMail(code=invoice, customer=customer, to="a@kunde.example"), "sent")
    do(setting, EndMail(mail=begun["mail"], taken=True, status="2.0.0", said="queued"))
    do(setting, RecordReturn(mail=begun["mail"], status="5.1.1", said="no such user"))
    do(setting, HandOverPaper(number=invoice))


def signed(code: str, **more: Any) -> list[Line]:
    """A customer with a contract on q3."""
    return [
        {"type": "customer", "code": code, "name": f"{code} SA", "country": "CH"},
        {"type": "contract", "customer": code, "tariff": "q3", "tier": "standard", "modules": ["COFI"],
         "fee": "100", "start": "2025-01-01"} | more,
    ]  # fmt: skip


def merged() -> list[Line]:
    """The lines of all scenarios in order of time, names and ids kept apart, with what bills and corrects them."""
    lines: list[Line] = []
    for file in sorted(GOLDEN.glob("*.json")):
        apart = f"{file.stem}-"
        for line in json.loads(file.read_text())["load"]:
            lines.append({key: apart + value if key in _NAMES else value for key, value in line.items()})
    first = next(line["id"] for line in lines if line["type"] == "entry" and "id" in line)
    lines += every_kind()
    lines += [
        {"type": "invoice-run", "id": "run-2026-01", "month": "2026-01", "date": "2026-03-01"},
        {"type": "void", "id": "v-late", "entry": first, "date": "2026-03-02", "reason": "charged to the wrong one"},
        {"type": "goodwill", "id": "g-late", "customer": "ANNA", "minutes": 45, "date": "2026-03-03",
         "expires": "2026-12-31", "reason": "waited long", "covers": ["support", "training"]},
        {"type": "invoice-run", "month": "2026-02", "date": "2026-03-31"},
    ]  # fmt: skip
    agreed = [line for line in lines if line["type"] == "customer"]
    return agreed + sorted((line for line in lines if line["type"] != "customer"), key=_day)


def _day(line: Line) -> str:
    return str(line.get("date") or line.get("start") or line["at"])[:10]
