"""A tariff's cap on the pieces of a product that are in force at one time, over all customers (G3)."""

from datetime import date
from pathlib import Path

import pytest

from billing.errors import Refusal
from billing.office.transaction import Setting
from tests.support import environment, load, made

CAP = 3
TARIFF = Path(__file__).parents[2] / "tariffs" / "q3" / "2020-01-01.toml"


@pytest.fixture
def setting(database_url: str, tmp_path: Path) -> Setting:
    """Two customers on a tariff that sells half-fare to three at a time."""
    text = TARIFF.read_text()
    capped = text.replace("reduced_rate = 119.00\n", f"reduced_rate = 119.00\nlimit = {CAP}\n")
    capped = capped.replace('name = "q3"', 'name = "capped"')
    assert capped.count("limit = 3") == capped.count('"capped"') == 1
    (tmp_path / "tariffs" / "capped").mkdir(parents=True)
    (tmp_path / "tariffs" / "capped" / TARIFF.name).write_text(capped)
    with environment(BILLING_TARIFFS=str(tmp_path / "tariffs")):
        ready = made(database_url, today=date(2027, 1, 1))
    for code in ("ANNA", "BEAT"):
        load(
            ready,
            {"type": "customer", "code": code, "name": code, "country": "CH"},
            {"type": "contract", "customer": code, "tariff": "capped", "tier": "profi", "start": "2025-01-01"},
            {"type": "renewal", "customer": code, "date": "2026-01-01"},
        )
    return ready


def buy(setting: Setting, customer: str, on: str, quantity: int = 1) -> None:
    line = {"type": "purchase", "customer": customer, "product": "half-fare", "price": "90.00", "date": on}
    load(setting, line | {"quantity": quantity})


def refused(setting: Setting, customer: str, on: str, quantity: int = 1) -> str:
    with pytest.raises(Refusal) as found:
        buy(setting, customer, on, quantity)
    assert found.value.code == "not-eligible"
    return str(found.value)


def test_G3_no_more_pieces_are_sold_than_the_tariff_allows(setting: Setting) -> None:
    """All customers' pieces count, each piece of a sale by itself; the last one that fits is sold."""
    buy(setting, "ANNA", "2025-03-01", 2)
    assert "limited to 3 in force at one time; 1 left" in refused(setting, "BEAT", "2025-03-02", 2)
    buy(setting, "BEAT", "2025-03-02")
    assert "0 left" in refused(setting, "BEAT", "2025-03-02")


def test_G3_a_piece_counts_from_its_sale_to_its_last_day(setting: Setting) -> None:
    """Sold on 1 March, a year's piece is in force until 28 February: that day it counts, the next it does not."""
    buy(setting, "ANNA", "2025-03-01", CAP)
    refused(setting, "BEAT", "2026-02-28")
    buy(setting, "BEAT", "2026-03-01", CAP)
    refused(setting, "ANNA", "2026-03-01")
