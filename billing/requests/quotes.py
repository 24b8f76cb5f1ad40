"""Quotes: drafted, what becomes of them, invoiced; and what is asked about them (S8, S13)."""

from datetime import date
from typing import Annotated, Any, ClassVar

from billing.core.facts import QuoteStep
from billing.core.units import ZERO
from billing.errors import BadInput
from billing.requests.base import Question, Request
from billing.requests.fields import Amount, Name, Percent, Prose, Title, Whole, Word, one_line, option
from billing.requests.spans import Span
from billing.texts import say
from billing.values import dataclass
from billing.views.quotes import Evolutions, QuoteInvoiced, Quotes, QuoteShown

MOST_MINUTES = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class AddQuote(Request[QuoteShown]):
    """Drafts a quote, with the next number of its series (S8, M6).

    What the customer pays of the amount is all of it, `percent` of it, or a `part` in money; `part_currency` is
    refused where it is not the tariff's. `yes`: also on a day far away (M19).
    """

    KIND: ClassVar[str] = "quote"
    customer: Word
    title: Title
    amount: Amount = ZERO
    minutes: Annotated[int, Whole(1, MOST_MINUTES, "bad-duration")] | None = None
    case: Word | None = None
    kind: Word | None = None
    valid_until: date | None = None
    percent: Percent | None = None
    part: Amount | None = None
    part_currency: Word | None = option(aside=True)
    on: date | None = None
    yes: bool = option(False, aside=True)

    def __post_init__(self) -> None:
        Request.__post_init__(self)
        if self.percent is not None and self.part is not None:
            raise BadInput("bad-input", say("share: give per cent or money, not both"))
        if self.valid_until is not None and self.on is not None and self.valid_until < self.on:
            raise BadInput(
                "bad-date",
                say("valid until {last}, which is before the quote, on {on}", last=self.valid_until, on=self.on),
            )

    def content(self) -> dict[str, Any]:
        """What its id stands for; its share as a pair, per cent and money."""
        found = Request.content(self)
        percent, part = found.pop("percent"), found.pop("part")
        return found | {"share": [percent, part]}


# What becomes of a quote


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step(Request[QuoteShown]):
    """What becomes of a quote on a day, by default today; for some steps, by whom, or why."""

    STEP: ClassVar[QuoteStep]
    quote: Word
    on: date | None = None

    @property
    def said(self) -> str:
        """By whom it is, why, or what was delivered, on one line."""
        return ""

    def content(self) -> dict[str, Any]:
        """What its id stands for: the step, and what was said of it."""
        return {"quote": self.quote, "kind": self.STEP, "on": self.on, "said": self.said}


@dataclass(frozen=True, slots=True, kw_only=True)
class SendQuote(_Step):
    """A quote was sent to the customer."""

    KIND: ClassVar[str] = "quote-sent"
    STEP: ClassVar[QuoteStep] = "sent"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveQuote(_Step):
    """The user group approved a minor evolution, and who said so for it; work on it may begin then."""

    KIND: ClassVar[str] = "quote-approved"
    STEP: ClassVar[QuoteStep] = "approved"
    by: Word

    @property
    def said(self) -> str:
        """By whom."""
        return one_line(self.by)


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptQuote(_Step):
    """The customer accepted a quote; of what is free, it is the user group's approval."""

    KIND: ClassVar[str] = "quote-accepted"
    STEP: ClassVar[QuoteStep] = "accepted"
    by: Word | None = None

    @property
    def said(self) -> str:
        """By whom."""
        return one_line(self.by or "")

    def as_approval(self) -> "AcceptQuote":
        """The same of a quote that is free: the user group speaks for all users."""
        return _AcceptedByAll(quote=self.quote, on=self.on, by=self.by)


@dataclass(frozen=True, slots=True, kw_only=True)
class _AcceptedByAll(AcceptQuote):
    """An acceptance that is an approval, whoever gave it."""

    KIND: ClassVar[str] = "quote-approved"
    STEP: ClassVar[QuoteStep] = "approved"

    def content(self) -> dict[str, Any]:
        """What its id stands for: the acceptance, as it was asked."""
        return AcceptQuote.content(self) | {"kind": "accepted"}


@dataclass(frozen=True, slots=True, kw_only=True)
class RefuseQuote(_Step):
    """A quote was refused, and why."""

    KIND: ClassVar[str] = "quote-refused"
    STEP: ClassVar[QuoteStep] = "refused"
    reason: Prose | None = None

    @property
    def said(self) -> str:
        """Why."""
        return one_line(self.reason or "")


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverQuote(_Step):
    """What was quoted is delivered; `text` is what is published of it (S13)."""

    KIND: ClassVar[str] = "quote-delivered"
    STEP: ClassVar[QuoteStep] = "delivered"
    text: Prose | None = None

    @property
    def said(self) -> str:
        """What was delivered."""
        return one_line(self.text or "")


@dataclass(frozen=True, slots=True, kw_only=True)
class NameSite(_Step):
    """The site that asked agreed to be named where its evolution is published, and who said so for it (S13)."""

    KIND: ClassVar[str] = "quote-named"
    STEP: ClassVar[QuoteStep] = "named"
    by: Word

    @property
    def said(self) -> str:
        """By whom."""
        return one_line(self.by)


Step = SendQuote | ApproveQuote | AcceptQuote | RefuseQuote | DeliverQuote | NameSite


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceQuote(Request[QuoteInvoiced]):
    """Invoices an accepted quote at its price, with the VAT of its delivery or else of the invoice (S8, M2, M5).

    `order` is the customer's number of this order, in place of its standing one. `yes`: also on a day far away (M19).
    """

    KIND: ClassVar[str] = "quote-invoiced"
    quote: Word
    on: date | None = None
    order: Name | None = option(late=True)  # (BT-13)
    yes: bool = option(False, aside=True)


# Questions. A quote's PDF is asked for as any document's file is: `AskFiles(numbers=(number,), of="quote")`.


@dataclass(frozen=True, slots=True, kw_only=True)
class AskQuote(Question[QuoteShown]):
    """A quote: what was offered, what became of it, and the work on it beside it (S8)."""

    quote: Word


@dataclass(frozen=True, slots=True, kw_only=True)
class ListQuotes(Question[Quotes]):
    """All quotes, or a customer's, in the order of their numbers."""

    customer: Word | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskEvolutions(Span[Evolutions]):
    """The evolutions delivered in a period, by default from 1 January until today, for publication (S13)."""
