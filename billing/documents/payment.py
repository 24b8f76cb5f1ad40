"""How a document can be paid by scanning: which code, to which account, with which reference.

Decided once, when the document is issued, and kept with it, so that a bank file can be matched later. Where anything
is missing that a code needs, there is none: the document asks for payment in words alone, as before.
"""

from decimal import Decimal
from typing import Any

from billing.core.units import ZERO
from billing.documents import qrbill
from billing.documents.qrbill import Content
from billing.law.identifiers import CreditorReference, Iban, QrReference


def chosen(content: Content, customer_key: int, year: int, number: int, paid: Decimal = ZERO) -> dict[str, Any]:
    """The payment of a document about to be issued; year and number are those of its place in the series.

    `paid` is what was paid before it was issued.
    """
    total = Decimal(content["total"]) - paid
    if content["kind"] != "invoice" or not 0 < total <= qrbill.HIGHEST:
        return _paid(None, None, "NON", None)
    if content["currency"] == "CHF":
        return _qr_bill(content, customer_key, year, number)
    return _epc(content) if content["currency"] == "EUR" else _paid(None, None, "NON", None)


def _qr_bill(content: Content, customer_key: int, year: int, number: int) -> dict[str, Any]:
    """To the QR-IBAN with a QR reference, else to the IBAN with a creditor reference."""
    accounts = [Iban.read(content["issuer"].get(name)) for name in ("qr_iban", "iban")]
    swiss = [account for account in accounts if account.country.qr_bill and not account.fault]
    if not swiss or qrbill.address(content["issuer"]) is None:
        return _paid(None, None, "NON", None)
    account = next((account for account in swiss if account.takes_qr_references), swiss[0])
    if account.takes_qr_references:
        return _paid("qr-bill", account.value, "QRR", QrReference.made(customer_key, year, number).value)
    if sum(c.isalnum() for c in content["number"]) <= 21:
        return _paid("qr-bill", account.value, "SCOR", CreditorReference.made(content["number"]).value)
    return _paid("qr-bill", account.value, "NON", None)


def _epc(content: Content) -> dict[str, Any]:
    """To the IBAN; outside the EEA the bank's BIC is needed too."""
    issuer = content["issuer"]
    account = Iban.read(issuer.get("iban"))
    can_be_paid = (account.country.eea or issuer.get("bic")) and not account.takes_qr_references
    if not can_be_paid or account.fault or not qrbill.plain(issuer.get("name"), 70):
        return _paid(None, None, "NON", None)
    return _paid("epc", account.value, "NON", None)


def _paid(kind: str | None, iban: str | None, reference_type: str, reference: str | None) -> dict[str, Any]:
    return {"kind": kind, "iban": iban, "reference_type": reference_type, "reference": reference}
