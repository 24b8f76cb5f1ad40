"""The journals for other programs: each entry adds up to nothing, and all of them agree (M9, M10)."""

import csv
import io
import json
import re
import shutil
import subprocess
from collections import defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

import pytest
from beancount import loader
from beancount.core import data

from billing.core import journal
from billing.core.journal import Books, Entry, What
from billing.errors import BadInput
from billing.exchange import beancount, bookkeeping, wording
from billing.law.accounts import ROLES, chart
from tests import support
from tests.history import rich
from tests.support import load, made, run

SCENARIOS = sorted((Path(__file__).parents[1] / "golden").glob("*.json"))


def histories() -> list[tuple[str, str, list[dict[str, Any]]]]:
    found = []
    for path in SCENARIOS:
        scenario = json.loads(path.read_text())
        found.append((path.stem, scenario.get("issuer", {}).get("country", "CH"), scenario["load"]))
    return [*found, ("rich", "CH", rich())]


@pytest.mark.parametrize(
    ("name", "country", "lines"), histories(), ids=lambda value: value if isinstance(value, str) else ""
)
def test_fec_csv_and_beancount_agree(tmp_path: Path, name: str, country: str, lines: list[dict[str, Any]]) -> None:
    setting = made(f"sqlite:///{tmp_path}/b.db", country)
    load(setting, *lines)
    found, accounts = support.books(setting), chart(country)
    rows = [
        line.split("\t")
        for line in bookkeeping.fec(found, accounts, {"EUR": Decimal(1)}).removesuffix("\r\n").split("\r\n")
    ]
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
    for booked in csv.DictReader(io.StringIO(bookkeeping.csv(found, accounts))):
        sums[booked["account"]] += Decimal(booked["debit"]) - Decimal(booked["credit"])
    assert sums == by_account
    entries, errors, _ = loader.load_string(beancount.ledger(found))
    assert errors == []
    postings = [p for e in entries if isinstance(e, data.Transaction) for p in e.postings]
    in_bank = [p.units for p in postings if p.account == "Assets:Bank"]
    bank = sum((units.number for units in in_bank if units and units.number), Decimal(0))
    assert by_account[accounts["bank"][0]] == bank


def test_hledger_has_every_entry(tmp_path: Path) -> None:
    setting = made(f"sqlite:///{tmp_path}/b.db")
    load(setting, *rich())
    found = support.books(setting)
    text = bookkeeping.hledger(found, chart("CH"))
    assert sum(line.startswith("20") for line in text.splitlines()) == len(found.entries) > 10
    assert "decimal-mark .\ncommodity 1000.00 CHF\ncommodity 1000.00 EUR\naccount " in text
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


# Periods

Sums = dict[tuple[str, str], Decimal]  # by account and currency
CUTS = ["2025-01-01", "2025-01-11", "2025-02-01", "2025-06-30", "2026-02-01"]


def sums_of(found: Books, chart_: dict[str, tuple[str, str]]) -> Sums:
    """The trial balance by account number and currency, from the CSV."""
    sums: Sums = defaultdict(Decimal)
    for row in csv.DictReader(io.StringIO(bookkeeping.csv(found, chart_))):
        sums[row["account"], row["currency"]] += Decimal(row["debit"]) - Decimal(row["credit"])
    return {key: amount for key, amount in sums.items() if amount}


@pytest.mark.parametrize("since", CUTS)
def test_the_books_of_a_period_begin_with_their_balances_and_end_like_the_whole(tmp_path: Path, since: str) -> None:
    """What is kept ends alike; what was earned is split between `retained` and the period."""
    setting, accounts, first = made(f"sqlite:///{tmp_path}/b.db"), chart("CH"), date.fromisoformat(since)
    load(setting, *rich())
    whole, period = sums_of(support.books(setting), accounts), support.books(setting, since=first)
    part = sums_of(period, accounts)
    kept = {accounts[role][0] for role in ("receivable", "customer-money", "bank", "deferred", "vat", "vat-pending")}
    assert {k: v for k, v in part.items() if k[0] in kept} == {k: v for k, v in whole.items() if k[0] in kept}
    retained = accounts["retained"][0]
    for currency in {currency for _, currency in whole}:
        earned = sum(v for (a, c), v in whole.items() if c == currency and a not in kept)
        assert sum(v for (a, c), v in part.items() if c == currency and a not in kept) == earned
        assert sum(v for (_, c), v in part.items() if c == currency) == 0
    opening = [entry for entry in journal.opened(period) if entry.journal == "opening"]
    assert all(entry.on == first for entry in opening)
    assert [*opening, *period.entries] == list(journal.opened(period))
    if since == "2025-01-01":
        assert opening == [] and not any(account == retained for account, _ in part)
    if since == "2026-02-01":
        assert len(opening) == 2


