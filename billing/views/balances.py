"""What a customer has left, and what is not invoiced yet (B1)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing.core.facts import GrantKind
from billing.texts import Text, say, say_as
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
    label: str  # what it is called, in the language that was asked for


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
    customer_name: str = field("", omit=True)
    language: str = field("", omit=True)
    maintenance: Planned | None = field(None, omit=True)
