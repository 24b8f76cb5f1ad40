"""Whether all that is recorded holds."""

from billing.requests.base import Question
from billing.values import dataclass
from billing.views.audit import Audited


@dataclass(frozen=True, slots=True, kw_only=True)
class AskAudit(Question[Audited]):
    """Every chain, decision, document and number, recomputed (L7)."""
