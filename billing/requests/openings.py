"""What a customer brings from another system, entered once as of the beginning of a day (G14)."""

import dataclasses
from datetime import date
from typing import Annotated, Any, ClassVar

from billing.requests import fields
from billing.requests.base import Question, Request
from billing.requests.fields import Amount, Currency, Minutes, Name, OneOf, Reason, Word
from billing.values import dataclass
from billing.views.openings import Opened, Openings, OpeningTakenBack

GRANTS = ("allowance", "pack", "add-on", "goodwill")
GrantKind = Annotated[str, OneOf(GRANTS)]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Opening(Request[Opened]):
    """One thing that stood when a customer's books opened; ids are of openings, whatever they bring."""

    KIND: ClassVar[str] = "opening"

    def content(self) -> dict[str, Any]:
        return {"type": self.LINE, **fields.content(self)}


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenContract(_Opening):
    """A contract that runs, with its first start, so that its years do not drift; `on` is the day of opening."""

    LINE: ClassVar[str | None] = "opening-contract"
    customer: Word
    on: date = dataclasses.field(metadata={"line": "date"})
    tariff: Word
    tier: Word | None = None
    modules: tuple[Word, ...] = ()
    fee: Amount | None = None
    start: date | None = None  # the first of all; by default the day of opening


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenGrant(_Opening):
    """What is left of an allowance, a pack, an add-on or goodwill; `price` is net, for all the minutes bought.

    A pack without a first day waits for the payment of its `invoice`, which is brought too.
    """

    LINE: ClassVar[str | None] = "opening-grant"
    customer: Word
    on: date = dataclasses.field(metadata={"line": "date"})
    kind: GrantKind
    product: Word | None = None
    minutes: Minutes = 0
    left: Minutes | None = None  # by default all of them
    price: Amount | None = None
    starts: date | None = None
    expires: date | None = None
    invoice: Word | None = None  # the other system's number
    covers: tuple[Word, ...] = ()
    contacts: tuple[Word, ...] = ()
    reason: Reason | None = None  # of goodwill


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenOwed(_Opening):
    """Minutes that a customer owes, for work of a day, by default that of opening (G9)."""

    LINE: ClassVar[str | None] = "opening-owed"
    customer: Word
    on: date = dataclasses.field(metadata={"line": "date"})
    minutes: Minutes
    category: Word | None = None
    worked: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenInvoice(_Opening):
    """An open invoice of the other system, with what is open of it."""

    LINE: ClassVar[str | None] = "opening-invoice"
    customer: Word
    on: date = dataclasses.field(metadata={"line": "date"})
    number: Name
    issued: date
    due: date | None = None
    total: Amount
    open: Amount | None = None  # by default all of it
    currency: Currency | None = None  # by default the contract's, else the issuer's


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenMoney(_Opening):
    """Money of the customer's own that the issuer holds (M10)."""

    LINE: ClassVar[str | None] = "opening-money"
    customer: Word
    on: date = dataclasses.field(metadata={"line": "date"})
    amount: Amount
    currency: Currency | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VoidOpening(Request[OpeningTakenBack]):
    """An opening taken back, by its id, as long as nothing hangs on it."""

    KIND: ClassVar[str] = "opening-void"
    LINE: ClassVar[str | None] = "opening-void"
    opening: Word
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class AskOpenings(Question[Openings]):
    """What customers brought, and what each is told of it on the day of opening, or today where that is over."""

    customers: tuple[Word, ...] = ()  # none: all who brought something
