"""What an agent worked on."""

from datetime import date

from billing.values import dataclass
from billing.views.entries import Charged
from billing.views.fields import field
from billing.views.timing import TimerShown


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkedOn(Charged):
    """An entry of an agent's day, with what was done, and how long nothing was recorded before it."""

    customer_name: str
    note: str | None
    gap_seconds: int | None  # none where the entry was not recorded on its day, or nothing lies between


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """The entries of an agent in the order of recording, day by day, and what they add up to."""

    agent: str | None
    first: date = field(key="from")
    last: date = field(key="to")
    entries: tuple[WorkedOn, ...]
    raw_seconds: int
    charged: int
    running: TimerShown | None
