"""Who changed what decides about money, and when (A2)."""

from datetime import date

from billing.requests.base import Question
from billing.requests.fields import Word
from billing.requests.spans import in_order
from billing.values import dataclass
from billing.views.changes import JournalFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class AskChanges(Question[JournalFacts]):
    """The journal: of all, of a customer with its keys, links and addresses, or of a kind of rows, as `issuer`, `bank`.

    `first` and `last` bound the days on which it was recorded.
    """

    of: Word | None = None
    first: date | None = None
    last: date | None = None

    def __post_init__(self) -> None:
        super(AskChanges, self).__post_init__()
        if self.last is not None:
            in_order(self.first, self.last)
