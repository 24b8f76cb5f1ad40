"""What is sold for as long as a tariff says: also to the term's end (G2, G3)."""

from datetime import date
from pathlib import Path

import pytest

from billing.office.transaction import Setting
from billing.requests import AskAudit
from tests.support import ask, balance, environment, load, made

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
