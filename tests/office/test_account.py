"""`billing statement CODE --money`: a customer's account, as its books and its open invoices have it (M10)."""

import csv
import io
import json
import random
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from billing.requests.account import AskAccount
from tests import support
from tests.office.test_returns import history
from tests.support import TODAY, load, made, run


@pytest.mark.parametrize("country", ["FR", "CH"])
def test_m10_the_account_is_what_the_books_have_on_any_day(tmp_path: Path, country: str) -> None:
    """Receivables less the customer's money, from entries that know nothing of it; opening goes on where it closed."""
    seen = 0
    for seed in range(4):
        setting = history(tmp_path, seed, country, "invoice")
        pick = random.Random(seed)
        days = sorted({entry.on for entry in support.books(setting).entries})
        for at in [*pick.sample(days, min(6, len(days))), TODAY]:
            booked: dict[tuple[str, str], Decimal] = {}
            for entry in support.books(setting, at).entries:
                for leg in (leg for leg in entry.legs if leg.role in ("receivable", "customer-money")):
                    key = entry.customer, leg.currency
                    booked[key] = booked.get(key, Decimal(0)) + leg.amount
            for code in ("ANNA", "BEAT"):
                answer = support.ask(
                    setting, AskAccount(customer=code, first=date(2025, 1, 1), last=max(at, date(2025, 1, 1)))
                )
                before = support.ask(
                    setting, AskAccount(customer=code, first=date(2024, 1, 1), last=date(2024, 12, 31))
                )
                closed = {of["currency"]: of["closing"] for of in before["accounts"]}
                for of in answer["accounts"] if at >= date(2025, 1, 1) else ():
                    moved = sum((Decimal(row["amount"]) for row in of["movements"]), Decimal(of["opening"]))
                    open_ = sum((Decimal(item["open"]) for item in of["open"]), Decimal(0))
                    assert moved == Decimal(of["closing"]) == open_ - Decimal(of["own_money"])
                    assert moved == booked.get((code, of["currency"]), Decimal(0)), (seed, at, code)
                    assert of["opening"] == closed.get(of["currency"], "0.00")
                    seen += len(of["movements"])
        setting.engine.dispose()
    assert seen > 50


LINES: list[dict[str, object]] = [
    {"type": "customer", "code": "A", "name": "Été SA", "country": "FR", "language": "de"},
    {"type": "contract", "customer": "A", "tariff": "qualiodoo", "start": "2025-01-01"},
    {"type": "purchase", "id": "p", "customer": "A", "product": "pack-12h", "price": "1000", "date": "2025-01-10"},
    {"type": "payment", "invoice": "INV-2025-00001", "date": "2025-01-20", "amount": "1300.00"},
    {"type": "purchase", "customer": "A", "product": "pack-12h", "price": "200", "date": "2025-02-01"},
    {"type": "payment", "invoice": "INV-2025-00002", "date": "2025-02-02", "amount": "100.00", "own_money": True},
    {"type": "write-off", "invoice": "INV-2025-00002", "date": "2025-02-03", "amount": "2.00", "reason": "=sum"},
]


def asked(tmp_path: Path, *words: str, **env: str) -> str:
    url = f"sqlite:///{tmp_path}/a.db"
    if not (tmp_path / "a.db").exists():
        load(made(url, "FR", today=date(2025, 3, 31)), *LINES)
    env = {"BILLING_DB": url, "BILLING_TODAY": "2025-03-31", **env}
    status, out, err = run("statement", "A", "--from", "2025-01-15", "--to", "2025-03-31", "--money", *words, **env)
    assert (status, err) == (0, "")
    return out


