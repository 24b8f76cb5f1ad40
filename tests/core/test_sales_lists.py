"""Sales by VAT id: one row an id, home or abroad, with a threshold (M18)."""

from decimal import Decimal
from typing import Any

from billing.core.sales_lists import SalesList, listed
from billing.core.taxed import Taxed
from billing.core.vat import VatCategory, VatClass
from billing.core.vat_return import Place, Placed

SOLD: list[tuple[str, str | None, VatCategory, Place, str, str]] = [
    ("A", "BE1", "S", "domestic", "250.00", "52.50"),
    ("B", "BE2", "S", "domestic", "200.00", "42.00"),
    ("C", "BE2", "S", "domestic", "90.00", "18.90"),
    ("B", "BE2", "S", "domestic", "-39.99", "-8.40"),
    ("D", None, "S", "domestic", "900.00", "189.00"),
    ("E", "FR1", "AE", "union", "10.00", "0.00"),
    ("F", "FR2", "AE", "union", "5.00", "0.00"),
    ("F", "FR2", "AE", "union", "-5.00", "0.00"),
    ("G", "FR3", "S", "domestic", "999.00", "9.00"),
]


def rows(**of: Any) -> list[tuple[str, list[str], str, str]]:
    parts: list[tuple[Placed, str | None]] = []
    for customer, vat_id, category, place, base, vat in SOLD:
        made = VatClass(category, Decimal(0))
        row = Taxed("I", customer, customer, "", vat_id, False, "EUR", made, Decimal(base), Decimal(vat))
        parts.append(((row, place), vat_id))
    wanted = SalesList("L", "a list", unit=Decimal("0.01"), **of)
    return [(r.vat_id, list(r.names), str(r.base), str(r.amount)) for r in listed(wanted, parts, "BE")]


def test_m18_sales_abroad_by_vat_id_and_what_came_to_nothing_is_left_out() -> None:
    assert rows(categories=("AE",), places=("union",)) == [("FR1", ["E"], "10.00", "0.00")]


def test_m18_a_threshold_is_of_all_that_went_to_one_id() -> None:
    """250.00 is not over it; two customers with one id are; an id of another country is no domestic one."""
    home: dict[str, Any] = {"categories": ("S",), "places": ("domestic",), "own_ids": True}
    assert rows(**home, over=Decimal("250.00")) == [("BE2", ["B", "C"], "250.01", "52.50")]
    assert [row[0] for row in rows(**home)] == ["BE1", "BE2"]
