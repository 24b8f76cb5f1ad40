"""The account of a customer: its money."""

from datetime import date

from billing.requests.base import Question
from billing.requests.fields import Language, Word
from billing.requests.spans import in_order
from billing.values import dataclass
from billing.views.account import Account


@dataclass(frozen=True, slots=True, kw_only=True)
class AskAccount(Question[Account]):
    """What a customer was invoiced and what it paid from one day to another, and what is open then (M10).

    By default in the customer's language.
    """

    customer: Word
    first: date
    last: date
    language: Language | None = None

    def __post_init__(self) -> None:
        Question.__post_init__(self)
        in_order(self.first, self.last)
