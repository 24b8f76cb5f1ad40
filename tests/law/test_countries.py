"""Countries: a record each, complete or refused; a new one is data alone (M11)."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import billing
from billing import law
from billing.law import countries, issuers
from billing.law.accounts import ROLES, chart
from billing.law.data import table
from tests.law import netherlands
from tests.support import run

PACKAGE = Path(billing.__file__).parent


def test_m11_an_issuer_can_be_in_seven_countries_and_each_is_complete() -> None:
    assert issuers.possible() == ["BE", "CH", "DE", "FR", "LI", "LU", "MC"]
    for code in issuers.possible():
        assert set(chart(code)) == set(ROLES)
        assert law.vat_class(code, code, None, date(2026, 11, 28)).category == "S"


def changed(code: str, key: str, value: str | None) -> countries.Country:
    """A country's record with one field otherwise."""
    other: dict[str, Any] = {key: value}
    return replace(countries.of(code), **other)


@pytest.mark.parametrize("key", [*issuers._WORDS, *issuers._FORMATS])
@pytest.mark.parametrize("code", ["BE", "CH", "DE", "FR", "LI", "LU", "MC"])
def test_m11_a_country_that_lacks_anything_is_no_issuers(code: str, key: str) -> None:
    assert issuers.lacks(countries.of(code)) == []
    assert f"countries.toml: {key}" in issuers.lacks(changed(code, key, None))


@pytest.mark.parametrize(
    ("key", "says"),
    [
        ("vat", "vat.toml: territory ZZ"),
        ("mentions", "mentions.toml: category O of ZZ"),
        ("accounts", "accounts.toml: ZZ.receivable"),
        ("reminders", "reminders.toml: interest or indemnity of ZZ; else the word none"),
    ],
)
def test_m11_what_a_record_names_must_be_in_its_table(key: str, says: str) -> None:
    assert says in issuers.lacks(changed("FR", key, "ZZ"))


def test_m11_a_member_state_needs_words_for_both_reasons_of_no_vat() -> None:
    dutch = replace(countries.of("NL"), mentions="CH")
    assert "mentions.toml: category AE of CH" in issuers.lacks(dutch)


def test_a_country_that_is_not_complete_is_refused_with_what_it_lacks(tmp_path: Path) -> None:
    env = {"BILLING_DB": f"sqlite:///{tmp_path}/b.db"}
    status, _, err = run("init", "--name", "Demo BV", "--country", "NL", **env)
    assert status == 1
    assert err.startswith("error: issuers in NL are not supported; supported: BE, CH, DE, FR, LI, LU, MC")
    assert list(tmp_path.iterdir()) == []


def test_no_country_is_known_by_its_code_in_python() -> None:
    """But where data is made up: the demonstration, and examples in help."""
    codes = {f'"{record.code}"' for record in countries.records()}
    passed_over = {f"commands/demonstration/{name}.py" for name in ("swiss", "french", "desk")}
    found = {
        (str(file.relative_to(PACKAGE)), code)
        for file in PACKAGE.rglob("*.py")
        if str(file.relative_to(PACKAGE)) not in passed_over
        for code in codes
        for line in file.read_text().splitlines()
        if code in line.partition("#")[0]
    }
    assert found == {
        ("documents/reply.py", '"CH"'),  # how an amount in CHF is written where nobody's country is known
        ("exchange/einvoice/icc.py", '"US"'),  # a profile of colours has it
        ("law/identifiers.py", '"GB"'),  # a checker of python-stdnum's
        ("tariffs/shape.py", '"FR"'),  # an example in a message
    }


@pytest.mark.parametrize("record", countries.records(), ids=lambda record: record.code)
def test_each_record_reads_as_what_it_says(record: countries.Country) -> None:
    assert record.house_number in ("first", "last") and record.postcode in ("first", "last")
    assert record.figures in (None, "de_CH", "language") and record.vat_label in (None, "country", "union")
    assert record.credit_note in (None, "avoir", "note de crédit")
    assert all(isinstance(value, bool) for value in (record.eea, record.qr_bill, record.french_reform))
    assert record.window is None or record.window == 25 or 100 <= record.window <= 130
    assert all(prefix.isalpha() and prefix.isupper() for prefix in record.vat_prefixes)


