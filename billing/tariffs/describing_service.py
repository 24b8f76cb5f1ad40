"""Puts the service part of a tariff into words: hours, targets, closing, evolutions, what is not covered."""

from collections.abc import Iterator
from itertools import groupby

from billing.core.tariff import Closing, Evolution, Service, Target, Week
from billing.texts import Text, say

Row = tuple[Text, str, str, str]
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_KINDS = {"reply": "first reply", "take-up": "take-up", "resolution": "resolution"}


def describe_service(service: Service, source: dict[str, str], language: str) -> Iterator[Row]:
    """Every setting of a service part as (section, item, value, source); see `describing`."""
    for item, value in _settings(service):
        yield say("service"), item, value, source.get(f"service.{item}", "")
    for priority in (name for name in service.priorities if name in service.meanings):
        meaning = service.meanings[priority][language]
        yield say("what a priority means"), priority, meaning, source[f"service.meanings.{priority}"]
    groups = {"hours": (say("opening hours"), _hours), "targets": (say("targets"), _targets)}
    for group, (section, tell) in groups.items():
        for priority, value in tell(service):
            where = source.get(f"service.{group}.{priority}") or source.get(f"service.{group}.all", "")
            yield section, priority, value, where
    if service.closing is not None:
        for item, value in _closing(service.closing):
            yield say("closing a case"), item, value, source["service.closing"]
    for name, evolution in service.evolutions.items():
        item = f"{name} ({evolution.titles[language]})"
        yield say("work on request"), item, _evolution(evolution), source[f"service.evolutions.{name}"]
    for name, reasons in service.out_of_scope.items():
        yield say("out of scope"), name, reasons[language], source[f"service.out_of_scope.{name}"]


def _settings(service: Service) -> Iterator[tuple[str, str]]:
    yield "priorities", f"{', '.join(service.priorities)}{' (the most urgent first)' if service.priorities[1:] else ''}"
    if len(service.priorities) > 1:
        yield "default_priority", service.default_priority
    if service.timezone is not None:
        yield "timezone", service.timezone
    if service.calendar is not None:
        yield "calendar", service.calendar
    if service.day_minutes is not None:
        yield "business_day", f"{_time(service.day_minutes)} of business time"
    if service.no_target:
        yield "no_target", f"{', '.join(service.no_target)}: no target"
    if service.from_take_up:
        yield "from_take_up", "time counts from the take-up of a case"
    if service.owner_is_first_answer:
        yield "owner_is_first_answer", "who answers first owns the case until it is handed over"
    if service.written_authorisation:
        yield "written_authorisation", "needed to change a customer's data"
    if service.urgency_agreed:
        yield "urgency_agreed", "who agreed is asked for where a priority is not the usual one"
    if service.told_at_take_up:
        yield "told_at_take_up", "a take-up counts once the customer was told"
    if service.verdicts:
        yield "verdicts", f"{', '.join(service.verdicts)}: a case can turn out to be that too"
    if service.notice_hours is not None:
        yield "notice_hours", f"planned maintenance is announced {service.notice_hours} h ahead"


def _hours(service: Service) -> Iterator[tuple[str, str]]:
    for priority, week in service.hours.items():
        yield priority, _week(week)


def _week(week: Week) -> str:
    """`Mon-Thu 08:00-12:00, 13:30-17:30; Fri 08:00-12:00`."""
    parts = []
    for hours, run in groupby(range(7), key=lambda day: week[day]):
        days = list(run)
        if hours:
            name = _DAYS[days[0]] + (f"-{_DAYS[days[-1]]}" if days[1:] else "")
            parts.append(f"{name} {', '.join(f'{_clock(opens)}-{_clock(closes)}' for opens, closes in hours)}")
    return "; ".join(parts)


def _targets(service: Service) -> Iterator[tuple[str, str]]:
    for priority, targets in service.targets.items():
        yield priority, ", ".join(f"{_KINDS[kind]} within {_target(target)}" for kind, target in targets.items())


def _target(target: Target) -> str:
    if target.unit == "business-days":
        return f"{target.amount} business day{'s' if target.amount > 1 else ''}"
    return f"{_time(target.amount)} {'of business time' if target.unit == 'business-minutes' else 'of the calendar'}"


def _closing(closing: Closing) -> Iterator[tuple[str, str]]:
    if closing.attempts:
        days = f"{closing.attempts_within_days} business days"
        yield "attempts", f"after {closing.attempts} failed attempts to reach the customer within {days}"
    if closing.silence_days:
        yield "silence_days", f"after {closing.silence_days} business days without the customer's answer"
    if closing.on_files:
        yield "on_files", "at once when files are asked for, reopened when they arrive"
    yield "agreement", "by mutual agreement"


def _evolution(evolution: Evolution) -> str:
    parts = []
    if evolution.most_minutes is not None:
        parts.append(f"up to {_time(evolution.most_minutes)}")
    if evolution.above_minutes is not None:
        parts.append(f"above {_time(evolution.above_minutes)}")
    if evolution.free:
        parts.append("free")
    if evolution.approval:
        parts.append("after the users' group has approved")
    if evolution.share:
        parts.append("a share of the cost may be proposed")
    if evolution.specification:
        parts.append("with a specification and a quote")
    if evolution.acceptance:
        parts.append("work starts once the quote is accepted")
    return f"{', '.join(evolution.categories)}: {', '.join(parts) or 'on request'}"


def _time(minutes: int) -> str:
    return f"{minutes // 60} h" if minutes % 60 == 0 else f"{minutes} min"


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
