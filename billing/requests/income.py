"""What was earned in a period."""

from billing.core.income import KEYS, Key
from billing.requests.spans import Span, each_once
from billing.values import dataclass
from billing.views.income import Income


@dataclass(frozen=True, slots=True, kw_only=True)
class AskIncome(Span[Income]):
    """The revenue of a period, by default from 1 January until today, added up by one or several keys (M9)."""

    by: tuple[Key, ...] = ("kind", "name")

    def __post_init__(self) -> None:
        Span.__post_init__(self)
        each_once(self.by, KEYS)
