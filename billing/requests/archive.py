"""The documents of a year, for who keeps them without this program."""

from datetime import date

from billing.requests.base import Question
from billing.requests.fields import Word
from billing.requests.spans import in_order
from billing.values import dataclass
from billing.views.archive import Archive, Archived


@dataclass(frozen=True, slots=True, kw_only=True)
class AskArchive(Question[Archive]):
    """What was issued in a financial year, from its `first` day to its `last`: invoices, credit notes and quotes."""

    first: date
    last: date

    def __post_init__(self) -> None:
        super(AskArchive, self).__post_init__()
        in_order(self.first, self.last)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskArchived(Question[tuple[Archived, ...]]):
    """All files of some documents or quotes: as they were issued (L10), and where that is none, as PDF/A beside."""

    numbers: tuple[Word, ...]
