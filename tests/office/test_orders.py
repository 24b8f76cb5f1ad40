"""Customers' own order numbers and references, on paper and in e-invoices; formats that cannot reach a customer."""

import io
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from pypdf import PdfReader

from billing.office.transaction import Setting
from billing.requests.invoicing import CreditInvoice
from billing.requests.parties import AskCustomer
from billing.requests.quotes import AcceptQuote, AddQuote, InvoiceQuote, SendQuote
from tests import support
from tests.exchange.einvoice import histories, validators
from tests.invoicing import documents, files
from tests.support import load, made

PACK = {"type": "purchase", "customer": "A", "product": "pack-12h", "price": "900.00", "date": "2025-02-03"}
REACHED = {"siren": "303265045", "electronic_address": "303265045"}


def shop(url: str, issuer: dict[str, Any] = histories.FRENCH, **customer: Any) -> Setting:
    setting = made(url, "FR", **issuer)
    load(
        setting,
        {"type": "customer", "code": "A", "name": "Dupont SAS", "country": "FR", **REACHED, **customer},
        {"type": "contract", "customer": "A", "tariff": "qualiodoo", "start": "2025-01-01"},
    )
    return setting


def numbers(setting: Setting, number: str) -> tuple[str | None, str | None]:
    """The order number and the reference of a document, as its CII has them, with its XMLs checked."""
    cii, ubl = (files.xml(setting, number, format) for format in ("cii", "ubl"))
    for xml, rules in ((cii, validators.EN_CII), (cii, validators.FRENCH_CII), (ubl, validators.EN_UBL)):
        assert validators.schema_faults(xml) == []
        assert validators.rule_faults(xml, rules) == []
    read = etree.fromstring(cii)
    order = read.findtext(".//{*}BuyerOrderReferencedDocument/{*}IssuerAssignedID")
    assert etree.fromstring(ubl).findtext(".//{*}OrderReference/{*}ID") == order
    return order, read.findtext(".//{*}BuyerReference")


def test_an_order_number_is_printed_and_in_the_XML_the_sales_before_the_standing_one(database_url: str) -> None:
    setting = shop(database_url, order="STANDING-1", buyer_reference="SERVICE-7")
    load(setting, {**PACK, "id": "own", "order": "PO-4711"}, PACK)
    assert numbers(setting, "INV-2025-00001") == ("PO-4711", "SERVICE-7")
    assert numbers(setting, "INV-2025-00002") == ("STANDING-1", "SERVICE-7")
    text = PdfReader(io.BytesIO(files.pdf(setting, "INV-2025-00001"))).pages[0].extract_text()
    assert "PO-4711" in text and "SERVICE-7" in text and "STANDING-1" not in text
    support.change_customer(setting, "A", order="", buyer_reference="")
    support.do(setting, CreditInvoice(invoice="INV-2025-00001", reason="error", on=date(2025, 2, 4)))
    assert numbers(setting, "CN-2025-00001") == ("PO-4711", None)
    load(setting, {**PACK, "date": "2025-02-05"})
    assert numbers(setting, "INV-2025-00003") == (None, None)
    shown = support.ask(setting, AskCustomer(customer="A"))
    assert not {"order", "buyer_reference"} & set(shown)
    assert support.audit(setting)["ok"]


def test_a_sale_asked_again_with_another_order_number_is_other_content(database_url: str) -> None:
    setting = shop(database_url)
    load(setting, {**PACK, "id": "p", "order": "PO-1"})
    assert load(setting, {**PACK, "id": "p", "order": "PO-1"})["unchanged"] == 1
    with pytest.raises(Exception, match="other content"):
        load(setting, {**PACK, "id": "p", "order": "PO-2"})


def test_what_stands_on_documents_without_them_is_what_it_was(database_url: str) -> None:
    setting = shop(database_url)
    load(setting, PACK)
    content = documents.content(setting, "INV-2025-00001")
    assert "order" not in content and content["einvoice"]["buyer_reference"] is None


def test_M7_a_customer_that_a_format_cannot_reach_has_an_exception(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/b.db"
    setting = shop(url, histories.FRENCH | {"einvoice": "cii"}, siren=None, electronic_address=None)
    env = {"BILLING_DB": url, "BILLING_TODAY": "2025-02-03"}
    status, _, err = support.run("buy", "A", "pack-12h", "--price", "900", **env)
    assert status == 1 and "customer A has no SIREN" in err
    assert support.run("customer", "change", "A", "--einvoice", "none", **env)[0] == 0
    assert "E-invoices: none (its own setting)" in support.run("customer", "show", "A", **env)[1]
    assert support.run("buy", "A", "pack-12h", "--price", "900", "--order", "PO-1", **env)[0] == 0
    content = documents.content(setting, "INV-2025-00001")
    assert (content["format"], content["order"]) == ("pdf", "PO-1")
    assert support.run("invoice", "check", "INV-2025-00001", **env)[0] == 0
    assert support.run("customer", "change", "A", "--einvoice", "", **env)[0] == 0
    assert support.run("buy", "A", "pack-12h", "--price", "900", **env)[0] == 1


def test_the_order_number_of_a_quotes_invoice_s8(database_url: str) -> None:
    """S8: a quote is often accepted by an order with a number; only the standing one could be on its invoice."""
    setting = shop(database_url, order="STANDING-1")
    for n, order in enumerate(("PO-4712", None), 1):
        number = support.do(setting, AddQuote(customer="A", title="x", amount=Decimal(9), on=date(2025, 2, 3)))["quote"]
        support.do(setting, SendQuote(quote=number, on=date(2025, 2, 3)))
        support.do(setting, AcceptQuote(quote=number, on=date(2025, 2, 3)))
        support.do(setting, InvoiceQuote(quote=number, on=date(2025, 2, 4), order=order), f"i{n}")
        assert numbers(setting, f"INV-2025-0000{n}")[0] == (order or "STANDING-1")
        assert support.do(setting, InvoiceQuote(quote=number, on=date(2025, 2, 4), order=order), f"i{n}")["unchanged"]
    assert support.audit(setting)["ok"]


def test_a_note_of_nothing_is_an_e_invoice_m12(database_url: str) -> None:
    """M12: by it a pack that was given by mistake is taken back."""
    setting = shop(database_url)
    load(setting, {**PACK, "price": "0"})
    support.do(setting, CreditInvoice(invoice="INV-2025-00001", reason="error", on=date(2025, 2, 4)))
    assert numbers(setting, "CN-2025-00001") == (None, None)
    assert support.audit(setting)["ok"]
