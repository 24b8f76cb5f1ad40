"""The journals for other programs: each entry adds up to nothing, and all of them agree (M9, M10)."""

import csv
import io
import json
import re
import shutil
import subprocess
from collections import defaultdict
from dataclasses import replace
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
from billing.law.accounts import ROLES, chart, named
from billing.law.data import table
from billing.office.transaction import Setting
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
        for line in support.fec(found, accounts, {"EUR": Decimal(1)}).removesuffix("\r\n").split("\r\n")
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


def test_M16_other_accounts_count_from_their_day(tmp_path: Path) -> None:
    own = tmp_path / "accounts.toml"
    own.write_text(
        'bank = ["1021", "PostFinance"]\n[2026-01-01]\nvat = ["2201", "MWST"]\n[2027-01-01]\nbank = ["1", "x"]\n'
    )
    found = chart("CH", own)
    days = [date(2025, 12, 31), date(2026, 1, 1), date(2027, 1, 1)]
    assert [found.on(day)["vat"][0] for day in days] == ["2200", "2201", "2201"]
    assert [found.on(day)["bank"][0] for day in days] == ["1021", "1021", "1"]
    assert len(found.on(days[2])) == len(ROLES)
    own.write_text('[January]\nvat = ["2201", "MWST"]\n')
    with pytest.raises(BadInput, match="a table is named by a day"):
        chart("CH", own)


