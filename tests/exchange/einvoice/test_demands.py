"""What a format demands: each field that lacks is named with the command that fills it, and the command fills it."""

import shlex
import tomllib
from datetime import date
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from billing import law
from billing.core import invoicing
from billing.core.drafts import Draft
from billing.exchange.einvoice import identifiers, notes
from billing.exchange.einvoice.model import Identifier
from billing.law.identifiers import VatId
from billing.office.balances import pending
from billing.office.transacting import look
from billing.store import parties
from tests import support
from tests.exchange.einvoice.test_official_rules import documents
from tests.invoicing import einvoices
from tests.invoicing.documents import party

Content = dict[str, Any]


def without(content: Content, party: str, **gone: Any) -> Content:
    return content | {party: content[party] | gone}


@pytest.fixture
def french() -> Content:
    return documents("fr-unpaid")[-1]


def test_a_plain_PDF_demands_nothing(french: Content) -> None:
    bare = without(without(french, "issuer", vat_id=None, siren=None), "recipient", siren=None)
    assert einvoices.missing_for(bare, "pdf") == []


@pytest.mark.parametrize(
    ("party", "gone", "says", "command"),
    [
        ("issuer", {"siren": None}, "BR-FR-10", "billing init --siren 404833048"),
        ("issuer", {"vat_id": None}, "BT-31", "billing init --vat-id"),
        ("issuer", {"vat_id": "what?"}, "BR-CO-09", "billing init --vat-id"),
        ("issuer", {"electronic_address": None}, "BT-34", "billing init --electronic-address 0225:404833048"),
        ("recipient", {"siren": None}, "BR-FR-11", "billing customer change {code} --siren"),
        ("recipient", {"electronic_address": None}, "BT-49", "change {code} --electronic-address 0225:"),
        ("recipient", {"vat_id": "XX123"}, "BT-48", "billing customer change {code} --vat-id"),
        ("recipient", {"electronic_address": "0225:999999999"}, "BR-FR-21", "--electronic-address 0225:{siren}"),
        ("recipient", {"electronic_address": "0666:1"}, "SCHEME:ADDRESS", "--electronic-address"),
    ],
)  # fmt: skip
def test_what_a_French_document_lacks(french: Content, party: str, gone: Content, says: str, command: str) -> None:
    assert einvoices.missing_for(french, "factur-x") == []
    said = " | ".join(einvoices.missing_for(without(french, party, **gone), "factur-x"))
    assert says in said
    assert command.format(code=french["customer"], siren=french["recipient"]["siren"]) in said


def test_a_French_consumer_needs_no_SIREN(french: Content) -> None:
    consumer = without(french, "recipient", siren=None, electronic_address=None, consumer=1)
    assert einvoices.missing_for(consumer, "factur-x") == []


def test_Peppol_wants_addresses_of_its_schemes() -> None:
    content = documents("be")[0]
    assert einvoices.missing_for(content, "ubl") == []
    number = content["recipient"]["vat_id"][3:]
    for address in (None, "anna@example.org", f"0208:{number[:-1]}"):
        (said,) = einvoices.missing_for(without(content, "recipient", electronic_address=address), "ubl")
        assert said.endswith(f"billing customer change {content['customer']} --electronic-address 0208:{number}")


def test_reverse_charge_needs_a_number_of_the_customer_and_other_untaxed_lines_stand_alone() -> None:
    content = documents("reverse-charge")[0]
    assert "BT-48" in einvoices.missing_for(without(content, "recipient", vat_id=None), "cii")[0]
    mixed = content | {"vat": [*content["vat"], {"category": "O", "rate": "0", "base": "1.00", "amount": "0.00"}]}
    assert "BR-O-11" in einvoices.missing_for(mixed, "cii")[0]


def test_Factur_X_is_in_EUR() -> None:
    content = documents("ch")[0]
    assert einvoices.missing_for(content, "cii") == []
    assert einvoices.missing_for(content, "factur-x") == ["the currency is CHF, Factur-X is made in EUR"]


