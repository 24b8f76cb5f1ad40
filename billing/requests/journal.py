"""The journal: the books' entries as they were booked."""

from billing.requests.spans import Span
from billing.values import dataclass
from billing.views.journal import Journal


@dataclass(frozen=True, slots=True, kw_only=True)
class AskJournal(Span[Journal]):
    """The entries of a period, by default from 1 January until today, on the accounts of the issuer's country.

    `accounts` are others in their place: role, number and name of each.
    """

    accounts: tuple[tuple[str, str, str], ...] = ()
