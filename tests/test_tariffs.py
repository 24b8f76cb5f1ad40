"""Tariff files: the shipped ones say what the policies say; every fault is found at its line and key."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from billing import Billing, locales, requests, tariffs
from billing.core.tariff import Tariff, Validity
from billing.errors import Refusal
from billing.tariffs import models, places, reading, shape

SHIPPED = tariffs.folders({})
DAY = date(2025, 1, 1)

GOOD = """\
name = "acme"
currency = "CHF"
increment = 5
source.increment = "our price list"
rounding = "case"
term = "year"
overage = "bill"
tiers = ["small", "large"]

[categories.support]
rate = 160.00
source = "our price list"

[categories.bug]
free = "verified"
charged_as = "support"
source = "our price list"

[allowance]
covers = ["support"]
source = "our price list"

[allowance.minutes]
small = { single = 30 }
large = { single = 60, several = 90 }

[products.pack]
kind = "pack"
minutes = 600
covers = ["support"]
validity = "1 year"
source = "our price list"

[products.half]
kind = "add-on"
reduced_rate = 99.00
applies_to = ["support"]
validity = "1 year"
source = "our price list"
"""


def write(folder: Path, text: str, name: str = "acme", day: str = "2025-01-01") -> Path:
    file = folder / name / f"{day}.toml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def shipped(name: str) -> Tariff:
    (version,) = tariffs.versions(SHIPPED, name)
    return version.tariff


# --- the shipped tariffs, figure by figure ---------------------------------------------------------------------------


def test_q3_settings() -> None:
    q3 = shipped("q3")
    assert (q3.currency, q3.increment, q3.minimum, q3.tolerance) == ("CHF", 5, 0, 0)
    assert (q3.rounding, q3.term, q3.overage, q3.carry_over) == ("case", "year", "bill", "never")
    assert q3.tiers == ("standard", "advanced", "profi", "premium")
    assert q3.goodwill_priority is None


@pytest.mark.parametrize(
    ("name", "rate", "free", "charged_as"),
    [
        ("support", "175.00", None, None),
        ("bug", None, "verified", "support"),
        ("first-install", None, "first", "support"),
        ("training", "175.00", None, None),
        ("data-check", "175.00", None, None),
        ("forms", "175.00", None, None),
        ("programming", "195.00", None, None),
    ],
)
def test_q3_categories(name: str, rate: str | None, free: str | None, charged_as: str | None) -> None:
    category = shipped("q3").categories[name]
    assert str(category.rate) == str(rate)
    assert (category.free, category.charged_as) == (free, charged_as)


def test_q3_has_these_categories_in_this_order() -> None:
    q3 = shipped("q3")
    assert list(q3.categories) == ["support", "bug", "first-install", "training", "data-check", "forms", "programming"]
    assert q3.default_category == "support"


def test_q3_allowance_g1() -> None:
    rule = shipped("q3").allowance
    assert rule is not None
    assert rule.single == {"standard": 5, "advanced": 10, "profi": 15, "premium": 25}
    assert rule.several == {"standard": 10, "advanced": 15, "profi": 25, "premium": 35}
    assert rule.main_modules == ("COFI", "Salaires", "Factures", "Créanciers")
    assert (str(rule.minimum_fee), rule.covers, rule.priority) == ("100.00", ("support",), None)


def test_q3_products_g3() -> None:
    products = shipped("q3").products
    assert list(products) == ["half-fare", "support-plus", "support-plus-contact"]
    assert {(product.kind, product.validity, product.limit) for product in products.values()} == {
        ("add-on", Validity(1, "year"), None)
    }
    half, plus, contact = products.values()
    assert (half.price, half.minutes, str(half.reduced_rate), half.applies_to) == (None, 0, "119.00", ("support",))
    assert (half.tiers, half.contacts, half.priority_service) == ((), False, False)
    assert (str(plus.price), plus.minutes, plus.credited_on) == ("565.00", 120, "sale")
    assert (plus.covers, plus.tiers) == (("support", "data-check", "training"), ("profi", "premium"))
    assert (plus.contacts, plus.priority_service, plus.requires, plus.reduced_rate) == (True, True, (), None)
    assert (str(contact.price), contact.minutes, contact.tiers) == ("115.00", 0, ("profi", "premium"))
    assert (contact.requires, contact.contacts, contact.extends) == (
        ("half-fare", "support-plus"),
        True,
        "support-plus",
    )


def test_qualiodoo_settings_and_categories() -> None:
    tariff = shipped("qualiodoo")
    assert (tariff.currency, tariff.increment, tariff.minimum, tariff.tolerance) == ("EUR", 5, 0, 0)
    assert (tariff.rounding, tariff.term, tariff.overage) == ("entry", "open", "owe")
    assert (tariff.carry_over, tariff.grace_days) == ("renewal", 30)
    assert (tariff.tiers, tariff.allowance) == ((), None)
    assert list(tariff.categories) == ["support", "incident", "bug", "upgrade-test"]
    assert {(c.rate, c.free, c.charged_as) for c in tariff.categories.values()} == {(None, None, None)}


@pytest.mark.parametrize(("name", "minutes"), [("pack-12h", 12 * 60), ("pack-24h", 24 * 60), ("pack-36h", 36 * 60)])
def test_qualiodoo_packs_g2(name: str, minutes: int) -> None:
    tariff = shipped("qualiodoo")
    assert list(tariff.products) == ["pack-12h", "pack-24h", "pack-36h"]
    pack = tariff.products[name]
    assert (pack.kind, pack.minutes, pack.price) == ("pack", minutes, None)
    assert (pack.credited_on, pack.validity, pack.covers) == ("payment", Validity(1, "year"), tuple(tariff.categories))
    assert (pack.tiers, pack.requires, pack.contacts, pack.limit) == ((), (), False, None)


@pytest.mark.parametrize("name", tariffs.names(SHIPPED))
def test_each_shipped_file_is_without_fault_and_names_all_its_sources(name: str) -> None:
    for version in tariffs.versions(SHIPPED, name):
        assert tariffs.faults(SHIPPED[-1] / name / f"{version.valid_from}.toml") == []
        for language in tariffs.LANGUAGES:
            for section, item, value, source in tariffs.describe(version, language):
                assert section and item and value and source, (section, item)


@pytest.mark.parametrize("name", tariffs.names(SHIPPED))
def test_each_shipped_title_is_there_in_every_language(name: str) -> None:
    for version in tariffs.versions(SHIPPED, name):
        data = reading.toml(version.text)
        evolutions = data["service"].get("evolutions", {})
        for part in (data, *data["categories"].values(), *data.get("products", {}).values(), *evolutions.values()):
            assert set(part["title"]) == set(tariffs.LANGUAGES), part
        for part in data["service"].get("out_of_scope", {}).values():
            assert set(part["reason"]) == set(tariffs.LANGUAGES), part
        for part in data["service"].get("meanings", {}).values():
            assert set(part["text"]) == set(tariffs.LANGUAGES), part


# --- finding ---------------------------------------------------------------------------------------------------------


def test_the_users_folders_come_before_the_shipped_one(tmp_path: Path) -> None:
    mine, ours = tmp_path / "mine", tmp_path / "ours"
    write(mine, GOOD)
    write(ours, GOOD.replace("160.00", "170.00"))
    write(ours, GOOD.replace('"acme"', '"other"'), "other")
    found = tariffs.folders({"BILLING_TARIFFS": os.pathsep.join([str(mine), str(ours), ""])})
    assert found == [mine, ours, *SHIPPED]
    assert tariffs.names(found) == ["acme", "moveon", "other", "q3", "qualiodoo", "systell", "visualqie"]
    assert [v.tariff.categories["support"].rate for v in tariffs.versions(found, "acme")] == [Decimal("160.00")]


def test_a_name_in_the_users_folder_hides_all_shipped_versions(tmp_path: Path) -> None:
    write(tmp_path, GOOD.replace('"acme"', '"q3"'), "q3", "2030-01-01")
    (version,) = tariffs.versions([tmp_path, *SHIPPED], "q3")
    assert (version.valid_from, list(version.tariff.products)) == (date(2030, 1, 1), ["pack", "half"])


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match=r"BILLING_TARIFFS names .*missing, which is not a folder") as refusal:
        tariffs.folders({"BILLING_TARIFFS": str(tmp_path / "missing")})
    assert refusal.value.code == "bad-tariff"


def test_an_unknown_name_is_refused_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="did you mean qualiodoo") as refusal:
        tariffs.versions(SHIPPED, "qualidoo")
    assert refusal.value.code == "unknown-tariff"
    write(tmp_path, GOOD)
    with pytest.raises(Refusal, match="unknown tariff"):
        tariffs.versions([tmp_path / "acme"], "../acme")


def test_a_faulty_file_is_refused_on_load_with_its_first_fault(tmp_path: Path) -> None:
    file = write(tmp_path, GOOD.replace("increment = 5\n", "incremant = 5\n").replace("160.00", "-1"))
    with pytest.raises(Refusal) as refusal:
        tariffs.versions([tmp_path], "acme")
    assert refusal.value.code == "bad-tariff"
    assert refusal.value.message == f"{file}:1: increment: is missing: whole minutes from 1 up, such as 5"


def test_the_version_in_force(tmp_path: Path) -> None:
    for day in ("2025-07-01", "2024-01-01", "2025-01-01"):
        write(tmp_path, GOOD, day=day)
    found = tariffs.versions([tmp_path], "acme")
    first, second, third = found
    assert [str(version.valid_from) for version in found] == ["2024-01-01", "2025-01-01", "2025-07-01"]
    assert tariffs.version_for(found, date(1999, 1, 1)) is first
    assert tariffs.version_for(found, date(2024, 1, 1)) is first
    assert tariffs.version_for(found, date(2024, 12, 31)) is first
    assert tariffs.version_for(found, date(2025, 1, 1)) is second
    assert tariffs.version_for(found, date(2025, 6, 30)) is second
    assert tariffs.version_for(found, date(2099, 1, 1)) is third


def test_the_text_is_kept_word_for_word(tmp_path: Path) -> None:
    text = GOOD.replace("\n", "\r\n") + "# é\r\n"
    write(tmp_path, "").write_bytes(text.encode("utf-8-sig"))
    (version,) = tariffs.versions([tmp_path], "acme")
    assert version.text == text
    assert tariffs.parse(version.text, version.valid_from) is version.tariff


# --- reading ---------------------------------------------------------------------------------------------------------


def values(of: object) -> Iterator[object]:
    yield of
    if is_dataclass(of):
        for part in fields(of):
            yield from values(getattr(of, part.name))
    elif isinstance(of, dict):
        for value in of.values():
            yield from values(value)
    elif isinstance(of, tuple):
        for value in of:
            yield from values(value)


@pytest.mark.parametrize("name", tariffs.names(SHIPPED))
def test_no_float_anywhere(name: str) -> None:
    for version in tariffs.versions(SHIPPED, name):
        found = list(values(version.tariff))
        assert len(found) > 20
        assert not [value for value in found if isinstance(value, float)]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("175.00", "175.00"),
        ("175.0", "175.00"),
        ("175", "175.00"),
        ("0.07", "0.07"),
        ("1_000.5", "1000.50"),
        ("0", "0.00"),
    ],
)
def test_money_is_exact(written: str, read: str) -> None:
    rate = tariffs.parse(GOOD.replace("160.00", written), DAY).categories["support"].rate
    assert isinstance(rate, Decimal) and str(rate) == read


def test_what_is_left_out_has_its_default() -> None:
    tariff = tariffs.parse(GOOD, DAY)
    assert (tariff.minimum, tariff.tolerance, tariff.carry_over, tariff.grace_days) == (0, 0, "never", 30)
    assert tariff.valid_from == DAY
    assert tariff.allowance is not None and tariff.allowance.several == {"small": 30, "large": 90}
    assert tariff.products["pack"].credited_on == "sale"


def test_every_key_is_read() -> None:
    text = GOOD.replace(
        "increment = 5\n",
        'increment = 6\nminimum = 12\ntolerance = 2\ncarry_over = "renewal"\ngrace_days = 7\ngoodwill_priority = 9\n',
    )
    text = text.replace('"case"', '"case-day"').replace(
        'covers = ["support"]\nsource', 'covers = ["support"]\npriority = 1\nsource'
    )
    text += 'price = 5\nminutes = 3\ncovers = ["support", "bug"]\ncredited_on = "payment"\ntiers = ["large"]\n'
    text += 'requires = ["pack"]\ncontacts = true\nextends = "pack"\nlimit = 4\npriority = 2\npriority_service = true\n'
    tariff = tariffs.parse(text, DAY)
    assert (tariff.increment, tariff.minimum, tariff.tolerance, tariff.rounding) == (6, 12, 2, "case-day")
    assert (tariff.carry_over, tariff.grace_days, tariff.goodwill_priority) == ("renewal", 7, 9)
    assert tariff.allowance is not None and tariff.allowance.priority == 1
    half = tariff.products["half"]
    assert (half.price, half.minutes, half.covers) == (Decimal("5.00"), 3, ("support", "bug"))
    assert (half.credited_on, half.tiers, half.requires, half.contacts) == ("payment", ("large",), ("pack",), True)
    assert (half.extends, half.limit, half.priority, half.priority_service) == ("pack", 4, 2, True)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("1 year", Validity(1, "year")),
        ("2 years", Validity(2, "year")),
        ("6 months", Validity(6, "month")),
        ("30 days", Validity(30, "day")),
        ("term", Validity(1, "term")),
    ],
)
def test_validity(written: str, read: Validity) -> None:
    assert tariffs.parse(GOOD.replace("1 year", written, 1), DAY).products["pack"].validity == read


@pytest.mark.parametrize(
    ("written", "titles"),
    [
        ("", ["half"] * 5),
        ('{ en = "Half" }', ["Half"] * 5),
        ('{ de = "Halb" }', ["Halb"] * 5),
        ('{ fr = "Demi", en = "Half" }', ["Demi", "Half", "Half", "Half", "Half"]),
    ],
)
def test_a_missing_title_is_taken_from_another_language_or_the_name(written: str, titles: list[str]) -> None:
    text = GOOD + (f"title = {written}\n" if written else "")
    assert list(tariffs.parse(text, DAY).products["half"].titles.values()) == titles


def test_sources_by_key() -> None:
    text = GOOD.replace("source.increment", 'source.term = "our terms"\nsource.increment')
    found = tariffs.sources(text)
    assert found.pop("term") == "our terms"
    assert set(found) == {
        "increment", "categories.support", "categories.bug", "allowance", "products.pack", "products.half"
    }  # fmt: skip
    assert set(found.values()) == {"our price list"}


def test_a_table_of_a_file_is_set_once() -> None:
    table = reading.table_of(reading.toml(GOOD))
    with pytest.raises(AttributeError, match="increment is set once"):
        table.increment = 6  # type: ignore[misc]
    assert (table.increment, table.products["half"].tiers, table.categories["bug"].title) == (5, (), {})


def test_reading_does_not_import_pydantic() -> None:
    code = (
        "import sys; from datetime import date; from billing import tariffs\n"
        "folder = tariffs.folders({})[-1]; tariffs.names([folder])\n"
        "tariffs.parse((folder / 'q3/2020-01-01.toml').read_text('utf-8'), date(2020, 1, 1))\n"
        "sys.exit('pydantic' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# --- describing ------------------------------------------------------------------------------------------------------


def test_describe_shows_each_figure_beside_its_source() -> None:
    (version,) = tariffs.versions(SHIPPED, "q3")
    rows = tariffs.describe(version, "fr")
    shown = {(str(section), item): value for section, item, value, _ in rows}
    assert len(shown) == len(rows)
    assert shown["tariff", "increment"] == "5 min"
    assert shown["categories", "support (Support)"] == "175.00 CHF/h"
    assert shown["categories", "bug (Erreur logicielle)"] == "free once verified, charged as support until then"
    assert shown["allowance", "profi"] == "15 min, 25 min with several main modules"
    assert shown["add-on half-fare (Abonnement demi-tarif)", "price"] == "given at the sale"
    assert shown["add-on support-plus (Support+)", "minutes"] == "120 min (2 h)"
    assert ("tariff", "tolerance") not in shown


# --- faults ----------------------------------------------------------------------------------------------------------

SUPPORT = '[categories.support]\nrate = 160.00\nsource = "our price list"\n'

FAULTS = [
    # what is changed in GOOD, into what, then the line, the key and a part of the message of the only fault
    (
        "increment = 5\nsource",
        "increment = 5\nincremant = 5\nsource",
        4,
        "incremant",
        "not a key here; did you mean increment?",
    ),
    ("rate = 160.00", "rate = 160.00\nrats = 1", 12, "categories.support.rats", "did you mean rate?"),
    ('kind = "pack"', 'kind = "pack"\nextend = "x"', 29, "products.pack.extend", "did you mean extends?"),
    ("[allowance]\n", "[allowance]\nmodules = []\n", 20, "allowance.modules", "did you mean main_modules?"),
    ("{ single = 30 }", "{ single = 30, severel = 3 }", 24, "allowance.minutes.small.severel", "did you mean several?"),
    ("[allowance]\n", '[servise]\nopen = "always"\n\n[allowance]\n', 19, "servise", "did you mean service?"),
    ('currency = "CHF"\n', "", 1, "currency", 'is missing: three capital letters, such as "CHF"'),
    ('currency = "CHF"', 'currency = "Fr."', 2, "currency", '"Fr." is not three capital letters'),
    ('currency = "CHF"', "currency = 756", 2, "currency", "756 is not three capital letters"),
    ("increment = 5\n", "increment = 0\n", 3, "increment", "0 is not whole minutes from 1 up, such as 5"),
    ("increment = 5\n", "increment = 5.0\n", 3, "increment", "5.0 is not whole minutes"),
    ("increment = 5\n", 'increment = "5"\n', 3, "increment", '"5" is not whole minutes'),
    ("increment = 5\n", "increment = true\n", 3, "increment", "true is not whole minutes"),
    ('source.increment = "our price list"', 'source.term = "x"', 4, "source.increment", "is missing: the document"),
    ('source.increment = "our price list"', 'source = "x"', 4, "source", "is not a source for each figure"),
    ('source.increment = "our price list"', 'source.increment = ""', 4, "source.increment", '"" is not the document'),
    ("source.increment", 'source.minimum = "x"\nsource.increment', 4, "source.minimum", "this tariff sets no minimum"),
    ("increment = 5\n", "increment = 5\ngoodwill_priority = 1\n", 5, "source.goodwill_priority", "is missing"),
    ('rounding = "case"', 'rounding = "cases"', 5, "rounding", '"cases" is not known; did you mean case?'),
    ('rounding = "case"', 'rounding = "week"', 5, "rounding", '"week" is not known; known: entry, case, case-day, day'),
    ('term = "year"', 'term = "years"', 6, "term", "did you mean year?"),
    ('overage = "bill"', 'overage = "billed"', 7, "overage", "did you mean bill?"),
    ('tiers = ["small", "large"]', 'tiers = "small"', 8, "tiers", '"small" is not a list of names'),
    ('tiers = ["small", "large"]', 'tiers = ["small", 2]', 8, "tiers", "2 is not a list of names"),
    ('tiers = ["small", "large"]', 'tiers = ["small", "large", "small"]', 8, "tiers", "names a tier twice"),
    ("rate = 160.00", "rate = 160.005", 11, "categories.support.rate", "160.005 is not an amount of at least 0"),
    ("rate = 160.00", "rate = -160.00", 11, "categories.support.rate", "-160.00 is not an amount"),
    ("rate = 160.00", 'rate = "160.00"', 11, "categories.support.rate", '"160.00" is not an amount'),
    ("rate = 160.00", "rate = nan", 11, "categories.support.rate", "NaN is not an amount"),
    ("rate = 160.00", "rate = inf", 11, "categories.support.rate", "Infinity is not an amount"),
    ("rate = 160.00", "rate = 1e99", 11, "categories.support.rate", "is not an amount"),
    ("rate = 160.00", "rate = true", 11, "categories.support.rate", "true is not an amount"),
    ("rate = 160.00\n", "", 10, "categories.support.rate", 'is missing: overage = "bill" needs an amount'),
    (SUPPORT, SUPPORT.replace("source", "# source"), 10, "categories.support.source", "is missing: the document"),
    (SUPPORT, SUPPORT + "title = { frr = 'x' }\n", 13, "categories.support.title.frr", "did you mean fr?"),
    (SUPPORT, SUPPORT + "title = { fr = 1 }\n", 13, "categories.support.title.fr", "1 is not a text"),
    (SUPPORT, SUPPORT + "title = { fr = '支援' }\n", 13, "categories.support.title.fr", "is not a text that a paper"),
    (SUPPORT, SUPPORT + 'title = { fr = "A\\u202eB" }\n', 13, "categories.support.title.fr", "signs that nobody sees"),
    (SUPPORT, SUPPORT + "title = 'Support'\n", 13, "categories.support.title", '"Support" is not a title by language'),
    ('free = "verified"', 'free = "sometimes"', 15, "categories.bug.free", "known: always, first, verified"),
    ('charged_as = "support"\n', "", 14, "categories.bug.charged_as", 'is missing: free = "verified" needs'),
    ('free = "verified"', 'free = "always"', 16, "categories.bug.charged_as", "goes only with free"),
    ('free = "verified"\n', "", 15, "categories.bug.charged_as", "goes only with free"),
    ('charged_as = "support"', 'charged_as = "suport"', 16, "categories.bug.charged_as", "did you mean support?"),
    ('charged_as = "support"', 'charged_as = "bug"', 16, "categories.bug.charged_as", "bug is itself charged as bug"),
    ('term = "year"', 'term = "open"', 6, "term", '[allowance] needs term = "year"'),
    (
        '[allowance]\ncovers = ["support"]',
        '[allowance]\ncovers = ["forms"]',
        20,
        "allowance.covers",
        "no category of this",
    ),
    ('[allowance]\ncovers = ["support"]', "[allowance]\ncovers = []", 20, "allowance.covers", "an empty list is not"),
    ("[allowance]\n", "[allowance]\nminimum_fee = -1\n", 20, "allowance.minimum_fee", "-1 is not an amount"),
    ("small = { single = 30 }\n", "", 23, "allowance.minutes.small", "is missing: minutes are needed for every tier"),
    ("large = {", "big = { single = 1 }\nlarge = {", 25, "allowance.minutes.big", '"big" is no tier of this tariff'),
    ("small = { single = 30 }", "small = 30", 24, "allowance.minutes.small", "30 is not a table such as { single = 5"),
    ("small = { single = 30 }", "small = { single = -1 }", 24, "allowance.minutes.small.single", "-1 is not whole"),
    ('kind = "pack"', 'kind = "package"', 28, "products.pack.kind", "did you mean pack?"),
    ("minutes = 600\n", "", 27, "products.pack.minutes", "is missing: whole minutes"),
    ("minutes = 600\n", "minutes = 0\n", 29, "products.pack.minutes", "0 is not whole minutes from 1 up"),
    ('600\ncovers = ["support"]\n', "600\n", 27, "products.pack.covers", "is missing: the categories"),
    ('600\ncovers = ["support"]', '600\ncovers = ["supprt"]', 30, "products.pack.covers", "did you mean support?"),
    (
        'validity = "1 year"\nsource = "our price list"\n\n',
        'source = "x"\n\n',
        27,
        "products.pack.validity",
        'is missing: "1 year"',
    ),
    (
        '["support"]\nvalidity = "1 year"',
        '["support"]\nvalidity = "1 yr"',
        31,
        "products.pack.validity",
        '"1 yr" is not "1 year"',
    ),
    ("reduced_rate = 99.00\n", "", 34, "products.half.reduced_rate", "is missing: the rate of applies_to"),
    ('applies_to = ["support"]\n', "", 34, "products.half.applies_to", "is missing: the categories that reduced_rate"),
    ('applies_to = ["support"]', 'applies_to = ["x"]', 37, "products.half.applies_to", '"x" is no category of this'),
    ('kind = "add-on"', 'kind = "add-on"\nminutes = 5', 34, "products.half.covers", "is missing: the categories"),
    ('kind = "add-on"', 'kind = "add-on"\ncovers = ["bug"]', 34, "products.half.minutes", "is missing"),
    ('kind = "add-on"', 'kind = "add-on"\ntiers = ["smal"]', 36, "products.half.tiers", "did you mean small?"),
    ('kind = "add-on"', 'kind = "add-on"\nrequires = ["pakc"]', 36, "products.half.requires", "did you mean pack?"),
    ('kind = "add-on"', 'kind = "add-on"\nrequires = ["half"]', 36, "products.half.requires", "no other product"),
    (
        'kind = "add-on"',
        'kind = "add-on"\nextends = "pack"',
        34,
        "products.half.contacts",
        "extends needs contacts = true",
    ),
    (
        'kind = "add-on"',
        'kind = "add-on"\ncontacts = true\nextends = "p"',
        37,
        "products.half.extends",
        "no other product",
    ),
    ('kind = "add-on"', 'kind = "add-on"\ncontacts = 1', 36, "products.half.contacts", "1 is not true or false"),
    ('kind = "add-on"', 'kind = "add-on"\nlimit = 0', 36, "products.half.limit", "0 is not a whole number from 1 up"),
    ('name = "acme"', 'name = "acne"', 1, "name", '"acne" is not the name of the folder, "acme"'),
    ('overage = "bill"', 'overage = "bill', 7, "", "is not TOML: "),
    ('overage = "bill"', 'overage = "bill"\noverage = "owe"', 8, "", "is not TOML: Cannot overwrite a value"),
    (
        '["support"]\nvalidity = "1 year"\nsource = "our price list"\n\n[products.half]',
        "[\n[products.half]",
        31,
        "",
        "is not TOML",
    ),
]


@pytest.mark.parametrize(("old", "new", "line", "key", "message"), FAULTS)
def test_every_fault_has_its_line_and_key(
    old: str, new: str, line: int, key: str, message: str, tmp_path: Path
) -> None:
    assert GOOD.count(old) >= 1
    file = write(tmp_path, GOOD.replace(old, new, 1))
    (fault,) = tariffs.faults(file)
    assert (fault.file, fault.line, fault.key) == (file, line, key)
    assert message in fault.message
    assert str(fault) == (f"{file}:{line}: {key}: {fault.message}" if key else f"{file}:{line}: {fault.message}")
    assert "\n" not in str(fault)


def test_the_good_file_is_good(tmp_path: Path) -> None:
    assert tariffs.faults(write(tmp_path, GOOD)) == []


@pytest.mark.parametrize(
    ("added", "key", "message"),
    [
        ("minimum = 7", "minimum", "7 is not a multiple of increment, 5"),
        ("tolerance = 5", "tolerance", "5 must be less than increment, 5"),
        ("minimum = -5", "minimum", "-5 is not whole minutes"),
    ],
)
def test_faults_of_figures_that_have_their_source(added: str, key: str, message: str, tmp_path: Path) -> None:
    text = GOOD.replace("rounding", f'{added}\nsource.{key} = "x"\nrounding', 1)
    (fault,) = tariffs.faults(write(tmp_path, text))
    assert (fault.line, fault.key) == (5, key)
    assert message in fault.message


def test_a_minimum_and_a_tolerance_that_fit(tmp_path: Path) -> None:
    text = GOOD.replace(
        "rounding", 'minimum = 10\ntolerance = 4\nsource.minimum = "x"\nsource.tolerance = "x"\nrounding'
    )
    assert tariffs.faults(write(tmp_path, text)) == []


def test_an_allowance_without_tiers(tmp_path: Path) -> None:
    text = GOOD.replace('tiers = ["small", "large"]\n', "")
    (fault,) = tariffs.faults(write(tmp_path, text))
    assert (fault.line, fault.key) == (1, "tiers")


def test_no_categories_at_all(tmp_path: Path) -> None:
    text = GOOD[: GOOD.index("[categories")]
    (missing,) = tariffs.faults(write(tmp_path, text))
    (empty,) = tariffs.faults(write(tmp_path, text + "[categories]\n"))
    assert (missing.line, missing.key) == (1, "categories")
    assert (empty.line, empty.key) == (10, "categories")
    assert "at least one" in missing.message and "at least one" in empty.message


@pytest.mark.parametrize("overage", ["owe", "refuse"])
def test_a_rate_is_needed_only_where_overage_is_billed(overage: str, tmp_path: Path) -> None:
    text = GOOD.replace("rate = 160.00\n", "").replace('"bill"', f'"{overage}"')
    assert tariffs.faults(write(tmp_path, text)) == []


def test_what_is_always_free_needs_no_rate(tmp_path: Path) -> None:
    assert tariffs.faults(write(tmp_path, GOOD + '\n[categories.gift]\nfree = "always"\nsource = "x"\n')) == []


@pytest.mark.parametrize("name", ["2025-1-1.toml", "20250101.toml", "2025-02-29.toml", "new.toml", "2025-01-01.tml"])
def test_a_file_name_that_is_no_day(name: str, tmp_path: Path) -> None:
    file = write(tmp_path, GOOD)
    (fault,) = tariffs.faults(file.rename(file.with_name(name)))
    assert (fault.line, fault.key) == (1, "")
    assert f"the file's name {name} must be the day" in fault.message


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    (missing,) = tariffs.faults(tmp_path / "2025-01-01.toml")
    assert "cannot read" in missing.message and "No such file" in missing.message
    file = write(tmp_path, GOOD)
    file.write_bytes(GOOD.replace("our", "né", 1).encode("latin-1"))
    (latin,) = tariffs.faults(file)
    assert (latin.line, latin.message) == (4, "is not UTF-8; save it as UTF-8")


def test_several_faults_come_by_line(tmp_path: Path) -> None:
    text = GOOD.replace('"1 year"', '"soon"').replace("160.00", "-1").replace('"acme"', '"acne"')
    assert [(f.line, f.key) for f in tariffs.faults(write(tmp_path, text))] == [
        (1, "name"),
        (11, "categories.support.rate"),
        (31, "products.pack.validity"),
        (38, "products.half.validity"),
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a.b.c = 1", 1),
        ("[a.b]\nc = 1", 2),
        ("[a]\nb.c = 1", 2),
        ('[a]\n[a."b"]\n"c" = 1', 3),
        ("x = 1\n[a]\nb = { c = 1 }", 3),  # inline: the line of its table
        ("x = '''\n[a.b]\nc = 2\n'''\n[a.b]\n  c = 1", 6),
        ("[a]\n# b.c = 1\n[[a.b]]\nc=1", 4),
        ("[z]\nc = 1\n[a.b]\n", 3),  # missing: the line of the table
        ("x = 1", 1),
    ],
)
def test_the_line_of_a_key(text: str, line: int) -> None:
    assert places.line_of(places.lines_of(text), ("a", "b", "c")) == line


def test_the_readme_explains_every_key_and_its_example_is_good(tmp_path: Path) -> None:
    readme = (SHIPPED[-1] / "README.md").read_text(encoding="utf-8")
    tables = shape.Table.__subclasses__()
    assert len(tables) == 12
    for table in tables:
        for key in models.keys(table):
            assert re.search(rf"^\| (`\w+`, )?`{key}`[ ,]", readme, re.MULTILINE), (table, key)
    whole, service = re.findall(r"```toml\n(.*?)```", readme, re.DOTALL)
    assert tariffs.faults(write(tmp_path, whole)) == []
    assert tariffs.faults(write(tmp_path, whole + service)) == []


# --- asked through the door, where there is no database ---------------------------------------------------------------


def test_tariffs_are_asked_for_without_a_database(tmp_path: Path) -> None:
    file = tmp_path / "acme" / "2025-01-01.toml"
    file.parent.mkdir()
    file.write_text('name = "acme"\n')
    with Billing.open(f"sqlite:///{tmp_path}/none.db", tariffs=SHIPPED, made=False) as books:
        listed = books.ask(requests.ListTariffs())
        shown = books.ask(requests.ShowTariff(name="q3", at=date(2025, 1, 1), language="fr"))
        checked = books.ask(requests.CheckTariff(files=(file,)))
    assert [v.tariff for v in listed.tariffs] == tariffs.names(SHIPPED)
    assert shown.valid_from == date(2020, 1, 1)
    section = next(row.section for row in shown.rows if row.item == "profi")
    assert (str(section), locales.worded(section, "fr")) == ("allowance", "temps inclus")
    assert not checked.ok and {fault.file for fault in checked.faults} == {str(file)}
    assert not (tmp_path / "none.db").exists()
