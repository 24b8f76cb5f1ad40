"""What is sold for as long as a tariff says: also to the term's end (G2, G3)."""

from datetime import date
from pathlib import Path

import pytest

from billing.office.transaction import Setting
from billing.requests import AskAudit
from billing.requests.balances import AskBalance
from billing.requests.privacy import Erase
from tests.support import ask, balance, do, environment, load, made

TARIFF = Path(__file__).parents[2] / "tariffs" / "qualiodoo" / "2020-01-01.toml"


@pytest.mark.parametrize(
    ("validity", "last"),
    [("1 year", "2026-02-28"), ("6 months", "2025-08-31"), ("30 days", "2025-03-30"), ("term", "2026-01-14")],
)
def test_L7_what_is_sold_for_any_validity_is_decided_again_alike(
    database_url: str, tmp_path: Path, validity: str, last: str
) -> None:
    """`term` has no number: as the tariff says it and as it is kept it was not the same, and audits found a fault."""
    text = TARIFF.read_text().replace('name = "qualiodoo"', 'name = "own"').replace('term = "open"', 'term = "year"')
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / TARIFF.name).write_text(text.replace('validity = "1 year"', f'validity = "{validity}"'))
    with environment(BILLING_TARIFFS=str(tmp_path)):
        setting: Setting = made(database_url, today=date(2025, 4, 1))
    load(
        setting,
        {"type": "customer", "code": "ANNA", "name": "Anna", "country": "CH"},
        {"type": "contract", "customer": "ANNA", "tariff": "own", "start": "2025-01-15"},
        {"type": "purchase", "id": "p", "customer": "ANNA", "product": "pack-12h", "price": "9", "date": "2025-02-20"},
        {"type": "payment", "purchase": "p", "date": "2025-03-01"},
    )
    assert [grant["expires"] for grant in balance(setting, "ANNA", date(2025, 3, 1))["grants"]] == [last]
    assert ask(setting, AskAudit())["faults"] == []


def test_an_add_on_is_said_to_run_no_longer_than_its_contract_b1_g3_g10_p1(database_url: str) -> None:
    """The day before, the reply promised the reduced rate for a year; and the contact could never be erased."""
    setting: Setting = made(database_url, today=date(2025, 7, 1))
    load(
        setting,
        {"type": "customer", "code": "ANNA", "name": "Anna", "country": "CH", "language": "en"},
        {"type": "contract", "customer": "ANNA", "tariff": "q3", "tier": "profi", "start": "2025-01-01"},
        {"type": "purchase", "customer": "ANNA", "product": "half-fare", "price": "90", "date": "2025-06-05"},
        {
            "type": "purchase",
            "customer": "ANNA",
            "product": "support-plus",
            "date": "2025-06-05",
            "contacts": ["marie"],
        },
        {"type": "cancel", "customer": "ANNA", "date": "2025-06-08"},
    )
    told = ask(setting, AskBalance(customer="ANNA", at=date(2025, 6, 7), reply=True))
    assert told["reduced_rate_until"] == "2025-06-08"
    assert "8 June 2025" in told["text"] and "2026" not in told["text"] and "renewed" not in told["text"]
    assert balance(setting, "ANNA", date(2025, 6, 9))["reduced_rate_until"] is None
    erased = do(setting, Erase(who="marie", customer="ANNA", reason="on demand", yes=True))
    assert erased["erased"]
