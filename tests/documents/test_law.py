"""VAT classes and legal mentions: M2, M3, M11."""

import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from billing import law
from billing.core.vat import VatClass
from billing.errors import BadInput

DAY = date(2025, 3, 31)
LAW = Path(law.__file__).parent


@pytest.mark.parametrize(
    ("country", "day", "rate"),
    [
        ("FR", "2000-04-01", "19.6"),
        ("FR", "2013-12-31", "19.6"),
        ("FR", "2014-01-01", "20.0"),
        ("MC", "2014-01-01", "20.0"),
        ("CH", "2011-01-01", "8.0"),
        ("CH", "2017-12-31", "8.0"),
        ("CH", "2018-01-01", "7.7"),
        ("CH", "2023-12-31", "7.7"),
        ("CH", "2024-01-01", "8.1"),
        ("LI", "2024-01-01", "8.1"),
    ],
)
def test_m2_the_rate_is_the_one_in_force_on_the_day(country: str, day: str, rate: str) -> None:
    assert law.vat_class(country, country, None, date.fromisoformat(day)) == VatClass("S", Decimal(rate))


@pytest.mark.parametrize(
    ("issuer", "customer", "vat_id", "day", "category"),
    [
        # domestic, with or without an id
        ("FR", "FR", "FR40303265045", "2025-03-31", "S"),
        ("FR", "FR", None, "2025-03-31", "S"),
        ("FR", "MC", "FR40303265045", "2025-03-31", "S"),
        ("MC", "FR", None, "2025-03-31", "S"),
        ("CH", "CH", "CHE-123.456.788 TVA", "2025-03-31", "S"),
        ("CH", "LI", None, "2025-03-31", "S"),
        ("LI", "CH", None, "2025-03-31", "S"),
        # a business in another member state
        ("FR", "DE", "DE136695976", "2025-03-31", "AE"),
        ("FR", "de", " de 136 695 976", "2025-03-31", "AE"),
        ("MC", "DE", "DE136695976", "2025-03-31", "AE"),
        ("FR", "DE", "BE0428759497", "2025-03-31", "AE"),
        ("FR", "DE", "136695976", "2025-03-31", "AE"),
        ("FR", "AT", "U13585627", "2025-03-31", "AE"),
        ("FR", "GR", "EL094259216", "2025-03-31", "AE"),
        ("FR", "GR", "GR094259216", "2025-03-31", "AE"),
        ("FR", "GR", "094259216", "2025-03-31", "AE"),
        # a consumer there, or an id that does not count
        ("FR", "DE", None, "2025-03-31", "S"),
        ("FR", "DE", "  ", "2025-03-31", "S"),
        ("FR", "DE", "FR40303265045", "2025-03-31", "S"),
        ("FR", "DE", "CHE-123.456.788", "2025-03-31", "S"),
        ("FR", "DE", "GB980780684", "2025-03-31", "S"),
        ("FR", "DE", "DE", "2025-03-31", "S"),
        # outside
        ("FR", "CH", "CHE-123.456.788", "2025-03-31", "O"),
        ("FR", "LI", None, "2025-03-31", "O"),
        ("FR", "US", "DE136695976", "2025-03-31", "O"),
        ("FR", "HR", "HR33392005961", "2013-06-30", "O"),
        ("FR", "HR", "HR33392005961", "2013-07-01", "AE"),
        ("FR", "GB", "GB980780684", "2020-12-31", "AE"),
        ("FR", "GB", None, "2020-12-31", "S"),
        ("FR", "GB", "GB980780684", "2021-01-01", "O"),
        ("FR", "GB", "XI980780684", "2021-01-01", "O"),
        # any customer abroad of a Swiss issuer
        ("CH", "FR", "FR40303265045", "2025-03-31", "O"),
        ("CH", "DE", None, "2025-03-31", "O"),
        ("LI", "MC", None, "2025-03-31", "O"),
        ("CH", "US", None, "2025-03-31", "O"),
    ],
)
def test_m3_category_by_issuer_and_customer(
    issuer: str, customer: str, vat_id: str | None, day: str, category: str
) -> None:
    found = law.vat_class(issuer, customer, vat_id, date.fromisoformat(day))
    assert found.category == category
    assert (found.rate == 0) == (category != "S")


def test_an_issuer_whose_vat_is_not_known_is_refused() -> None:
    with pytest.raises(BadInput, match="supported: CH, FR, LI, MC"):
        law.vat_class("DE", "DE", None, DAY)
    with pytest.raises(BadInput, match="supported"):
        law.mentions("DE", {"S"}, "invoice", "de", DAY, True)
    with pytest.raises(BadInput, match="first is from 2011-01-01"):
        law.vat_class("CH", "CH", None, date(2010, 12, 31))


@pytest.mark.parametrize("language", ["fr", "de", "it", "en", "es", "fr-CH"])
def test_m3_reverse_charge_says_autoliquidation(language: str) -> None:
    found = law.mentions("FR", {"AE"}, "credit-note", language, DAY, True)
    assert len(found) == 1
    assert "Autoliquidation" in found[0]


@pytest.mark.parametrize(
    ("issuer", "categories", "kind", "business", "words"),
    [
        ("FR", {"S"}, "invoice", True, ["L441-10"]),
        ("FR", {"S"}, "invoice", False, []),
        ("FR", {"S"}, "credit-note", True, []),
        ("FR", {"AE"}, "invoice", True, ["Autoliquidation", "40 €"]),
        ("FR", {"O"}, "invoice", True, ["259, 1°", "BCE majoré de 10 points"]),
        ("FR", {"O"}, "invoice", False, ["259 B"]),
        ("MC", {"S", "AE"}, "invoice", True, ["Autoliquidation", "escompte"]),
        ("CH", {"S"}, "invoice", True, []),
        ("CH", {"O"}, "invoice", True, ["art. 8 al. 1 LTVA"]),
        ("LI", {"S", "O"}, "credit-note", False, ["art. 8 al. 1 LTVA"]),
    ],
)
def test_m3_mentions(issuer: str, categories: set[str], kind: law.Kind, business: bool, words: list[str]) -> None:
    found = law.mentions(issuer, categories, kind, "fr", DAY, business)
    assert len(found) == len(words)
    for sentence, word in zip(found, words, strict=True):
        assert word in sentence


@pytest.mark.parametrize(
    ("day", "article"), [("2013-01-01", "L441-6 "), ("2019-04-25", "L441-6 "), ("2019-04-26", "L441-10 ")]
)
def test_m11_wording_changes_on_its_day(day: str, article: str) -> None:
    assert article in law.mentions("FR", {"S"}, "invoice", "fr", date.fromisoformat(day), True)[0]


def test_m11_every_datum_has_a_source_and_every_mention_four_languages() -> None:
    vat = tomllib.loads((LAW / "vat.toml").read_text("utf-8"))
    said = tomllib.loads((LAW / "mentions.toml").read_text("utf-8"))
    rows = [*vat["territory"], *vat["rate"], vat["union"], *said["mention"]]
    assert len(rows) > 10
    assert all(row["source"] for row in rows)
    assert all(row[language] for row in said["mention"] for language in ("fr", "de", "it", "en"))
    assert all({"from", "kinds", "territory"} <= set(row) for row in said["mention"])


def test_the_union_has_27_states_since_2021() -> None:
    states = tomllib.loads((LAW / "vat.toml").read_text("utf-8"))["union"]["states"]
    assert sum("until" not in state for state in states.values()) == 27
