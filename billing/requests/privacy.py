"""What is held about a person, and whose data is to go (P1, P2, P3)."""

from datetime import date
from typing import Annotated, ClassVar

from billing.requests.base import Question, Request
from billing.requests.fields import Letters, Reason, Word, option
from billing.values import dataclass
from billing.views.privacy import Erased, Erasures, ErasuresKept, Held, PrivacyDue, Pruned, Replayed


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Erase(Request[Erased]):
    """Erases what is held about a customer, a contact or an agent, papers apart (P1, P4).

    What stands in the way is answered, and that it did is kept. Before the three years are over it is asked back;
    `yes`: also then, as where the person demands it. The reason must not say who it is.
    """

    KIND: ClassVar[str] = "erasure"
    who: Word
    reason: Reason
    customer: Word | None = None
    yes: bool = option(False, aside=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskErasures(Question[Erasures]):
    """All erasures that were made, as positions and codes: what is kept outside the database (P4)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayErasures(Request[Replayed]):
    """Does the erasures of a file again that a database does not have, as after a backup was put in its place (P4)."""

    KIND: ClassVar[str] = "erasure"
    file: Annotated[str, Letters(4096)]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepErasures(Request[ErasuresKept]):
    """Adds to the log outside the database the erasures that it lacks; by default it is beside a SQLite file (P4)."""

    KIND: ClassVar[str] = "erasure"
    file: Annotated[str, Letters(4096)] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PrunePapers(Request[Pruned]):
    """Takes the recipients, texts and files of papers that are past their ten years, by default today (P2).

    Number, dates and amounts stay, with the digest; of movements of the bank who paid and what he wrote goes too.
    """

    KIND: ClassVar[str] = "erasure"
    at: date | None = None
