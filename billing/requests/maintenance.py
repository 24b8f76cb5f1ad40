"""Planned maintenance: announced to customers, acknowledged by them (S9)."""

from datetime import date, datetime
from typing import Annotated, ClassVar

from billing.requests.base import Question, Request
from billing.requests.fields import Letters, Word, one_line, option
from billing.requests.moments import Told
from billing.values import dataclass
from billing.views.maintenance import Acknowledgement, Announcements, Planned

Moment = Annotated[datetime, Told()]


@dataclass(frozen=True, slots=True, kw_only=True)
class Announce(Request[Planned]):
    """Maintenance from one moment to another, local times being the issuer's (S9).

    Less notice than the tariff's is for emergencies. Without a `tariff` it concerns every customer, and the longest
    notice of their tariffs counts.
    """

    KIND: ClassVar[str] = "maintenance"
    starts: Moment
    ends: Moment
    text: Annotated[str, Letters(1000, lines=True)]
    emergency: bool = False
    tariff: Word | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledge(Request[Acknowledgement]):
    """A customer's acknowledgement of what was announced, word for word, and by whom (S9)."""

    KIND: ClassVar[str] = "acknowledgement"
    customer: Word
    maintenance: Word
    by: Word
    on: date | None = option()

    def __post_init__(self) -> None:
        Request.__post_init__(self)
        object.__setattr__(self, "by", one_line(self.by))


@dataclass(frozen=True, slots=True, kw_only=True)
class ListMaintenance(Question[Announcements]):
    """All announcements, or those that run at a moment or later."""

    at: Moment | None = None
