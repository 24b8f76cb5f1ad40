"""Planned maintenance, as it was announced and as it stands (S9)."""

from datetime import date, datetime

from billing.values import dataclass
from billing.views.fields import field


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """A customer's acknowledgement of the conditions."""

    customer: str
    on: date
    by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledgement:
    """What was kept of a customer's acknowledgement."""

    customer: str
    maintenance: str
    on: date
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """An announcement; its times are in the issuer's zone."""

    maintenance: str
    first: datetime = field(key="from")
    last: datetime = field(key="to")
    text: str
    emergency: bool
    tariff: str | None
    announced: datetime
    state: str  # ahead, running or over
    acknowledged: tuple[Acknowledged, ...]
    missing: tuple[str, ...] | None = field(None, omit=True)  # in a list: whom it concerns who has not acknowledged it


@dataclass(frozen=True, slots=True)
class Announcements:
    """Announcements, in the order in which they begin."""

    maintenance: tuple[Planned, ...]
