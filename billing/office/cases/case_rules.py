"""What a case goes by: the rules of the term that covers the day on which it was opened (S1, S2)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from billing.core import cases
from billing.core.book import Book
from billing.core.facts import Term
from billing.core.service import Clock
from billing.core.tariff import Service
from billing.errors import BadInput
from billing.office.calendars import Calendars, zone_of
from billing.office.transaction import Transaction
from billing.store.heads import Head
from billing.texts import say
from billing.values import dataclass


@dataclass(frozen=True, slots=True)
class Rules:
    """What a case goes by: the term under which it was opened, if there is one, its clocks, the zone of its times."""

    term: Term | None
    zone: ZoneInfo
    clocks: Mapping[str, Clock]  # by priority

    @property
    def service(self) -> Service | None:
        return self.term.tariff.service if self.term else None


def rules_at(tx: Transaction, of: Calendars, customer_id: int, book: Book, at: datetime) -> Rules:
    """The rules of the term that covers the local day of an instant; none where no term does."""
    issuer = ZoneInfo(tx.issuer["timezone"])
    term = book.term_on(at.astimezone(issuer).date())
    if term is None:
        return Rules(None, issuer, {})
    service = term.tariff.service
    zone = zone_of(tx.issuer, service) if service else issuer
    return Rules(term, zone, of.clocks(customer_id, term))


def rules_of(tx: Transaction, head: Head, book: Book, at: datetime) -> Rules:
    """The rules of a customer's cases that are opened at an instant."""
    return rules_at(tx, tx.calendars(head.id), head.id, book, at)


def holidays_to_keep(tx: Transaction, head: Head, term: Term, at: datetime) -> list[Any]:
    """The rows that keep the holidays of a year and the next with the term, where it does not have them yet (S1)."""
    years = (at.year, at.year + 1)
    known = tx.calendars(head.id)
    if not any(known.missing(head.id, term, year) for year in years):
        return []
    known = tx.calendars(head.id, anew=True)
    return [row for year in years for row in known.missing(head.id, term, year)]


def not_ahead(tx: Transaction, at: datetime, zone: ZoneInfo) -> None:
    """Refuses a moment that has not come; on a test clock, one after its day."""
    now = tx.setting.now()
    if at.astimezone(zone).date() > tx.today if tx.setting.fixed_clock else at > now:
        limit = str(tx.today) if tx.setting.fixed_clock else cases.shown(now, zone)
        wrong = say("{at} is in the future", at=cases.shown(at, zone))
        raise BadInput("bad-time", wrong, say("give a time up to now, {limit}", limit=limit))
