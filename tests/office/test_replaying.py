"""`billing tariff replay`: a year under another tariff, at the terminal; nothing is written."""

import json
from pathlib import Path

from tests.support import contents, load, made, run


def test_a_year_under_another_tariff(tmp_path: Path) -> None:
    """Each customer with work in the year beside what it paid; the database stays as it is."""
    url = f"sqlite:///{tmp_path}/b.db"
    setting = made(url, "FR")
    load(
        setting,
        {"type": "customer", "code": "ANNA", "name": "A", "country": "FR"},
        {"type": "customer", "code": "BEAT", "name": "B", "country": "FR"},
        {"type": "contract", "customer": "ANNA", "tariff": "qualiodoo", "start": "2025-01-01"},
        {
            "type": "purchase",
            "customer": "ANNA",
            "product": "pack-12h",
            "price": "900",
            "date": "2025-01-02",
            "id": "p",
        },
        {"type": "payment", "purchase": "p", "date": "2025-01-02"},
        {"type": "entry", "customer": "ANNA", "date": "2025-02-03", "minutes": 62},
    )
    before = contents(setting)
    env = {"BILLING_DB": url, "BILLING_TODAY": "2025-12-31"}
    status, out, err = run("tariff", "replay", "q3", "--year", "2025", "--json", **env)
    assert (status, err) == (0, "")
    (row,) = json.loads(out)["customers"]
    assert (row["customer"], row["entries"], row["lacking"]) == ("ANNA", 1, [])
    assert (row["was"]["charged"], row["was"]["covered"], row["was"]["sold"]) == (65, 65, "900.00")
    would = row["would"]
    assert (row["was"]["tariff"], row["was"]["tier"], row["was"]["currency"]) == ("qualiodoo", None, "EUR")
    assert (would["tariff"], would["tier"], would["currency"]) == ("q3", "standard", "CHF")
    assert (would["charged"], would["overage"], would["amount"]) == (65, 65, "189.58")  # 65 min at 175.00
    _, out, _ = run("tariff", "replay", "q3", "--year", "2025", "--tier", "premium", **env)
    assert "q3 premium" in out and "nothing is written" in out
    assert run("tariff", "replay", "q3", "--year", "2024", **env)[1] == "No work in 2024.\n"
    assert contents(setting) == before
    for words, code in (
        (("golf", "--year", "2025"), "unknown-tariff"),
        (("q3", "--year", "2025", "--tier", "golf"), "unknown-tier"),
        (("q3", "--year", "2025", "--customer", "NOBODY"), "unknown-customer"),
        (("q3", "--year", "20255"), "bad-date"),
    ):
        status, _, err = run("tariff", "replay", *words, "--json", **env)
        assert (status, json.loads(err)["error"]["code"]) == (1, code)
