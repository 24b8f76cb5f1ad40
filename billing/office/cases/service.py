"""What a tariff says about its service: whether the line is open, until when, or when it opens next (S1)."""

from datetime import UTC, datetime, time

from billing import tariffs
from billing.core.service import Clock
from billing.core.tariff import Service
from billing.errors import BadInput
from billing.office import calendars
from billing.office.cases.showing import hours_at
from billing.office.transaction import Setting
from billing.requests import moments
from billing.requests.cases import AskHours
from billing.store import migrate, parties
from billing.store.engine import reading
from billing.store.parties import Party
from billing.texts import say
from billing.views.cases import Hours


def hours(setting: Setting, question: AskHours) -> Hours:
    """Whether the line is open at a moment, until when, or when it opens next (S1).

    With a database the issuer's holidays count, without one those of the country of the tariff's time zone. Raises
    `unknown-tariff`, `bad-input` for an unknown priority and `bad-time`.
    """
    at = question.at
    known = tariffs.versions(setting.folders, question.tariff)
    tariff = tariffs.version_for(known, at.date() if isinstance(at, datetime) else setting.today).tariff
    service = tariff.service
    if service is None:
        wrong = say("tariff {tariff} has no service part", tariff=tariff.name)
        raise BadInput("bad-input", wrong, say("it states no opening hours"))
    named = question.priority or service.default_priority
    if named not in service.hours:
        wrong = say("tariff {tariff} has no priority {priority!r}", tariff=tariff.name, priority=named)
        raise BadInput("bad-input", wrong, say("known: {known}", known=tuple(service.hours)))
    issuer = _issuer(setting)
    zone = calendars.zone_of(issuer, service)
    if at is not None:
        moment = moments.instant(at, zone, setting.today)
    elif setting.fixed_clock:
        moment = datetime.combine(setting.today, time(12), zone)
    else:
        moment = datetime.now(UTC)
    clock = _clock(issuer, service, named, moment)
    return hours_at(clock, moment)


def _clock(issuer: Party | None, service: Service, priority: str, at: datetime) -> Clock:
    years = range(at.year - 1, at.year + 3)
    holidays = calendars.holidays_in(calendars.calendar_of(issuer, service), years)
    return Clock(service.hours[priority], holidays, calendars.zone_of(issuer, service))


def _issuer(setting: Setting) -> Party | None:
    if not migrate.has_issuer(setting.engine):
        return None
    with reading(setting.engine) as connection:
        return parties.issuer(connection)
