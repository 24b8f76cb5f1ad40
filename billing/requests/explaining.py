"""Why something was charged, billed or credited as it was (B4)."""

from billing.requests.base import Question
from billing.requests.fields import Word
from billing.values import dataclass
from billing.views.explaining import Why


@dataclass(frozen=True, slots=True, kw_only=True)
class AskWhy(Question[Why]):
    """An entry's id, a case, an invoice (`INV-2025-00001`) or a line of one (`INV-2025-00001/2`)."""

    what: Word
