"""Invoices and credit notes as they were issued: what stands on them, and how they stand (M5 to M8, M10).

A document's JSON is kept when it is issued, and made of `Document` byte for byte; what an earlier version kept is read
too, where a field that it did not know has its default.
"""

import dataclasses
import json
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Literal

from billing.core import invoicing
from billing.core.invoicing import Status
from billing.core.units import ZERO
from billing.texts import Text
from billing.values import dataclass
from billing.views import codec
from billing.views.fields import field
from billing.views.packed import Packed
from billing.views.paper import OnPaper

Kind = Literal["invoice", "credit-note"]
Printed = Literal["pdf", "factur-x"]  # the format of a document's PDF


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyOnPaper(OnPaper):
    """Who a document is from or for, as it was on the day of issue."""

    electronic_address: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender(PartyOnPaper):
    """The issuer, with the accounts to pay to."""

    iban: str | None = None
    qr_iban: str | None = None
    bic: str | None = None
    exempt: bool = field(False, omit=True)  # from VAT, by law (M18)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient(PartyOnPaper):
    """The customer."""

    code: str = ""
    email: str | None = None
    consumer: int | None = None  # 1: a person, no business


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentLine:
    """A line; on a credit note minutes and amount are negative."""

    kind: str
    product: str | None = field(None, omit=True)
    category: str | None = field(None, omit=True)
    label: str | None = None
    minutes: int | None = None
    quantity: int | None = None
    rate: Decimal | None = None  # per hour
    unit_price: Decimal | None = None
    amount: Decimal
    vat_rate: Decimal
    vat_category: str
    corrects_line: int | None = None
    first: date | None = field(None, key="from")
    last: date | None = field(None, key="to")
    validity: str | None = field(None, omit=True)  # of what was sold, in the document's words

    @property
    def name(self) -> str:
        """The product, or the category."""
        return self.product or self.category or ""


@dataclass(frozen=True, slots=True)
class VatRow:
    """One row of the VAT breakdown (M2, M3)."""

    category: str
    rate: Decimal
    base: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnFrom:
    """Minutes that an entry took from a grant."""

    grant: str
    label: str | None = None
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnexRow:
    """One entry of the annex: raw and charged minutes, drawn, billed, or why free (M5)."""

    entry: str
    on: date = field(key="date")
    case: str | None
    category: str
    label: str | None = None
    agent: str | None
    raw_seconds: int
    charged: int
    drawn: tuple[DrawnFrom, ...]
    owed: int = 0
    billed: int
    rate: Decimal | None
    free: str | None
    quote: str | None = field(None, omit=True)
    amount: Decimal | None = field(None, omit=True)  # its part of the line that bills it
    note: str | None = field(None, omit=True)  # what was done


@dataclass(frozen=True, slots=True)
class PaidBy:
    """How a document can be paid by scanning: which code, to which account, with which reference."""

    kind: Literal["qr-bill", "epc"] | None
    iban: str | None
    reference_type: str
    reference: str | None


