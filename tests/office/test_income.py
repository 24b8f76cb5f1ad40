"""`billing report revenue`: what was earned, as the books have it, to the cent (M9)."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

from tests import support
from tests.support import load, made, run


def test_m9_revenue_is_what_the_books_say(tmp_path: Path) -> None:
    """A pack of which 120 of 720 min were used, and later the rest expires; the sum is its price."""
    url = f"sqlite:///{tmp_path}/b.db"
    setting = made(url, "FR", today=date(2027, 1, 31))
    load(
        setting,
        {"type": "customer", "code": "A", "name": "A", "country": "FR"},
        {"type": "contract", "customer": "A", "tariff": "qualiodoo", "start": "2025-01-01"},
        {"type": "purchase", "id": "p", "customer": "A", "product": "pack-12h", "price": "900", "date": "2025-01-02"},
        {"type": "payment", "purchase": "p", "date": "2025-01-10"},
        {"type": "entry", "customer": "A", "date": "2025-02-03", "minutes": 120},
    )
    env = {"BILLING_DB": url, "BILLING_TODAY": "2027-01-31"}

    def revenue(*words: str) -> dict[str, object]:
        status, out, err = run("report", "revenue", *words, "--json", **env)
        assert (status, err) == (0, "")
        answer: dict[str, object] = json.loads(out)
        return answer

    assert revenue("--from", "2025-01-01", "--to", "2025-12-31")["rows"] == [
        {"kind": "pack", "name": "pack-12h", "currency": "EUR", "amount": "150.00"}
    ]
    whole = revenue("--from", "2025-01-01", "--by", "month", "--by", "kind")
    assert whole["rows"] == [
        {"month": "2025-02", "kind": "pack", "currency": "EUR", "amount": "150.00"},
        {"month": "2026-02", "kind": "expired", "currency": "EUR", "amount": "750.00"},  # after the grace (M17)
    ]
    assert whole["totals"] == [{"currency": "EUR", "amount": "900.00"}]
    booked = [leg for entry in support.books(setting, date(2027, 1, 31)).entries for leg in entry.legs]
    assert sum((leg.amount for leg in booked if leg.role in ("revenue", "breakage")), Decimal(0)) == Decimal(-900)
    assert revenue("--from", "2025-03-01", "--to", "2025-03-31")["totals"] == []
    for words, code in ((("--by", "moon"), "bad-input"), (("--by", "kind", "--by", "kind"), "bad-input"),
                        (("--from", "2025-02-01", "--to", "2025-01-01"), "bad-date")):  # fmt: skip
        status, _, err = run("report", "revenue", *words, "--json", **env)
        assert (status, json.loads(err)["error"]["code"]) == (1, code)
    _, out, _ = run("report", "revenue", "--from", "2025-01-01", "--to", "2025-12-31", BILLING_LANGUAGE="fr", **env)
    assert "forfait, utilisé" in out and "en tout : EUR 150,00" in out
