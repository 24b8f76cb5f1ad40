"""Quotes: on paper as they were drafted, and as they stand, with the work on them beside what was quoted (S8, S13).

A quote's JSON is kept when it is drafted, and made of `QuotePaper` byte for byte.
"""

from datetime import date
from decimal import Decimal
from typing import Literal

from billing.core.kinds import QuoteStep
from billing.core.quoting import State
from billing.core.vat import VatCategory
from billing.values import dataclass
from billing.views.attachments import Attachment
from billing.views.documents import Recipient, Sender
from billing.views.fields import field


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteVat:
    """One row of the VAT that a quote promises, its keys in the order in which they are kept (M2)."""

    amount: Decimal
    base: Decimal
    category: str
    rate: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotePaper:
    """All that stands on a quote, as it was drafted (S8)."""

    number: str
    kind: Literal["quote"] = "quote"
    customer: str
    on: date = field(key="date")
    valid_until: date
    currency: str
    language: str
    issuer: Sender
    recipient: Recipient
    title: str
    evolution: str  # the kind of evolution
    case: str | None
    minutes: int | None
    cost: Decimal
    share: str | None  # the customer's part of the cost in per cent
    vat_rate: Decimal
    vat_category: VatCategory
    net: Decimal
    vat: tuple[QuoteVat, ...]
    rounding: Decimal
    total: Decimal
    mentions: tuple[str, ...]

    @property
    def is_taxed(self) -> bool:
        """Whether there is any VAT on it."""
        return any(row.amount for row in self.vat)


# What became of a quote


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteEvent:
    """Something that became of a quote; the events of some kinds say more."""

    kind: QuoteStep
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteAgreed(QuoteEvent):
    """It was accepted or approved, and by whom."""

    by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteRefused(QuoteEvent):
    """It was refused, and why."""

    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteDelivered(QuoteEvent):
    """It was delivered, and what."""

    text: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteBilled(QuoteEvent):
    """It was invoiced."""

    invoice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteReopened(QuoteEvent):
    """Its invoice was credited, by which note (M12)."""

    note: str


# Work on a quote


@dataclass(frozen=True, slots=True)
class Offered:
    """The time and the whole cost that were quoted."""

    minutes: int | None
    amount: Decimal


@dataclass(frozen=True, slots=True)
class LoggedOn:
    """The time logged on a quote, and what it is worth: at the categories' rates, or at the quote's own."""

    seconds: int
    minutes: int
    value: Decimal | None
    value_by: Literal["category", "quote"] | None


@dataclass(frozen=True, slots=True)
class OverQuote:
    """What was logged over what was quoted; under it where it is negative."""

    minutes: int | None
    amount: Decimal | None


@dataclass(frozen=True, slots=True)
class QuoteCompared:
    """Work on a quote beside what was quoted; None where there is nothing to compare with."""

    quoted: Offered
    logged: LoggedOn
    over: OverQuote


# Answers


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteShown:
    """A quote: what was offered, what became of it, and the work on it beside it."""

    quote: str
    customer: str
    title: str
    kind: str
    state: State
    on: date = field(key="date")
    valid_until: date
    currency: str
    amount: Decimal
    share: str | None
    price: Decimal
    vat: tuple[QuoteVat, ...]
    rounding: Decimal
    total: Decimal
    minutes: int | None
    case: str | None
    delivered: date | None
    invoice: str | None
    events: tuple[QuoteEvent, ...]
    entries: tuple[str, ...]
    comparison: QuoteCompared
    attachments: tuple[Attachment, ...] = ()

    @property
    def is_taxed(self) -> bool:
        """Whether there is any VAT on it."""
        return any(row.amount for row in self.vat)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteInvoiced(QuoteShown):
    """A quote that was invoiced; the invoice's total where that is new."""

    invoice_total: Decimal | None = field(None, omit=True)


@dataclass(frozen=True, slots=True)
class Quotes:
    """Quotes in the order of their numbers."""

    quotes: tuple[QuoteShown, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evolution:
    """An evolution that was delivered; the site that asked is named where it agreed."""

    delivered: date
    title: str
    kind: str
    text: str | None
    quote: str
    label: str  # what its kind is called in the issuer's language
    site: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evolutions:
    """The evolutions delivered in a period, for publication (S13)."""

    first: date = field(key="from")
    last: date = field(key="to")
    language: str  # the issuer's, in which they are published
    evolutions: tuple[Evolution, ...]
