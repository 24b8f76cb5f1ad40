"""What was earned in a period."""

from dataclasses import dataclass

from billing.core.income import KEYS, Key
from billing.errors import BadInput
from billing.requests.spans import Span
from billing.texts import say
from billing.views.income import Income


@dataclass(frozen=True, slots=True, kw_only=True)
class AskIncome(Span[Income]):
    """The revenue of a period, by default from 1 January until today, added up by one or several keys (M9)."""

    by: tuple[Key, ...] = ("kind", "name")

    def __post_init__(self) -> None:
        Span.__post_init__(self)
        if not self.by or len(set(self.by)) != len(self.by) or not set(self.by) <= set(KEYS):
            raise BadInput(
                "bad-input", say("by {by}: name each once", by=", ".join(self.by)), say("known: {known}", known=KEYS)
            )
