"""What the law wants on documents and they lack: an account, numbers and addresses (M18)."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from billing import law
from billing.law.identifiers import VatId
from billing.texts import Do, Text, say
from billing.views.documents import Document
from billing.views.paper import Address

_NUMBERED = ("S", "AE")  # categories of VAT that only an issuer with a number can use


def lacking(found: Iterable[Document]) -> list[Text]:
    """What documents lack, each said once with the command that mends it: the issuer's things, then the customers'."""
    documents = list(found)
    mended = Do("customer change", "CODE", "--street", "STREET", "--postcode", "POSTCODE", "--city", "CITY")
    nameless, unproven = _those(documents, _has_no_address), _those(documents, _is_business_without_number)
    said = without_number(documents) + _without_account(documents)
    if nameless:
        said.append(say("without an address: {customers}; {command}", customers=nameless, command=mended))
    if unproven:
        given = Do("customer change", "CODE", "--vat-id", "VAT-ID")
        said.append(
            say(
                "businesses in the EU without a VAT id, whom the issuer's VAT is charged: {customers}; {given}, or "
                "--consumer", customers=unproven, given=given,
            )
        )  # fmt: skip
    return said


def without_number(found: Iterable[Document]) -> list[Text]:
    """That documents charge VAT although their issuer has no VAT id, said once (M18)."""
    taxed = (d for d in found if any(row.category in _NUMBERED for row in d.vat))
    if all(VatId.read(document.issuer.vat_id, document.issuer.country) for document in taxed):
        return []
    given, exempt = Do("init --vat-id", "VAT-ID"), Do("init --exempt")
    return [say("the issuer charges VAT and has no VAT id (M18); {given}, or {exempt}", given=given, exempt=exempt)]


def has_no_address(party: Mapping[str, Any] | Address) -> bool:
    """Whether nobody could find a party by its address: it needs a town."""
    city = party.city if isinstance(party, Address) else party.get("city")
    return not (city or "").strip()


def _without_account(documents: list[Document]) -> list[Text]:
    """That there is something to pay and no account to pay it to."""
    owed = (d for d in documents if not d.is_note and d.total > d.paid_before)
    if all(document.issuer.iban or document.issuer.qr_iban for document in owed):
        return []
    return [say("the issuer has no account to be paid to; {command}", command=Do("init --iban", "IBAN"))]


def _those(documents: list[Document], lacks: Callable[[Document], bool]) -> list[str]:
    return list(dict.fromkeys(document.customer for document in documents if lacks(document)))


def _has_no_address(document: Document) -> bool:
    return has_no_address(document.recipient.address)


def _is_business_without_number(document: Document) -> bool:
    """Whether reverse charge was impossible for want of a VAT id, which a business there has."""
    issuer, customer = document.issuer, document.recipient
    taxed = any(row.category == "S" for row in document.vat)
    return (
        taxed and not customer.consumer
        and law.wants_vat_id(issuer.country, customer.country, customer.vat_id, document.on)
    )  # fmt: skip
