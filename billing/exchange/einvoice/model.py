"""The semantic model of EN 16931, as far as our documents need it: each field names its business term (BT, BG).

On a credit note all amounts and quantities are positive, as type 381 wants them: what is credited.
"""

from datetime import date
from decimal import Decimal

from billing.values import dataclass

INVOICE, CREDIT_NOTE = "380", "381"  # UNTDID 1001
MINUTES, PIECES = "MIN", "C62"  # UN/ECE recommendation 20


@dataclass(frozen=True, slots=True)
class Identifier:
    """A value with the scheme that it is one of: ISO 6523's ICD, or the EAS list for electronic addresses."""

    value: str
    scheme: str | None = None


@dataclass(frozen=True, slots=True)
class Contact:
    """BG-6 of the seller, BG-9 of the buyer."""

    name: str  # BT-41, BT-56
    phone: str = ""  # BT-42, BT-57
    email: str = ""  # BT-43, BT-58


@dataclass(frozen=True, slots=True)
class Party:
    """BG-4 the seller, BG-7 the buyer."""

    name: str  # BT-27, BT-44
    country: str  # BT-40, BT-55
    street: str = ""  # BT-35, BT-50
    city: str = ""  # BT-37, BT-52
    postcode: str = ""  # BT-38, BT-53
    legal_id: Identifier | None = None  # BT-30, BT-47
    vat_id: str | None = None  # BT-31, BT-48
    electronic_address: Identifier | None = None  # BT-34, BT-49
    number: str | None = None  # BT-46: the seller's code for the buyer
    tax_number: str | None = None  # BT-32
    second_line: str = ""  # BT-36, BT-51
    contact: Contact | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """BG-25: a line; its price is for `base_quantity` units."""

    id: str  # BT-126
    name: str  # BT-153
    quantity: Decimal  # BT-129
    unit: str  # BT-130, BT-150
    price: Decimal  # BT-146
    base_quantity: int  # BT-149
    net: Decimal  # BT-131
    category: str  # BT-151
    rate: str | None  # BT-152; none outside the scope of VAT
    first: date | None = None  # BT-134
    last: date | None = None  # BT-135


@dataclass(frozen=True, slots=True)
class Tax:
    """BG-23: a row of the VAT breakdown."""

    category: str  # BT-118
    rate: str | None  # BT-119
    base: Decimal  # BT-116
    amount: Decimal  # BT-117
    reason: str | None = None  # BT-120
    reason_code: str | None = None  # BT-121


@dataclass(frozen=True, slots=True)
class Note:
    """BG-1: a text, with UNTDID 4451's code of what it is about."""

    text: str  # BT-22
    subject: str | None = None  # BT-21


@dataclass(frozen=True, slots=True)
class Transfer:
    """BG-16, BG-17: the account to pay to; without one nothing is said but that there are instructions."""

    means: str  # BT-81: 58 SEPA credit transfer, 30 credit transfer, 1 not defined
    account: str = ""  # BT-84
    name: str = ""  # BT-85
    bic: str | None = None  # BT-86


@dataclass(frozen=True, slots=True)
class Preceding:
    """BG-3: the invoice that a credit note corrects."""

    number: str  # BT-25
    issued: date | None  # BT-26


@dataclass(frozen=True, slots=True)
class Totals:
    """BG-22: the sums of the document."""

    lines: Decimal  # BT-106
    net: Decimal  # BT-109
    vat: Decimal  # BT-110
    gross: Decimal  # BT-112
    paid: Decimal  # BT-113
    rounding: Decimal  # BT-114
    payable: Decimal  # BT-115


@dataclass(frozen=True, slots=True)
class Invoice:
    """An invoice or a credit note."""

    number: str  # BT-1
    issued: date  # BT-2
    type_code: str  # BT-3
    currency: str  # BT-5
    seller: Party
    buyer: Party
    lines: tuple[Line, ...]
    taxes: tuple[Tax, ...]
    totals: Totals
    frame: str | None = None  # BT-23 as the French reform has it: S1, S2
    tax_point: str | None = None  # BT-8 of EN 16931: `invoice` or `payment`
    due: date | None = None  # BT-9
    buyer_reference: str | None = None  # BT-10
    order: str | None = None  # BT-13
    terms: str | None = None  # BT-20
    notes: tuple[Note, ...] = ()
    first: date | None = None  # BT-73
    last: date | None = None  # BT-74; also BT-72, the day by which all was delivered
    preceding: Preceding | None = None
    transfer: Transfer | None = None
    remittance: str | None = None  # BT-83

    @property
    def is_credit(self) -> bool:
        return self.type_code == CREDIT_NOTE
