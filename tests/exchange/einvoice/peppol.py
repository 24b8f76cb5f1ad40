"""The rules that Peppol BIS Billing 3.0 adds to EN 16931, as assertions of our own.

OpenPeppol's Schematron is in no package that a test could install, so these are written anew from what it says:
github.com/OpenPEPPOL/peppol-bis-invoice-3, rules/sch/PEPPOL-EN16931-UBL.sch, release 3.0.15. What our documents never
have (allowances, direct debit, a second currency, attachments) must not be there at all; the national rules of other
countries do not apply. EN 16931 itself is checked by its own Schematron.
"""

import re
from datetime import date
from decimal import Decimal
from typing import Any

from lxml import etree

from billing.exchange.einvoice import identifiers

_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
_SPACES = {"cac": f"{_UBL}CommonAggregateComponents-2", "cbc": f"{_UBL}CommonBasicComponents-2"}
_NEVER = (
    "cac:AllowanceCharge", "cac:PaymentMandate", "cbc:TaxCurrencyCode", "cac:AdditionalDocumentReference",
    "cac:DocumentReference", "cbc:EmbeddedDocumentBinaryObject",
)  # fmt: skip
_AMOUNTS = (
    "PriceAmount", "TaxAmount", "TaxableAmount", "LineExtensionAmount", "TaxExclusiveAmount", "TaxInclusiveAmount",
    "PrepaidAmount", "PayableRoundingAmount", "PayableAmount",
)  # fmt: skip
_DATES = ("IssueDate", "DueDate", "StartDate", "EndDate", "ActualDeliveryDate")
_CUSTOMIZATION = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
_EXEMPT = {"VATEX-EU-AE": "AE", "VATEX-EU-O": "O"}
_NO_SCHEMES = ("AN", "AQ", "AS", "AU", "EM")


def faults(xml: bytes) -> list[str]:
    """The rules that a UBL document breaks, by their names."""
    root = etree.fromstring(xml)
    found = _document(root) + _money(root) + _lines(root) + _codes(root) + _german(root)
    return [rule for rule, holds in found if not holds]


def _at(element: Any, path: str) -> Any:
    return element.xpath(path, namespaces=_SPACES)


def _said(element: Any, path: str) -> str:
    return str(_at(element, f"normalize-space({path})"))


def _document(root: Any) -> list[tuple[str, bool]]:
    process = _said(root, "cbc:ProfileID")
    empty = [e for e in root.iter() if len(e) == 0 and not (e.text or "").strip()]
    return [
        ("PEPPOL-EN16931-R001", bool(process)),
        ("PEPPOL-EN16931-R002", len(_at(root, "cbc:Note")) <= 1),
        ("PEPPOL-EN16931-R003", bool(_said(root, "cbc:BuyerReference") or _said(root, "cac:OrderReference/cbc:ID"))),
        ("PEPPOL-EN16931-R004", _said(root, "cbc:CustomizationID").startswith(_CUSTOMIZATION)),
        ("PEPPOL-EN16931-R007", bool(re.fullmatch(r"urn:fdc:peppol.eu:2017:poacc:billing:\d\d:1\.0", process))),
        ("PEPPOL-EN16931-R008", not empty),
        ("PEPPOL-EN16931-R010", bool(_said(root, "cac:AccountingCustomerParty/cac:Party/cbc:EndpointID"))),
        ("PEPPOL-EN16931-R020", bool(_said(root, "cac:AccountingSupplierParty/cac:Party/cbc:EndpointID"))),
        ("PEPPOL-EN16931-R053", len(_at(root, "cac:TaxTotal[cac:TaxSubtotal]")) == 1),
        ("PEPPOL-EN16931-R054", not _at(root, "cac:TaxTotal[not(cac:TaxSubtotal)]")),
        *((f"none of our documents has {name}", not _at(root, f"//{name}")) for name in _NEVER),
    ]


def _money(root: Any) -> list[tuple[str, bool]]:
    currency = _said(root, "cbc:DocumentCurrencyCode")
    amounts = [amount for name in _AMOUNTS for amount in _at(root, f"//cbc:{name}")]
    return [
        ("PEPPOL-EN16931-R051", all(amount.get("currencyID") == currency for amount in amounts)),
        ("PEPPOL-EN16931-CL007", currency in ("EUR", "CHF")),
    ]


