"""A case on paper for the customer: what was asked, answered, done, the time, what is left; nothing internal (S14)."""

from datetime import date, datetime
from typing import Literal

from billing.core.case_history import Told
from billing.core.kinds import Reason
from billing.values import dataclass
from billing.views.fields import field
from billing.views.paper import Party


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLine:
    """Something that the customer and the desk told each other, or that became of the case."""

    at: datetime
    kind: Told
    by: Literal["customer", "desk"]
    text: str | None  # as it was written; several lines stay several


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseWork:
    """Time worked on the case, and why it is free where it is."""

    on: date = field(key="date")
    entry: str
    label: str  # what its category is called in the paper's language
    agent: str | None
    raw_seconds: int
    charged: int
    free: Reason | None
    quote: str | None = field(None, omit=True)
    note: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePaper:
    """A case as the customer is given it; times in the zone of the tariff."""

    case: str
    customer: str
    customer_name: str
    language: str
    day: date  # on which it is made
    issuer: Party
    recipient: Party
    subject: str | None
    label: str | None  # what its category is called in the paper's language
    contact: str | None
    opened: datetime | None
    closed: datetime | None
    history: tuple[CaseLine, ...]
    work: tuple[CaseWork, ...]
    text: str  # the balance in sentences (B1)
    markdown: str
    position: str