def test_m10_the_account_as_json_and_csv(tmp_path: Path) -> None:
    of = json.loads(asked(tmp_path, "--json"))["accounts"]
    assert [(one["currency"], one["opening"], one["closing"], one["own_money"]) for one in of] == [
        ("EUR", "1200.00", "138.00", "0.00")
    ]
    assert [(row["kind"], row["document"], row["amount"], row["balance"]) for row in of[0]["movements"]] == [
        ("payment", "INV-2025-00001", "-1300.00", "-100.00"),
        ("invoice", "INV-2025-00002", "240.00", "140.00"),
        ("own-money", "INV-2025-00002", "0.00", "140.00"),
        ("write-off", "INV-2025-00002", "-2.00", "138.00"),
    ]
    assert of[0]["movements"][2]["used"] == "100.00" and "used" not in of[0]["movements"][1]
    assert [(item["invoice"], item["open"], item["total"]) for item in of[0]["open"]] == [
        ("INV-2025-00002", "138.00", "240.00")
    ]
    rows = list(csv.DictReader(io.StringIO(asked(tmp_path, "--csv", "-"))))
    assert [row["kind"] for row in rows] == [
        "opening", "payment", "invoice", "own-money", "write-off", "closing", "open",
    ]  # fmt: skip
    moved = sum(Decimal(row["amount"]) for row in rows if row["amount"])
    assert Decimal(rows[0]["balance"]) + moved == Decimal(rows[5]["balance"]) == Decimal("138.00")
    assert rows[4]["reason"] == "'=sum"


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("de", ["Kontoauszug", "Ihr Guthaben verwendet für · INV-2025-00002 · 100,00 €", "Anfangssaldo", "Offen am"]),
        ("fr", ["Relevé de compte", "Votre solde créditeur utilisé pour · INV-2025-00002", "Ouvert au 31 mars 2025"]),
        ("it", ["Estratto conto", "Rinuncia"]),
        ("en", ["Statement of account", "Waived · INV-2025-00002 · =sum", "Opening balance"]),
    ],
)
def test_m10_the_account_in_the_customers_language(tmp_path: Path, language: str, says: list[str]) -> None:
    words = () if language == "de" else ("--language", language)
    out = " ".join(asked(tmp_path, *words).replace("\u00a0", " ").split())
    for text in says:
        assert text in out, out


@pytest.mark.parametrize("language", ["fr", "de", "it", "en"])
def test_m10_the_account_on_paper_says_what_the_text_says(tmp_path: Path, language: str) -> None:
    """The same movements and amounts; the same bytes again; 300 movements on as many pages as they take."""
    from pypdf import PdfReader

    asked(tmp_path, "--pdf", str(tmp_path / "a.pdf"), "--language", language)
    first = (tmp_path / "a.pdf").read_bytes()
    asked(tmp_path, "--pdf", str(tmp_path / "a.pdf"), "--language", language)
    assert (tmp_path / "a.pdf").read_bytes() == first
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(first)).pages)
    paper = "".join(text.replace("\u00a0", " ").split())
    plain = asked(tmp_path, "--language", language).replace("\u00a0", " ")
    for line in plain.splitlines()[4:-3]:
        for cell in [cell for cell in line.split("  ") if cell.strip()]:
            assert "".join(cell.split()) in paper, cell


def test_m10_a_long_account_goes_over_several_pages(tmp_path: Path) -> None:
    from pypdf import PdfReader

    from billing.documents import account_pdf
    from billing.service import Billing

    asked(tmp_path)
    setting = support.opened(f"sqlite:///{tmp_path}/a.db", date(2025, 3, 31))
    with Billing(setting) as books:
        view = books.ask(AskAccount(customer="A", first=date(2025, 1, 15), last=date(2025, 3, 31)))
    of = view.accounts[0]
    still = replace(of.movements[2], reason="w" * 200)
    long = replace(view, accounts=(replace(of, movements=(*of.movements[:3], *[still] * 300, *of.movements[3:])),))
    pages = PdfReader(io.BytesIO(account_pdf.render(long))).pages
    assert len(pages) > 5 and "INV-2025-00002" in pages[-1].extract_text()
