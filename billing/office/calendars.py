"""Whose holidays count, and the clocks of contracts' terms on the holidays that were kept with them (S1, S3).

A term keeps the holidays of its years and of the year after, in which deadlines may fall. What is kept counts, whatever
a later version of the library says; a year that is not kept yet is asked of the library.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from billing.core.facts import Term
from billing.core.service import Clock
from billing.core.tariff import Service
from billing.store import calendars as store
from billing.store.parties import Party
from billing.store.rows import Row
from billing.store.sql import Connection
from billing.tariffs import calendars
from billing.values import dataclass

_YEARS_AHEAD = 3  # how far a deadline that was stopped may run


def calendar_of(issuer: Party | None, service: Service) -> str | None:
    """The name of the calendar that counts: the tariff's own, or the issuer's place, or with no issuer the zone's."""
    if service.calendar is not None:
        return service.calendar
    if issuer is not None:
        return calendars.named(issuer["country"], issuer["region"]) or calendars.named(issuer["country"], None)
    return calendars.of_zone(service.timezone)


def zone_of(issuer: Party | None, service: Service) -> ZoneInfo:
    """The zone of the tariff's hours: its own, or the issuer's."""
    return ZoneInfo(service.timezone or (issuer["timezone"] if issuer else "UTC"))


def rows_for(issuer: Party, term: Term, years: Iterable[int] | None = None) -> list[tuple[Any, Row]]:
    """The rows that keep holidays with a term: of the years given, or of its own and the next."""
    service = term.tariff.service
    calendar = calendar_of(issuer, service) if service else None
    if calendar is None:
        return []
    first, last = term.window.first.year, term.window.last.year
    wanted = years if years is not None else range(first, (last if last < date.max.year else first) + 2)
    return [store.row(term.contract, term.number, year, calendar, calendars.days(calendar, year)) for year in wanted]


def holidays_in(calendar: str | None, years: Iterable[int]) -> frozenset[date]:
    """The holidays that the library has for these years."""
    return frozenset(day for year in years for day in calendars.days(calendar, year)) if calendar else frozenset()


@dataclass(frozen=True, slots=True)
class Holidays:
    """The holidays of a term: those that are kept, and of years that are not those of the library.

    It is asked for no year before a day of that year is: it takes longer to come in than all the rest of a command.
    """

    kept: frozenset[date]
    unknown: frozenset[int]  # years
    calendar: str | None

    def __contains__(self, day: object) -> bool:
        assert isinstance(day, date)
        return day in self.kept or (day.year in self.unknown and day in holidays_in(self.calendar, (day.year,)))


class Calendars:
    """The clocks of terms, of one customer or of all; clocks that are alike are one, with what they worked out."""

    def __init__(self, connection: Connection, issuer: Party, today: date, customer_id: int | None = None) -> None:
        self._issuer, self._today = issuer, today
        self._kept = store.kept(connection, customer_id)
        self._clocks: dict[tuple[Any, ...], Clock] = {}
        self._terms: dict[store.TermKey, dict[str, Clock]] = {}

    def clocks(self, customer_id: int, term: Term) -> dict[str, Clock]:
        """The clock of each priority under a term; none where its tariff has no service part."""
        service, key = term.tariff.service, (customer_id, term.contract, term.number)
        if service is None:
            return {}
        if key not in self._terms:
            holidays, zone = self._holidays(key, term, service), zone_of(self._issuer, service)
            self._terms[key] = {
                priority: self._clocks.setdefault((week, holidays, zone), Clock(week, holidays, zone))
                for priority, week in service.hours.items()
            }
        return self._terms[key]

    def missing(self, customer_id: int, term: Term, year: int) -> list[tuple[Any, Row]]:
        """The row that keeps a year with a term that does not have it yet, to record with what is decided in it."""
        if year in self._kept.get((customer_id, term.contract, term.number), {}):
            return []
        return rows_for(self._issuer, term, [year])

    def _holidays(self, key: store.TermKey, term: Term, service: Service) -> Holidays:
        kept = self._kept.get(key, {})
        first = term.window.first.year
        last = max(first, min(term.window.last.year, self._today.year)) + _YEARS_AHEAD
        unknown = frozenset(year for year in range(first, last + 1) if year not in kept)
        return Holidays(
            frozenset(day for days in kept.values() for day in days), unknown, calendar_of(self._issuer, service)
        )
