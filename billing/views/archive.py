"""The documents of a year as they are archived: what an index says of each, and all its files."""

from datetime import date
from decimal import Decimal
from typing import Literal

from billing.values import dataclass
from billing.views.fields import field


@dataclass(frozen=True, slots=True, kw_only=True)
class InYear:
    """A document or a quote in the index of an archive; `before` and `hash` are its place in its series (L6)."""

    number: str
    kind: Literal["invoice", "credit-note", "quote"]
    on: date = field(key="date")
    due: date | None
    customer: str
    name: str | None  # of the recipient, as it is printed; None where it was erased (P2)
    currency: str
    net: Decimal
    vat: Decimal
    rounding: Decimal
    total: Decimal
    corrects: str | None
    before: str
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """What is archived of a year: all that was issued from its first day to its last, in the order of the days."""

    first: date = field(key="from")
    last: date = field(key="to")
    issuer: str
    country: str
    language: str
    over: bool  # whether the year has ended: nothing more can be issued in it
    documents: tuple[InYear, ...]


@dataclass(frozen=True, slots=True)
class Archived:
    """The files of a document as they were issued (L10), by their endings, as `pdf`; `json` is what is hashed of it."""

    number: str
    files: tuple[tuple[str, bytes], ...]
