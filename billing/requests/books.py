"""The books, for other programs."""

from datetime import date

from billing.core.journal import Books
from billing.requests.base import Question
from billing.requests.spans import in_order
from billing.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class AskBooks(Question[Books]):
    """All bookings and minutes, from the beginning or a day, to a day, by default today."""

    until: date | None = None
    since: date | None = None

    def __post_init__(self) -> None:
        Question.__post_init__(self)
        if self.until is not None:
            in_order(self.since, self.until)
