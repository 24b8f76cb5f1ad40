"""VAT on documents, from the issuer's country to the sum: M2, M3, M11."""

from pathlib import Path
from typing import Any

import pytest

from tests.invoicing import documents
from tests.support import load, made

TERM = {"type": "contract", "customer": "A", "tariff": "q3", "tier": "standard"}


def issued(tmp_path: Path, country: str, customer: dict[str, str], days: list[str], **issuer: Any) -> dict[str, Any]:
    """The invoice over an hour at 175.00 on each of these days."""
    setting = made(f"sqlite:///{tmp_path}/b.db", country, **issuer)
    load(
        setting,
        {"type": "customer", "code": "A", "name": "A", "language": "fr", **customer},
        TERM | {"start": days[0]},
        *({"type": "entry", "customer": "A", "date": day, "minutes": 60} for day in days),
        {"type": "invoice-run", "month": days[-1][:7], "date": days[-1]},
    )
    return documents.content(setting, f"INV-{days[-1][:4]}-00001")


@pytest.mark.parametrize(
    ("country", "days", "rows", "total"),
    [
        ("BE", ["2025-03-03"], [("S", "21", "175.00", "36.75")], "211.75"),
        (
            "LU",
            ["2023-12-31", "2024-01-02"],
            [("S", "16", "175.00", "28.00"), ("S", "17", "175.00", "29.75")],
            "407.75",
        ),
        (
            "DE",
            ["2020-06-30", "2020-07-01"],
            [("S", "16", "175.00", "28.00"), ("S", "19", "175.00", "33.25")],
            "411.25",
        ),
        (
            "DE",
            ["2020-12-31", "2021-01-01"],
            [("S", "16", "175.00", "28.00"), ("S", "19", "175.00", "33.25")],
            "411.25",
        ),
    ],
)
def test_m2_m11_the_rate_is_that_of_the_day_of_work(
    tmp_path: Path, country: str, days: list[str], rows: list[tuple[str, ...]], total: str
) -> None:
    found = issued(tmp_path, country, {"country": country}, days)
    assert sorted((r["category"], r["rate"], r["base"], r["amount"]) for r in found["vat"]) == rows
    assert (found["total"], found["mentions"]) == (total, [])


@pytest.mark.parametrize(
    ("country", "customer", "category", "word"),
    [
        ("BE", {"country": "FR", "vat_id": "FR40303265045"}, "AE", "Autoliquidation"),
        ("LU", {"country": "BE", "vat_id": "BE0428759497"}, "AE", "Autoliquidation"),
        ("DE", {"country": "MC", "vat_id": "FR40303265045"}, "AE", "Steuerschuldnerschaft"),
        ("BE", {"country": "LI"}, "O", "hors de Belgique"),
        ("LU", {"country": "CH"}, "O", "hors du Luxembourg"),
        ("DE", {"country": "CH"}, "O", "hors d’Allemagne"),
    ],
)
def test_m3_nothing_is_taxed_and_the_mention_stands_on_the_invoice(
    tmp_path: Path, country: str, customer: dict[str, str], category: str, word: str
) -> None:
    found = issued(tmp_path, country, customer, ["2025-03-03"])
    assert [(r["category"], r["rate"], r["amount"]) for r in found["vat"]] == [(category, "0", "0.00")]
    assert found["total"] == "175.00"
    assert len(found["mentions"]) == 1 and word in found["mentions"][0]


@pytest.mark.parametrize(
    ("basis", "words"),
    [("payment", "TVA sur les encaissements."), ("invoice", "d’après les débits."), (None, None)],
)
def test_m11_a_french_invoice_says_when_its_vat_is_due(tmp_path: Path, basis: str | None, words: str | None) -> None:
    said = issued(tmp_path, "FR", {"country": "FR"}, ["2025-03-03"], vat_basis=basis)["mentions"]
    assert any("encaissements" in sentence or "débits" in sentence for sentence in said) == (words is not None)
    if words is not None:
        assert words in said[-1]
