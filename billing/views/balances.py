"""What a customer has left, and what is not invoiced yet (B1)."""

from datetime import date
from decimal import Decimal

from billing.core.kinds import GrantKind, WaitingKind
from billing.texts import Text, say, say_as
from billing.values import dataclass
from billing.views.fields import field
from billing.views.maintenance import Planned

GRANTS: dict[str, Text] = {
    "allowance": say_as("a grant", "allowance"),
    "pack": say_as("a grant", "pack"),
    "add-on": say_as("a grant", "add-on"),
    "goodwill": say_as("a grant", "goodwill"),
}
GRANT_TITLES: dict[str, Text] = {  # what one is called that is no product with a title of its own
    "allowance": say("Allowance"),
    "pack": say("Pack of hours"),
    "add-on": say("Add-on"),
    "goodwill": say("Goodwill"),
}
GRANT_UNTIL = say("{title} until {day}")  # two of one title are told apart so
GRANT_UNENDING = say("{title} with no expiry")


@dataclass(frozen=True, slots=True)
class GrantLeft:
    """A grant that can be drawn on a day, with what is left of it."""

    id: str
    kind: GrantKind
    product: str | None
    granted: int
    used: int
    remaining: int
    starts: date
    expires: date
    carried: bool
    covers: tuple[str, ...]
    label: str  # what it is called, in the language that was asked for; two of one name with their ends
    contacts: tuple[str, ...] = ()  # who alone can draw it; empty: everybody
    title: str = field("", omit=True)  # the label without its end
    serves: tuple[str, ...] = field((), omit=True)  # titles of what it can be drawn for, where that is not everything
    drawable: bool = field(True, omit=True)  # whether any work of the day's tariff can draw it


@dataclass(frozen=True, slots=True)
class Contract:
    """The contract on a day: its last day (none: it never ends), or where none covers the day that of the last one."""

    until: date | None
    active: bool
    begins: date | None = field(None, omit=True)  # where none covers the day: the first day of the next


@dataclass(frozen=True, slots=True)
class Waiting:
    """Minutes that come back: `until` is the last day for paying a pack (grace), for drawing them (no-contract)."""

    kind: WaitingKind
    minutes: int
    until: date | None
    invoice: str | None
    ended: date | None = field(None, omit=True)  # of grace: the last day on which they could be drawn


@dataclass(frozen=True, slots=True)
class Usable:
    """What of the minutes in hand one contact can use for one category."""

    minutes: int
    category: str
    contact: str | None


@dataclass(frozen=True, slots=True)
class Unbilled:
    """Overage that was charged and is on no invoice yet, net."""

    minutes: int
    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """What a customer has on a day; grants in the order in which they are drawn."""

    customer: str
    at: date
    minutes: int
    owed: int
    unbilled: Unbilled
    reduced_rate_until: date | None
    grants: tuple[GrantLeft, ...]
    position: str
    contract: Contract | None = None
    included: bool = False  # what is asked for as a rule is free under the contract
    included_until: date | None = field(None, omit=True)  # none: as long as the contract runs, without an end
    waiting: tuple[Waiting, ...] = ()
    usable: Usable | None = field(None, omit=True)  # of these minutes by the contact of an entry, for its category
    customer_name: str = field("", omit=True)
    language: str = field("", omit=True)
    maintenance: Planned | None = field(None, omit=True)
    text: str = field("", omit=True)  # the sentence for a reply, where it was asked for
    html: str = field("", omit=True)
    markdown: str = field("", omit=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The balance as sentences for a reply, and the position by which they can be proved (L9)."""

    customer: str
    language: str
    html: str
    text: str
    minutes: int
    position: str


@dataclass(frozen=True, slots=True)
class MailReply:
    """The sentences for a mail to one customer, or why it gets none."""

    reply: Reply | None
    why: Text | None