def test_the_opening_of_a_fec_is_its_first_entries(tmp_path: Path) -> None:
    setting = made(f"sqlite:///{tmp_path}/b.db", "FR")
    load(
        setting,
        {"type": "customer", "code": "A", "name": "Anne SA", "country": "FR"},
        {"type": "contract", "customer": "A", "tariff": "qualiodoo", "start": "2025-01-01"},
        {
            "type": "purchase",
            "id": "p",
            "customer": "A",
            "product": "pack-12h",
            "price": "1000.00",
            "date": "2025-01-10",
        },
        {"type": "payment", "id": "y", "purchase": "p", "date": "2025-01-12", "amount": "700.00"},
        {"type": "payment", "id": "z", "purchase": "p", "date": "2025-02-12"},
        {"type": "entry", "customer": "A", "date": "2025-02-20", "minutes": 36},
    )
    found = support.books(setting, date(2025, 12, 31), date(2025, 2, 1))
    rows = [line.split("\t") for line in bookkeeping.fec(found, chart("FR")).split("\r\n")[1:-1]]
    shown = [[row[i] for i in (0, 2, 3, 4, 6, 8, 11, 12)] for row in rows]
    assert shown[:5] == [
        ["AN", "1", "20250201", "512", "", "OPENING-2025-02-01", "700,00", "0,00"],
        ["AN", "1", "20250201", "487", "", "OPENING-2025-02-01", "0,00", "1000,00"],
        ["AN", "1", "20250201", "411", "A", "OPENING-2025-02-01", "500,00", "0,00"],
        ["AN", "1", "20250201", "44571", "", "OPENING-2025-02-01", "0,00", "200,00"],
        ["BQ", "2", "20250212", "512", "", "INV-2025-00001", "500,00", "0,00"],
    ]
    assert [row[3] for row in rows] == sorted(row[3] for row in rows)
    assert rows[-1][4:6] == ["706", "Prestations de services"] and rows[-1][12] == "55,56"  # 36 min are 40 of 720


# Another currency


def french_with_francs(tmp_path: Path) -> dict[str, str]:
    """A French issuer, books in EUR, who sells a tariff in CHF: an invoice over 210.00 paid in three parts."""
    env = {"BILLING_DB": f"sqlite:///{tmp_path}/b.db", "BILLING_TODAY": "2025-12-31"}
    setting = made(env["BILLING_DB"], "FR", date(2025, 12, 31))
    load(
        setting,
        {"type": "customer", "code": "A", "name": "A", "country": "FR"},
        {"type": "contract", "customer": "A", "tariff": "q3", "tier": "standard", "start": "2025-01-01"},
        {"type": "entry", "customer": "A", "date": "2025-01-10", "minutes": 60},
        {"type": "invoice-run", "month": "2025-01", "date": "2025-01-31"},
        *(
            {"type": "payment", "invoice": "INV-2025-00001", "date": f"2025-02-0{day}", "amount": "70.00"}
            for day in (1, 2, 3)
        ),
    )
    return env


def test_a_fec_without_a_rate_names_the_documents(tmp_path: Path) -> None:
    env = french_with_francs(tmp_path)
    out = tmp_path / "fec.txt"
    status, _, err = run("export", "fec", "-o", str(out), **env)
    assert status == 1 and not out.exists()
    assert err.startswith("error: INV-2025-00001: in CHF, the books are in EUR")
    assert "--rate CHF=0.95" in err
    for wrong in ("CHF", "CHF=", "CHF=0", "CHF=-1", "CHF=nan", "=1", "CHF=1e3"):
        assert "write a currency" in run("export", "fec", "--rate", wrong, **env)[2]
    assert run("export", "fec", "--rate", "USD=1", **env)[0] == 1


@pytest.mark.parametrize(("period", "fields"), [((), 0), (("--from", "2025-02-02"), 1)])
def test_a_fec_with_a_rate_is_in_the_books_currency(tmp_path: Path, period: tuple[str, ...], fields: int) -> None:
    """The three parts are 64.87, 64.87 and 64.87 by themselves: a cent more than 194.60, what the invoice is."""
    status, out, err = run("export", "fec", "--rate", "CHF=0.92667", *period, **french_with_francs(tmp_path))
    assert (status, err) == (0, "")
    rows = [line.split("\t") for line in out.split("\r\n")[1:-1]]

    def amount(text: str) -> Decimal:
        return Decimal(text.replace(",", ".") or "0")

    by_entry: dict[str, Decimal] = defaultdict(Decimal)
    receivable = foreign = Decimal(0)
    for row in rows:
        by_entry[row[2]] += amount(row[11]) - amount(row[12])
        if row[4] == "411":
            receivable += amount(row[11]) - amount(row[12])
            foreign += amount(row[16])
        assert row[17] == ("" if row[4] == "758" else "CHF")
    assert set(by_entry.values()) == {Decimal("0.00")}
    assert list(by_entry) == [str(n) for n in range(1, len(by_entry) + 1)]
    assert [receivable, foreign] == [Decimal(0), Decimal(0)]
    assert amount(rows[0][11]) == (Decimal("64.87") if fields else Decimal("194.60"))


