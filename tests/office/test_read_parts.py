"""Acts on one customer and a month's run read what they need of his book, and decide as with all of it (L2, M5)."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from billing.errors import Refusal
from billing.office.transaction import Setting, Transaction
from billing.requests.account import AskAccount
from billing.requests.approvals import ApproveOverage, AskOverage
from billing.requests.bank import ImportBankFile, SettleItem
from billing.requests.contracts import Cancel, ChangeTier, Goodwill, Renew
from billing.requests.entries import Log
from billing.requests.explaining import AskWhy
from billing.requests.invoicing import AskDocument, AskDocuments, CreditInvoice, RunMonth
from billing.requests.parties import AskCustomer, ChangeCustomer
from billing.requests.payments import Bounce, Pay, PayOnAccount, Refund, Sell, WriteOff
from billing.requests.privacy import Erase
from billing.requests.quotes import AcceptQuote, AddQuote, DeliverQuote, InvoiceQuote, RefuseQuote
from billing.service import Billing
from billing.store import ledger
from tests import quoted, support
from tests.history import Line
from tests.support import ask, audit, do, load, made

TODAY = date(2025, 6, 30)
IBAN = "FR7630006000011234567890189"
YEAR: dict[str, Any] = {"first": date(2025, 1, 1), "last": TODAY}


@pytest.fixture
def worked(database_url: str) -> Setting:
    """Months of work, invoiced until April, some taken back; packs paid and not, money on account, minutes owed."""
    setting = made(database_url, "FR", today=TODAY, iban=IBAN)
    lines: list[Line] = [
        {"type": "customer", "code": "ANNA", "name": "Anna SA", "country": "FR"},
        {"type": "contract", "customer": "ANNA", "tariff": "qualiodoo", "start": "2025-01-01"},
        {
            "type": "purchase",
            "id": "p1",
            "customer": "ANNA",
            "product": "pack-12h",
            "price": "900",
            "date": "2025-01-02",
        },
        {"type": "payment", "id": "m1", "purchase": "p1", "date": "2025-01-10"},
        {"type": "customer", "code": "BEAT", "name": "Beat SA", "country": "CH"},
        {"type": "contract", "customer": "BEAT", "tariff": "q3", "tier": "standard", "start": "2025-01-01"},
        {"type": "on-account", "id": "d1", "customer": "BEAT", "amount": "75.00", "date": "2025-02-01"},
    ]
    for month in range(1, 7):
        for code in ("ANNA", "BEAT"):
            lines += [
                {"type": "entry", "id": f"{code}{month}-{n}", "customer": code, "case": f"{code}K{month % 2}",
                 "date": f"2025-0{month}-1{n}", "minutes": 47 + n, "note": "said"} for n in range(3)
            ]  # fmt: skip
        if month < 5:
            lines.append({"type": "invoice-run", "month": f"2025-0{month}", "date": f"2025-0{month}-28"})
    lines += [
        {"type": "void", "entry": f"{code}{month}-1", "reason": "twice", "date": "2025-06-20"}
        for code, month in (("ANNA", 2), ("BEAT", 3), ("BEAT", 5))
    ]
    lines += [
        {
            "type": "purchase",
            "id": "p2",
            "customer": "ANNA",
            "product": "pack-12h",
            "price": "900",
            "date": "2025-06-01",
        },
        {"type": "entry", "id": "owed", "customer": "ANNA", "date": "2025-06-25", "minutes": 900},
    ]
    load(setting, *lines)
    do(setting, ImportBankFile(file="a", data=bank(("C", "75.00", "thanks"), ("D", "12.00", "back"))))
    for number in range(1, 5):
        code = quoted.add(setting, "BEAT", kind="service", case=f"BEATQ{number}", on=date(2025, 6, number))["quote"]
        quoted.step(setting, code, "sent", date(2025, 6, 5))
        if number < 4:
            quoted.step(setting, code, "accepted", date(2025, 6, 6), said=f"Marie {number}")
            for n in range(2):
                support.log(setting, customer="BEAT", id=f"Q{number}-{n}", quote=code, seconds=1000, on=TODAY)
    support.void(setting, "Q2-1", "twice")
    quoted.step(setting, "Q-2025-00002", "delivered", date(2025, 6, 20), said="Done")
    quoted.invoice(setting, "Q-2025-00003", date(2025, 6, 30))
    return setting


ACTS: dict[str, Callable[[Setting], object]] = {
    "a customer": lambda s: [ask(s, AskCustomer(customer=code)) for code in ("ANNA", "BEAT")],
    "a change": lambda s: dry(s, ChangeCustomer(customer="BEAT", terms=20), "c"),
    "an account": lambda s: [ask(s, AskAccount(customer=code, **YEAR)) for code in ("ANNA", "BEAT")],
    "a tier": lambda s: dry(s, ChangeTier(customer="BEAT", tier="premium")),
    "a renewal": lambda s: dry(s, Renew(customer="BEAT")),
    "an end": lambda s: dry(s, Cancel(customer="ANNA")),
    "goodwill": lambda s: dry(s, Goodwill(customer="ANNA", minutes=30, reason="late", expires=date(2025, 12, 31))),
    "a sale": lambda s: dry(s, Sell(customer="BEAT", product="half-fare", price=Decimal(90))),
    "a payment": lambda s: dry(s, Pay(purchase="p2")),
    "money taken back": lambda s: dry(s, Bounce(payment="m1")),
    "money on account": lambda s: dry(s, PayOnAccount(customer="BEAT", amount=Decimal(5))),
    "money paid out": lambda s: dry(s, Refund(customer="BEAT")),
    "a loss": lambda s: dry(s, WriteOff(invoice="INV-2025-00002", reason="closed down", yes=True)),
    "invoices credited": lambda s: [
        dry(s, CreditInvoice(invoice=row["number"], reason="a slip", yes=True))
        for row in ask(s, AskDocuments())["invoices"]
        if row["kind"] == "invoice"
    ],
    "erasures": lambda s: [dry(s, Erase(who=who, reason="on demand", yes=True)) for who in ("ANNA", "BEAT")],
    "a bank's file": lambda s: dry(s, ImportBankFile(file="b", data=bank(("C", "90.00", unpaid(s)))), "f"),
    "money in": lambda s: [dry(s, SettleItem(item="B1", on=on)) for on in (unpaid(s), "BEAT", "d1")],
    "money out": lambda s: [dry(s, SettleItem(item="B2", on=on)) for on in ("BEAT", "m1")],
    "a quote": lambda s: dry(s, AddQuote(customer="BEAT", title="Form", amount=Decimal(90), case="BEATQ1")),
    "quotes": lambda s: [quoted.listed(s, code) for code in (None, "ANNA", "BEAT")],
    "one quote": lambda s: [quoted.show(s, f"Q-2025-0000{number}") for number in range(1, 5)],
    "a quote accepted": lambda s: dry(s, AcceptQuote(quote="Q-2025-00004", by="Marie")),
    "a quote refused": lambda s: dry(s, RefuseQuote(quote="Q-2025-00004", reason="dear")),
    "a quote delivered": lambda s: dry(s, DeliverQuote(quote="Q-2025-00001", text="Done")),
    "a quote invoiced": lambda s: dry(s, InvoiceQuote(quote="Q-2025-00001", on=TODAY)),
    "work on a quote": lambda s: dry(s, Log(customer="BEAT", quote="Q-2025-00001", seconds=600)),
    "why it was invoiced": lambda s: ask(s, AskWhy(what=str(quoted.show(s, "Q-2025-00003")["invoice"]))),
    "published": lambda s: quoted.evolutions(s, **YEAR),
    "overage": lambda s: [ask(s, AskOverage(case=f"BEATK{n}")) for n in range(2)],
    "overage approved": lambda s: dry(s, ApproveOverage(case="BEATK1", minutes=30, by="Marie")),
    "a run": lambda s: dry(s, RunMonth(month=date(2025, 5, 1), on=TODAY)),
}


def bank(*entries: tuple[str, str, str]) -> bytes:
    """A bank's file of money in (C) and out (D)."""
    rows = "".join(
        f'<Ntry><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>{way}RDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt>'
        f"<Dt>{TODAY}</Dt></BookgDt><AcctSvcrRef>{way}{amount}</AcctSvcrRef><NtryDtls><TxDtls><RmtInf><Ustrd>{text}"
        "</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"
        for way, amount, text in entries
    )
    return (
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt><Acct><Id>'
        f"<IBAN>{IBAN}</IBAN></Id></Acct>{rows.replace('DRDT', 'DBIT')}</Stmt></BkToCstmrStmt></Document>"
    ).encode()


