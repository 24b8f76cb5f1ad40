"""The books open with what was brought: balanced in every export; the bank's file pays an old invoice (G14, M14)."""

from datetime import date
from decimal import Decimal
from unittest.mock import Mock

import pytest
from beancount import loader

from billing.core.units import ZERO
from billing.exchange import bookkeeping
from billing.exchange.beancount import ledger
from billing.law import accounts
from billing.office.transaction import Setting
from billing.requests.bank import ImportBankFile
from billing.requests.payments import Pay
from billing.requests.proofs import AskProof
from tests.openings.test_openings import BEAT, DAY, TODAY
from tests.support import ask, audit, balance, books, do, fec, load, made

FILE = """<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt><Acct><Id>
<IBAN>FR7630006000011234567890189</IBAN></Id></Acct><Ntry><Amt Ccy="EUR">480.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>
<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2025-07-10</Dt></BookgDt><AcctSvcrRef>X1</AcctSvcrRef><NtryDtls><TxDtls><RmtInf>
<Ustrd>Facture OLD-21</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry></Stmt></BkToCstmrStmt></Document>"""


@pytest.fixture
def setting(database_url: str) -> Setting:
    setting = made(database_url, "FR", TODAY, iban="FR7630006000011234567890189", vat_id="FR03552081317")
    load(setting, *BEAT, {"type": "entry", "customer": "BEAT", "date": "2025-07-02", "minutes": 42})
    return setting


def test_M14_the_bank_pays_an_old_invoice_by_its_number(setting: Setting) -> None:
    done = do(setting, ImportBankFile(file="bank.xml", data=FILE.encode()))
    assert [(one["invoice"], one["status"]) for one in done["booked"]] == [("OLD-21", "paid")]
    assert do(setting, ImportBankFile(file="bank.xml", data=FILE.encode()))["known"] == 1
    assert audit(setting)["faults"] == []


def test_G14_the_fec_opens_with_it_and_letters_an_old_invoice_that_is_paid(setting: Setting) -> None:
    do(setting, Pay(invoice="OLD-21", on=date(2025, 7, 10)))
    rows = [line.split("\t") for line in fec(books(setting, TODAY), accounts.chart("FR")).splitlines()[1:]]
    opening = [row for row in rows if row[0] == "AN"]
    assert [(row[3], row[4], row[8], row[11], row[12]) for row in opening] == [
        ("20250701", "4191", "BEAT-4", "0,00", "50,00"), ("20250701", "890", "BEAT-4", "50,00", "0,00"),
        ("20250701", "487", "OLD-17", "0,00", "375,00"), ("20250701", "890", "OLD-17", "375,00", "0,00"),
        ("20250701", "411", "OLD-21", "480,00", "0,00"), ("20250701", "890", "OLD-21", "0,00", "480,00")]  # fmt: skip
    assert [row[13] for row in rows if row[4] == "411"] == ["AAA", "AAA"]
    sums = [sum((Decimal(row[at].replace(",", ".")) for row in rows), ZERO) for at in (11, 12)]
    assert sums[0] == sums[1]


def test_the_fec_makes_its_opening_balances_once(setting: Setting, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once for the letters and once for the lines: at every entry it would grow as the square of a year."""
    do(setting, Pay(invoice="OLD-21", amount=Decimal(100), on=date(2025, 8, 2)))
    do(setting, Pay(invoice="OLD-21", on=date(2025, 8, 3)))
    makes = Mock(side_effect=bookkeeping._opening)
    monkeypatch.setattr(bookkeeping, "_opening", makes)
    lines = fec(books(setting, TODAY, date(2025, 8, 1)), accounts.chart("FR")).splitlines()[1:]
    assert len({line.split("\t")[2] for line in lines}) > 2 == makes.call_count


@pytest.mark.parametrize("since", [None, DAY, date(2025, 8, 1)])
def test_G14_the_beancount_ledger_holds(setting: Setting, since: date | None) -> None:
    _, errors, _ = loader.load_string(ledger(books(setting, TODAY, since)))
    assert errors == []


def test_G14_each_chart_has_an_account_for_the_other_side() -> None:
    for name in ("FR", "CH", "BE", "LU", "DE", "SKR03"):
        number, _ = accounts.named(name)["opening-balance"]
        others = {account for role, (account, _) in accounts.named(name).items() if role != "opening-balance"}
        assert number not in others, name


def test_L9_what_was_told_after_an_opening_is_proved(setting: Setting) -> None:
    position = balance(setting, "BEAT")["position"]
    load(setting, {"type": "opening-void", "opening": "o4", "reason": "a slip"})
    proved = ask(setting, AskProof(position=position, customer="BEAT", at=date(2025, 7, 3)))
    assert proved["holds"] and proved["balance"]["minutes"] == 255
