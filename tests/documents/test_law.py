"""VAT classes and legal mentions: M2, M3, M11."""

import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from billing import law
from billing.core.vat import VatCategory, VatClass
from billing.errors import BadInput
from billing.law import data

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
    with pytest.raises(BadInput, match="supported: BE, CH, DE, FR, LI, LU, MC"):
        law.vat_class("US", "DE", None, DAY)
    with pytest.raises(BadInput, match="supported"):
        law.mentions("US", {"S"}, "invoice", "de", DAY, True)
    with pytest.raises(BadInput, match="first is from 2011-01-01"):
        law.vat_class("CH", "CH", None, date(2010, 12, 31))


@pytest.mark.parametrize("language", ["fr", "de", "it", "nl", "en", "es", "fr-CH"])
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


def test_m11_every_datum_has_a_source_and_every_mention_every_language() -> None:
    vat = tomllib.loads((LAW / "vat.toml").read_text("utf-8"))
    said = tomllib.loads((LAW / "mentions.toml").read_text("utf-8"))
    rows = [*vat["territory"], *vat["rate"], vat["union"], *said["mention"]]
    assert len(rows) > 10
    assert all(row["source"] for row in rows)
    assert all(row[language] for row in said["mention"] for language in ("fr", "de", "it", "nl", "en"))
    assert all({"from", "kinds", "territory"} <= set(row) for row in said["mention"])


def test_the_union_has_27_states_since_2021() -> None:
    states = tomllib.loads((LAW / "vat.toml").read_text("utf-8"))["union"]["states"]
    assert sum("until" not in state for state in states.values()) == 27


# Whose customer is who: issuer × customer × day → category, rate, and a word of the mention

CUSTOMERS = {
    "domestic": {"BE": ("BE", None), "LU": ("LU", None), "DE": ("DE", None), "FR": ("FR", None), "CH": ("CH", None)},
    "EU business": ("IT", "IT00743110157"),
    "EU business without id": ("IT", None),
    "EU id of the issuer's country": {
        "BE": ("IT", "BE0428759497"), "LU": ("IT", "LU15027442"), "DE": ("IT", "DE136695976"),
        "FR": ("IT", "FR40303265045"), "CH": ("IT", "CHE-123.456.788"),
    },
    "outside": ("US", None),
    "Monaco": ("MC", "FR40303265045"),
    "Monaco, a consumer": ("MC", None),
    "Liechtenstein": ("LI", None),
    "Switzerland": ("CH", "CHE-123.456.788"),
}  # fmt: skip
RATES = {
    "BE": [("2010-01-01", "21.0"), ("2025-03-31", "21.0")],
    "LU": [("2014-12-31", "15.0"), ("2015-01-01", "17.0"), ("2022-12-31", "17.0"), ("2023-01-01", "16.0"),
           ("2023-12-31", "16.0"), ("2024-01-01", "17.0")],
    "DE": [("2020-06-30", "19.0"), ("2020-07-01", "16.0"), ("2020-12-31", "16.0"), ("2021-01-01", "19.0")],
    "FR": [("2025-03-31", "20.0")],
    "CH": [("2023-12-31", "7.7"), ("2024-01-01", "8.1")],
}  # fmt: skip
CATEGORIES: dict[str, tuple[VatCategory, VatCategory]] = {  # by customer: of the issuers in the Union; of Switzerland
    "domestic": ("S", "S"),
    "EU business": ("AE", "O"),
    "EU business without id": ("S", "O"),
    "EU id of the issuer's country": ("S", "O"),
    "outside": ("O", "O"),
    "Monaco": ("AE", "O"),
    "Monaco, a consumer": ("S", "O"),
    "Liechtenstein": ("O", "S"),
    "Switzerland": ("O", "S"),
}
WORDS = {
    ("BE", "AE"): "art. 21, § 2 du Code TVA",
    ("BE", "O"): "hors de Belgique",
    ("LU", "AE"): "art. 17, § 1 de la loi TVA",
    ("LU", "O"): "hors du Luxembourg",
    ("DE", "AE"): "Steuerschuldnerschaft des Leistungsempfängers",
    ("DE", "O"): "hors d’Allemagne",
    ("FR", "AE"): "art. 44 et 196",
    ("FR", "O"): "hors de France",
    ("CH", "O"): "art. 8 al. 1 LTVA",
}


