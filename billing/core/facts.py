"""The facts of one customer and the decisions taken about them, as frozen values.

`seq` is the position in the customer's chain at which something was recorded (L6); grants have a running number of
their own. Contacts are numbers: their names are personal data and live outside the ledger (P1). Nothing is derived:
windows, balances and revenue are computed from these by the modules above.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from billing.core.kinds import CaseKind as CaseKind
from billing.core.kinds import DrawKind as DrawKind
from billing.core.kinds import GrantKind as GrantKind
from billing.core.kinds import QuoteStep as QuoteStep
from billing.core.kinds import Reason as Reason
from billing.core.kinds import Sender as Sender
from billing.core.opened import BroughtInvoice as BroughtInvoice
from billing.core.opened import Opening as Opening
from billing.core.opened import OpeningVoid as OpeningVoid
from billing.core.tariff import Tariff, Validity
from billing.core.units import Window
from billing.values import dataclass


@dataclass(frozen=True, slots=True)
class Contract:
    """A customer on one tariff and tier."""

    seq: int
    tariff: str
    tier: str | None
    modules: tuple[str, ...]
    fee: Decimal | None
    starts_on: date


@dataclass(frozen=True, slots=True)
class Term:
    """One period of a contract, with the tariff version that was in force on its first day."""

    seq: int
    contract: int
    number: int  # contract year, counted from 0
    window: Window
    version: int  # the store's key of the tariff version
    tariff: Tariff


@dataclass(frozen=True, slots=True)
class TierChange:
    """A change of tier, agreed `on` a day and in force from `effective_from` (G8)."""

    seq: int
    contract: int
    tier: str
    on: date
    effective_from: date


@dataclass(frozen=True, slots=True)
class Cancellation:
    """The end of a contract: `on` is its last day (G10)."""

    seq: int
    contract: int
    on: date


@dataclass(frozen=True, slots=True)
class Sale:
    """A product sold under a contract, with the terms as agreed that day (G2, G3)."""

    seq: int
    contract: int
    product: str
    kind: Literal["pack", "add-on", "fee"]
    quantity: int
    price: Decimal  # net, all pieces together
    currency: str
    minutes: int  # all pieces together
    sold_on: date
    validity: Validity
    until: date  # the last day of an add-on, of a fee's term; of a pack that is not credited yet it says nothing
    credited_on: Literal["payment", "sale"]
    covers: tuple[str, ...]
    contacts: tuple[int, ...]
    extends: str | None
    reduced_rate: Decimal | None
    applies_to: tuple[str, ...]
    priority: int | None
    grace_days: int | None  # None: what is left never carries over (G5)
    invoice: str


@dataclass(frozen=True, slots=True)
class Payment:
    """Money received for an invoice, or the customer's own money used for it (M10)."""

    seq: int
    invoice: str
    amount: Decimal
    paid_on: date
    own_money: bool = False  # from what an earlier payment left over: no new money came in


@dataclass(frozen=True, slots=True)
class Deposit:
    """Money of a customer that came without an invoice: on account (M10)."""

    seq: int
    amount: Decimal
    currency: str
    paid_on: date


@dataclass(frozen=True, slots=True)
class Refund:
    """The customer's own money paid out (M13)."""

    seq: int
    amount: Decimal
    currency: str
    paid_on: date


@dataclass(frozen=True, slots=True)
class WriteOff:
    """What will not be paid of an invoice: a difference or a bad debt (M15)."""

    seq: int
    invoice: str
    amount: Decimal
    on: date
    reason: str


@dataclass(frozen=True, slots=True)
class Bounce:
    """A payment taken back, or what came on account; `grant` can no longer be drawn for it (M10)."""

    seq: int
    payment: int  # its position
    on: date
    grant: int | None


@dataclass(frozen=True, slots=True)
class CreditNote:
    """An invoice credited because somebody asked for it, by the note of that number (M12)."""

    seq: int
    number: str
    invoice: str
    on: date
    reason: str
    keeps: bool  # a price reduction: what the invoice sold goes on


@dataclass(frozen=True, slots=True)
class Reduction:
    """What such a note takes off one line of its invoice (M12)."""

    seq: int
    invoice: str
    line: int
    amount: Decimal  # net, positive
    on: date


@dataclass(frozen=True, slots=True)
class SaleEnd:
    """The end of a sale whose invoice was credited: from `on` nothing is credited for it any more (M12).

    Of its `grant`, if it has one, `minutes` that were not drawn are gone as of `dated_on`, its last day.
    """

    seq: int
    sale: int
    on: date
    grant: int | None
    minutes: int
    dated_on: date


@dataclass(frozen=True, slots=True)
class BankPart:
    """Says of money recorded at the same position, or by hand at `money`, which movement of the bank it is (M14)."""

    seq: int
    movement: str  # its key
    amount: Decimal  # what the account saw of the money
    charges: Decimal  # what the bank kept back of it
    settled_on: date | None  # the day on which somebody said so; none: it was booked with its file
    money: int | None = None


