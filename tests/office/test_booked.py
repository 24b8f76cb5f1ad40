"""`billing report journal`: the books as they were booked, balanced, the same as the exports have."""

import csv
import io
import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from billing.errors import BadInput
from billing.exchange import bookkeeping
from billing.law.accounts import chart
from billing.requests.journal import AskJournal
from tests import support
from tests.history import rich
from tests.support import TODAY, load, made, run


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    found = {"BILLING_DB": f"sqlite:///{tmp_path}/b.db", "BILLING_TODAY": f"{TODAY}"}
    load(made(found["BILLING_DB"]), *rich())
    return found


def asked(env: dict[str, str], *words: str) -> dict[str, Any]:
    status, out, err = run("report", "journal", *words, "--json", **env)
    assert (status, err) == (0, "")
    found: dict[str, Any] = json.loads(out)
    return found


def test_the_journal_balances_entry_by_entry_and_in_all(env: dict[str, str]) -> None:
    found = asked(env, "--from", "2024-01-01")
    whole: dict[str, Decimal] = {}
    for entry in found["entries"]:
        sums: dict[str, Decimal] = {}
        for line in entry["lines"]:
            debit, credit = Decimal(line["debit"]), Decimal(line["credit"])
            assert min(debit, credit) == 0 and max(debit, credit) > 0
            sums[line["currency"]] = sums.get(line["currency"], Decimal(0)) + debit - credit
            whole[line["currency"]] = whole.get(line["currency"], Decimal(0)) + debit
        assert set(sums.values()) == {Decimal(0)}, entry
    assert {t["currency"]: Decimal(t["debit"]) for t in found["totals"]} == whole
    assert all(t["debit"] == t["credit"] for t in found["totals"])
    assert sum(Decimal(a["balance"]) for a in found["accounts"]) == 0 and len(found["entries"]) > 10


def test_the_journal_is_that_of_the_exports(env: dict[str, str]) -> None:
    """Line by line as the CSV of the books; a period holds its entries alone, with no opening."""
    setting = support.opened(env["BILLING_DB"])
    exported = list(csv.DictReader(io.StringIO(bookkeeping.csv(support.books(setting), chart("CH")))))
    lines = [(e["date"], e["document"], line["account"], line["debit"], line["credit"])
             for e in asked(env, "--from", "2000-01-01")["entries"] for line in e["lines"]]  # fmt: skip
    assert lines == [(row["date"], row["document"], row["account"], row["debit"], row["credit"]) for row in exported]
    status, out, _ = run("report", "journal", "--from", "2000-01-01", "--csv", **env)
    rows = list(csv.DictReader(io.StringIO(out)))
    assert status == 0 and [(r["date"], r["document"], r["account"], r["debit"], r["credit"]) for r in rows] == lines
    part = asked(env, "--from", "2025-02-01", "--to", "2025-02-28")
    assert {entry["date"][:7] for entry in part["entries"]} == {"2025-02"}
    assert all(entry["what"] != "opening" for entry in part["entries"])


def test_accounts_of_ones_own_and_what_is_refused(env: dict[str, str], tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('bank = ["1021", "PostFinance"]\n')
    found = asked(env, "--from", "2024-01-01", "--accounts", str(own))
    assert "1021" in {a["account"] for a in found["accounts"]} and "1020" not in {
        a["account"] for a in found["accounts"]
    }
    with pytest.raises(BadInput, match="'banque' is no role of an account"):
        support.ask(support.opened(env["BILLING_DB"]), AskJournal(accounts=(("banque", "1", "x"),)))
    assert run("report", "journal", "--from", "2025-02-01", "--to", "2025-01-01", **env)[0] == 1
    assert asked(env, "--from", "2001-01-01", "--to", "2001-12-31") == {
        "from": "2001-01-01", "to": "2001-12-31", "entries": [], "totals": [], "accounts": [],
    }  # fmt: skip
    assert date.fromisoformat(asked(env)["from"]) == date(TODAY.year, 1, 1)
    _, out, _ = run("report", "journal", "--from", "2024-01-01", BILLING_LANGUAGE="de", **env)
    assert out.startswith("Journal, 01.01.2024 bis ") and "Soll" in out and "insgesamt" in out
    assert "Zahlung zu INV-" in out and "Min. verbraucht von" in out
