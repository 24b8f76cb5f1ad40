"""What was told at a position of a customer's chain."""

from datetime import date

from billing.errors import BadInput
from billing.requests.base import Question
from billing.requests.fields import Language, Word
from billing.requests.spans import in_order
from billing.texts import say
from billing.values import dataclass
from billing.views.proofs import Proof


@dataclass(frozen=True, slots=True, kw_only=True)
class AskProof(Question[Proof]):
    """What was told at a printed position, and whether the chain still leads there (L9).

    By default it is the reply of the day on which the position was recorded, or of a day; with a period it is the
    statement of that period. `customer` is asked for where more than one chain has the position, or none has it any
    more.
    """

    position: Word
    customer: Word | None = None
    at: date | None = None
    first: date | None = None
    last: date | None = None
    language: Language | None = None

    def __post_init__(self) -> None:
        Question.__post_init__(self)
        if (self.first is None) != (self.last is None):
            raise BadInput("bad-input", say("a statement has a first and a last day"), say("give both"))
        if self.last is not None:
            in_order(self.first, self.last)
