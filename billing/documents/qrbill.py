"""The Swiss QR-bill as data: what its QR code says, and in which characters (guidelines 2.3).

Pure: made from the stored content of a document alone, without a PDF library. What it looks like is in
`payment_part.py`, whether a document has one in `payment.py`. Addresses are structured ones only (`S`).
"""

import re
import unicodedata
from decimal import Decimal

from billing.core.lettering import PICTURES
from billing.documents import words
from billing.law.identifiers import Iban, StructuredCommunication
from billing.locales import spoken
from billing.values import dataclass
from billing.views.documents import Document, PaidBy, PartyOnPaper, Recipient, Sender

_LANGUAGES = ("de", "fr", "it", "en")  # of the payment part, which has no other (Style Guide QR-bill)
HIGHEST = Decimal("999999999.99")  # in both standards, of the QR-bill and of the EPC
_SPELLED = str.maketrans(
    {"’": "'", "‘": "'", "‚": "'", "′": "'", "“": '"', "”": '"', "„": '"', "″": '"', "‐": "-", "‑": "-", "‒": "-",
     "–": "-", "—": "-", "−": "-", "•": "-", "…": "...", "ẞ": "SS", "⁄": "/"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Address:
    """A structured address, in allowed characters and lengths."""

    name: str
    street: str
    house: str
    postcode: str
    city: str
    country: str


@dataclass(frozen=True, slots=True)
class Payable:
    """What is paid with a code: by whom, to whom, how much, what for."""

    number: str
    issuer: Sender
    recipient: Recipient
    payment: PaidBy
    total: Decimal
    currency: str
    language: str

    @classmethod
    def of(cls, document: Document) -> "Payable":
        """A document, as it is paid."""
        assert document.payment is not None, document.number
        return cls(
            document.number, document.issuer, document.recipient, document.payment, document.total,
            document.currency, document.language,
        )  # fmt: skip

    @property
    def quoted(self) -> str:
        """What a transfer says that it is for: the structured communication where there is one, else the number."""
        return quoted(self.payment, self.number)


@dataclass(frozen=True, slots=True)
class Bill:
    """What the payment part says, in its QR code and in print; without a debtor the payer writes it by hand."""

    account: str
    creditor: Address
    amount: str
    currency: str
    debtor: Address | None
    reference_type: str
    reference: str
    message: str
    language: str


def quoted(payment: PaidBy | None, number: str) -> str:
    """What a transfer for a document says that it is for."""
    if payment is None or payment.reference_type != "BBA" or payment.reference is None:
        return number
    return StructuredCommunication(payment.reference).shown()


# What the code says


def bill_of(payable: Payable) -> Bill:
    """The QR-bill of a document that is paid with one."""
    payment, language = payable.payment, payable.language
    language = language if spoken(language) in _LANGUAGES else "en"
    creditor = address(payable.issuer)
    assert payment.kind == "qr-bill" and creditor is not None, payable.number
    return Bill(
        account=Iban.read(payment.iban).value,
        creditor=creditor,
        amount=f"{payable.total:.2f}",
        currency=payable.currency,
        debtor=address(payable.recipient) if is_spelled(payable.recipient) else None,  # then it is filled in by hand
        reference_type=payment.reference_type,
        reference=payment.reference or "",
        message=plain(f"{words.said(language)(words.INVOICE_INVOICE)} {payable.number}", 140),
        language=language,
    )


def payload(bill: Bill) -> str:
    """The text of the Swiss QR code: every element on its line, the trailer `EPD` last."""
    lines = ["SPC", "0200", "1", bill.account, *_elements(bill.creditor)]
    lines += [""] * 7  # an ultimate creditor, for a later version of the standard
    lines += [bill.amount, bill.currency, *_elements(bill.debtor)]
    lines += [bill.reference_type, bill.reference, bill.message, "EPD"]
    return "\n".join(lines)


def _elements(found: Address | None) -> list[str]:
    if found is None:
        return [""] * 7
    return ["S", found.name, found.street, found.house, found.postcode, found.city, found.country]


def address(party: PartyOnPaper) -> Address | None:
    """A party's address, or None where it lacks what the standard asks for: name, postcode, city and country.

    What is too long is cut between words; a house number that is too long moves into the street.
    """
    given = party.address
    name = plain(party.name, 70)
    street, house = plain(given.street, 70), plain(given.house_number, 100)
    if len(house) > 16:
        street, house = plain(f"{street} {house}", 70), ""
    postcode = re.sub(r"^[A-Z]{1,2}-(?=\w)", "", plain(given.postcode, 19))[:16]  # no `CH-` before it
    city, country = plain(given.city, 35), party.country.strip().upper()
    has_name = any(c.isalnum() for c in name)
    if not (has_name and postcode and city and re.fullmatch(r"[A-Z]{2}", country)):
        return None
    return Address(name, street, house, postcode, city, country)


def plain(text: str | None, most: int) -> str:
    """A text on one line in the characters that the standard allows, cut to a length.

    Others are spelled, pictures left out; what is left is a `.`.
    """
    composed = unicodedata.normalize("NFC", text or "").translate(_SPELLED)
    spelled = "".join(c if _allowed(c) else _spelled(c) for c in composed)
    return _cut(" ".join(spelled.split()), most)


def is_spelled(party: PartyOnPaper) -> bool:
    """Whether each letter of a party's name and address is allowed or can be spelled in such; else dots are there."""
    given = party.address
    text = "".join(filter(None, (party.name, given.street, given.house_number, given.city)))
    composed = unicodedata.normalize("NFC", text).translate(_SPELLED)
    return all(_allowed(c) or _spelled(c) != "." for c in composed if c.isalpha())


def _allowed(char: str) -> bool:
    """Basic Latin, Latin-1, Latin Extended-A, Ș ș Ț ț €; not what is a blank or nothing to see."""
    return " " <= char <= "~" or ("\xa1" <= char <= "ſ" and char != "\xad") or char in "ȘșȚț€"


def _spelled(char: str) -> str:
    if char.isspace():
        return " "
    if unicodedata.category(char) in ("Cf", "Cc", "Mn", "Me"):
        return ""
    letters = [c for c in unicodedata.normalize("NFKD", char) if not unicodedata.combining(c)]
    if letters and all(_allowed(c) for c in letters):
        return "".join(letters)
    return "" if unicodedata.category(char) in PICTURES else "."


def _cut(text: str, most: int) -> str:
    """At most so many characters: up to the last word that is whole, unless that loses too much."""
    if len(text) <= most:
        return text
    head = text[: most + 1].rpartition(" ")[0]
    if len(head) < most * 2 // 3:
        head = text[:most]
    return head.rstrip(" ,;:-&/(")
