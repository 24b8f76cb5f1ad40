"""Whether all that is recorded holds (L7)."""

from datetime import datetime

from billing.values import dataclass
from billing.views.fields import field


@dataclass(frozen=True, slots=True)
class Checked:
    """How much was looked at."""

    customers: int
    facts: int
    charges: int
    documents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AnchorSeen:
    """The anchor compared with: whose, when, by which key, and what became more or changed since, as it may."""

    made_at: datetime
    issuer: str
    key: str
    expected: bool | None  # whether that key is the one that signs here; none: no key is here to compare with
    customers: int
    series: int
    longer: int  # customers of whom something was recorded since
    changed: tuple[str, ...]  # tables beside the chains


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """What an audit found: a line for each thing that does not hold."""

    ok: bool
    checked: Checked
    faults: tuple[str, ...]
    anchor: AnchorSeen | None = field(None, omit=True)
