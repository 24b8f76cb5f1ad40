"""What the accountant asks: VAT of a period, what is open by age, what is deferred."""

from datetime import date

from billing.requests.base import Question
from billing.requests.spans import RatedSpan
from billing.values import dataclass
from billing.views.reports import Deferred, Receivables, VatReport


@dataclass(frozen=True, slots=True, kw_only=True)
class AskVat(RatedSpan[VatReport]):
    """VAT by category and rate, by default from 1 January until today, as the issuer owes it (M2).

    With `rates`, what one of another currency is in the issuer's, all of it in the issuer's currency.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class AskReceivables(Question[Receivables]):
    """What is open on a day, by default today; with `since` only on invoices issued from that day on (M10)."""

    at: date | None = None
    since: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskDeferred(Question[Deferred]):
    """What is deferred on a day, by default today; with `since` also what was recognised from that day on (M9)."""

    at: date | None = None
    since: date | None = None