def unpaid(setting: Setting) -> str:
    """The number of the invoice of a pack that nobody has paid."""
    known = ask(setting, AskDocuments())["invoices"]
    return str(next(row["number"] for row in known if row["customer"] == "ANNA" and row["status"] == "open"))


def dry(setting: Setting, request: object, key: str | None = None) -> object:
    try:
        return Billing(setting).do(request, key, dry_run=True).view  # type: ignore[arg-type]
    except Refusal as refused:
        return f"{refused.code}: {refused}"


def test_what_was_read_decides_as_all_of_it_does(worked: Setting, monkeypatch: pytest.MonkeyPatch) -> None:
    """M5, M10, G8 to G11: nothing of an act on one customer grows with all that was ever worked for him."""

    def refused(*_: object) -> object:
        raise AssertionError("the whole book was read")

    with monkeypatch.context() as patched:
        patched.setattr(ledger, "history", refused)
        found = {name: act(worked) for name, act in ACTS.items()}
    monkeypatch.setattr(Transaction, "_read", lambda self, head, read: self.book(head))
    assert {name: act(worked) for name, act in ACTS.items()} == found
    documents = found["a run"].invoices  # type: ignore[attr-defined]
    assert {document.kind for document in documents} == {"invoice", "credit-note"}


def test_a_run_that_reads_parts_is_audited_and_its_note_shown(worked: Setting, monkeypatch: pytest.MonkeyPatch) -> None:
    run = do(worked, RunMonth(month=date(2025, 5, 1), on=TODAY))
    monkeypatch.setattr(ledger, "history", lambda *_: pytest.fail("the whole book was read"))
    for document in run["invoices"]:
        assert ask(worked, AskDocument(number=document["number"]))["number"] == document["number"]
    monkeypatch.undo()
    assert audit(worked)["faults"] == []
