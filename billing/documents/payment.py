"""How a document can be paid by scanning: which code, to which account, with which reference.

Decided once, when the document is issued, and kept with it, so that a bank file can be matched later. Where anything
is missing that a code needs, there is none: the document asks for payment in words alone, as before.
"""

from decimal import Decimal
from typing import Literal

from billing.core.units import ZERO
from billing.documents import qrbill
from billing.law import countries
from billing.law.identifiers import CreditorReference, Iban, QrReference, StructuredCommunication
from billing.views.documents import Document, PaidBy


def chosen(document: Document, customer_key: int, year: int, number: int, paid: Decimal = ZERO) -> PaidBy:
    """The payment of a document about to be issued; year and number are those of its place in the series.

    `paid` is what was paid before it was issued.
    """
    total = document.total - paid
    if document.is_note or not 0 < total <= qrbill.HIGHEST:
        return _paid(None, None, "NON", None)
    if document.currency == "CHF":
        return _qr_bill(document, customer_key, year, number)
    return _epc(document, year, number) if document.currency == "EUR" else _paid(None, None, "NON", None)


def _qr_bill(document: Document, customer_key: int, year: int, number: int) -> PaidBy:
    """To the QR-IBAN with a QR reference, else to the IBAN with a creditor reference."""
    accounts = [Iban.read(document.issuer.qr_iban), Iban.read(document.issuer.iban)]
    swiss = [account for account in accounts if account.country.qr_bill and not account.fault]
    if not swiss or qrbill.address(document.issuer) is None or not qrbill.is_spelled(document.issuer):
        return _paid(None, None, "NON", None)
    account = next((account for account in swiss if account.takes_qr_references), swiss[0])
    if account.takes_qr_references:
        return _paid("qr-bill", account.value, "QRR", QrReference.made(customer_key, year, number).value)
    if sum(c.isalnum() for c in document.number) <= 21:
        return _paid("qr-bill", account.value, "SCOR", CreditorReference.made(document.number).value)
    return _paid("qr-bill", account.value, "NON", None)


def _epc(document: Document, year: int, number: int) -> PaidBy:
    """To the IBAN; outside the EEA the bank's BIC is needed too. In Belgium with a structured communication."""
    issuer = document.issuer
    account = Iban.read(issuer.iban)
    can_be_paid = (account.country.eea or issuer.bic) and not account.takes_qr_references
    is_named = qrbill.is_spelled(issuer) and qrbill.plain(issuer.name, 70)
    if not can_be_paid or account.fault or not is_named:
        return _paid(None, None, "NON", None)
    if countries.of(issuer.country).structured_reference and account.country.structured_reference:
        return _paid("epc", account.value, "BBA", StructuredCommunication.made(year, number).value)
    return _paid("epc", account.value, "NON", None)


def _paid(
    kind: Literal["qr-bill", "epc"] | None, iban: str | None, reference_type: str, reference: str | None
) -> PaidBy:
    return PaidBy(kind, iban, reference_type, reference)
