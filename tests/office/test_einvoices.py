"""E-invoices on the road of every document: held, mended, issued; paid before; to consumers (M7, B3)."""

import io
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pikepdf
import pypdf
import pytest

from billing.errors import Refusal
from billing.office.invoicing import einvoices as office
from billing.office.transaction import Setting
from billing.requests.payments import Sell
from tests import support
from tests.invoicing import documents, einvoices, files
from tests.support import change_customer, do, load, made

IDS = {"siren": "303265045", "electronic_address": "0225:303265045"}
ADDRESS = {"street": "rue de la Paix", "house_number": "1", "postcode": "75002", "city": "Paris"}
JANUARY, ON = date(2025, 1, 1), date(2025, 2, 1)
FRENCH: dict[str, Any] = {"siren": "732829320", "vat_id": "FR44732829320", "electronic_address": "0225:732829320"}


@pytest.fixture
def french(database_url: str) -> Setting:
    """An issuer in France that demands Factur-X, and a customer without its SIREN."""
    setting = made(database_url, "FR", einvoice="factur-x", address=ADDRESS, **FRENCH)
    load(
        setting,
        {"type": "customer", "code": "ANNA", "name": "Anna SARL", "country": "FR", "vat_id": "FR40303265045",
         "address": ADDRESS},
        {"type": "contract", "customer": "ANNA", "tariff": "qualiodoo", "start": "2025-01-01"},
    )  # fmt: skip
    return setting


def test_a_sale_unfit_for_the_demanded_format_is_refused_and_says_what_mends_it_m7(french: Setting) -> None:
    request: dict[str, Any] = {"customer": "ANNA", "product": "pack-12h", "price": Decimal(1000), "on": ON}
    with pytest.raises(Refusal) as refused:
        do(french, Sell(**request))
    assert refused.value.code == "bad-input"
    assert "customer ANNA has no SIREN" in refused.value.message
    assert "billing customer change ANNA --siren 303265045" in refused.value.message
    assert documents.list_documents(french)["invoices"] == []
    change_customer(french, "ANNA", **IDS)
    number = do(french, Sell(**request))["invoice"]
    assert einvoices.check(french, number)["issued_as"] == "factur-x"
    assert einvoices.check(french, number)["ok"]


def test_a_pack_paid_before_its_invoice_m10(french: Setting) -> None:
    """S2 of the French reform: the invoice says when it was paid and asks for nothing; its minutes are there."""
    change_customer(french, "ANNA", **IDS)
    with pytest.raises(Refusal, match="after the sale"):
        do(french, Sell(customer="ANNA", product="pack-12h", price=Decimal(1000), on=ON, paid_on=date(2025, 2, 2)))
    sold = do(
        french, Sell(customer="ANNA", product="pack-12h", price=Decimal(1000), on=ON, paid_on=date(2025, 1, 30)), "p"
    )
    assert sold["grant"] is not None
    again = do(
        french, Sell(customer="ANNA", product="pack-12h", price=Decimal(1000), on=ON, paid_on=date(2025, 1, 30)), "p"
    )
    assert again["unchanged"]
    shown = documents.show(french, sold["invoice"])
    assert (shown["status"], shown["paid"], shown["total"]) == ("paid", "1200.00", "1200.00")
    content = documents.content(french, sold["invoice"])
    xml = einvoices.xml(content, "cii").decode()
    assert ">S2<" in xml and "<ram:DuePayableAmount>0.00<" in xml and ">1200.00</ram:TotalPrepaidAmount>" in xml
    file = einvoices.pdf(content)
    with pikepdf.open(io.BytesIO(file)) as opened:
        assert [str(name) for name in opened.attachments] == ["factur-x.xml"]
    text = pypdf.PdfReader(io.BytesIO(file)).pages[0].extract_text()
    assert "Payée le 30 janvier 2025" in text and "Échéance" not in text
    assert "Déjà payé" in text and re.search(r"Total à payer\s+0,00", text)
    assert einvoices.check(french, sold["invoice"])["ok"]
    assert support.audit(french)["ok"]


def test_no_recovery_costs_are_threatened_to_consumers_b3(french: Setting) -> None:
    """The sentence about the 40 EUR (Code de commerce, D441-5) is for professionals."""
    change_customer(french, "ANNA", **IDS)
    number = do(french, Sell(customer="ANNA", product="pack-12h", price=Decimal(1000), on=ON))["invoice"]
    assert any("40" in mention for mention in documents.content(french, number)["mentions"])
    change_customer(french, "ANNA", consumer=True)
    number = do(french, Sell(customer="ANNA", product="pack-12h", price=Decimal(1000), on=ON))["invoice"]
    assert not any("40" in mention for mention in documents.content(french, number)["mentions"])


