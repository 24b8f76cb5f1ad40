"""The accountant's month by forms: preview, hold, run, paper, send, bank, close, reports (M7, M14, M16, M20)."""

import re
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from billing import requests
from tests.http.visiting import Visitor, client_of
from tests.neighbours import neighbours
from tests.support import ask, init, load, on
from tests.test_dry_run import BANK

REPORTS_IN_FRENCH = {
    "vat": ["catégorie", "taux", "devise", "base", "montant"],
    "receivables": ["facture", "client", "date", "échéance", "devise", "total"],
    "revenue": ["genre", "nom", "devise", "montant"],
    "journal": ["date", "journal", "document", "client", "texte", "compte", "nom", "débit", "crédit"],
}


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Visitor]:
    setting = on(neighbours(f"sqlite:///{tmp_path}/b.db"), date(2025, 4, 2))
    load(setting, {"type": "agent", "code": "uma"})
    init(setting, iban="CH9300762011623852957")
    with client_of(setting) as client:
        yield Visitor(setting, client)


def ended(site: Visitor) -> str:
    """The page of what was started, once it has ended."""
    place = re.findall(r'href="(/books/work/\w+)"', site.page)[0]
    for _ in range(100):
        if "hx-get" not in site.get(place).partition("<main")[2]:
            break
        time.sleep(0.05)
    assert site.get(f"{place}/part").startswith("<div")
    return site.get(place)


def test_an_accountants_month(site: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BILLING_SMTP_HOST", raising=False)
    monkeypatch.delenv("BILLING_MAIL", raising=False)
    assert "ALPINA" in site.comes(agent="uma", role="accountant").page  # March, which has ended
    assert site.page.count("INV-2025-0000") >= 2
    site.sends("/books/hold", customer="BEATUS", reason="order", do="hold")
    assert "order" in site.page
    site.sends("/books/run", on="2025-04-02")
    done = ended(site)
    assert "INV-2025-00003" in done and "BEATUS" in done
    issued = ask(site.setting, requests.AskDocuments(customer="ALPINA"))["invoices"]
    assert [one["customer"] for one in issued if one["number"] == "INV-2025-00003"] == ["ALPINA"]
    site.get("/books?month=2025-03")
    site.sends("/books/hold", customer="BEATUS", do="release")
    site.get("/books/document/INV-2025-00003")
    assert '<iframe class="paper" src="/books/paper/INV-2025-00003.pdf"' in site.page and "not sent" in site.page
    assert site.bytes_of("/books/paper/INV-2025-00003.pdf").startswith(b"%PDF-")
    assert "BILLING_SMTP_HOST" in site.sends("/books/send", 502)
    site.get("/books/bank")
    known, nobodys = (BANK.format(n=n, amount=amount, text=text).encode()
                      for n, amount, text in ((1, "97.29", "INV-2025-00001"), (2, "7.00", "who knows")))  # fmt: skip
    for data in (known, nobodys):
        site.sends("/books/bank", files={"file": ("b.xml", data, "text/xml")})
        site.get("/books/bank")
    assert ask(site.setting, requests.AskDocument(number="INV-2025-00001"))["status"] == "paid"
    assert 'name="on" required' in site.page and "who knows" in site.page  # what it is on is nobody's guess
    assert 'role="alert"' in site.sends("/books/settle/B2", 422, on="NOBODY")
    site.get("/books/bank")
    site.sends("/books/settle/B2", on="BEATUS")
    assert ask(site.setting, requests.AskOpenItems())["open"] == []
    site.get("/books?month=2025-01")
    site.sends("/books/close", do="close")
    assert ask(site.setting, requests.AskPeriods())["closed_until"] == "2025-01-31"
    site.sends("/books/close", do="reopen", reason="slip")
    assert ask(site.setting, requests.AskPeriods())["closed_until"] is None
    for report in ("vat", "receivables", "revenue", "deferred", "journal"):
        site.get(f"/books/report/{report}")
    assert "<rect" in site.get("/books/report/revenue") and "half-fare" in site.page
    site.client.get("/language?to=fr")
    for report, columns in REPORTS_IN_FRENCH.items():
        heads = re.findall(r"<th scope=\"col\"[^>]*>([^<]*)</th>", site.get(f"/books/report/{report}"))
        assert heads[: len(columns)] == columns, report
    answer = site.client.get("/books/report/receivables?as=csv")
    assert answer.headers["content-type"].startswith("text/csv") and answer.text.startswith("invoice,customer")


def test_what_a_run_refuses_is_said_where_it_is_looked_at(site: Visitor) -> None:
    site.comes(agent="uma", role="accountant")
    site.sends("/books/run", on="2025-07-02")
    assert 'role="alert"' in ended(site)
    assert site.client.get("/books/work/0000").status_code == 404
