"""EN 16931 in UBL 2.1, as Peppol BIS Billing 3.0 wants it: one note, a reference of the buyer, its process."""

from datetime import date

from billing.exchange.einvoice.model import Contact, Identifier, Invoice, Line, Party, Tax
from billing.exchange.einvoice.xml import Element, Maker, iso, money, plain

CUSTOMIZATION = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
PROCESS = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
NAMESPACES = {"cac": f"{_UBL}CommonAggregateComponents-2", "cbc": f"{_UBL}CommonBasicComponents-2"}
_TAX_POINT = {"invoice": "3", "payment": "432"}  # UNTDID 2005
make = Maker(NAMESPACES)


def write(invoice: Invoice) -> bytes:
    """The document as UBL: an Invoice or a CreditNote."""
    kind = "CreditNote" if invoice.is_credit else "Invoice"
    root = Maker({"": f"{_UBL}{kind}-2", **NAMESPACES})
    return root.document(
        kind,
        make("cbc:CustomizationID", CUSTOMIZATION),
        make("cbc:ProfileID", PROCESS),
        make("cbc:ID", invoice.number),
        make("cbc:IssueDate", iso(invoice.issued)),
        None if invoice.is_credit else make("cbc:DueDate", iso(invoice.due)),
        make(f"cbc:{kind}TypeCode", invoice.type_code),
        make("cbc:Note", " ".join(note.text for note in invoice.notes if note.subject != "BAR")),
        make("cbc:DocumentCurrencyCode", invoice.currency),
        make("cbc:BuyerReference", invoice.buyer_reference or invoice.buyer.number),  # PEPPOL-EN16931-R003 wants one
        _period(invoice.first, invoice.last, invoice.tax_point),
        make("cac:OrderReference", make("cbc:ID", invoice.order)),
        _preceding(invoice),
        make("cac:AccountingSupplierParty", _party(invoice.seller)),
        make("cac:AccountingCustomerParty", _party(invoice.buyer)),
        make("cac:Delivery", make("cbc:ActualDeliveryDate", iso(invoice.last))),
        _transfer(invoice),
        make("cac:PaymentTerms", make("cbc:Note", invoice.terms)),
        make(
            "cac:TaxTotal",
            _amount("TaxAmount", money(invoice.totals.vat), invoice),
            [_tax(tax, invoice) for tax in invoice.taxes],
        ),
        _totals(invoice),
        [_line(line, invoice) for line in invoice.lines],
    )


def _period(first: date | None, last: date | None, tax_point: str | None = None) -> Element:
    return make(
        "cac:InvoicePeriod",
        make("cbc:StartDate", iso(first)),
        make("cbc:EndDate", iso(last)),
        make("cbc:DescriptionCode", _TAX_POINT[tax_point] if tax_point else None),
    )


def _preceding(invoice: Invoice) -> Element:
    before = invoice.preceding
    if before is None:
        return None
    reference = make(
        "cac:InvoiceDocumentReference", make("cbc:ID", before.number), make("cbc:IssueDate", iso(before.issued))
    )
    return make("cac:BillingReference", reference)


def _party(party: Party) -> Element:
    return make(
        "cac:Party",
        _identifier("EndpointID", party.electronic_address),
        make("cac:PartyIdentification", make("cbc:ID", party.number)),
        make(
            "cac:PostalAddress",
            make("cbc:StreetName", party.street),
            make("cbc:AdditionalStreetName", party.second_line),
            make("cbc:CityName", party.city),
            make("cbc:PostalZone", party.postcode),
            make("cac:Country", make("cbc:IdentificationCode", party.country)),
        ),
        _taxed("VAT", party.vat_id),
        _taxed("TAX", party.tax_number),
        make(
            "cac:PartyLegalEntity",
            make("cbc:RegistrationName", party.name),
            _identifier("CompanyID", party.legal_id),
        ),
        _contact(party.contact),
    )


def _contact(contact: Contact | None) -> Element:
    if contact is None:
        return None
    return make(
        "cac:Contact",
        make("cbc:Name", contact.name),
        make("cbc:Telephone", contact.phone),
        make("cbc:ElectronicMail", contact.email),
    )


def _taxed(scheme: str, number: str | None) -> Element:
    return make("cac:PartyTaxScheme", make("cbc:CompanyID", number), _scheme(scheme) if number else None)


def _identifier(name: str, identifier: Identifier | None) -> Element:
    return make(f"cbc:{name}", identifier.value, schemeID=identifier.scheme) if identifier else None


def _scheme(code: str = "VAT") -> Element:
    return make("cac:TaxScheme", make("cbc:ID", code))


def _transfer(invoice: Invoice) -> Element:
    transfer = invoice.transfer
    if transfer is None:
        return None
    return make(
        "cac:PaymentMeans",
        make("cbc:PaymentMeansCode", transfer.means),
        make("cbc:PaymentID", invoice.remittance),
        make(
            "cac:PayeeFinancialAccount",
            make("cbc:ID", transfer.account),
            make("cbc:Name", transfer.name),
            make("cac:FinancialInstitutionBranch", make("cbc:ID", transfer.bic)),
        ),
    )


def _tax(tax: Tax, invoice: Invoice) -> Element:
    return make(
        "cac:TaxSubtotal",
        _amount("TaxableAmount", money(tax.base), invoice),
        _amount("TaxAmount", money(tax.amount), invoice),
        make(
            "cac:TaxCategory",
            make("cbc:ID", tax.category),
            make("cbc:Percent", tax.rate),
            make("cbc:TaxExemptionReasonCode", tax.reason_code),
            make("cbc:TaxExemptionReason", tax.reason),
            _scheme(),
        ),
    )


def _totals(invoice: Invoice) -> Element:
    totals = invoice.totals
    return make(
        "cac:LegalMonetaryTotal",
        _amount("LineExtensionAmount", money(totals.lines), invoice),
        _amount("TaxExclusiveAmount", money(totals.net), invoice),
        _amount("TaxInclusiveAmount", money(totals.gross), invoice),
        _amount("PrepaidAmount", money(totals.paid), invoice) if totals.paid else None,
        _amount("PayableRoundingAmount", money(totals.rounding), invoice) if totals.rounding else None,
        _amount("PayableAmount", money(totals.payable), invoice),
    )


def _line(line: Line, invoice: Invoice) -> Element:
    kind, quantity = ("CreditNote", "Credited") if invoice.is_credit else ("Invoice", "Invoiced")
    return make(
        f"cac:{kind}Line",
        make("cbc:ID", line.id),
        make(f"cbc:{quantity}Quantity", plain(line.quantity), unitCode=line.unit),
        _amount("LineExtensionAmount", money(line.net), invoice),
        _period(line.first, line.last),
        make(
            "cac:Item",
            make("cbc:Name", line.name),
            make("cac:ClassifiedTaxCategory", make("cbc:ID", line.category), make("cbc:Percent", line.rate), _scheme()),
        ),
        make(
            "cac:Price",
            _amount("PriceAmount", plain(line.price), invoice),
            make("cbc:BaseQuantity", str(line.base_quantity), unitCode=line.unit),
        ),
    )


def _amount(name: str, amount: str, invoice: Invoice) -> Element:
    return make(f"cbc:{name}", amount, currencyID=invoice.currency)
