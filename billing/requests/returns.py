"""What tax offices want to know: the boxes of a VAT return, lists of sales by VAT id."""

from dataclasses import dataclass
from datetime import date

from billing.requests.base import Question
from billing.requests.fields import Rates, Word, check_rates
from billing.requests.statements import in_order
from billing.views.returns import SalesLists, VatReturn


@dataclass(frozen=True, slots=True, kw_only=True)
class AskVatReturn(Question[VatReturn]):
    """The VAT of a period in the boxes of the issuer's return, beside the books' VAT account (M18).

    By default from 1 January until today; `rates` are what one of another currency is in the issuer's.
    """

    first: date | None = None
    last: date | None = None
    rates: Rates = ()

    def __post_init__(self) -> None:
        Question.__post_init__(self)
        check_rates(self.rates)
        if self.last is not None:
            in_order(self.first, self.last)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskSalesLists(Question[SalesLists]):
    """What was sold by VAT id in a period, as the lists of the issuer's country want it, or one of them (M18).

    By default from 1 January until today; `rates` are what one of another currency is in the issuer's.
    """

    first: date | None = None
    last: date | None = None
    code: Word | None = None
    rates: Rates = ()

    def __post_init__(self) -> None:
        Question.__post_init__(self)
        check_rates(self.rates)
        if self.last is not None:
            in_order(self.first, self.last)
