"""The Beancount export: accepted by Beancount, and its sums are ours (B1, M9, M10, L8)."""

import itertools
import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from beancount import loader
from beancount.core import data

from billing.exchange import beancount
from billing.office.transacting import work
from billing.office.transaction import Setting
from billing.requests.parties import AskCustomer
from billing.store import parties
from tests import support
from tests.history import GOLDEN, rich
from tests.support import TODAY, ask, load, made, run

Sums = dict[tuple[str, str], Decimal]  # by account and commodity
SCENARIOS = [(path.stem, json.loads(path.read_text())) for path in sorted(GOLDEN.glob("*.json"))]
PACK: list[dict[str, Any]] = [
    {"type": "customer", "code": "A", "name": 'A "quoted" \\ SA', "country": "FR"},
    {"type": "contract", "customer": "A", "tariff": "qualiodoo", "start": "2025-01-01"},
    {"type": "purchase", "id": "p", "customer": "A", "product": "pack-12h", "price": "1000.00", "date": "2025-01-02"},
]


def checked(text: str) -> Sums:
    """What Beancount makes of a ledger: no errors, and the sums of its accounts."""
    entries, errors, _ = loader.load_string(text)
    assert [error.message for error in errors] == []
    sums: Sums = defaultdict(Decimal)
    for posting in (p for e in entries if isinstance(e, data.Transaction) for p in e.postings):
        assert posting.units is not None and posting.units.number is not None
        sums[posting.account, posting.units.currency] += posting.units.number
    return sums


def refused(text: str) -> list[str]:
    _, errors, _ = loader.load_string(text)
    return [error.message for error in errors]


def total(sums: Sums, beginning: str, unit: str | None = None) -> Decimal:
    found = (amount for (account, of), amount in sums.items() if account.startswith(beginning) and unit in (None, of))
    return sum(found, Decimal(0))


def equals_ours(setting: Setting, at: date, codes: Iterable[str]) -> None:
    """Receivable, deferred and minutes as Beancount adds them up are what reports and balances say on that day."""
    sums = checked(beancount.ledger(support.books(setting, at)))
    open_on: dict[str, Decimal] = defaultdict(Decimal)
    for row in support.receivables(setting, at)["rows"]:
        open_on[row["customer"]] += Decimal(row["open"])
    deferred: dict[str, Decimal] = defaultdict(Decimal)
    for row in support.deferred(setting, at)["grants"]:
        deferred[row["customer"]] += Decimal(row["deferred"])
    for code in codes:
        balance = support.balance(setting, code, at)
        assert total(sums, f"Assets:Minutes:{code}:") == balance["minutes"], (code, at)
        for grant in balance["grants"]:
            assert total(sums, f"Assets:Minutes:{code}:{grant['id']}") == grant["remaining"], (grant, at)
        assert total(sums, f"Assets:Receivable:{code}") == open_on[code], (code, at)
        assert -total(sums, f"Liabilities:Deferred:{code}") == deferred[code], (code, at)
        if at == TODAY:
            assert -total(sums, f"Liabilities:CustomerMoney:{code}") == Decimal(
                ask(setting, AskCustomer(customer=code))["money"]
            )


def days_between(lines: Iterable[dict[str, Any]]) -> list[date]:
    """The days that some lines name and those after, and some on which what they sold has expired."""
    named = {date.fromisoformat(line[key]) for line in lines for key in ("date", "start") if line.get(key)}
    return sorted({*named, *(day + timedelta(days=by) for day in named for by in (1, 365, 396)), TODAY})


@pytest.mark.parametrize(("name", "scenario"), SCENARIOS, ids=[name for name, _ in SCENARIOS])
def test_every_scenario_on_every_day(name: str, scenario: dict[str, Any], database_url: str) -> None:
    setting = made(database_url, scenario.get("issuer", {}).get("country", "CH"))
    load(setting, *scenario["load"])
    codes = [line["code"] for line in scenario["load"] if line["type"] == "customer"]
    for at in days_between(scenario["load"])[-20:]:
        equals_ours(setting, at, codes)


