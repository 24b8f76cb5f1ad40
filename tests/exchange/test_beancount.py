"""The Beancount export: accepted by Beancount, and its sums are ours (M9, M10, L8)."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from beancount import loader
from beancount.core import data

from billing.core.units import ZERO
from billing.exchange import beancount
from billing.office import answers, books, reports
from tests.support import load, made

SCENARIOS = sorted((Path(__file__).parents[1] / "golden").glob("*.json"))


def _loaded(text: str) -> list[data.Directive]:
    entries, errors, _ = loader.load_string(text)
    assert errors == []
    return entries


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_beancount_accepts_every_scenario(path: Path, database_url: str) -> None:
    scenario = json.loads(path.read_text())
    setting = made(database_url, scenario.get("issuer", {}).get("country", "CH"))
    load(setting, *scenario["load"])
    code = next(line["code"] for line in scenario["load"] if line["type"] == "customer")
    for until in (date(2025, 1, 31), date(2025, 2, 28), date(2026, 2, 5), date(2026, 2, 10), date(2029, 1, 1)):
        entries = _loaded(beancount.ledger(books.journal_of(setting, until)))
        postings = [p for e in entries if isinstance(e, data.Transaction) for p in e.postings]
        minutes = sum(p.units.number for p in postings if p.account.startswith(f"Assets:Minutes:C{code}:"))
        assert minutes == answers.balance(setting, code, until)["minutes"], until
        deferred = sum((p.units.number for p in postings if p.account.startswith("Liabilities:Deferred:")), ZERO)
        assert -deferred == Decimal(reports.deferred(setting, until)["total"]), until


def test_a_wrong_sum_is_noticed(tmp_path: Path) -> None:
    """The assertions can fail: a ledger with one amount changed is refused."""
    setting = made(f"sqlite:///{tmp_path}/b.db", "FR")
    load(
        setting,
        {"type": "customer", "code": "A", "name": 'A "quoted" \\ SA', "country": "FR"},
        {"type": "contract", "customer": "A", "tariff": "qualiodoo", "start": "2025-01-01"},
        {
            "type": "purchase",
            "id": "p",
            "customer": "A",
            "product": "pack-12h",
            "price": "1000.00",
            "date": "2025-01-02",
        },
        {"type": "payment", "purchase": "p", "date": "2025-01-03", "amount": "1300.00"},
        {"type": "entry", "customer": "A", "date": "2025-01-04", "minutes": 5},
    )
    text = beancount.ledger(books.journal_of(setting))
    _loaded(text)
    assert "Liabilities:CustomerMoney:CA  -100.00 EUR" in text
    _, errors, _ = loader.load_string(
        text.replace("  Assets:Minutes:CA:CA-G1  -5 MIN", "  Assets:Minutes:CA:CA-G1  -6 MIN")
    )
    assert errors


def test_a_pack_of_144_slices_is_earned_to_the_cent(tmp_path: Path) -> None:
    """M9: 1,000.00 over 144 draws of 5 minutes; slice by slice 0.64 would be lost."""
    setting = made(f"sqlite:///{tmp_path}/b.db", "FR")
    days = [f"2025-{month:02}-{day:02}" for month in range(2, 8) for day in range(1, 25)]
    load(
        setting,
        {"type": "customer", "code": "A", "name": "A", "country": "FR"},
        {"type": "contract", "customer": "A", "tariff": "qualiodoo", "start": "2025-01-01"},
        {
            "type": "purchase",
            "id": "p",
            "customer": "A",
            "product": "pack-12h",
            "price": "1000.00",
            "date": "2025-01-02",
        },
        {"type": "payment", "purchase": "p", "date": "2025-01-03"},
        *({"type": "entry", "customer": "A", "date": day, "minutes": 5} for day in days),
    )
    assert len(days) == 144
    journal = books.journal_of(setting)
    earned = [-leg.amount for entry in journal.entries for leg in entry.legs if leg.role == "revenue"]
    assert len(earned) == 144
    assert sum(earned) == Decimal("1000.00")
