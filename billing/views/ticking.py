"""What was done by time, and what is to be looked at."""

from datetime import date, datetime
from typing import Literal

from billing.texts import Text
from billing.values import dataclass
from billing.views.cases import Closed
from billing.views.fields import field

AlertKind = Literal["late", "callback", "timer", "contract", "grant", "add-on", "low", "reminder", "limit"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """Something to be looked at: `about` is a case, a grant, a tariff, a product or an invoice, by its kind;
    of a limit it is what comes to an end, as a series or the disk, and there is no customer."""

    kind: AlertKind
    customer: str | None
    about: str
    due: datetime | date | None
    text: Text
    command: str | None = field(None, omit=True)  # that goes on with it


@dataclass(frozen=True, slots=True)
class Ticked:
    """What the rules closed, and the alerts that were not told before."""

    at: datetime
    closed: tuple[Closed, ...]
    alerts: tuple[Alert, ...]
