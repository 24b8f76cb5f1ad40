"""Who: the issuer of the books, the customers, and what runs with each of them."""

from datetime import date
from decimal import Decimal

from billing.core.invoicing import Status
from billing.core.units import ZERO
from billing.core.vat import VatCategory
from billing.texts import Text
from billing.values import dataclass
from billing.views.balances import Balance
from billing.views.fields import field
from billing.views.paper import Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuer:
    """Whose books these are."""

    name: str
    country: str
    region: str | None
    currency: str
    timezone: str
    language: str
    iban: str | None
    qr_iban: str | None
    vat_id: str | None
    siren: str | None
    electronic_address: str | None
    vat_basis: str | None
    terms: int
    bic: str | None
    einvoice: str | None
    round_total: Decimal | None
    write_off_limit: Decimal
    reminder_minimum: Decimal | None = field(None, omit=True)
    address: Address
    exempt: bool = field(False, omit=True)  # from VAT, by law (M18)
    tax_number: str | None = field(None, omit=True)
    phone: str | None = field(None, omit=True)
    email: str | None = field(None, omit=True)
    web: str | None = field(None, omit=True)
    contact: str | None = field(None, omit=True)
    accent: str | None = field(None, omit=True)
    logo: str | None = field(None, omit=True)  # the digest of its bytes
    legal: tuple[str, ...] = field((), omit=True)  # each with its language in front, or none
    copy: str | None = field(None, omit=True)  # the file of the database as it was before it was brought up
    warnings: tuple[Text, ...] = field((), omit=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """A customer that was made; name and country are left out where its id was known before."""

    customer: str
    name: str | None = field(None, omit=True)
    country: str | None = field(None, omit=True)
    warnings: tuple[Text, ...] = field((), omit=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """Which of a customer's data were given anew."""

    customer: str
    changed: tuple[str, ...] = ()
    warnings: tuple[Text, ...] = field((), omit=True)


@dataclass(frozen=True, slots=True)
class LogoFile:
    """A logo as it was given."""

    digest: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Held:
    """Why a customer's documents are held back; None where they are not."""

    customer: str
    held: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerRow:
    """A customer and the contract it has today."""

    customer: str
    name: str
    country: str
    language: str | None
    tariff: str | None
    tier: str | None
    until: date | None
    held: str | None


@dataclass(frozen=True, slots=True)
class Customers:
    """All customers, by code."""

    customers: tuple[CustomerRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractRow:
    """A contract with its tier of today, that of a later term where it is another, and the last day that is agreed."""

    contract: str
    tariff: str
    tier: str | None
    modules: tuple[str, ...]
    fee: Decimal | None
    start: date
    until: date | None
    cancelled: date | None
    next_tier: str | None = field(None, omit=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRow:
    """A payment, and the day on which the bank took it back."""

    payment: str
    invoice: str | None  # none: on account
    amount: Decimal
    paid_on: date = field(key="date")
    bounced: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundRow:
    """Own money that was paid out."""

    refund: str
    amount: Decimal
    currency: str
    paid_on: date = field(key="date")


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRow:
    """A document, and how it stands; `to_refund` is what a credit note set free and nobody has used or paid out."""

    number: str
    issued_on: date = field(key="date")
    total: Decimal
    status: Status
    to_refund: Decimal | None = field(None, omit=True)
    written_off: Decimal = field(ZERO, omit=True)


@dataclass(frozen=True, slots=True)
class OwnMoney:
    """What a customer paid beyond what is due, in a currency."""

    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoicing:
    """What decides a customer's invoices today: its own setting where it has one, else the issuer's or the law's."""

    language: str
    terms: int
    vat_category: VatCategory  # of work done today (M2, M3)
    vat_rate: Decimal
    vat_basis: str | None
    round_total: Decimal | None  # of totals in CHF
    einvoice: str | None  # what documents must be fit for; None: Factur-X where the data suffice


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerShown:
    """A customer: data, contracts, payments, documents, its own money, the balance of today."""

    code: str
    name: str
    country: str
    language: str | None
    email: str | None
    vat_id: str | None
    siren: str | None
    electronic_address: str | None
    terms: int | None
    consumer: bool
    address: Address
    held: str | None
    order: str | None = field(None, omit=True)
    buyer_reference: str | None = field(None, omit=True)
    einvoice: str | None = field(None, omit=True)
    round_total: Decimal | None = field(None, omit=True)
    vat_basis: str | None = field(None, omit=True)
    invoicing: Invoicing
    attention: str | None = field(None, omit=True)
    hours: str | None = field(None, omit=True)  # in which it works, as it was written
    contracts: tuple[ContractRow, ...]
    contacts: tuple[str, ...]
    payments: tuple[PaymentRow, ...]
    documents: tuple[DocumentRow, ...]
    refunds: tuple[RefundRow, ...] = field((), omit=True)
    money: Decimal  # in its one currency, or the issuer's where it has several
    own_money: tuple[OwnMoney, ...]
    balance: Balance