def customer_of(kind: str, issuer: str) -> tuple[str, str | None]:
    found: Any = CUSTOMERS[kind]
    country, vat_id = found[issuer] if isinstance(found, dict) else found
    return country, vat_id


@pytest.mark.parametrize("issuer", RATES)
@pytest.mark.parametrize("kind", CUSTOMERS)
def test_m3_m11_issuer_by_customer_by_day(issuer: str, kind: str) -> None:
    country, vat_id = customer_of(kind, issuer)
    category = CATEGORIES[kind][issuer == "CH"]
    if issuer == "FR" and country == "MC":
        category = "S"
    for day, rate in RATES[issuer]:
        on = date.fromisoformat(day)
        wanted = VatClass(category, Decimal(rate if category == "S" else "0.0"))
        assert law.vat_class(issuer, country, vat_id, on) == wanted, day
        said = " ".join(law.mentions(issuer, {category}, "invoice", "fr", on, True))
        assert WORDS.get((issuer, category), "") in said
        assert bool(said) == (issuer == "FR" or category != "S")


@pytest.mark.parametrize(
    ("member", "by_month"),
    [({"from": date(2027, 3, 1)}, True), ({"from": date(2027, 3, 2)}, False),
     ({"from": date(2027, 3, 1), "until": date(2028, 2, 28)}, False),
     ({"from": date(2027, 3, 1), "until": date(2028, 2, 29)}, True)],
)  # fmt: skip
def test_m3_a_month_is_taxed_alike_where_nothing_changes_in_it(
    member: dict[str, date], by_month: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = data.table("vat")
    changed = {**kept, "union": {**kept["union"], "states": {**kept["union"]["states"], "UA": member}}}
    monkeypatch.setattr(law, "table", {"vat": changed}.__getitem__)
    assert law.is_by_month.__wrapped__() == by_month
    changed["rate"] = [*kept["rate"], {"territory": "UA", "from": date(2027, 3, 15), "standard": "20.0"}]
    assert not law.is_by_month.__wrapped__()


@pytest.mark.parametrize("issuer", ["BE", "LU", "DE", "FR"])
@pytest.mark.parametrize("language", ["fr", "de", "it", "en"])
def test_m3_reverse_charge_names_its_articles_in_every_language(issuer: str, language: str) -> None:
    (first, *_) = law.mentions(issuer, {"AE"}, "credit-note", language, DAY, True)
    assert "196" in first
    assert ("Steuerschuldnerschaft" if issuer == "DE" else "Autoliquidation") in first


@pytest.mark.parametrize(
    ("issuer", "basis", "day", "kind", "words"),
    [
        ("FR", "payment", "2025-03-31", "invoice", "TVA sur les encaissements."),
        ("FR", "payment", "2025-03-31", "credit-note", None),
        ("FR", "invoice", "2025-03-31", "invoice", "d’après les débits."),
        ("FR", None, "2025-03-31", "invoice", None),
        ("LU", "payment", "2025-03-31", "invoice", "Comptabilité de caisse."),
        ("LU", "invoice", "2025-03-31", "invoice", None),
        ("DE", "payment", "2027-12-31", "invoice", None),
        ("DE", "payment", "2028-01-01", "invoice", "Versteuerung nach vereinnahmten Entgelten"),
        ("BE", "payment", "2028-01-01", "invoice", None),
        ("CH", "payment", "2028-01-01", "invoice", None),
    ],
)
def test_m11_when_vat_is_due_is_said_where_the_law_has_words_for_it(
    issuer: str, basis: law.Basis | None, day: str, kind: law.Kind, words: str | None
) -> None:
    on = date.fromisoformat(day)
    plain = law.mentions(issuer, {"S"}, kind, "fr", on, True)
    more = law.mentions(issuer, {"S"}, kind, "fr", on, True, basis)
    assert more[: len(plain)] == plain
    assert len(more) == len(plain) + (words is not None)
    if words is not None:
        assert words in more[-1]


@pytest.mark.parametrize(("issuer", "word"), [("DE", "§ 286 Abs. 3"), ("LU", "gesetzlichen Satz")])
def test_m11_a_consumer_is_told_of_late_interest(issuer: str, word: str) -> None:
    (said,) = law.mentions(issuer, {"S"}, "invoice", "de", DAY, False)
    assert word in said
    assert law.mentions(issuer, {"S"}, "invoice", "de", DAY, True) == []
