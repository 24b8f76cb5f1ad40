"""What a tariff says about its service: whether the line is open, until when, or when it opens next (S1)."""

from datetime import UTC, datetime, time

from billing import tariffs
from billing.core.service import Clock
from billing.core.tariff import Service
from billing.errors import BadInput
from billing.office.balances.answers import Answer
from billing.office.contracts import calendars
from billing.office.transaction import Setting
from billing.requests import inputs
from billing.store import migrate, parties
from billing.store.engine import reading
from billing.store.parties import Party


def hours(setting: Setting, tariff: str, priority: str | None = None, at: str | None = None) -> Answer:
    """Whether the line is open at a moment, until when, or when it opens next (S1).

    With a database the issuer's holidays count, without one those of the country of the tariff's time zone. Raises
    `unknown-tariff`, `bad-input` for an unknown priority and `bad-time`.
    """
    known = tariffs.versions(setting.folders, tariff)
    version = tariffs.version_for(known, setting.today if at is None else inputs.moment_day(at))
    service = version.tariff.service
    if service is None:
        raise BadInput("bad-input", f"tariff {tariff} has no service part; it states no opening hours")
    named = priority or service.default_priority
    if named not in service.hours:
        raise BadInput("bad-input", f"tariff {tariff} has no priority {named!r}; known: {', '.join(service.hours)}")
    issuer = _issuer(setting)
    zone = calendars.zone_of(issuer, service)
    if at is not None:
        moment = inputs.moment(at, zone)
    elif setting.fixed_clock:
        moment = datetime.combine(setting.today, time(12), zone)
    else:
        moment = datetime.now(UTC)
    clock = _clock(issuer, service, named, moment)
    until = clock.open_until(moment)
    open_ = clock.is_open(moment)
    return {
        "open": open_,
        "until": until.isoformat() if until else None,
        "opens": None if open_ else clock.next_opening(moment).isoformat(),
    }


def _clock(issuer: Party | None, service: Service, priority: str, at: datetime) -> Clock:
    years = range(at.year - 1, at.year + 3)
    holidays = calendars.holidays_in(calendars.calendar_of(issuer, service), years)
    return Clock(service.hours[priority], holidays, calendars.zone_of(issuer, service))


def _issuer(setting: Setting) -> Party | None:
    if not migrate.has_issuer(setting.engine):
        return None
    with reading(setting.engine) as connection:
        return parties.issuer(connection)
