"""Issuers without a VAT id, exempt by law or warned of, and overseas departments (M18)."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from billing.core.vat import VatClass
from billing.documents import letterhead
from billing.law import mentions, vat_class
from billing.office.parties.identifiers import doubts
from billing.office.transaction import Setting
from billing.requests.reports import AskVat
from billing.views.documents import PartyOnPaper
from billing.views.paper import Address
from tests import support
from tests.exchange.einvoice import validators
from tests.invoicing import documents, einvoices, files
from tests.support import environment, load, made

ADDRESS = {"street": "Rue de Rivoli", "house_number": "1", "postcode": "75001", "city": "Paris"}
WARNED = "the issuer charges VAT and has no VAT id (M18)"


def sold(url: str, country: str, customer: str = "", **issuer: Any) -> Setting:
    """An issuer that sold a pack to a customer at home, or of another country."""
    setting = made(url, country, **issuer)
    there = customer or country
    load(
        setting,
        {"type": "customer", "code": "A", "name": "Dupont", "country": there, "vat_id": "DE136695976"}
        if there == "DE" != country
        else {"type": "customer", "code": "A", "name": "Dupont", "country": there, "address": ADDRESS},
        {"type": "contract", "customer": "A", "tariff": "qualiodoo", "start": "2025-01-01"},
        {"type": "purchase", "customer": "A", "product": "pack-12h", "price": "900.00", "date": "2025-02-03"},
    )
    return setting


WHY = {"FR": "293 B", "MC": "293 B", "CH": "Art. 10", "LI": "Art. 10", "BE": "56bis", "LU": "art. 57", "DE": "§ 19"}


@pytest.mark.parametrize(("country", "words"), WHY.items())
def test_M18_an_exempt_issuer_charges_no_VAT_and_says_why(country: str, words: str, database_url: str) -> None:
    setting = sold(database_url, country, exempt=True)
    issued = documents.content(setting, "INV-2025-00001")
    assert issued["total"] == issued["net"] == "900.00"
    assert [(row["category"], row["rate"], row["amount"]) for row in issued["vat"]] == [("E", "0", "0.00")]
    assert any(words in sentence for sentence in issued["mentions"])
    assert issued["issuer"]["exempt"] is True
    assert support.audit(setting)["ok"]


@pytest.mark.parametrize("language", ["fr", "de", "it", "en"])
@pytest.mark.parametrize(("country", "day"), [("DE", "2024-12-31"), ("DE", "2025-01-01"), ("FR", "2014-01-01")])
def test_M11_why_there_is_no_VAT_is_dated(country: str, day: str, language: str) -> None:
    (said,) = mentions(country, {"E"}, "credit-note", language, date.fromisoformat(day), True)
    assert ("Kleinunternehmers" in said) == ((country, day, language) == ("DE", "2025-01-01", "de"))


def test_M18_abroad_an_exempt_issuer_is_taxed_as_any_other() -> None:
    day = date(2025, 3, 31)
    assert vat_class("FR", "DE", "DE136695976", day, True).category == "AE"
    assert vat_class("FR", "DE", None, day, True).category == "E"
    assert vat_class("FR", "CH", None, day, True).category == "O"


def test_M18_an_exempt_issuers_e_invoices_pass_the_official_rules(database_url: str) -> None:
    known: dict[str, Any] = {"siren": "404833048", "electronic_address": "404833048", "address": ADDRESS}
    setting = sold(database_url, "FR", exempt=True, iban="FR7630006000011234567890189", **known)
    load(setting, {"type": "issuer", "tax_number": "404833048"})
    support.change_customer(setting, "A", siren="303265045", electronic_address="303265045")
    lacks = einvoices.check(setting, "INV-2025-00001")["formats"][2]["missing"]
    assert lacks[0] == (
        "the issuer has neither a VAT id nor a tax number (BT-31, BT-32, BR-E-02); "
        "for the next documents: billing init --tax-number TAX-NUMBER"
    )
    load(
        setting,
        {"type": "purchase", "customer": "A", "product": "pack-12h", "price": "900.00", "date": "2025-02-03"},
    )
    cii, ubl = (files.xml(setting, "INV-2025-00002", format) for format in ("cii", "ubl"))
    for xml, rules in ((cii, validators.EN_CII), (cii, validators.FRENCH_CII), (ubl, validators.EN_UBL)):
        assert validators.schema_faults(xml) == []
        assert validators.rule_faults(xml, rules) == []
    assert b"293 B" in cii and b">404833048<" in ubl


def test_M18_who_charges_VAT_without_a_number_is_warned(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/b.db"
    setting = made(url, today=date(2025, 4, 30))
    work = {"type": "entry", "customer": "A", "category": "support", "agent": "MU", "minutes": 60}
    load(
        setting,
        {"type": "customer", "code": "A", "name": "Alpina SA", "country": "CH"},
        {"type": "contract", "customer": "A", "tariff": "q3", "tier": "profi", "fee": "480", "start": "2025-01-01"},
        {**work, "date": "2025-03-03", "id": "march"},
        {**work, "date": "2025-04-03", "id": "april"},
    )
    with environment(BILLING_DB=url, BILLING_TODAY="2025-03-31"):
        for words in ("month 2025-03", "invoice run 2025-03 --dry-run", "invoice run 2025-03"):
            assert WARNED in support.run(*words.split())[1], words
        assert WARNED in support.run("invoice", "check", "INV-2025-00001")[1]
        support.init(setting, exempt=True)
        said = support.run("month", "2025-04", "--on", "2025-04-30")[1]
    assert WARNED not in said and "VAT E 0 %" in said


@pytest.mark.parametrize(
    ("issuer", "customer", "taxed"),
    [
        ("FR", "GP", VatClass("S", Decimal("8.5"))),
        ("FR", "mq", VatClass("S", Decimal("8.5"))),
        ("MC", "RE", VatClass("S", Decimal("8.5"))),
        ("FR", "GF", VatClass("O", Decimal("0.0"))),
        ("FR", "YT", VatClass("O", Decimal("0.0"))),
        ("FR", "NC", VatClass("O", Decimal("0.0"))),
        ("DE", "RE", VatClass("O", Decimal("0.0"))),
        ("CH", "GP", VatClass("O", Decimal("0.0"))),
    ],
)
def test_M18_overseas_departments_are_France_with_rates_of_their_own(
    issuer: str, customer: str, taxed: VatClass
) -> None:
    for vat_id in (None, "FR40303265045"):
        assert vat_class(issuer, customer, vat_id, date(2025, 3, 31)) == taxed
    exempt = vat_class(issuer, customer, None, date(2025, 3, 31), True)
    assert exempt.category == ("E" if taxed.category == "S" else "O")


@pytest.mark.parametrize(("place", "rate", "words"), [("RE", "8.5", None), ("GF", "0", "Guyane et à Mayotte")])
def test_M18_what_is_sold_overseas_is_taxed_there_in_documents_reports_and_e_invoices(
    place: str, rate: str, words: str | None, database_url: str
) -> None:
    known: dict[str, Any] = {"siren": "404833048", "electronic_address": "404833048", "address": ADDRESS}
    setting = sold(database_url, "FR", vat_id="FR83404833048", iban="FR7630006000011234567890189", **known)
    there = {"street": "Rue de Paris", "house_number": "5", "postcode": "97400", "city": "Saint-Denis"}
    customer = {"siren": "303265045", "electronic_address": "0225:303265045", "vat_id": "FR40303265045"}
    load(
        setting,
        {"type": "customer", "code": "B", "name": "Bourbon SARL", "country": place, "address": there, **customer},
        {"type": "contract", "customer": "B", "tariff": "qualiodoo", "start": "2025-01-01"},
        {"type": "purchase", "customer": "B", "product": "pack-12h", "price": "900.00", "date": "2025-02-03"},
    )
    issued = documents.content(setting, "INV-2025-00002")
    assert [row["rate"] for row in issued["vat"]] == [rate]
    assert issued["total"] == ("976.50" if rate == "8.5" else "900.00")
    assert not any("hors de France" in sentence for sentence in issued["mentions"])
    assert words is None or any(words in sentence for sentence in issued["mentions"])
    cii, ubl = (files.xml(setting, "INV-2025-00002", format) for format in ("cii", "ubl"))
    for xml, rules in ((cii, validators.EN_CII), (cii, validators.FRENCH_CII), (ubl, validators.EN_UBL)):
        assert validators.schema_faults(xml) == [] and f">{place}<".encode() in xml
        assert validators.rule_faults(xml, rules) == []
    report = support.ask(setting, AskVat(first=date(2025, 2, 1), last=date(2025, 2, 28)))
    assert sorted((row["category"], row["rate"]) for row in report["rows"]) == [
        *([("O", "0")] if rate == "0" else []), ("S", "20"), *([("S", rate)] if rate != "0" else []),
    ]  # fmt: skip
    lines = letterhead.address(PartyOnPaper(name="B", country=place, address=Address(**there)), "FR", "fr")
    assert lines == ["5 Rue de Paris", "97400 Saint-Denis", {"RE": "LA RÉUNION", "GF": "GUYANE FRANÇAISE"}[place]]
    assert support.audit(setting)["ok"]


def test_M18_a_department_written_as_France_is_doubted() -> None:
    party = {"code": "B", "country": "FR", "postcode": "97400"}
    (doubt,) = doubts("B", party)
    assert str(doubt) == "B: postcode 97400 is in RE, which has VAT of its own: --country RE"
    assert doubts("B", party | {"country": "RE"}) == doubts("B", party | {"postcode": "75001"}) == []


def test_M18_what_the_law_wants_on_documents_is_named_before_they_are_issued(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/b.db"
    setting = made(url, "FR", today=date(2025, 3, 31), vat_id="FR83404833048")
    q3 = {"tariff": "q3", "tier": "standard", "start": "2025-01-01", "type": "contract"}
    work = {"type": "entry", "category": "support", "agent": "MU", "minutes": 60, "date": "2025-03-03"}
    for code, country, more in (
        ("BARE", "FR", {}), ("FIRM", "DE", {"address": ADDRESS}), ("HOME", "FR", {"address": ADDRESS}),
        ("PERSON", "DE", {"address": ADDRESS, "consumer": True}),
        ("KNOWN", "DE", {"address": ADDRESS, "vat_id": "DE136695976"}),
    ):  # fmt: skip
        load(
            setting,
            {"type": "customer", "code": code, "name": code, "country": country, **more},
            {**q3, "customer": code},
            {**work, "customer": code},
        )
    named = [
        "the issuer has no account to be paid to; `billing init --iban IBAN`",
        "without an address: BARE; `billing customer change CODE --street STREET --postcode POSTCODE --city CITY`",
        "businesses in the EU without a VAT id, whom the issuer's VAT is charged: FIRM; "
        "`billing customer change CODE --vat-id VAT-ID`, or --consumer",
    ]
    with environment(BILLING_DB=url, BILLING_TODAY="2025-03-31"):
        for words in ("month 2025-03", "invoice run 2025-03 --dry-run"):
            assert json.loads(support.run(*words.split(), "--json")[1])["warnings"] == named, words
        issued = json.loads(support.run("invoice", "run", "2025-03", "--json")[1])
        assert len(issued["invoices"]) == 5 and "warnings" not in issued
        checked = json.loads(support.run("invoice", "check", "INV-2025-00001", "--json")[1])
        anew = "INV-2025-00001 stays as it was issued: give what is missing, credit it and issue it anew"
        assert checked["warnings"] == [*named[:2], anew]


def test_M18_an_invoice_without_an_address_is_held_where_a_format_is_demanded(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/b.db"
    issuer: dict[str, Any] = {"siren": "404833048", "electronic_address": "404833048", "vat_id": "FR83404833048"}
    setting = made(url, "FR", today=date(2025, 2, 3), einvoice="cii", address=ADDRESS, **issuer)
    load(
        setting,
        {"type": "customer", "code": "A", "name": "A", "country": "FR", "siren": "303265045",
         "electronic_address": "303265045"},
        {"type": "contract", "customer": "A", "tariff": "qualiodoo", "start": "2025-01-01"},
    )  # fmt: skip
    with environment(BILLING_DB=url, BILLING_TODAY="2025-02-03"):
        buy = ("buy", "A", "pack-12h", "--price", "900")
        assert "customer A has no address; billing customer change A --street STREET" in support.run(*buy)[2]
        support.change_customer(setting, "A", postcode="75001", city="Paris")
        assert support.run(*buy)[0] == 0
