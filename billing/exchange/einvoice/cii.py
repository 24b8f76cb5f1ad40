"""EN 16931 in UN/CEFACT's syntax: Cross Industry Invoice D16B, the XML of Factur-X."""

from datetime import date

from billing.exchange.einvoice.model import Contact, Invoice, Line, Party, Tax
from billing.exchange.einvoice.xml import Element, Maker, compact, money, plain

PROFILE = "urn:cen.eu:en16931:2017"
NAMESPACES = {
    "rsm": "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100",
    "ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100",
    "qdt": "urn:un:unece:uncefact:data:standard:QualifiedDataType:100",
    "udt": "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100",
}
_TAX_POINT = {"invoice": "5", "payment": "72"}  # UNTDID 2475
make = Maker(NAMESPACES)


def write(invoice: Invoice) -> bytes:
    """The document as CII."""
    return make.document(
        "rsm:CrossIndustryInvoice",
        make(
            "rsm:ExchangedDocumentContext",
            make("ram:BusinessProcessSpecifiedDocumentContextParameter", make("ram:ID", invoice.frame)),
            make("ram:GuidelineSpecifiedDocumentContextParameter", make("ram:ID", PROFILE)),
        ),
        make(
            "rsm:ExchangedDocument",
            make("ram:ID", invoice.number),
            make("ram:TypeCode", invoice.type_code),
            make("ram:IssueDateTime", _day(invoice.issued)),
            [
                make("ram:IncludedNote", make("ram:Content", note.text), make("ram:SubjectCode", note.subject))
                for note in invoice.notes
            ],
        ),
        make(
            "rsm:SupplyChainTradeTransaction",
            [_line(line) for line in invoice.lines],
            make(
                "ram:ApplicableHeaderTradeAgreement",
                make("ram:BuyerReference", invoice.buyer_reference),
                _party("ram:SellerTradeParty", invoice.seller),
                _party("ram:BuyerTradeParty", invoice.buyer),
                make("ram:BuyerOrderReferencedDocument", make("ram:IssuerAssignedID", invoice.order)),
            ),
            make.always(
                "ram:ApplicableHeaderTradeDelivery",
                make("ram:ActualDeliverySupplyChainEvent", make("ram:OccurrenceDateTime", _day(invoice.last))),
            ),
            _settlement(invoice),
        ),
    )


def _line(line: Line) -> Element:
    return make(
        "ram:IncludedSupplyChainTradeLineItem",
        make("ram:AssociatedDocumentLineDocument", make("ram:LineID", line.id)),
        make("ram:SpecifiedTradeProduct", make("ram:Name", line.name)),
        make(
            "ram:SpecifiedLineTradeAgreement",
            make(
                "ram:NetPriceProductTradePrice",
                make("ram:ChargeAmount", plain(line.price)),
                make("ram:BasisQuantity", str(line.base_quantity), unitCode=line.unit),
            ),
        ),
        make("ram:SpecifiedLineTradeDelivery", make("ram:BilledQuantity", plain(line.quantity), unitCode=line.unit)),
        make(
            "ram:SpecifiedLineTradeSettlement",
            make(
                "ram:ApplicableTradeTax",
                make("ram:TypeCode", "VAT"),
                make("ram:CategoryCode", line.category),
                make("ram:RateApplicablePercent", line.rate),
            ),
            _period(line.first, line.last),
            make(
                "ram:SpecifiedTradeSettlementLineMonetarySummation", make("ram:LineTotalAmount", money(line.net))
            ),
        ),
    )  # fmt: skip


def _party(name: str, party: Party) -> Element:
    legal, reached = party.legal_id, party.electronic_address
    return make(
        name,
        make("ram:ID", party.number),
        make("ram:Name", party.name),
        make("ram:SpecifiedLegalOrganization", make("ram:ID", legal.value, schemeID=legal.scheme) if legal else None),
        _contact(party.contact),
        make(
            "ram:PostalTradeAddress",
            make("ram:PostcodeCode", party.postcode),
            make("ram:LineOne", party.street),
            make("ram:LineTwo", party.second_line),
            make("ram:CityName", party.city),
            make("ram:CountryID", party.country),
        ),
        make(
            "ram:URIUniversalCommunication",
            make("ram:URIID", reached.value, schemeID=reached.scheme) if reached else None,
        ),
        make("ram:SpecifiedTaxRegistration", make("ram:ID", party.vat_id, schemeID="VA")),
        make("ram:SpecifiedTaxRegistration", make("ram:ID", party.tax_number, schemeID="FC")),
    )


