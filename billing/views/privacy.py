"""What is held about a person, whose data is to go, and what went."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from billing.texts import Text
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
