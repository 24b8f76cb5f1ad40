"""An agent's timers."""

from datetime import datetime

from billing.values import dataclass
from billing.views.fields import field


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerShown:
    """A case that is worked on, since when, and how long by now."""

    case: str
    customer: str
    customer_name: str
    state: str  # running or paused
    began_at: datetime
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Timers:
    """The timer of an agent that runs, those that are paused; which one a start has paused, what was forgotten."""

    agent: str
    running: TimerShown | None
    paused: tuple[TimerShown, ...]
    paused_now: str | None = field(None, omit=True)
    discarded: str | None = field(None, omit=True)
