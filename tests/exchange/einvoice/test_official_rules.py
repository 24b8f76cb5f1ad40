"""200 random documents in six situations against the official rules: schemas, EN 16931, France, Peppol, PDF/A-3b."""

import io
import re
from decimal import Decimal
from typing import Any

import facturx
import page
import pikepdf
import pytest
from lxml import etree
from pypdf import PdfReader

from billing.exchange.einvoice import amounts
from tests.exchange.einvoice import histories, peppol, validators
from tests.invoicing import einvoices

Content = dict[str, Any]
FRENCH = ("fr-unpaid", "fr-paid-before", "fr-credit-note")
NUMBER = re.compile(r"-?\d{1,3}(?:[\u202f\u00a0'’.,]?\d{3})*[.,]\d\d(?!\d)")


def documents(situation: str) -> list[Content]:
    found = histories.contents(situation)
    step = len(found) / histories.EACH
    chosen = [found[int(n * step)] for n in range(histories.EACH)]
    assert len({c["number"] for c in chosen} | {c["customer"] for c in chosen}) >= histories.EACH
    return chosen


def faulty(found: dict[str, list[str]]) -> dict[str, list[str]]:
    return {number: faults for number, faults in found.items() if faults}


@pytest.mark.parametrize("situation", histories.SITUATIONS)
def test_the_CII_of_every_document_passes_schema_and_rules(situation: str) -> None:
    xml = {c["number"]: einvoices.xml(c, "cii") for c in documents(situation)}
    assert faulty({n: validators.schema_faults(x) for n, x in xml.items()}) == {}
    assert faulty({n: validators.rule_faults(x, validators.EN_CII) for n, x in xml.items()}) == {}
    if situation in FRENCH:
        assert faulty({n: validators.rule_faults(x, validators.FRENCH_CII) for n, x in xml.items()}) == {}
        frame = b">S2<" if situation == "fr-paid-before" else b">S1<"
        assert all(frame in x for x in xml.values())


@pytest.mark.parametrize("situation", histories.SITUATIONS)
def test_the_UBL_of_every_document_passes_schema_and_rules(situation: str) -> None:
    xml = {c["number"]: einvoices.xml(c, "ubl") for c in documents(situation)}
    assert faulty({n: validators.schema_faults(x) for n, x in xml.items()}) == {}
    assert faulty({n: validators.rule_faults(x, validators.EN_UBL) for n, x in xml.items()}) == {}
    assert faulty({n: peppol.faults(x) for n, x in xml.items()}) == {}


@pytest.mark.parametrize("situation", [s for s in histories.SITUATIONS if s != "ch"])
def test_the_PDF_of_every_document_in_EUR_is_a_PDF_A_3b_with_the_same_XML_inside(situation: str) -> None:
    for content in documents(situation):
        assert content["format"] == "factur-x"
        made = einvoices.pdf(content, logo=histories.PNG)
        failures = page.validate_pdf_bytes(made, profile="3b").failures
        assert not failures, (content["number"], failures[0].rule_id, failures[0].message)
        name, xml = facturx.get_facturx_xml_from_pdf(made, check_xsd=True)
        assert (name, xml) == ("factur-x.xml", einvoices.xml(content, "cii"))
        assert made == einvoices.pdf(content, logo=histories.PNG)


@pytest.mark.parametrize("situation", histories.SITUATIONS)
def test_XML_amounts_are_the_documents_and_those_of_the_PDFs_text(situation: str) -> None:
    for content in documents(situation):
        said = {amount for row in _amounts_of(content) for amount in row}
        for format in ("cii", "ubl"):
            read = amounts.read(einvoices.xml(content, format))
            assert einvoices.disagreements(read, content) == []
            sign = -1 if content["kind"] == "credit-note" else 1
            assert sorted(line["BT-131"] * sign for line in read["BG-25"]) == sorted(_amounts_of(content)[0])
            assert read["BT-109"] * sign == Decimal(content["net"])
            assert (read["BT-115"] + read.get("BT-113", 0)) * sign == Decimal(content["total"])
        assert said <= _printed(einvoices.pdf(content)), content["number"]


def _amounts_of(content: Content) -> list[list[Decimal]]:
    return [
        [Decimal(line["amount"]) for line in content["lines"]],
        [Decimal(row[key]) for row in content["vat"] for key in ("base", "amount")],
        [Decimal(content["net"]), Decimal(content["total"])],
        [Decimal(content["rounding"])] if Decimal(content["rounding"]) else [],
    ]


