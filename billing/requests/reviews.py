"""What the head of support asks: what was worked, whose time runs out."""

from dataclasses import dataclass

from billing.core.timesheet import KEYS, Key
from billing.requests.spans import Span, each_once
from billing.views.reviews import TimeReport


@dataclass(frozen=True, slots=True, kw_only=True)
class AskTime(Span[TimeReport]):
    """What was worked in a period, by default from 1 January until today, added up by one or several keys."""

    by: tuple[Key, ...] = ("agent",)

    def __post_init__(self) -> None:
        Span.__post_init__(self)
        each_once(self.by, KEYS)
