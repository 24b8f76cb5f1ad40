"""The EPC's QR code for a transfer in euro as data (EPC069-12, version 002 of its layout)."""

from billing.documents.qrbill import Payable, plain
from billing.law.identifiers import Iban


def payload(payable: Payable) -> str:
    """The text of the code: whom to pay, how much, and what for: the number, or Belgium's reference."""
    issuer = payable.issuer
    lines = ["BCD", "002", "1", "SCT", "".join((issuer.bic or "").split()).upper(), payee(payable)]
    lines += [Iban.read(payable.payment.iban).value, f"EUR{payable.total:.2f}"]
    lines += ["", "", plain(payable.quoted, 140)]  # no purpose, no ISO 11649 reference
    return "\n".join(lines)


def payee(payable: Payable) -> str:
    """The name that the code gives, in allowed characters and length."""
    return plain(payable.issuer.name, 70)
