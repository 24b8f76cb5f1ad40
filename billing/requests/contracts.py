"""What is agreed with a customer: contracts, their years and tiers, goodwill."""

from datetime import date
from typing import ClassVar

from billing.errors import BadInput
from billing.requests.base import Request
from billing.requests.fields import Amount, Minutes, Reason, Word, option
from billing.texts import say
from billing.values import dataclass
from billing.views.contracts import Agreed


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign(Request[Agreed]):
    """A contract on a tariff from a day on, by default from today (G1); `invoice`: also its fee (M21)."""

    KIND: ClassVar[str] = "contract"
    LINE: ClassVar[str | None] = "contract"
    customer: Word
    tariff: Word
    tier: Word | None = None
    modules: tuple[Word, ...] = ()
    fee: Amount | None = None
    start: date | None = None
    invoice: bool = option(False, late=True)  # its fee, on `invoice_on` (M21)
    invoice_on: date | None = option(late=True)

    def __post_init__(self) -> None:
        super(Sign, self).__post_init__()
        _check_invoice(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Renew(Request[Agreed]):
    """The contract's next year; after a gap, the one that contains the day (G13); `invoice`: also its fee (M21).

    A second renewal for a year that is far away is a warning in the answer; where it was `typed` it is asked back.
    """

    KIND: ClassVar[str] = "renewal"
    LINE: ClassVar[str | None] = "renewal"
    customer: Word
    on: date | None = option(line="date")
    invoice: bool = option(False, late=True)
    invoice_on: date | None = option(late=True)
    typed: bool = option(False, aside=True, line="")

    def __post_init__(self) -> None:
        super(Renew, self).__post_init__()
        _check_invoice(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeTier(Request[Agreed]):
    """Another tier: an upgrade at once, a downgrade from the next term (G8)."""

    KIND: ClassVar[str] = "tier"
    LINE: ClassVar[str | None] = "tier"
    customer: Word
    tier: Word
    on: date | None = option(line="date")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancel(Request[Agreed]):
    """The contract's end; `on` is its last day (G10)."""

    KIND: ClassVar[str] = "cancel"
    LINE: ClassVar[str | None] = "cancel"
    customer: Word
    on: date | None = option(line="date")


@dataclass(frozen=True, slots=True, kw_only=True)
class Goodwill(Request[Agreed]):
    """Minutes granted for a reason, until a day (G11)."""

    KIND: ClassVar[str] = "goodwill"
    LINE: ClassVar[str | None] = "goodwill"
    customer: Word
    minutes: Minutes
    on: date | None = option(line="date")
    expires: date
    reason: Reason
    covers: tuple[Word, ...] = ()


def _check_invoice(request: Sign | Renew) -> None:
    if request.invoice_on is not None and not request.invoice:
        raise BadInput("bad-input", say("a day of the invoice without an invoice"), say("add --invoice"))