def _lines(root: Any) -> list[tuple[str, bool]]:
    found = []
    period = _said(root, "cac:InvoicePeriod/cbc:StartDate"), _said(root, "cac:InvoicePeriod/cbc:EndDate")
    for line in _at(root, "cac:InvoiceLine|cac:CreditNoteLine"):
        (quantity,) = _at(line, "cbc:InvoicedQuantity|cbc:CreditedQuantity")
        (base,) = _at(line, "cac:Price/cbc:BaseQuantity")
        price = Decimal(_said(line, "cac:Price/cbc:PriceAmount"))
        net = Decimal(_said(line, "cbc:LineExtensionAmount"))
        first, last = _said(line, "cac:InvoicePeriod/cbc:StartDate"), _said(line, "cac:InvoicePeriod/cbc:EndDate")
        made = Decimal(quantity.text) * price / Decimal(base.text)
        found += [
            ("PEPPOL-EN16931-R110", not (first and period[0]) or first >= period[0]),
            ("PEPPOL-EN16931-R111", not (last and period[1]) or last <= period[1]),
            ("PEPPOL-EN16931-R120", abs(made - net) <= Decimal("0.02")),
            ("PEPPOL-EN16931-R121", Decimal(base.text) > 0),
            ("PEPPOL-EN16931-R130", base.get("unitCode") == quantity.get("unitCode")),
        ]
    return found


def _codes(root: Any) -> list[tuple[str, bool]]:
    types = _said(root, "cbc:InvoiceTypeCode"), _said(root, "cbc:CreditNoteTypeCode")
    schemes = identifiers.SCHEMES - set(_NO_SCHEMES)
    endpoints = _at(root, "//cbc:EndpointID")
    known = [*endpoints, *_at(root, "//cac:PartyLegalEntity/cbc:CompanyID")]
    belgian = [n.text for n in known if n.get("schemeID") == "0208"]
    glns = [n.text for n in known if n.get("schemeID") == "0088"]
    reasons = _at(root, "//cac:TaxCategory[cbc:TaxExemptionReasonCode]")
    return [
        ("PEPPOL-COMMON-R040", all(len(n) == 13 and _is_gln(n) for n in glns)),
        ("PEPPOL-COMMON-R043", all(re.fullmatch(r"\d{10}", n) and 97 - int(n[:8]) % 97 == int(n[8:]) for n in belgian)),
        ("PEPPOL-EN16931-CL006", _said(root, "cac:InvoicePeriod/cbc:DescriptionCode") in ("", "3", "35", "432")),
        ("PEPPOL-EN16931-CL008", all(e.get("schemeID") in schemes for e in endpoints)),
        ("PEPPOL-EN16931-F001", all(date.fromisoformat(e.text) for n in _DATES for e in _at(root, f"//cbc:{n}"))),
        ("PEPPOL-EN16931-P0100/P0101", types in (("380", ""), ("", "381"))),
        ("PEPPOL-EN16931-P0105/P0107",
         all(_EXEMPT[_said(r, "cbc:TaxExemptionReasonCode")] == _said(r, "cbc:ID") for r in reasons)),
    ]  # fmt: skip


def _german(root: Any) -> list[tuple[str, bool]]:
    """The rules for two parties in Germany."""
    seller, buyer = (f"cac:Accounting{who}Party/cac:Party" for who in ("Supplier", "Customer"))
    land = "cac:PostalAddress/cac:Country/cbc:IdentificationCode"
    if not _said(root, f"{seller}/{land}") == _said(root, f"{buyer}/{land}") == "DE":
        return []
    wanted = {
        "001": "cac:PaymentMeans/cbc:PaymentMeansCode", "002": f"{seller}/cac:Contact",
        "003": f"{seller}/cac:PostalAddress/cbc:CityName", "004": f"{seller}/cac:PostalAddress/cbc:PostalZone",
        "005": f"{seller}/cac:Contact/cbc:Name", "006": f"{seller}/cac:Contact/cbc:Telephone",
        "007": f"{seller}/cac:Contact/cbc:ElectronicMail", "008": f"{buyer}/cac:PostalAddress/cbc:CityName",
        "009": f"{buyer}/cac:PostalAddress/cbc:PostalZone", "015": "cbc:BuyerReference",
        "016": f"{seller}/cac:PartyTaxScheme/cbc:CompanyID",
    }  # fmt: skip
    transfers = _at(root, "cac:PaymentMeans[cbc:PaymentMeansCode = 30 or cbc:PaymentMeansCode = 58]")
    return [
        *((f"DE-R-{number}", bool(_said(root, path))) for number, path in wanted.items()),
        ("DE-R-014", all(_said(tax, "cbc:Percent") for tax in _at(root, "cac:TaxTotal//cac:TaxCategory"))),
        ("DE-R-023-1", all(_said(means, "cac:PayeeFinancialAccount/cbc:ID") for means in transfers)),
    ]


def _is_gln(number: str) -> bool:
    return sum(int(d) * (1 if n % 2 == 0 else 3) for n, d in enumerate(number)) % 10 == 0
