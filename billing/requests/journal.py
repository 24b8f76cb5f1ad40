"""The journal: the books' entries as they were booked."""

from dataclasses import dataclass
from datetime import date

from billing.requests.base import Question
from billing.requests.statements import in_order
from billing.views.journal import Journal


@dataclass(frozen=True, slots=True, kw_only=True)
class AskJournal(Question[Journal]):
    """The entries of a period, by default from 1 January until today, on the accounts of the issuer's country.

    `accounts` are others in their place: role, number and name of each.
    """

    first: date | None = None
    last: date | None = None
    accounts: tuple[tuple[str, str, str], ...] = ()

    def __post_init__(self) -> None:
        Question.__post_init__(self)
        if self.last is not None:
            in_order(self.first, self.last)
