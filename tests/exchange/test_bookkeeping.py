"""The journals for other programs: each entry adds up to nothing, and all of them agree (M9, M10)."""

import csv
import io
import json
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest
from beancount import loader
from beancount.core import data

from billing.errors import BadInput
from billing.exchange import beancount, bookkeeping
from billing.law.accounts import ROLES, chart
from billing.office import books
from tests.history import rich
from tests.support import load, made

SCENARIOS = sorted((Path(__file__).parents[1] / "golden").glob("*.json"))


def histories() -> list[tuple[str, str, list[dict]]]:
    found = []
    for path in SCENARIOS:
        scenario = json.loads(path.read_text())
        found.append((path.stem, scenario.get("issuer", {}).get("country", "CH"), scenario["load"]))
    return [*found, ("rich", "CH", rich())]


@pytest.mark.parametrize(
    ("name", "country", "lines"), histories(), ids=lambda value: value if isinstance(value, str) else ""
)
def test_fec_csv_and_beancount_agree(tmp_path: Path, name: str, country: str, lines: list[dict]) -> None:
    setting = made(f"sqlite:///{tmp_path}/b.db", country)
    load(setting, *lines)
    found, accounts = books.journal_of(setting), chart(country)
    rows = [line.split("\t") for line in bookkeeping.fec(found, accounts).removesuffix("\r\n").split("\r\n")]
    assert tuple(rows[0]) == tuple(bookkeeping.FEC) and len(rows[0]) == 18
    by_entry: dict[str, Decimal] = defaultdict(Decimal)
    by_account: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows[1:]:
        assert len(row) == 18 and "." not in row[11] + row[12]
        amount = Decimal(row[11].replace(",", ".")) - Decimal(row[12].replace(",", "."))
        by_entry[row[2]] += amount
        by_account[row[4]] += amount
    assert set(by_entry.values()) <= {Decimal("0.00")}
    assert sorted(by_entry, key=int) == [str(n) for n in range(1, len(by_entry) + 1)]
    assert [row[3] for row in rows[1:]] == sorted(row[3] for row in rows[1:])
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for row in csv.DictReader(io.StringIO(bookkeeping.csv(found, accounts))):
        sums[row["account"]] += Decimal(row["debit"]) - Decimal(row["credit"])
    assert sums == by_account
    entries, errors, _ = loader.load_string(beancount.ledger(found))
    assert errors == []
    postings = [p for e in entries if isinstance(e, data.Transaction) for p in e.postings]
    bank = sum((p.units.number for p in postings if p.account == "Assets:Bank"), Decimal(0))
    assert by_account[accounts["bank"][0]] == bank


def test_hledger_has_every_entry(tmp_path: Path) -> None:
    setting = made(f"sqlite:///{tmp_path}/b.db")
    load(setting, *rich())
    found = books.journal_of(setting)
    text = bookkeeping.hledger(found, chart("CH"))
    assert sum(line.startswith("20") for line in text.splitlines()) == len(found.entries) > 10
    assert "    1100 Forderungen aus Lieferungen und Leistungen:ANNA  " in text


def test_the_chart_is_configuration(tmp_path: Path) -> None:
    own = tmp_path / "accounts.toml"
    own.write_text('bank = ["1021", "PostFinance"]\n')
    assert chart("LI", own)["bank"] == ("1021", "PostFinance")
    assert set(chart("CH")) == set(chart("MC")) == set(ROLES)
    for wrong in ('banque = ["1", "x"]\n', 'bank = "1021"\n', "bank = [\n"):
        own.write_text(wrong)
        with pytest.raises(BadInput):
            chart("CH", own)
