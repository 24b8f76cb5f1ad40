"""What was told at a position, made anew from the facts up to it (L9)."""

from datetime import date, datetime

from billing.values import dataclass
from billing.views.balances import Balance
from billing.views.fields import field
from billing.views.statements import Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A position, whether the chain still leads to it, and what was told there.

    Where it does not, `faults` says why, and what is told is what the rows say today, if they say anything.
    """

    position: str
    customer: str
    recorded_at: datetime | None  # none at the beginning of a chain, and where nothing is at that position
    holds: bool
    text: str | None
    at: date | None
    language: str
    faults: tuple[str, ...]
    weak: bool  # printed until November 2026: so few bits of the hash that another chain with it can be made
    bits: int  # of the hash, that the position names
    balance: Balance | None = field(None, omit=True)
    statement: Statement | None = field(None, omit=True)
    earlier: str | None = field(None, omit=True)  # the reply in the words of before 28 November 2026, where others
