"""How a document can be paid by scanning: which code, to which account, with which reference.

Decided once, when the document is issued, and kept with it, so that a bank file can be matched later. Where anything
is missing that a code needs, there is none: the document asks for payment in words alone, as before.
"""

from decimal import Decimal
from typing import Any

from billing.core.units import ZERO
from billing.documents import qrbill
from billing.documents.qrbill import Content

# Where a transfer needs no BIC (EPC069-12): the European Economic Area.
_EEA = {
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IS",
    "IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
}  # fmt: skip


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
    accounts = [qrbill.compact(content["issuer"].get(name) or "") for name in ("qr_iban", "iban")]
    swiss = [iban for iban in accounts if iban[:2] in ("CH", "LI") and qrbill.is_iban(iban)]
    if not swiss or qrbill.address(content["issuer"]) is None:
        return _paid(None, None, "NON", None)
    iban = next((iban for iban in swiss if qrbill.is_qr_iban(iban)), swiss[0])
    if qrbill.is_qr_iban(iban):
        return _paid("qr-bill", iban, "QRR", qrbill.qrr_reference(customer_key, year, number))
    if sum(c.isalnum() for c in content["number"]) <= 21:
        return _paid("qr-bill", iban, "SCOR", qrbill.scor_reference(content["number"]))
    return _paid("qr-bill", iban, "NON", None)


def _epc(content: Content) -> dict[str, Any]:
    """To the IBAN; outside the EEA the bank's BIC is needed too."""
    issuer = content["issuer"]
    iban = qrbill.compact(issuer.get("iban") or "")
    if not qrbill.is_iban(iban) or qrbill.is_qr_iban(iban) or not qrbill.plain(issuer.get("name"), 70):
        return _paid(None, None, "NON", None)
    return _paid("epc", iban, "NON", None) if iban[:2] in _EEA or issuer.get("bic") else _paid(None, None, "NON", None)


def _paid(kind: str | None, iban: str | None, reference_type: str, reference: str | None) -> dict[str, Any]:
    return {"kind": kind, "iban": iban, "reference_type": reference_type, "reference": reference}
