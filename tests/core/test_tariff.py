"""The look-ups of a tariff: how long things are valid, and how many minutes a term includes (G1)."""

from datetime import date
from decimal import Decimal

import pytest

from billing.core.tariff import Allowance, Category, Tariff, Validity

DAY = date(2025, 1, 10)
TIERS = ("standard", "advanced", "profi", "premium")
ONE, SEVERAL = ("COFI",), ("COFI", "Salaires")


def tariff(allowance: Allowance | None) -> Tariff:
    return Tariff(
        name="q3-like",
        valid_from=date(2020, 1, 1),
        titles={},
        currency="CHF",
        increment=5,
        rounding="case",
        term="year",
        overage="bill",
        categories={"support": Category("support", {}, Decimal("175.00")), "bug": Category("bug", {})},
        tiers=TIERS,
        allowance=allowance,
    )


Q3 = tariff(
    Allowance(
        covers=("support",),
        single=dict(zip(TIERS, (5, 10, 15, 25), strict=True)),
        several=dict(zip(TIERS, (10, 15, 25, 35), strict=True)),
        main_modules=("COFI", "Salaires", "Factures", "Créanciers"),
        minimum_fee=Decimal("100.00"),
    )
)


@pytest.mark.parametrize(
    ("tier", "modules", "fee", "minutes"),
    [
        ("standard", ONE, "100.00", 5),
        ("advanced", ONE, "100.00", 10),
        ("profi", ONE, "100.00", 15),
        ("premium", ONE, "100.00", 25),
        ("standard", SEVERAL, "100.00", 10),
        ("advanced", SEVERAL, "100.00", 15),
        ("profi", SEVERAL, "100.00", 25),
        ("premium", SEVERAL, "100.00", 35),
        # what counts as several: only main modules, each once, in whatever case it is typed
        ("profi", (), "900.00", 15),
        ("profi", ("Stock",), "900.00", 15),
        ("profi", ("COFI", "Stock"), "900.00", 15),
        ("profi", ("COFI", "cofi"), "900.00", 15),
        ("profi", ("cofi", "SALAIRES"), "900.00", 25),
        ("profi", ("créanciers", "FACTURES", "Stock"), "900.00", 25),
        ("profi", ("COFI", "Salaires", "Factures", "Créanciers"), "900.00", 25),
        # only from a fee of 100
        ("profi", SEVERAL, "99.99", 0),
        ("profi", SEVERAL, "0.00", 0),
        ("profi", SEVERAL, None, 0),
        # no tier, no allowance
        (None, SEVERAL, "900.00", 0),
    ],
)
def test_the_allowance_of_a_term_g1(tier: str | None, modules: tuple[str, ...], fee: str | None, minutes: int) -> None:
    assert Q3.allowance_minutes(tier, modules, None if fee is None else Decimal(fee)) == minutes


def test_an_allowance_without_a_minimum_fee_asks_for_none() -> None:
    rows = dict.fromkeys(TIERS, 30)
    assert tariff(Allowance(("support",), rows, rows)).allowance_minutes("profi", SEVERAL, None) == 30


def test_a_tariff_without_an_allowance_grants_none() -> None:
    assert tariff(None).allowance_minutes("profi", SEVERAL, Decimal("900.00")) == 0


def test_the_first_category_is_the_default() -> None:
    assert Q3.default_category == "support"


@pytest.mark.parametrize(
    ("validity", "last"),
    [
        (Validity(1, "year"), "2026-01-09"),
        (Validity(2, "year"), "2027-01-09"),
        (Validity(6, "month"), "2025-07-09"),
        (Validity(30, "day"), "2025-02-08"),
        (Validity(1, "day"), "2025-01-10"),
        (Validity(1, "term"), "2025-12-31"),
    ],
)
def test_the_last_day_of_what_is_sold_g2_g3(validity: Validity, last: str) -> None:
    assert validity.until(DAY, term_end=date(2025, 12, 31)) == date.fromisoformat(last)


def test_a_validity_of_its_own_can_outlast_the_term_g3() -> None:
    assert Validity(1, "year").until(DAY, term_end=date(2025, 2, 1)) == date(2026, 1, 9)
