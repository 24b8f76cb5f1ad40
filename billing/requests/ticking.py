"""What runs by time."""

from typing import Annotated, ClassVar

from billing.requests.base import Request
from billing.requests.fields import Whole, option
from billing.requests.moments import When
from billing.values import dataclass
from billing.views.ticking import Ticked

USUAL_DAYS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick(Request[Ticked]):
    """Does what runs by time at a moment, by default now: the closing rules (S5), and alerts, each told once.

    Of what ends it is told `days` before. Again, it does nothing more; so it takes no id.
    """

    KIND: ClassVar[str] = "case-event"
    at: When | None = None
    days: Annotated[int, Whole(1, 366)] = option(USUAL_DAYS)
