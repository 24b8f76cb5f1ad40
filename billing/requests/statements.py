"""The statement of a customer."""

from datetime import date

from billing.requests.base import Question
from billing.requests.fields import Language, Word
from billing.requests.spans import in_order
from billing.values import dataclass
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
