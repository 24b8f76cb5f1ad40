"""What is sold, and money that comes in or goes back."""

from datetime import date
from typing import ClassVar

from billing.errors import BadInput
from billing.requests.base import Request
from billing.requests.fields import Amount, Currency, Name, Pieces, Reason, Word, option
from billing.texts import say
from billing.values import dataclass
from billing.views.payments import OnAccount, Paid, Refunded, Sold, TakenBack, WrittenOff


@dataclass(frozen=True, slots=True, kw_only=True)
class Sell(Request[Sold]):
    """A product with its invoice (G2, G3, M5); `price` is net, of one piece; `paid_on` a day of payment before it.

    `order` is the customer's number of this order, in place of its standing one. `yes`: also with a day or a price that
    looks like a typing error (M19).
    """

    KIND: ClassVar[str] = "purchase"
    LINE: ClassVar[str | None] = "purchase"
    customer: Word
    product: Word
    price: Amount | None = None
    quantity: Pieces = 1
    contacts: tuple[Word, ...] = ()
    on: date | None = option(line="date")
    paid_on: date | None = option(line="paid", digest="paid", late=True)
    order: Name | None = option(late=True)  # the customer's own number of its order (BT-13)
    yes: bool = option(False, aside=True, line="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pay(Request[Paid]):
    """A payment of an invoice, or of what a purchase was invoiced with; by default all that is open (M10)."""

    KIND: ClassVar[str] = "payment"
    LINE: ClassVar[str | None] = "payment"
    invoice: Word | None = None
    purchase: Word | None = option(aside=True)  # its id, in place of its invoice
    on: date | None = option(line="date")
    amount: Amount | None = None
    own_money: bool = False  # what the customer paid too much before: no new money came in

    def __post_init__(self) -> None:
        super(Pay, self).__post_init__()
        if (self.purchase is None) == (self.invoice is None):
            raise BadInput("bad-input", say("payment needs purchase or invoice, and not both"))


@dataclass(frozen=True, slots=True, kw_only=True)
class PayOnAccount(Request[OnAccount]):
    """Money of a customer without an invoice, usable later (M10); its id is that of a payment."""

    KIND: ClassVar[str] = "payment"
    LINE: ClassVar[str | None] = "on-account"
    customer: Word
    amount: Amount
    currency: Currency | None = None  # by default the one that the customer is invoiced in
    on: date | None = option(line="date")


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund(Request[Refunded]):
    """The customer's own money paid out, by default all that there is (M13)."""

    KIND: ClassVar[str] = "refund"
    LINE: ClassVar[str | None] = "refund"
    customer: Word
    amount: Amount | None = None
    currency: Currency | None = None  # by default the one that there is money in
    on: date | None = option(line="date")


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteOff(Request[WrittenOff]):
    """What will not be paid of an invoice, by default all that is open (M15); `yes`: also more than a difference."""

    KIND: ClassVar[str] = "write-off"
    LINE: ClassVar[str | None] = "write-off"
    invoice: Word
    reason: Reason
    amount: Amount | None = None
    on: date | None = option(line="date")
    yes: bool = option(False, aside=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounce(Request[TakenBack]):
    """A payment taken back by the bank, of an invoice or on account (M10)."""

    KIND: ClassVar[str] = "bounce"
    LINE: ClassVar[str | None] = "bounce"
    payment: Word
    on: date | None = option(line="date")
