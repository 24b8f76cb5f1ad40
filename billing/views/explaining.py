"""Why something is as it is, line by line (B4)."""

from typing import Any

from billing.texts import Text
from billing.values import dataclass
from billing.views.entries import Explained
from billing.views.fields import field


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """What an entry, a case or an invoice's lines come from: the rule, the tariff version, the grants."""

    invoice: str | None = field(None, omit=True)
    customer: str
    lines: tuple[dict[str, Any], ...] = field((), omit=True)
    entries: tuple[Explained, ...] | None = field(None, omit=True)
    text: tuple[Text, ...]
