"""What was agreed: the answer to each request of a contract."""

from datetime import date
from decimal import Decimal

from billing.core.kinds import GrantKind
from billing.texts import Text
from billing.values import dataclass
from billing.views.fields import field


@dataclass(frozen=True, slots=True)
class Granted:
    """Minutes that an agreement granted."""

    grant: str
    kind: GrantKind
    minutes: int
    starts: date
    expires: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """What a customer's contract came to: what was decided, the days it is for, what it granted."""

    customer: str
    contract: str | None = field(None, omit=True)
    tariff: str | None = field(None, omit=True)
    tier: str | None = field(None, omit=True)
    effective_from: date | None = field(None, omit=True)
    renewed: bool | None = field(None, omit=True)
    cancelled: date | None = field(None, omit=True)
    first: date | None = field(None, key="from", omit=True)
    last: date | None = field(None, key="to", omit=True)
    invoice: str | None = field(None, omit=True)  # of its fee (M21)
    total: Decimal | None = field(None, omit=True)
    currency: str | None = field(None, omit=True)
    granted: tuple[Granted, ...] = field((), omit=True)
    warnings: tuple[Text, ...] = field((), omit=True)
