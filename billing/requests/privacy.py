"""What is held about a person, and whose data is to go (P1, P2, P3)."""

from dataclasses import dataclass
from datetime import date

from billing.requests.base import Question
from billing.requests.fields import Word
from billing.views.privacy import Held, PrivacyDue


@dataclass(frozen=True, slots=True, kw_only=True)
class AskHeld(Question[Held]):
    """All that is held about a customer, by code; about a contact, by name; or about an agent, by code (P3).

    `customer` says whose contact it is, where a name alone could be another's.
    """

    who: Word
    customer: Word | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskDue(Question[PrivacyDue]):
    """Whose data is to be erased on a day, by default today, and what stands in the way (P1); the papers that keep
    their recipients no more (P2)."""

    at: date | None = None
