"""What a customer approves before it is worked: minutes over what is prepaid (R5)."""

from datetime import date
from typing import ClassVar

from billing.requests.base import Question, Request
from billing.requests.fields import Minutes, Word, one_line, option
from billing.values import dataclass
from billing.views.approvals import Overrun


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveOverage(Request[Overrun]):
    """The customer's word that so many more minutes of a case may be billed, and by whom (R5).

    A tariff with `overage = "ask"` refuses what goes past all that is approved of the case by the day of the work.
    """

    KIND: ClassVar[str] = "approval"
    case: Word
    minutes: Minutes
    by: Word
    on: date | None = option()

    def __post_init__(self) -> None:
        Request.__post_init__(self)
        object.__setattr__(self, "by", one_line(self.by))


@dataclass(frozen=True, slots=True, kw_only=True)
class AskOverage(Question[Overrun]):
    """What is approved of a case and billed already, and what more would cost today (R5)."""

    case: Word
