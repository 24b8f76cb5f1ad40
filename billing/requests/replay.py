"""What a year would have cost under another tariff."""

from datetime import date

from billing.errors import BadInput
from billing.requests.base import Question
from billing.requests.fields import Word
from billing.texts import say
from billing.values import dataclass
from billing.views.replay import Replay


@dataclass(frozen=True, slots=True, kw_only=True)
class AskReplay(Question[Replay]):
    """A year's work of all customers, or of one, under a tariff in the version of a day; nothing is written.

    The version is that of the year's first day unless `at` names another day; so a new version can be tried on a year
    that is over. Without a `tier`, each customer's own counts, where the tariff has it.
    """

    tariff: Word
    year: int
    customer: Word | None = None
    tier: Word | None = None
    at: date | None = None

    def __post_init__(self) -> None:
        Question.__post_init__(self)
        if not 1900 <= self.year <= 9998:
            raise BadInput("bad-date", say("year {year}: give one such as {example}", year=self.year, example=2025))
