"""The statement of a customer."""

from dataclasses import dataclass
from datetime import date

from billing.errors import BadInput
from billing.requests.base import Question
from billing.requests.fields import Language, Word
from billing.texts import say
from billing.views.statements import Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class AskStatement(Question[Statement]):
    """Every minute from one day to another, both included, by default in the customer's language (B2)."""

    customer: Word
    first: date
    last: date
    language: Language | None = None

    def __post_init__(self) -> None:
        Question.__post_init__(self)
        in_order(self.first, self.last)


def in_order(first: date | None, last: date) -> None:
    """Refuses a period that ends before it begins (`bad-date`)."""
    if first is not None and last < first:
        raise BadInput(
            "bad-date", say("the period ends on {last}, before it begins on {first}", last=last, first=first)
        )