@dataclass(frozen=True, slots=True)
class CodedNote:
    """A note of the French reform with its subject code."""

    subject: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EInvoice:
    """What a document keeps for e-invoices alone."""

    frame: str | None = None
    paid: Decimal = Decimal("0.00")  # before it was issued: nothing, or its total
    paid_on: date | None = None
    tax_point: str | None = None
    notes: tuple[CodedNote, ...] = ()
    reasons: dict[str, str] = dataclasses.field(default_factory=dict)  # why there is no VAT, by category
    terms: str | None = None
    buyer_reference: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document whole, as it was issued."""

    number: str
    kind: Kind
    customer: str
    on: date = field(key="date")
    due: date | None = None
    terms_days: int | None = None
    currency: str
    language: str
    period: str | None = None
    corrects: str | None = None
    corrects_on: date | None = field(None, key="corrects_date")
    issuer: Sender
    recipient: Recipient
    lines: tuple[DocumentLine, ...]
    net: Decimal
    vat: tuple[VatRow, ...]
    rounding: Decimal
    total: Decimal
    mentions: tuple[str, ...]
    annex: tuple[AnnexRow, ...] = ()
    payment: PaidBy | None = None
    reason: str | None = field(None, omit=True)  # of a note that somebody asked for (M12)
    einvoice: EInvoice | None = None
    format: Printed | None = None
    order: str | None = field(None, omit=True)  # the customer's number of it (BT-13)

    @property
    def is_note(self) -> bool:
        return self.kind == "credit-note"

    @property
    def paid_by(self) -> str | None:
        """The kind of code that it is paid with: `qr-bill`, `epc`, or none."""
        return None if self.payment is None else self.payment.kind

    @property
    def paid_on(self) -> date | None:
        """The day on which it was paid, for what was paid before it was issued."""
        return None if self.einvoice is None else self.einvoice.paid_on

    @property
    def paid_before(self) -> Decimal:
        """What was paid before it was issued: nothing, or its total."""
        return Decimal("0.00") if self.einvoice is None or self.paid_on is None else self.einvoice.paid


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentHead:
    """What a list says of a document that was issued just now: a twentieth of what stands on it, read from the same."""

    number: str
    kind: Kind
    customer: str
    on: date = field(key="date")
    currency: str
    corrects: str | None = None
    net: Decimal
    total: Decimal
    format: Printed | None = None

    @property
    def status(self) -> Status:
        """How it stands: nothing paid, nothing credited."""
        return invoicing.status_when_issued(self.total, self.kind == "credit-note")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """What ends with a credit note: a pack with the minutes that were not drawn, an add-on; or a quote opens (M12)."""

    kind: Literal["pack", "add-on", "fee", "quote"]
    name: str  # the product, or the quote's number
    on: date = field(key="date")
    minutes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentShown:
    """What of a document is answered, and how it stands: what was paid on it, and its status (M10)."""

    number: str
    kind: Kind
    customer: str
    on: date = field(key="date")
    due: date | None
    currency: str
    lines: tuple[DocumentLine, ...]
    net: Decimal
    vat: tuple[VatRow, ...]
    rounding: Decimal
    total: Decimal
    corrects: str | None
    period: str | None
    annex: tuple[AnnexRow, ...]
    paid: Decimal
    status: Status
    written_off: Decimal = field(ZERO, omit=True)  # what nobody will pay (M15)
    to_refund: Decimal | None = field(None, omit=True)  # of a note's money, what is neither used nor paid out (M13)
    reason: str | None = field(None, omit=True)
    ends: tuple[Ended, ...] = field((), omit=True)  # told when a note is issued

    @property
    def is_note(self) -> bool:
        return self.kind == "credit-note"


@dataclass(frozen=True, slots=True)
class Held:
    """A customer whose documents wait, why, and the command that mends it (M7)."""

    customer: str
    reason: Text | str
    command: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthRun:
    """What a run of a month issued or would issue, and who is held."""

    invoices: Sequence[DocumentShown]  # of a large run packed
    held: tuple[Held, ...]
    warnings: tuple[Text, ...] = field((), omit=True)


@dataclass(frozen=True, slots=True)
class Documents:
    """Documents in the order of their dates."""

    invoices: tuple[DocumentShown, ...]


@dataclass(frozen=True, slots=True)
class FormatChecked:
    """Whether a document can be written in a format, and what it lacks for it."""

    format: str
    possible: bool
    missing: tuple[Text, ...]
    fit: Text | None = field(None, omit=True)  # who can take it


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """The exact check of a document (M1, M2, M4, C4)."""

    number: str
    ok: bool
    faults: tuple[str, ...]
    issued_as: Printed
    formats: tuple[FormatChecked, ...]
    warnings: tuple[Text, ...] = field((), omit=True)


@dataclass(frozen=True, slots=True)
class MadeFile:
    """The file of a document as it was first made (L10)."""

    number: str
    data: bytes


@dataclass(frozen=True, slots=True)
class RunFiles:
    """The files that go out for a month: a PDF of each document, and the XML of those that have one, by number."""

    pdf: tuple[str, ...]
    cii: tuple[str, ...]
    ubl: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FilesKept:
    """How many documents got the files that they lacked."""

    documents: int


def heads(found: Sequence[DocumentShown]) -> Sequence[DocumentShown | DocumentHead]:
    """Documents as far as a list has them: packed ones are not read whole, which takes as long as half of a page."""
    if not isinstance(found, Packed):
        return found
    return found.read_as(lambda text: codec.from_json(DocumentHead, json.loads(text)))
