"""Revenue added up from bookings (M9)."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest

from billing.core import income
from billing.core.income import Key
from billing.core.journal import Entry, Leg, What

ENTRIES = [
    ("2025-01-31", "A", "invoice",
     [("receivable", "108.10", ""), ("revenue", "-100.00", "support"), ("vat", "-8.10", "")]),
    ("2025-02-03", "A", "earned", [("deferred", "30.00", "pack"), ("revenue", "-30.00", "pack")]),
    ("2025-02-04", "B", "earned", [("deferred", "70.00", "pack"), ("breakage", "-70.00", "pack")]),
    ("2025-02-28", "A", "credit-note",
     [("receivable", "-54.05", ""), ("revenue", "50.00", "support"), ("vat", "4.05", "")]),
    ("2025-02-28", "B", "invoice", [("receivable", "90.00", ""), ("add-ons", "-90.00", "half-fare")]),
    ("2025-03-01", "B", "invoice", [("receivable", "600.00", ""), ("quotes", "-600.00", "")]),
]  # fmt: skip


def entries() -> list[Entry]:
    found = []
    for day, customer, what, legs in ENTRIES:
        made = tuple(Leg(role, Decimal(amount), "CHF", detail) for role, amount, detail in legs)  # type: ignore[arg-type]
        kind: What = what  # type: ignore[assignment]
        found.append(Entry("general", date.fromisoformat(day), customer, kind, (), "D", made))
    return found


@pytest.mark.parametrize(
    ("by", "expect"),
    [
        ((), {(): "840.00"}),
        (("customer",), {("A",): "80.00", ("B",): "760.00"}),
        (("month",), {("2025-01",): "100.00", ("2025-02",): "140.00", ("2025-03",): "600.00"}),
        (("kind", "name"), {("add-on", "half-fare"): "90.00", ("expired", "pack"): "70.00",
                            ("overage", "support"): "50.00", ("pack", "pack"): "30.00", ("quote", ""): "600.00"}),
    ],
)  # fmt: skip
def test_m9_revenue_by_what_is_asked(by: Sequence[Key], expect: dict[tuple[str, ...], str]) -> None:
    """M9: VAT, receivables and what is deferred are no revenue; a credit note takes it back."""
    assert {row.by: str(row.amount) for row in income.earned(entries(), by)} == expect


def test_what_comes_to_nothing_is_left_out() -> None:
    back = [Entry(e.journal, e.on, e.customer, e.what, (), "D", tuple(Leg(x.role, -x.amount, x.currency, x.detail)
                                                                     for x in e.legs)) for e in entries()]  # fmt: skip
    assert income.earned([*entries(), *back], ("customer", "kind")) == []
