"""Reads the amounts of an e-invoice back from its XML, CII or UBL, by paths of their own."""

from decimal import Decimal
from typing import Any

from lxml import etree

from billing.errors import BadInput
from billing.texts import say

Amounts = dict[str, Any]

_CII = {
    "BT-106": "ram:LineTotalAmount",
    "BT-109": "ram:TaxBasisTotalAmount",
    "BT-110": "ram:TaxTotalAmount",
    "BT-112": "ram:GrandTotalAmount",
    "BT-113": "ram:TotalPrepaidAmount",
    "BT-114": "ram:RoundingAmount",
    "BT-115": "ram:DuePayableAmount",
}
_UBL = {
    "BT-106": "cac:LegalMonetaryTotal/cbc:LineExtensionAmount",
    "BT-109": "cac:LegalMonetaryTotal/cbc:TaxExclusiveAmount",
    "BT-110": "cac:TaxTotal/cbc:TaxAmount",
    "BT-112": "cac:LegalMonetaryTotal/cbc:TaxInclusiveAmount",
    "BT-113": "cac:LegalMonetaryTotal/cbc:PrepaidAmount",
    "BT-114": "cac:LegalMonetaryTotal/cbc:PayableRoundingAmount",
    "BT-115": "cac:LegalMonetaryTotal/cbc:PayableAmount",
}
_CII_LINE = {
    "BT-129": "ram:SpecifiedLineTradeDelivery/ram:BilledQuantity",
    "BT-131": "ram:SpecifiedLineTradeSettlement/*/ram:LineTotalAmount",
    "BT-146": "ram:SpecifiedLineTradeAgreement/*/ram:ChargeAmount",
    "BT-149": "ram:SpecifiedLineTradeAgreement/*/ram:BasisQuantity",
    "BT-152": "ram:SpecifiedLineTradeSettlement/ram:ApplicableTradeTax/ram:RateApplicablePercent",
}
_UBL_LINE = {
    "BT-129": "cbc:InvoicedQuantity|cbc:CreditedQuantity",
    "BT-131": "cbc:LineExtensionAmount",
    "BT-146": "cac:Price/cbc:PriceAmount",
    "BT-149": "cac:Price/cbc:BaseQuantity",
    "BT-152": "cac:Item/cac:ClassifiedTaxCategory/cbc:Percent",
}
_CII_TAX = {
    "BT-116": "ram:BasisAmount",
    "BT-117": "ram:CalculatedAmount",
    "BT-119": "ram:RateApplicablePercent",
}
_UBL_TAX = {
    "BT-116": "cbc:TaxableAmount",
    "BT-117": "cbc:TaxAmount",
    "BT-119": "cac:TaxCategory/cbc:Percent",
}


def read(xml: bytes) -> Amounts:
    """Totals by business term, and lists of the terms of each line (`BG-25`) and row of VAT (`BG-23`)."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as fault:
        raise BadInput("bad-input", say("no XML: {fault}", fault=fault)) from None
    spaces = {prefix: name for prefix, name in root.nsmap.items() if prefix}

    def at(path: str) -> Any:
        return root.xpath(path, namespaces=spaces)

    if root.tag.endswith("}CrossIndustryInvoice"):
        settlement = "rsm:SupplyChainTradeTransaction/ram:ApplicableHeaderTradeSettlement"
        totals = _terms(at(f"{settlement}/ram:SpecifiedTradeSettlementHeaderMonetarySummation")[0], _CII)
        lines = at("rsm:SupplyChainTradeTransaction/ram:IncludedSupplyChainTradeLineItem")
        taxes = at(f"{settlement}/ram:ApplicableTradeTax")
        of_line, of_tax = _CII_LINE, _CII_TAX
    else:
        totals = _terms(root, _UBL)
        lines, taxes = at("cac:InvoiceLine|cac:CreditNoteLine"), at("cac:TaxTotal/cac:TaxSubtotal")
        of_line, of_tax = _UBL_LINE, _UBL_TAX
    return totals | {
        "BG-25": [_terms(line, of_line) for line in lines],
        "BG-23": [_terms(tax, of_tax) for tax in taxes],
    }


def _terms(element: Any, paths: dict[str, str]) -> Amounts:
    spaces = {prefix: name for prefix, name in element.nsmap.items() if prefix}
    found = {term: element.xpath(path, namespaces=spaces) for term, path in paths.items()}
    return {term: Decimal(nodes[0].text) for term, nodes in found.items() if nodes}