def _printed(pdf: bytes) -> set[Decimal]:
    """Every number with two decimals in the text of a PDF."""
    sheets = PdfReader(io.BytesIO(pdf)).pages
    numbers = [n for sheet in sheets for n in NUMBER.findall(re.sub("[−-]€?", "-", sheet.extract_text()))]
    return {Decimal(re.sub(r"[^\d-]", "", number)).scaleb(-2) for number in numbers}


# That the checks check


@pytest.fixture
def unpaid() -> Content:
    return documents("fr-unpaid")[-1]


def test_a_broken_document_does_not_pass(unpaid: Content) -> None:
    xml = einvoices.xml(unpaid, "cii")
    assert validators.schema_faults(xml.replace(b"ram:CategoryCode", b"ram:Category"))
    wrong_total = re.sub(rb"GrandTotalAmount>\d+", b"GrandTotalAmount>1", xml)
    assert any("BR-CO-15" in f for f in validators.rule_faults(wrong_total, validators.EN_CII))
    wrong_unit = xml.replace(b'unitCode="MIN"', b'unitCode="MINUTES"')
    assert validators.rule_faults(wrong_unit, validators.EN_CII)
    for gone, rule in ((b"PMT", "BR-FR-05"), (b"AAB", "BR-FR-05"), (b">S1<", "BR-FR-08")):
        broken = validators.rule_faults(xml.replace(gone, b">X<" if b">" in gone else b"XXX"), validators.FRENCH_CII)
        assert any(rule in f for f in broken), rule
    siren = unpaid["recipient"]["siren"].encode()
    assert any("BR-FR-11" in f for f in validators.rule_faults(xml.replace(siren, b"123"), validators.FRENCH_CII))


def test_a_broken_UBL_does_not_pass(unpaid: Content) -> None:
    xml = einvoices.xml(unpaid, "ubl")
    assert any("BR-CO-15" in f for f in validators.rule_faults(
        re.sub(rb"(TaxInclusiveAmount[^>]*>)\d+", rb"\g<1>1", xml), validators.EN_UBL))  # fmt: skip
    broken = {
        "PEPPOL-EN16931-R003": re.sub(rb"<cbc:BuyerReference>.*?</cbc:BuyerReference>", b"", xml),
        "PEPPOL-EN16931-R002": re.sub(rb"(<cbc:Note>.*?</cbc:Note>)", rb"\1\1", xml),
        "PEPPOL-EN16931-R010": re.sub(rb"(?s)(CustomerParty>.*?)<cbc:EndpointID.*?</cbc:EndpointID>", rb"\1", xml),
        "PEPPOL-EN16931-R120": re.sub(rb"(InvoicedQuantity[^>]*>)", rb"\g<1>9", xml),
        "PEPPOL-EN16931-R130": xml.replace(b'InvoicedQuantity unitCode="MIN"', b'InvoicedQuantity unitCode="HUR"'),
        "PEPPOL-EN16931-R051": xml.replace(b'PayableAmount currencyID="EUR"', b'PayableAmount currencyID="CHF"'),
        "PEPPOL-EN16931-CL008": xml.replace(b'EndpointID schemeID="0225"', b'EndpointID schemeID="0666"'),
    }  # fmt: skip
    for rule, document in broken.items():
        assert rule in peppol.faults(document), rule


def test_a_credit_note_names_number_and_date_of_its_invoice() -> None:
    for content in documents("fr-credit-note")[:5]:
        root = etree.fromstring(einvoices.xml(content, "cii"))
        text = etree.tostring(root.find(".//{*}InvoiceReferencedDocument"), method="text").decode().split()
        assert text == [content["corrects"], content["corrects_date"].replace("-", "")]
        assert root.findtext(".//{*}ExchangedDocument/{*}TypeCode") == "381"


def test_the_PDF_says_what_it_is(unpaid: Content) -> None:
    made = einvoices.pdf(unpaid)
    assert b"<fx:ConformanceLevel>EN 16931</fx:ConformanceLevel>" in made  # uncompressed, for readers of metadata alone
    with pikepdf.open(io.BytesIO(made)) as opened:
        assert opened.Root.AF[0].AFRelationship == pikepdf.Name.Alternative
        assert opened.Root.OutputIntents[0].S == pikepdf.Name.GTS_PDFA1
        with opened.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as said:
            assert (said["pdfaid:part"], said["pdfaid:conformance"]) == ("3", "B")
            assert said["dc:title"] == str(opened.docinfo.Title)
            assert unpaid["number"] in said["dc:title"]