# hledger


def parsed(text: str) -> tuple[set[str], list[tuple[str, Sums]]]:
    """The accounts declared and the transactions of a journal, by hledger's own rules for what we use of them."""
    declared: set[str] = set()
    found: list[tuple[str, Sums]] = []
    for line in text.splitlines():
        if line.startswith("account "):
            declared.add(line.removeprefix("account "))
        elif re.match(r"\d{4}-\d{2}-\d{2} ", line):
            assert re.fullmatch(r"\d{4}-\d{2}-\d{2} \([^()]+\) [^|;]+ \| [^|;]+", line), line
            found.append((line[:10], defaultdict(Decimal)))
        elif line.startswith("    "):  # an account, two spaces at least, an amount
            leg = re.fullmatch(r" {4}(\S(?: ?\S)*) {2,}(-?\d+\.\d\d) ([A-Z]{3})", line)
            assert leg is not None, line
            account, amount, currency = leg.groups()
            found[-1][1][account, currency] += Decimal(amount)
        else:
            assert line == "" or re.fullmatch(r"decimal-mark \.|commodity 1000\.00 [A-Z]{3}", line), line
    return declared, found


def journals(tmp_path: Path) -> list[tuple[str, Books]]:
    found = []
    for name, country, lines in histories():
        setting = made(f"sqlite:///{tmp_path}/{name}.db", country)
        load(setting, *lines)
        for since in (None, date(2025, 2, 1)):
            found.append((country, support.books(setting, since=since)))
    return found


def test_what_hledger_reads_balances_and_declares_every_account(tmp_path: Path) -> None:
    for country, found in journals(tmp_path):
        declared, transactions = parsed(bookkeeping.hledger(found, chart(country)))
        total: Sums = defaultdict(Decimal)
        for _, legs in transactions:
            by_currency: dict[str, Decimal] = defaultdict(Decimal)
            for (account, currency), amount in legs.items():
                assert account in declared
                by_currency[currency] += amount
                total[account.split(" ")[0], currency] += amount
            assert set(by_currency.values()) == {Decimal("0.00")}
        assert [day for day, _ in transactions] == sorted(day for day, _ in transactions)
        assert {key: amount for key, amount in total.items() if amount} == sums_of(found, chart(country))


@pytest.mark.skipif(shutil.which("hledger") is None, reason="hledger is not installed")
def test_hledger_accepts_it_and_agrees_with_our_trial_balance(tmp_path: Path) -> None:
    for country, found in journals(tmp_path):
        file = tmp_path / "books.journal"
        file.write_text(bookkeeping.hledger(found, chart(country)))

        def hledger(*words: str, file: Path = file) -> str:
            return subprocess.run(
                ["hledger", "-f", str(file), *words], check=True, capture_output=True, text=True,
                env={"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"},
            ).stdout  # fmt: skip

        hledger("check", "--strict")
        hledger("check", "ordereddates")
        total: Sums = defaultdict(Decimal)
        rows: list[dict[str, Any]] = list(csv.DictReader(io.StringIO(hledger("balance", "--flat", "-O", "csv"))))
        for row in rows:
            if row["account"] != "total":
                for amount in row["balance"].split(", "):
                    value, _, currency = amount.partition(" ")
                    total[row["account"].split(" ")[0], currency] += Decimal(value)
        assert {key: amount for key, amount in total.items() if amount} == sums_of(found, chart(country))


def test_a_fec_is_in_french() -> None:
    """Code de commerce, L123-22: accounts are kept in French; every kind of entry has words in both languages."""
    whats = [what for what in get_args(What) if what != "earned"]
    for language in ("en", "fr"):
        entries = [Entry("sales", date(2025, 1, 1), "A", what, ("INV-1",), "INV-1", ()) for what in whats]
        assert len({wording.text(entry, language) for entry in entries}) == len(whats)
    earned = Entry("general", date(2025, 1, 1), "A", "earned", ("p", "5", "0", "600"), "INV-1", ())
    assert wording.text(earned, "fr") == "p : 5 min consommées sur 600"
    assert wording.text(earned) == "p: 5 min used of 600"