@dataclass(frozen=True, slots=True)
class Grant:
    """A lot of prepaid minutes (G1 to G3, G11)."""

    number: int
    seq: int
    contract: int
    kind: GrantKind
    product: str | None
    minutes: int
    starts: date
    expires: date
    covers: tuple[str, ...]
    contacts: tuple[int, ...] = ()  # empty: open to all
    priority: int | None = None
    grace_days: int | None = None
    sale: int | None = None
    replaces: int | None = None  # the bounced grant whose undrawn minutes these are (M10)
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """Time that an agent worked, as entered (T1)."""

    seq: int
    id: str
    contract: int
    case: str | None
    category: str
    worked_on: date
    logged_seconds: int
    agent: str | None = None
    contact: int | None = None


@dataclass(frozen=True, slots=True)
class Charge:
    """What an entry was charged: the decision. The last one recorded for an entry is the one that stands.

    A correction first records a charge of nothing, which returns what was drawn, and then, where the entry is rated
    again, a new one; `n` counts the charges recorded at one position.
    """

    seq: int
    n: int
    entry: int
    category: str  # the one that is charged (R2)
    minutes: int
    free: Reason | None
    overage: int  # minutes
    rate: Decimal | None  # per hour, where there is overage
    owed: int  # minutes that no grant covered when it was decided; `settle` draws pay them off
    dated_on: date


@dataclass(frozen=True, slots=True)
class Draw:
    """Minutes taken from one grant for a charge; negative where a correction returns them (C3)."""

    seq: int
    entry: int
    charge: tuple[int, int]  # its seq and n
    grant: int
    minutes: int
    dated_on: date
    kind: DrawKind

    def corrects(self) -> bool:
        """Whether a correction made it: it was recorded with a charge that came after the entry."""
        return self.seq == self.charge[0] != self.entry


@dataclass(frozen=True, slots=True)
class Correction:
    """An entry voided or given another note, a case verified, or a category of its entries declared free (C1, C2).

    The reason of `with` is that category.
    """

    seq: int
    kind: Literal["void", "verify", "with", "note"]
    entry: int | None
    case: str | None
    on: date
    reason: str


@dataclass(frozen=True, slots=True)
class Quote:
    """Work offered at a price of its own, as drafted; what became of it are its events (S8)."""

    seq: int
    number: str
    contract: int
    title: str
    kind: str  # minor, important, specific, service, or what else the tariff names
    amount: Decimal  # net, the whole cost
    price: Decimal  # net, what the customer is to pay of it
    share: str | None  # the customer's part in percent, where it was given so
    currency: str
    minutes: int | None
    case: str | None
    quoted_on: date
    valid_until: date  # the last day on which it can be accepted


@dataclass(frozen=True, slots=True)
class QuoteEvent:
    """Something that became of a quote; `quote` is its position.

    `invoice` is the document that did it: the invoice, or the credit note that opened the quote again (M12).
    """

    seq: int
    quote: int
    kind: QuoteStep
    on: date
    invoice: str | None = None


@dataclass(frozen=True, slots=True)
class QuotedWork:
    """Says that the entry recorded at the same position is work on a quote."""

    seq: int
    quote: int


@dataclass(frozen=True, slots=True)
class CaseEvent:
    """Something that happened to a case at an instant in UTC (S1 to S12). What was worked on it are entries."""

    seq: int
    case: str
    kind: CaseKind
    at: datetime
    sender: Sender = "agent"  # who did it: an agent, the customer, or the closing rules (S5)
    agent: str | None = None  # who did it or wrote it down
    priority: str | None = None  # at the opening, and from a change on; so are category and contact
    category: str | None = None
    channel: str | None = None
    contact: int | None = None
    recipient: str | None = None  # the agent to whom it is handed over
    detail: str | None = None  # why it changed, was voided or closed by itself, the verdict
    from_at: datetime | None = None  # a window in which the customer can be called back
    until_at: datetime | None = None
    refers: int | None = None  # the position of the event that it voids, or of the call-back that it settles
    agreed: int | None = None  # the contact who agreed to the urgency that it gives


@dataclass(frozen=True, slots=True)
class Approval:
    """So many minutes of a case over what is prepaid that the customer approved on a day (R5). By whom is a note."""

    seq: int
    case: str
    minutes: int
    on: date


@dataclass(frozen=True, slots=True)
class Reminder:
    """One invoice on a reminder: which step, and what was open that day (M10).

    `interest` and `indemnity` are what the law adds; they are told to the customer and never booked.
    """

    seq: int
    invoice: str
    step: int
    on: date
    currency: str
    open: Decimal
    interest: Decimal
    indemnity: Decimal


Fact = (
    Contract
    | Term
    | TierChange
    | Cancellation
    | Sale
    | Payment
    | Deposit
    | Refund
    | WriteOff
    | Bounce
    | CreditNote
    | Reduction
    | SaleEnd
    | BankPart
    | Grant
    | Entry
    | Charge
    | Draw
    | Correction
    | CaseEvent
    | Quote
    | QuoteEvent
    | QuotedWork
    | Approval
    | Reminder
    | Opening
    | BroughtInvoice
    | OpeningVoid
)
