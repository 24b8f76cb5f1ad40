"""What a customer brings from another system, as of the beginning of a day: facts of the ledger (G14).

Contracts, grants, sales and own money that come with it are facts like others, recorded at the same position.
"""

from datetime import date
from decimal import Decimal
from typing import Literal

from billing.values import dataclass

OpeningKind = Literal["contract", "grant", "owed", "invoice", "money"]


@dataclass(frozen=True, slots=True)
class Opening:
    """Says that what is recorded at the same position stood when the customer's books opened, on that day.

    Of a `grant` so many minutes were `spent` before; minutes that are owed are of work on a day.
    """

    seq: int
    kind: OpeningKind
    on: date
    grant: int | None = None
    spent: int = 0
    worked_on: date | None = None


@dataclass(frozen=True, slots=True)
class BroughtInvoice:
    """An open invoice of the other system: a receivable, and no document of ours."""

    seq: int
    number: str
    issued_on: date
    due_on: date | None
    currency: str
    total: Decimal
    open: Decimal  # at the opening


@dataclass(frozen=True, slots=True)
class OpeningVoid:
    """An opening that was wrong: what it recorded counts as if it had never been there."""

    seq: int
    opening: int  # its position
    on: date
    reason: str