def test_every_member_state_has_a_prefix_of_its_vat_ids() -> None:
    for state in table("vat")["union"]["states"]:
        prefix = countries.of(state).vat_prefixes[0]
        found = countries.of_vat_prefix(f"{prefix}123")
        assert found is not None and found.code == state


# The Netherlands, in data alone


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A copy of the package whose law knows the Netherlands; no line of Python is changed."""
    copy = tmp_path / "tree" / "billing"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    root = PACKAGE.parent
    for folder in ("migrations", "tariffs"):
        shutil.copytree(root / folder, copy.parent / folder)
    shutil.copy(root / "pyproject.toml", copy.parent)
    law_files = copy / "law"
    record = "".join(f"{key} = {_toml(value)}\n" for key, value in netherlands.COUNTRY.items())
    known = (law_files / "countries.toml").read_text()
    assert known.count("\n[NL]\n") == 1
    (law_files / "countries.toml").write_text(known.replace("\n[NL]\n", f"\n[NL]\n{record}"))
    for name in ("vat", "mentions", "accounts", "reminders"):
        text = (law_files / f"{name}.toml").read_text()
        before, union, states = text.partition("# The member states.")  # a table takes what follows it
        (law_files / f"{name}.toml").write_text(before + getattr(netherlands, name.upper()) + "\n" + union + states)
    return copy.parent


def _toml(value: object) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_toml(inner)}" for key, inner in value.items()) + " }"
    return json.dumps(value, ensure_ascii=False)


def test_m11_the_netherlands_are_data_alone(copied: Path, tmp_path: Path) -> None:
    """Init, sell, run, pay late, remind, export: a Dutch issuer works once its records are there."""

    def dutch(*words: str, today: str = "2025-01-02") -> str:
        env = os.environ | {
            "PYTHONPATH": str(copied),
            "BILLING_DB": f"sqlite:///{tmp_path}/b.db",
            "BILLING_TODAY": today,
        }
        done = subprocess.run(
            [sys.executable, "-m", "billing", *words], env=env, cwd=copied, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    issuer = json.loads(dutch("init", "--name", "Demo BV", "--country", "nl", "--vat-id", "NL004495445B01",
                              "--iban", "NL91ABNA0417164300", "--json"))  # fmt: skip
    assert (issuer["currency"], issuer["timezone"], issuer["language"]) == ("EUR", "Europe/Amsterdam", "en")
    dutch("customer", "add", "ANNA", "--name", "Anna BV", "--country", "NL", "--city", "Utrecht")
    dutch("customer", "add", "BERT", "--name", "Bert GmbH", "--country", "DE", "--vat-id", "DE136695976")
    for code in ("ANNA", "BERT"):
        dutch("contract", "sign", code, "--tariff", "qualiodoo", "--start", "2025-01-02")
        dutch("buy", code, "pack-12h", "--price", "900", "--on", "2025-01-10")
    numbers = ["INV-2025-00001", "INV-2025-00002"]
    domestic, abroad = (json.loads(dutch("invoice", "show", number, "--json")) for number in numbers)
    assert [(row["category"], row["rate"]) for row in domestic["vat"]] == [("S", "21")]
    assert [row["category"] for row in abroad["vat"]] == ["AE"]
    assert "Btw verlegd" in dutch("invoice", "xml", numbers[1])
    assert dutch("invoice", "xml", numbers[0]).count("NL91ABNA0417164300") == 1
    dutch("customer", "add", "CARL", "--name", "Carl BV", "--country", "NL")
    dutch("contract", "sign", "CARL", "--tariff", "q3", "--tier", "standard", "--start", "2025-01-01")
    dutch("log", "CARL", "30", "--on", "2025-01-15", today="2025-01-15")
    ran = json.loads(dutch("invoice", "run", "2025-01", "--on", "2025-01-31", "--json", today="2025-01-31"))
    assert [(row["customer"], row["total"]) for row in ran["invoices"]] == [("CARL", "105.88")]  # 87.50 and 21 %
    dutch("invoice", "pdf", numbers[0], "--out", str(tmp_path / "a.pdf"))
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")
    reminded = dutch("remind", "--on", "2025-04-30", "--json", today="2025-04-30")
    assert [row["indemnity"] for row in json.loads(reminded)["reminders"] if row["customer"] == "ANNA"] == ["40.00"]
    books = dutch("export", "csv", "--from", "2025-01-01", "--to", "2025-01-31", today="2025-05-01")
    assert "Debiteuren" in books and "Af te dragen btw" in books