def test_M16_a_closed_month_stays_on_its_accounts(tmp_path: Path) -> None:
    setting = made(f"sqlite:///{tmp_path}/b.db", "FR")
    sold = {"type": "purchase", "customer": "A", "product": "pack-12h", "price": "100"}
    load(
        setting,
        {"type": "customer", "code": "A", "name": "A", "country": "FR"},
        {"type": "contract", "customer": "A", "tariff": "qualiodoo", "start": "2025-01-01"},
        sold | {"date": "2025-12-10"},
        sold | {"date": "2026-01-10"},
    )
    own = tmp_path / "accounts.toml"
    own.write_text('[2026-01-01]\nreceivable = ["4111", "Clients"]\n')
    found = support.books(setting, date(2026, 1, 31))
    for text in (support.fec(found, chart("FR", own)), bookkeeping.csv(found, chart("FR", own))):
        rows = [line.replace(",", "\t").split("\t") for line in text.splitlines()]
        assert {"411", "4111"} <= {cell for row in rows for cell in row}
    before = support.books(setting, date(2025, 12, 31))
    assert support.fec(before, chart("FR", own)) == support.fec(before, chart("FR"))


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
    rows = [line.split("\t") for line in support.fec(found, chart("FR")).split("\r\n")[1:-1]]
    shown = [[row[i] for i in (0, 2, 3, 4, 6, 8, 11, 12)] for row in rows]
    assert shown[:5] == [
        ["AN", "1", "20250201", "411", "A", "AN-20250201", "500,00", "0,00"],
        ["AN", "1", "20250201", "44571", "", "AN-20250201", "0,00", "200,00"],
        ["AN", "1", "20250201", "487", "", "AN-20250201", "0,00", "1000,00"],
        ["AN", "1", "20250201", "512", "", "AN-20250201", "700,00", "0,00"],
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
    first = next(amount(row[11]) for row in rows if row[4] == ("512" if fields else "411"))
    assert first == (Decimal("64.87") if fields else Decimal("194.60"))


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
    """Code de commerce, L123-22: accounts are kept in French; every kind of entry has words in each language."""
    whats = [what for what in get_args(What) if what not in ("earned", "fee-earned")]
    for language in get_args(wording.Language):
        entries = [Entry("sales", date(2025, 1, 1), "A", what, ("INV-1",), "INV-1", ()) for what in whats]
        assert len({wording.text(entry, language) for entry in entries}) == len(whats)
        for what in ("earned", "fee-earned"):
            earned = Entry("general", date(2025, 1, 1), "A", what, ("p", "5", "0", "600"), "INV-1", ())
            assert "5" in wording.text(earned, language) and "600" in wording.text(earned, language)
            late = wording.text(replace(earned, own_day=date(2024, 12, 31)), language)
            assert late.startswith(wording.text(earned, language)) and "2024" in late
    earned = Entry("general", date(2025, 1, 1), "A", "earned", ("p", "5", "0", "600"), "INV-1", ())
    assert wording.text(earned, "fr") == "p : 5 min consommées sur 600"
    assert wording.text(earned) == "p: 5 min used of 600"
    assert wording.label(earned, "Anne SA", "fr") == "p : 5 min consommées sur 600, INV-1, Anne SA"
    assert wording.label(replace(earned, what="invoice"), "Anne SA", "fr") == "facture INV-1, Anne SA"
    assert wording.label(replace(earned, what="payment", about=("INV-1",)), "", "fr") == "règlement de INV-1"


# Lettering, opening, what comes to nothing


def fec_rows(setting: Setting, since: date | None = None, until: date | None = None, **rates: str) -> list[list[str]]:
    found = support.books(setting, until, since)
    text = support.fec(found, chart("FR"), {currency: Decimal(rate) for currency, rate in rates.items()})
    return [line.split("\t") for line in text.removesuffix("\r\n").split("\r\n")[1:]]


def lettered(rows: list[list[str]]) -> dict[str, list[tuple[str, str, str]]]:
    """The lines with a letter, by it: journal, piece, day of lettering."""
    found: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for row in rows:
        assert bool(row[13]) == bool(row[14]) and (not row[13] or row[4] == "411"), row
        if row[13]:
            found[row[13]].append((row[0], row[8], row[14]))
    return dict(found)


def two_invoices(tmp_path: Path, *more: dict[str, Any]) -> Setting:
    setting = made(f"sqlite:///{tmp_path}/b.db", "FR")
    pack = {"type": "purchase", "customer": "A", "product": "pack-12h", "price": "100.00"}
    load(
        setting,
        {"type": "customer", "code": "A", "name": "Anne SA", "country": "FR"},
        {"type": "contract", "customer": "A", "tariff": "qualiodoo", "start": "2025-01-01"},
        pack | {"id": "p", "date": "2025-01-10"},
        pack | {"id": "q", "date": "2025-01-11"},
        {"type": "payment", "id": "y", "purchase": "q", "date": "2025-01-20"},
        {"type": "payment", "id": "z", "purchase": "p", "date": "2025-02-12", "amount": "70.00"},
        *more,
    )
    return setting


def test_the_lines_of_a_settled_invoice_are_lettered(tmp_path: Path) -> None:
    """In order of the day of settling, with that day; one that is paid in part, or a piece of a later file, is not."""
    setting = two_invoices(tmp_path)
    assert lettered(fec_rows(setting)) == {
        "AAA": [("VE", "INV-2025-00002", "20250120"), ("BQ", "INV-2025-00002", "20250120")]
    }
    load(setting, {"type": "payment", "id": "last", "purchase": "p", "date": "2025-03-01"})
    found = lettered(fec_rows(setting))
    assert list(found) == ["AAB", "AAA"] and [row[0] for row in found["AAB"]] == ["VE", "BQ", "BQ"]
    assert {row[2] for row in found["AAB"]} == {"20250301"}
    assert lettered(fec_rows(setting, since=date(2025, 2, 1))) == {}  # what was there before is one sum
    assert list(lettered(fec_rows(setting, until=date(2025, 2, 28)))) == ["AAA"]  # as it was then
    load(setting, {"type": "bounce", "payment": "y", "date": "2025-03-02"})
    assert [piece for _, piece, _ in lettered(fec_rows(setting))["AAA"]] == ["INV-2025-00001"] * 3


def test_notes_own_money_and_losses_letter_their_invoice(tmp_path: Path) -> None:
    setting = two_invoices(
        tmp_path,
        {"type": "invoice-credit", "invoice": "INV-2025-00002", "reason": "r", "date": "2025-02-15", "drawn": True},
        {"type": "payment", "id": "own", "purchase": "p", "date": "2025-02-16", "own_money": True, "amount": "40.00"},
        {"type": "write-off", "invoice": "INV-2025-00001", "date": "2025-02-17", "reason": "r", "yes": True},
    )
    rows = fec_rows(setting)
    found = lettered(rows)
    assert {(journal, piece) for journal, piece, _ in found["AAA"]} == {
        ("VE", "INV-2025-00002"), ("BQ", "INV-2025-00002"), ("VE", "CN-2025-00001"), ("OD", "CN-2025-00001"),
    }  # fmt: skip
    assert [row[2] for row in found["AAB"]] == ["20250217"] * 4
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        if row[4] == "411":
            sums[row[13]] += Decimal(row[11].replace(",", ".")) - Decimal(row[12].replace(",", "."))
    assert sums == {"AAA": 0, "AAB": 0}


def test_the_opening_is_one_entry_with_a_line_an_account(tmp_path: Path) -> None:
    """Customers' accounts have a line each; a balance in another currency its own; no account of results is opened."""
    setting = two_invoices(
        tmp_path,
        {"type": "customer", "code": "B", "name": "Beat SA", "country": "FR"},
        {"type": "contract", "customer": "B", "tariff": "q3", "tier": "standard", "start": "2025-01-01"},
        {"type": "entry", "customer": "B", "date": "2025-02-10", "minutes": 35},
        {"type": "invoice-run", "month": "2025-02", "date": "2025-02-28"},
    )
    rows = fec_rows(setting, since=date(2025, 6, 1), CHF="0.9333")
    opening = [row for row in rows if row[0] == "AN"]
    assert {row[2] for row in opening} == {"1"} and {row[8] for row in opening} == {"AN-20250601"}
    keys = [(row[4], row[6], row[17]) for row in opening]
    assert len(set(keys)) == len(keys) and {key[:2] for key in keys} >= {("411", "A"), ("411", "B"), ("512", "")}
    assert {row[4] for row in opening} <= {"411", "4191", "512", "487", "44571", "44574", "110"}
    amount = sum(Decimal(row[11].replace(",", ".")) - Decimal(row[12].replace(",", ".")) for row in opening)
    assert amount == 0


def test_case_46_what_comes_to_nothing_has_no_number(tmp_path: Path) -> None:
    """A gift books nothing; a cent that is nothing in the books' currency neither; numbers run on without a gap."""
    setting = two_invoices(
        tmp_path,
        {"type": "purchase", "customer": "A", "product": "pack-12h", "price": "0.00", "date": "2025-02-20"},
        {"type": "customer", "code": "B", "name": "B", "country": "FR"},
        {"type": "contract", "customer": "B", "tariff": "q3", "tier": "standard", "start": "2025-01-01"},
        {"type": "entry", "customer": "B", "date": "2025-03-10", "minutes": 5},
        {"type": "invoice-run", "month": "2025-03", "date": "2025-03-31"},
        {"type": "payment", "invoice": "INV-2025-00004", "date": "2025-04-01", "amount": "0.01"},
        {"type": "payment", "invoice": "INV-2025-00004", "date": "2025-04-02", "amount": "1.00"},
    )
    rows = fec_rows(setting, CHF="0.4")
    numbers = [int(row[2]) for row in rows]
    assert sorted(set(numbers)) == list(range(1, max(numbers) + 1)) and numbers == sorted(numbers)
    assert not [row for row in rows if row[11] == row[12] == "0,00"]
    assert [row[3] for row in rows if row[0] == "BQ"][-1] == "20250402" and "20250401" not in {row[3] for row in rows}


@pytest.mark.parametrize("name", [*sorted({*("FR", "CH", "BE", "LU", "DE"), "SKR03"})])
def test_m11_every_chart_says_where_its_numbers_are_from(name: str) -> None:
    """What is a subdivision of ours, or has no source, is named as that."""
    row = table("accounts")[name]
    assert len(row["source"]) > 20
    assert set(row.get("own", ())) | set(row.get("none", ())) <= set(ROLES)
    assert not set(row.get("own", ())) & set(row.get("none", ()))
    assert set(named(name)) == set(ROLES) and all(number.isdigit() for number, _ in named(name).values())
    assert "vat-pending" in {*row.get("own", ()), *row.get("none", ())} or name in ("DE", "SKR03")