def _contact(contact: Contact | None) -> Element:
    if contact is None:
        return None
    return make(
        "ram:DefinedTradeContact",
        make("ram:PersonName", contact.name),
        make("ram:TelephoneUniversalCommunication", make("ram:CompleteNumber", contact.phone)),
        make("ram:EmailURIUniversalCommunication", make("ram:URIID", contact.email)),
    )


def _settlement(invoice: Invoice) -> Element:
    return make(
        "ram:ApplicableHeaderTradeSettlement",
        make("ram:PaymentReference", invoice.remittance),
        make("ram:InvoiceCurrencyCode", invoice.currency),
        _transfer(invoice),
        [_tax(tax, invoice.tax_point) for tax in invoice.taxes],
        _period(invoice.first, invoice.last),
        make(
            "ram:SpecifiedTradePaymentTerms",
            make("ram:Description", invoice.terms),
            make("ram:DueDateDateTime", _day(invoice.due)),
        ),
        _totals(invoice),
        _preceding(invoice),
    )


def _transfer(invoice: Invoice) -> Element:
    transfer = invoice.transfer
    if transfer is None:
        return None
    return make(
        "ram:SpecifiedTradeSettlementPaymentMeans",
        make("ram:TypeCode", transfer.means),
        make(
            "ram:PayeePartyCreditorFinancialAccount",
            make("ram:IBANID", transfer.account),
            make("ram:AccountName", transfer.name),
        ),
        make("ram:PayeeSpecifiedCreditorFinancialInstitution", make("ram:BICID", transfer.bic)),
    )


def _tax(tax: Tax, tax_point: str | None) -> Element:
    return make(
        "ram:ApplicableTradeTax",
        make("ram:CalculatedAmount", money(tax.amount)),
        make("ram:TypeCode", "VAT"),
        make("ram:ExemptionReason", tax.reason),
        make("ram:BasisAmount", money(tax.base)),
        make("ram:CategoryCode", tax.category),
        make("ram:ExemptionReasonCode", tax.reason_code),
        make("ram:DueDateTypeCode", _TAX_POINT[tax_point] if tax_point else None),
        make("ram:RateApplicablePercent", tax.rate),
    )


def _totals(invoice: Invoice) -> Element:
    totals = invoice.totals
    return make(
        "ram:SpecifiedTradeSettlementHeaderMonetarySummation",
        make("ram:LineTotalAmount", money(totals.lines)),
        make("ram:TaxBasisTotalAmount", money(totals.net)),
        make("ram:TaxTotalAmount", money(totals.vat), currencyID=invoice.currency),
        make("ram:RoundingAmount", money(totals.rounding)) if totals.rounding else None,
        make("ram:GrandTotalAmount", money(totals.gross)),
        make("ram:TotalPrepaidAmount", money(totals.paid)) if totals.paid else None,
        make("ram:DuePayableAmount", money(totals.payable)),
    )


def _preceding(invoice: Invoice) -> Element:
    before = invoice.preceding
    if before is None:
        return None
    return make(
        "ram:InvoiceReferencedDocument",
        make("ram:IssuerAssignedID", before.number),
        make("ram:FormattedIssueDateTime", make("qdt:DateTimeString", compact(before.issued), format="102")),
    )


def _period(first: date | None, last: date | None) -> Element:
    return make(
        "ram:BillingSpecifiedPeriod", make("ram:StartDateTime", _day(first)), make("ram:EndDateTime", _day(last))
    )


def _day(day: date | None) -> Element:
    return make("udt:DateTimeString", compact(day), format="102")
