"""The month-end on one screen is one look at one moment (M7)."""

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from billing.requests.bank import ImportBankFile
from billing.requests.month import AskMonthEnd
from billing.requests.reports import AskVat
from billing.service import Billing
from billing.store import heads, ledger
from tests import banked, support
from tests.support import do, load, made

FIRST, ON = date(2025, 3, 1), date(2025, 3, 31)


def lines(code: str) -> list[dict[str, Any]]:
    return [
        {"type": "customer", "code": code, "name": code, "country": "FR"},
        {"type": "contract", "customer": code, "tariff": "q3", "tier": "premium", "start": "2025-01-01"},
        {"type": "entry", "customer": code, "case": f"{code}-1", "date": "2025-02-03", "minutes": 35},
        {"type": "entry", "customer": code, "case": f"{code}-2", "date": "2025-03-03", "minutes": 20},
    ]


def test_the_screen_is_one_look_that_reads_each_book_once_m7(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """M7: what is ready, held, late, deferred and open is of one moment, and a customer's book is read once for it."""
    setting = made(f"sqlite:///{tmp_path}/b.db")
    codes = [f"C{n:02}" for n in range(60)]  # more than a run bills in one transaction
    load(setting, *(line for code in codes for line in lines(code)))
    setting_up = support.contents(setting)
    read: Counter[str] = Counter()
    begun: list[Any] = []
    whole = ledger.history

    def counted(connection: Any, head: heads.Head, tariffs: Any) -> Any:
        read[head.code] += 1
        return whole(connection, head, tariffs)

    monkeypatch.setattr(ledger, "history", counted)
    event.listen(setting.engine, "begin", begun.append)
    found = Billing(setting).ask(AskMonthEnd(month=FIRST, on=ON))
    assert [row.customer for row in found.ready] == codes
    assert len(found.late) == len(codes)
    assert read == dict.fromkeys(codes, 1)
    assert len(begun) == 1  # the reminders that would be due are of the same moment
    assert support.contents(setting) == setting_up


def test_the_screen_says_what_the_month_came_to_and_what_waits_m7(database_url: str) -> None:
    """Sold, earned, taxed, at the bank, owned, ending: as each report has it, with the command that sees to it."""
    setting = made(database_url, "FR", iban="FR7630006000011234567890189", today=date(2025, 12, 20))
    load(
        setting,
        {"type": "customer", "code": "A", "name": "Anna", "country": "FR"},
        {"type": "contract", "customer": "A", "tariff": "qualiodoo", "start": "2025-01-01"},
        {"type": "customer", "code": "B", "name": "Beat", "country": "FR"},
        {"type": "contract", "customer": "B", "tariff": "q3", "tier": "profi", "start": "2025-01-01", "fee": "365",
         "invoice": True, "invoice_on": "2025-01-01"},
        {"type": "purchase", "id": "p", "customer": "A", "product": "pack-12h", "price": "720", "date": "2025-01-10"},
        {"type": "payment", "purchase": "p", "amount": "900", "date": "2025-01-10"},
        {"type": "purchase", "id": "half", "customer": "B", "product": "half-fare", "price": "90",
         "date": "2025-12-02"},
        {"type": "entry", "customer": "A", "case": "A-1", "date": "2025-12-03", "minutes": 60},
        {"type": "entry", "customer": "B", "case": "B-1", "date": "2025-12-03", "minutes": 120},
    )  # fmt: skip
    ours = "<IBAN>FR7630006000011234567890189</IBAN>"
    bank = banked.FILE.replace("<IBAN>CH9300762011623852957</IBAN>", ours).replace('"CHF"', '"EUR"')
    do(setting, ImportBankFile(file="bank.xml", data=bank.encode()))
    found = support.ask(setting, AskMonthEnd(month=date(2025, 12, 1)))
    assert [(s["kind"], s["currency"], s["count"], s["net"]) for s in found["sold"]] == [("invoice", "CHF", 1, "90.00")]
    assert [(r["kind"], r["currency"], r["amount"]) for r in found["revenue"]] == [
        ("add-on", "CHF", "90.00"), ("fee", "CHF", "31.00"), ("pack", "EUR", "60.00"),
    ]  # fmt: skip
    assert found["declared"] == support.ask(
        setting, AskVat(first=date(2025, 12, 1), last=date(2025, 12, 31))
    )["rows"]  # fmt: skip
    (item,) = found["bank"]
    assert (item["id"], item["amount"], item["command"]) == ("B1", "90.00", "billing payments settle B1 INVOICE")
    assert found["own_money"] == [
        {"customer": "A", "amount": "36.00", "currency": "EUR", "command": "billing refund A"}
    ]
    assert [(e["customer"], e["kind"], e["last"], e.get("minutes"), e["command"]) for e in found["ending"]] == [
        ("B", "contract", "2025-12-31", None, "billing contract renew B --invoice"),
        ("A", "pack", "2026-01-09", 660, "billing buy A pack-12h"),
    ]
    assert [e.get("grant") for e in found["ending"]] == [None, "A-G1"]
    assert [(s["code"], s["state"]) for s in found["unsent"]] == [("INV-2025-00003", "unsent")]
    assert (found["closing"]["closable"], found["closing"]["uninvoiced"]) == (False, ["B"])
    env = {"BILLING_DB": database_url, "BILLING_TODAY": "2026-01-05"}
    told = support.run("month", "2025-12", **env)[1]
    for line in (
        "Issued: 1 invoice, CHF 90.00 net, 108.00 in all",
        "Earned: CHF 90.00 add-on, CHF 31.00 contract fee, EUR 60.00 pack, used",
        "VAT of the month, 20 %: CHF 18.00 on 90.00",
        "At the bank, open: B1 of 2025-03-10, EUR 90.00: no reference, and no open invoice of this amount; "
        "billing payments settle B1 INVOICE",
        "A has EUR 36.00 of its own; billing refund A",
        "A: pack-12h ends on 2026-01-09, 11 h left; billing buy A pack-12h",
        "INV-2025-00003: not sent: customer B has no e-mail address; billing customer change B --email ADDRESS",
        "Can be closed: `billing close 2025-12`",
        "Before closing: 2025-12 is not invoiced yet for B; `billing invoice run 2025-12`",
    ):
        assert f"{line}\n" in told, told