def test_a_rich_history_on_every_day(database_url: str) -> None:
    """Credit notes, bounces, tier changes, goodwill, a cancellation; totals rounded to 0.05."""
    setting = made(database_url, "CH", round_total=Decimal("0.05"))
    load(setting, *rich())
    for at in days_between(rich()):
        equals_ours(setting, at, ["ANNA", "BEAT"])
    sums = checked(beancount.ledger(support.books(setting)))
    assert ("Income:Rounding", "CHF") in sums
    assert {unit for _, unit in sums} == {"CHF", "EUR", "MIN"}


def test_databases_give_the_same_ledger_to_the_byte(database_url: str, tmp_path: Path) -> None:
    texts = set()
    for url in (database_url, f"sqlite:///{tmp_path}/other.db"):
        setting = made(url)
        load(setting, *rich())
        texts |= {beancount.ledger(support.books(setting)) for _ in range(2)}
    assert len(texts) == 1


def test_bean_check_accepts_what_the_command_writes(tmp_path: Path) -> None:
    env = {"BILLING_DB": f"sqlite:///{tmp_path}/b.db", "BILLING_TODAY": "2026-06-30"}
    load(made(env["BILLING_DB"]), *rich())
    file = tmp_path / "books.beancount"
    for more in ([], ["--from", "2025-02-01", "--to", "2025-12-31"]):
        status, out, err = run("export", "beancount", "-o", str(file), *more, **env)
        assert (status, out, err) == (0, "", "")
        done = subprocess.run([Path(sys.executable).parent / "bean-check", file], capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (0, "")


def test_a_period_begins_with_what_was_there(tmp_path: Path) -> None:
    """From any day on the balances are those of the whole ledger; income is the period's alone."""
    setting = made(f"sqlite:///{tmp_path}/b.db")
    load(setting, *rich())
    whole = checked(beancount.ledger(support.books(setting)))
    for since in (date(2020, 1, 1), date(2025, 1, 11), date(2025, 2, 6), date(2026, 1, 1), TODAY):
        sums = checked(beancount.ledger(support.books(setting, None, since)))
        before = checked(beancount.ledger(support.books(setting, since - timedelta(days=1))))
        for (account, unit), amount in whole.items():
            if account.startswith(("Assets", "Liabilities")):
                assert sums[account, unit] == amount, (since, account)
            elif account.startswith("Income"):
                assert sums[account, unit] == amount - before[account, unit], (since, account)


def test_a_cent_or_a_minute_too_few_is_noticed(tmp_path: Path) -> None:
    """Beancount lets a balance of two decimals be off by 0.01 unless it is told that nothing is let go."""
    setting = made(f"sqlite:///{tmp_path}/b.db", "FR")
    load(
        setting,
        *PACK,
        {"type": "payment", "purchase": "p", "date": "2025-01-03", "amount": "1300.00"},
        {"type": "entry", "customer": "A", "date": "2025-01-04", "minutes": 5},
    )
    text = beancount.ledger(support.books(setting, date(2025, 6, 1)))
    sums = checked(text)
    assert sums["Liabilities:CustomerMoney:A", "EUR"] == Decimal("-100.00")
    for was, wrong in (
        ("Liabilities:Deferred:A  6.94 EUR\n  Income:Packs:Pack-12h  -6.94", "6.93"),
        ("Assets:Receivable:A  -1200.00 EUR\n  Liabilities:CustomerMoney:A  -100.00", "-1200.01"),
        ("Assets:Minutes:A:A-G1  -5 MIN\n  Equity:Minutes:Draw  5", "-4"),
    ):
        assert text.count(was) == 1
        amount = was.split("  ")[1].split()[0]
        other = str(Decimal(was.split()[-1]) + Decimal(amount) - Decimal(wrong))
        changed = was.replace(f"  {amount} ", f"  {wrong} ").rsplit("  ", 1)[0] + f"  {other}"
        errors = refused(text.replace(was, changed))
        assert errors and all(error.startswith("Balance failed") for error in errors), (changed, errors)


def test_names_cannot_break_out_of_their_place(tmp_path: Path) -> None:
    """Codes, names and cases that look like accounts, quotes, comments, directives."""
    nasty = 'Income:tax "x" \\" ; \n2025-01-01 open Assets:evil\t*\\'
    one_line = nasty.replace("\n", " ").replace("\t", " ")
    setting = made(f"sqlite:///{tmp_path}/b.db", "FR")
    with work(setting) as tx:  # as names were kept before requests were checked
        parties.save_issuer(tx.connection, {"name": nasty})
    codes = ["A", "a", "a.b", "a_b", "a-b", "A-b", "A.B", "X-a", "X-a-2E-b", "1a", "a" * 40]
    for number, code in enumerate(codes):
        load(
            setting,
            {"type": "customer", "code": code, "name": "N", "country": "FR"},
            {"type": "contract", "customer": code, "tariff": "qualiodoo", "start": "2025-01-01"},
            {"type": "purchase", "id": code, "customer": code, "product": "pack-12h", "date": "2025-01-02",
             "price": f"{number + 1}.00"},
            {"type": "payment", "purchase": code, "date": "2025-01-03"},
            {"type": "entry", "customer": code, "date": "2025-01-04", "minutes": 5,
             "case": f"{one_line[:60]}{code}{number}"},
        )  # fmt: skip
        with work(setting) as tx:
            parties.change_customer(tx.connection, code, {"name": nasty})
    sums = checked(beancount.ledger(support.books(setting, date(2025, 2, 1))))
    assert [account for account, _ in sums if "evil" in account or "tax" in account] == []
    for beginning in ("Assets:Receivable:", "Liabilities:Deferred:", "Assets:Minutes:"):
        assert len({account for account, _ in sums if account.startswith(beginning)}) == len(codes)
    deferred = sorted(-amount for (account, _), amount in sums.items() if account.startswith("Liabilities:Deferred:"))
    used = Decimal("5") / 720
    assert [round(amount / (1 - used)) for amount in deferred] == list(range(1, len(codes) + 1))


def test_no_two_names_become_one_account() -> None:
    """All names of up to three of the characters that matter."""
    names = ["".join(chars) for n in range(1, 5) for chars in itertools.product("xXa2-.D", repeat=n)]
    for spell in (beancount.component, beancount.title):
        parts = {spell(name) for name in names}
        assert len(parts) == len(names) > 2000
        assert refused("".join(f"2025-01-01 open Assets:{part}\n" for part in sorted(parts))) == []
    assert (beancount.component("ALPINA"), beancount.title("pack-12h")) == ("ALPINA", "Pack-12h")
    assert beancount.title("première aide") == "X-premi-E8-re-20-aide"


def test_books_of_two_currencies(tmp_path: Path) -> None:
    """One customer pays a pack in euros, another an invoice in francs; each currency adds up by itself."""
    setting = made(f"sqlite:///{tmp_path}/b.db", "CH")
    load(
        setting,
        *PACK,
        {"type": "customer", "code": "B", "name": "B", "country": "CH"},
        {"type": "contract", "customer": "B", "tariff": "q3", "tier": "standard", "start": "2025-01-01"},
        {"type": "entry", "customer": "B", "date": "2025-01-04", "minutes": 60},
        {"type": "invoice-run", "month": "2025-01", "date": "2025-01-31"},
    )
    text = beancount.ledger(support.books(setting))
    sums = checked(text)
    assert 'option "operating_currency" "CHF"\noption "operating_currency" "EUR"\n' in text
    assert sums["Assets:Receivable:B", "CHF"] == Decimal("189.18")
    assert sums["Liabilities:VAT:S-8-1", "CHF"] == Decimal("-14.18")
    assert sums["Assets:Receivable:A", "EUR"] == Decimal("1000.00")  # a customer abroad: not taxed (M3)
    for unit in ("CHF", "EUR", "MIN"):
        assert total(sums, "", unit) == 0


def test_books_of_nothing(tmp_path: Path) -> None:
    setting = made(f"sqlite:///{tmp_path}/b.db")
    assert checked(beancount.ledger(support.books(setting))) == {}
    load(setting, PACK[0])
    assert checked(beancount.ledger(support.books(setting, None, TODAY))) == {}
