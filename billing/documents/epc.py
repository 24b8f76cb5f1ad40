"""The EPC's QR code for a transfer in euro as data (EPC069-12, version 002 of its layout)."""

from decimal import Decimal

from billing.documents.qrbill import Content, plain
from billing.law.identifiers import Iban


def payload(content: Content) -> str:
    """The text of the code: whom to pay, how much, and the document's number as what it is for."""
    issuer = content["issuer"]
    lines = ["BCD", "002", "1", "SCT", "".join(str(issuer.get("bic") or "").split()).upper(), payee(content)]
    lines += [Iban.read(content["payment"]["iban"]).value, f"EUR{Decimal(content['total']):.2f}"]
    lines += ["", "", plain(content["number"], 140)]  # no purpose, no structured reference
    return "\n".join(lines)


def payee(content: Content) -> str:
    """The name that the code gives, in allowed characters and length."""
    return plain(content["issuer"]["name"], 70)
