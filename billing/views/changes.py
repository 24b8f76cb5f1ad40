"""What became of the rows that decide about money: who changed what, and when (A2)."""

from datetime import datetime
from typing import Literal

from billing.values import dataclass
from billing.views.fields import field

Act = Literal["taken-over", "new", "changed", "removed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalColumn:
    """What a column was and what it became; of what is `hidden` (personal data, secrets) whether it is there."""

    column: str
    before: str | None = None
    after: str | None = None
    hidden: bool = field(False, omit=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalFact:
    """A fact of the journal: of which row, and what it became. `by` is nobody at the command line without an agent."""

    place: int
    at: datetime
    by: str | None
    kind: str
    what: str
    act: Act
    columns: tuple[JournalColumn, ...]


@dataclass(frozen=True, slots=True)
class JournalFacts:
    """Facts of the journal in the order in which they were recorded."""

    rows: tuple[JournalFact, ...] = field(key="changes")
