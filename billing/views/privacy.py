"""What is held about a person, whose data is to go, and what went."""

from datetime import date
from typing import Literal

from billing.texts import Text
from billing.values import dataclass
from billing.views.fields import field

Kind = Literal["customer", "contact", "agent"]
ObstacleKind = Literal["running-contract", "open-invoice", "own-money", "owed-minutes", "registered-contact"]


@dataclass(frozen=True, slots=True)
class HeldTable:
    """The rows of a table that are about a person, and what the table is for."""

    table: str
    about: str
    rows: tuple[dict[str, str | int | None], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """All that is held about a person: the rows of every table, and the papers that there are files of.

    `who` is a customer's or an agent's code, or a contact's name.
    """

    kind: Kind
    who: str
    customer: str | None  # whose contact it is, or the customer himself
    at: date
    documents: tuple[str, ...]
    quotes: tuple[str, ...]
    tables: tuple[HeldTable, ...]


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What stands in the way of an erasure."""

    kind: ObstacleKind
    text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class DueCustomer:
    """A customer whose relationship ended, by a contract, document, payment or case, and what stands in the way."""

    customer: str
    name: str
    ended: date
    by: str
    erased_from: date
    obstacles: tuple[Obstacle, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DuePaper:
    """A document or a quote that has kept its recipient for ten years from the end of its financial year."""

    number: str
    customer: str
    on: date = field(key="date")
    until: date


@dataclass(frozen=True, slots=True)
class PrivacyDue:
    """Whose data is to be erased on a day, and which papers are to lose their recipients."""

    at: date
    customers: tuple[DueCustomer, ...]
    papers: tuple[DuePaper, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What was erased: how much, at how many positions, and where that is recorded.

    With `obstacles` nothing was, and that is recorded too. `papers` keep the name until their ten years are over.
    `scrubbed` says whether the database's files are free of it: not on a dry run, nor where others were in the way.
    """

    kind: Kind
    who: str  # a code; of a contact his customer's code and his number
    erased: bool
    obstacles: tuple[Obstacle, ...] = ()
    positions: int = 0
    fields: tuple[str, ...] = ()
    position: str | None = None
    papers: tuple[str, ...] = ()
    scrubbed: bool = False


@dataclass(frozen=True, slots=True)
class ErasedPlace:
    """A position of a customer's chain, with the head of its hash, and what was erased there."""

    position: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """An erasure without personal data: whose, when, where it is recorded, what was erased."""

    scope: str  # customer, contact, papers, agent
    code: str  # the customer's, or the agent's
    at: date
    position: str | None = None  # none of an agent
    reason: str | None = None
    fields: tuple[str, ...] = ()  # of the rows beside the chain
    places: tuple[ErasedPlace, ...] = ()


@dataclass(frozen=True, slots=True)
class Erasures:
    """All erasures, customer by customer in the order of recording, then agents."""

    erasures: tuple[Erasure, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """What a file of erasures came to: how many were done again, were there, or are of what is not in the database."""

    done: int
    known: int
    strange: int
    scrubbed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasuresKept:
    """The log of erasures: how many lines it has, and how many it lacked; no file where there is nothing to keep."""

    file: str | None
    lines: int
    added: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruned:
    """The papers from before a day that lost their recipients, and how many movements of the bank."""

    at: date
    before: date
    papers: tuple[str, ...]
    movements: int
    scrubbed: bool = False