def test_the_run_holds_what_lacks_a_field_and_issues_the_rest_m7(database_url: str) -> None:
    """One customer has an address that is none; the other is invoiced; mended, the next run bills the first one too."""
    setting = made(database_url, "CH", einvoice="cii", vat_id="CHE-116.281.710", address=ADDRESS)
    for code in ("ANNA", "BEAT"):
        load(
            setting,
            {"type": "customer", "code": code, "name": code, "country": "CH", "address": ADDRESS},
            {"type": "contract", "customer": code, "tariff": "q3", "tier": "profi", "start": "2025-01-01"},
            {"type": "entry", "customer": code, "minutes": 60, "date": "2025-01-10"},
        )
    change_customer(setting, "ANNA", electronic_address="nonsense")
    preview = documents.run(setting, JANUARY, ON, dry_run=True)
    answer = documents.run(setting, JANUARY, ON)
    for found in (preview, answer):
        assert [d["customer"] for d in found["invoices"]] == ["BEAT"]
        (held,) = found["held"]
        assert held["customer"] == "ANNA" and "'nonsense' is no electronic address" in held["reason"]
        assert held["command"].startswith("billing customer change ANNA --electronic-address ")
    change_customer(setting, "ANNA", electronic_address="0183:CHE116281710")
    mended = documents.run(setting, JANUARY, ON)
    assert [d["number"] for d in mended["invoices"]] == ["INV-2025-00002"] and mended["held"] == []
    assert documents.run(setting, JANUARY, ON)["invoices"] == []
    assert support.audit(setting)["ok"]


def test_a_german_issuer_and_a_customer_outside_the_union_m7(database_url: str) -> None:
    """BR-CO-26: outside the scope of VAT no VAT id may stand there; it was held for ever, told to set what it had."""
    setting = made(database_url, "DE", einvoice="factur-x", vat_id="DE136695976", address=ADDRESS)
    load(
        setting,
        {"type": "customer", "code": "U", "name": "U Inc", "country": "US", "address": ADDRESS},
        {"type": "contract", "customer": "U", "tariff": "qualiodoo", "start": "2025-01-01"},
    )
    number = do(setting, Sell(customer="U", product="pack-12h", price=Decimal(1000), on=ON))["invoice"]
    assert einvoices.check(setting, number)["issued_as"] == "factur-x"
    assert "<ram:ID>DE136695976</ram:ID>" in einvoices.xml(documents.content(setting, number), "cii").decode()


def test_a_runs_folder_holds_the_xml_beside_each_pdf_m7(tmp_path: Path, database_url: str) -> None:
    """What is demanded of each customer, or what is asked for; the bytes are those of the XML."""
    setting = made(
        database_url, "CH", vat_id="CHE-116.281.710", electronic_address="0183:CHE116281710", address=ADDRESS
    )
    for code, wanted in (("ANNA", "cii"), ("BEAT", "ubl"), ("CARL", "none")):
        load(
            setting,
            {
                "type": "customer",
                "code": code,
                "name": code,
                "country": "CH",
                "address": ADDRESS,
                "electronic_address": "0183:CHE116281710",
            },
            {"type": "contract", "customer": code, "tariff": "q3", "tier": "profi", "start": "2025-01-01"},
            {"type": "entry", "customer": code, "minutes": 60, "date": "2025-01-10"},
        )
        change_customer(setting, code, einvoice=wanted)
    env = {"BILLING_DB": database_url, "BILLING_TODAY": "2025-02-01"}

    def names(*more: str) -> list[str]:
        folder = tmp_path / f"out{len(more)}"
        assert support.run("invoice", "run", "2025-01", "--out", str(folder), *more, **env)[0] == 0
        return sorted(path.name for path in folder.iterdir())

    pdfs = [f"INV-2025-0000{n}.pdf" for n in (1, 2, 3)]
    assert names() == sorted([*pdfs, "INV-2025-00001.cii.xml", "INV-2025-00002.ubl.xml"])
    beside = (tmp_path / "out0" / "INV-2025-00002.ubl.xml").read_bytes()
    assert beside == files.xml(setting, "INV-2025-00002", "ubl") and b"<cbc:ID>INV-2025-00002</cbc:ID>" in beside
    assert names("--xml", "ubl") == sorted([*pdfs, *(f"INV-2025-0000{n}.ubl.xml" for n in (1, 2, 3))])
    assert names("--xml=none", "--json", "--yes") == pdfs
    assert "known are" in support.run("invoice", "run", "2025-01", "--xml", "pdf", **env)[2]


def test_without_a_demand_the_xml_beside_a_pdf_is_the_one_inside_m7(french: Setting) -> None:
    change_customer(french, "ANNA", einvoice="", **IDS)
    bought = do(french, Sell(customer="ANNA", product="pack-12h", price=Decimal(1000), on=ON))
    document = documents.document(french, bought["invoice"])
    assert document.format == "factur-x"
    assert [office.xml_beside(document, wanted) for wanted in (None, "factur-x", "cii", "ubl", "none")] == [
        "cii", "cii", "cii", "ubl", None,
    ]  # fmt: skip
    bare = replace(document, format="pdf", issuer=replace(document.issuer, vat_id=None, siren=None))
    assert [office.xml_beside(bare, wanted) for wanted in (None, "cii")] == [None, None]
