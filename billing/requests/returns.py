"""What tax offices want to know: the boxes of a VAT return, lists of sales by VAT id."""

from billing.requests.fields import Word
from billing.requests.spans import RatedSpan
from billing.values import dataclass
from billing.views.returns import SalesLists, VatReturn


@dataclass(frozen=True, slots=True, kw_only=True)
class AskVatReturn(RatedSpan[VatReturn]):
    """The VAT of a period in the boxes of the issuer's return, beside the books' VAT account (M18).

    By default from 1 January until today; `rates` are what one of another currency is in the issuer's.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class AskSalesLists(RatedSpan[SalesLists]):
    """What was sold by VAT id in a period, as the lists of the issuer's country want it, or one of them (M18).

    By default from 1 January until today; `rates` are what one of another currency is in the issuer's.
    """

    code: Word | None = None