def test_the_reforms_rules_need_a_wording_of_the_day(french: Content) -> None:
    assert "PMD" in einvoices.missing_for(french | {"date": "2012-12-31"}, "cii")[0]


@pytest.mark.parametrize("language", ["fr", "de", "it", "en", "es"])
def test_M11_the_coded_notes_say_what_the_printed_mention_says(language: str) -> None:
    rows = tomllib.loads((files("billing.law") / "mentions.toml").read_text(encoding="utf-8"))["mention"]
    days = {row["from"] for row in rows} | {row["until"] for row in rows if "until" in row}
    tried = 0
    for day in sorted(day for day in days if day >= date(2013, 1, 1)):
        printed = law.mentions("FR", (), "invoice", language, day, True)
        joined = " ".join(text for _, text in notes.french(language, day))
        assert joined in printed, (day, joined, printed)
        assert [subject for subject, _ in notes.french(language, day)] == list(notes.SUBJECTS)
        tried += 1
    assert tried >= 3


def test_addresses_are_read_as_given() -> None:
    def read(country: str, written: str) -> tuple[str | None, str] | None:
        found = identifiers.electronic_address(party({"country": country, "electronic_address": written}))
        return (found.scheme, found.value) if found else None

    assert read("FR", "404 833 048") == ("0225", "404833048")
    assert read("BE", "0208:0123456749") == ("0208", "0123456749")
    assert read("DE", "anna@example.org") == ("EM", "anna@example.org")
    assert read("DE", "123") is None
    assert identifiers.vat_id(party({"country": "GR", "vat_id": "094 259 216"})) == VatId("EL094259216")
    assert identifiers.vat_id(party({"country": "CH", "vat_id": "116.281.710 TVA"})) == VatId("CHE116281710TVA")
    assert identifiers.legal_id(party({"country": "CH", "vat_id": "CHE-116.281.710 TVA"})) == Identifier(
        "CHE116281710", "0183"
    )


def test_M7_a_demanded_format_holds_a_customer_until_the_commands_are_done(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/b.db"
    setting = support.made(url, "FR", vat_id="FR83404833048", einvoice="factur-x")
    support.init(setting, einvoice="factur-x")
    support.load(
        setting,
        {"type": "customer", "code": "DUPONT", "name": "Dupont SAS", "country": "FR", "vat_id": "FR40303265045"},
        {"type": "contract", "customer": "DUPONT", "tariff": "qualiodoo", "start": "2025-01-01"},
    )
    done = []
    for _ in range(6):
        with look(setting) as tx:
            head = tx.customer("DUPONT", lock=False)
            line = invoicing.product_line("pack-12h", 1, Decimal("900.00"), 720, date(2025, 2, 3),
                                          pending.vat_on(tx, head))  # fmt: skip
            draft = Draft("invoice", (line,), invoicing.totals([line]), "EUR")
            customer = parties.customer(tx.connection, head.id)
            held = einvoices.hold_for(tx, customer, [draft], date(2025, 2, 3))
            in_francs = Draft("invoice", (line,), invoicing.totals([line]), "CHF")
            assert einvoices.hold_for(tx, customer, [in_francs], date(2025, 2, 3)) is None
        if held is None:
            break
        done.append(held[1])
        status, _, err = support.run(*shlex.split(held[1])[1:], BILLING_DB=url)
        assert status == 0, err
    assert done == [
        "billing init --siren 404833048",
        "billing init --electronic-address 0225:404833048",
        "billing customer change DUPONT --siren 303265045",
        "billing customer change DUPONT --electronic-address 0225:303265045",
        "billing customer change DUPONT --street STREET --postcode POSTCODE --city CITY",
    ]
    support.init(setting, einvoice="none")
    with look(setting) as tx:
        customer = parties.customer(tx.connection, head.id)
        assert einvoices.hold_for(tx, customer, [draft], date(2025, 2, 3)) is None
