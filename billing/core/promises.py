"""What a case was promised and when it closes by itself: deadlines, the queue's order, the closing rules (S2 to S6).

Business time is `service`'s; here it is said what starts, stops and ends it. The time now is an argument.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from billing.core import rating
from billing.core.book import Book
from billing.core.cases import Case
from billing.core.facts import CaseEvent
from billing.core.service import Clock
from billing.core.tariff import Closing, Service, Target, TargetKind
from billing.texts import Text, say
from billing.values import dataclass

Clocks = Mapping[str, Clock]  # the line's opening hours by priority
KINDS: tuple[TargetKind, ...] = ("reply", "take-up", "resolution")
_FAR = datetime.max.replace(tzinfo=UTC)
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Promise:
    """A target of one case: when it is due, when it was met, how it stands; instants in UTC.

    While the case waits for the customer nothing is due, unless it was late before (S3).
    """

    kind: TargetKind
    due: datetime | None
    met: datetime | None
    state: Literal["running", "paused", "met", "late"]


def promises(case: Case, service: Service | None, clocks: Clocks, now: datetime) -> list[Promise]:
    """The targets of a case at a moment (S2, S3); none where its category or priority has none, or where it was
    opened by mistake."""
    if case.opened is None or service is None or case.mistake is not None or case.category in service.no_target:
        return []
    return [promise for kind in KINDS if (promise := _promise(case, kind, service, clocks, now)) is not None]


def _promise(case: Case, kind: TargetKind, service: Service, clocks: Clocks, now: datetime) -> Promise | None:
    """One target: what was met is judged by the priority of that moment, the rest by today's (S10)."""
    met, priority = met_at(case, kind, service)
    target = service.targets.get(priority, {}).get(kind)
    if target is None or case.opened is None:
        return None
    waits = case.pauses if kind == "resolution" else ()
    due = clocks[priority].due(case.opened.at, target, service.day_minutes, waits).astimezone(UTC)
    if met is not None:
        return Promise(kind, due, met, "met" if met <= due else "late")
    stopped = case.paused_since if kind == "resolution" else None
    if stopped is not None and stopped < due:
        return Promise(kind, None, None, "paused")
    return Promise(kind, due, None, "late" if now > due else "running")


def met_at(case: Case, kind: TargetKind, service: Service) -> tuple[datetime | None, str]:
    """When a target was met, if it was, and the priority by which it is judged (S2, S10)."""
    if kind == "take-up" and service.told_at_take_up:  # who took it up first told the customer then, or later
        return case.first_told or (None, case.priority)
    return case.met.get(kind, (None, case.priority))


def next_due(found: Iterable[Promise]) -> Promise | None:
    """What is due next: of the targets that are not met, the one with the earliest deadline."""
    waiting = [promise for promise in found if promise.met is None]
    return min(waiting, key=lambda promise: promise.due or _FAR, default=None)


def queue_key(case: Case, plus: bool, urgent: bool, calls_now: bool, following: Promise | None) -> tuple[object, ...]:
    """The place in the queue (S6): Support+ before all others; then call-backs that are due, what is late, what is
    urgent; then by deadline, then by arrival. What waits for the customer or has no target comes last.

    Who waits to be called now does not wait for the customer, and neither does what was late before it was asked.
    """
    assert case.opened is not None
    late = following is not None and following.state == "late"
    due = following.due if following is not None else None
    idle = not calls_now and not late and (case.state == "waiting" or due is None)
    return (not plus, idle, not calls_now, not late, not urgent, due or _FAR, case.opened.at, case.reference)


def has_priority_service(book: Book, case: Case, day: date) -> bool:
    """Whether an add-on in force gives the case's contact priority over others (S6, G3)."""
    contact = case.contact
    in_force = list(rating.in_force(book, day))
    for sale in in_force:
        product = book.contract_tariff(sale.contract, sale.sold_on).products.get(sale.product)
        if product is not None and product.priority_service:
            added = [other.contacts for other in in_force if other.extends == sale.product]
            named = {number for contacts in (sale.contacts, *added) for number in contacts}
            if not named or contact in named:
                return True
    return False


def is_urgent(case: Case, service: Service | None) -> bool:
    """Whether a case has the most urgent of several priorities."""
    return (
        case.priority == "urgent"
        if service is None or len(service.priorities) < 2
        else (case.priority == service.priorities[0])
    )


def minutes_taken(case: Case, promise: Promise, target: Target, clock: Clock) -> int:
    """The time that a target took until it was met, in whole minutes of its kind: business time, or elapsed."""
    assert case.opened is not None and promise.met is not None
    waits = case.pauses if promise.kind == "resolution" else []
    spans = [(case.opened.at, promise.met), *waits]
    if target.unit == "elapsed-minutes":
        lengths = [until - since for since, until in spans]
    else:
        lengths = [clock.elapsed(since, until) for since, until in spans]
    return max(timedelta(), lengths[0] - sum(lengths[1:], timedelta())) // _MINUTE


def minutes_late(case: Case, promise: Promise, target: Target, clock: Clock, now: datetime) -> int:
    """By how much a target was missed, or is by now: whole minutes of its kind, up, from the deadline on (S2, S3).

    Of what is met outside the opening hours, and of what waits since, no business time passes.
    """
    assert promise.due is not None
    waits = [pause for pause in case.pauses if pause[0] >= promise.due] if promise.kind == "resolution" else []
    stopped = case.paused_since if promise.kind == "resolution" else None
    end = promise.met or min(stopped or now, now)
    spans = [(promise.due, end), *((since, min(until, end)) for since, until in waits if since < end)]
    if target.unit == "elapsed-minutes":
        lengths = [until - since for since, until in spans]
    else:
        lengths = [clock.elapsed(since, until) for since, until in spans]
    return -(-(lengths[0] - sum(lengths[1:], timedelta())) // _MINUTE)  # up, to whole minutes


# Closing


def reason_to_close(case: Case, service: Service | None, clocks: Clocks, now: datetime) -> Text | None:
    """Why the tariff's rules close a case at a moment; None where they do not (S5)."""
    if service is None or service.closing is None or case.opened is None or case.closed is not None:
        return None
    if case.last is None or now < case.last.at:
        return None
    if case.asked is None and not case.attempts:
        return None
    clock, rules = clocks[case.priority], service.closing
    return _files(case, service) or _attempts(case, service, rules, clock) or _silence(case, service, rules, clock, now)


def files_close(service: Service | None) -> Text | None:
    """Why asking for files closes a case at once; None where the tariff does not say so (S5)."""
    if service is None or service.closing is None or not service.closing.on_files:
        return None
    return say("files were asked for; it reopens when they arrive")


def _files(case: Case, service: Service) -> Text | None:
    """Of an asking that an earlier version recorded, which closed nothing itself."""
    return files_close(service) if case.asked is not None and case.asked.kind == "ask-files" else None


def _attempts(case: Case, service: Service, rules: Closing, clock: Clock) -> Text | None:
    count, days = rules.attempts, rules.attempts_within_days
    if not count or not days:
        return None
    for first in range(len(case.attempts) - count + 1):
        some = case.attempts[first : first + count]
        if some[-1].at <= _days_later(some[0], days, service, clock):
            times = [attempt.at.astimezone(clock.zone) for attempt in some]
            return say(
                "{count} failed {count:attempt|attempts} to reach the customer within {days} business "
                "{days:day|days}: {times}",
                count=count, days=days, times=times,
            )  # fmt: skip
    return None


def _silence(case: Case, service: Service, rules: Closing, clock: Clock, now: datetime) -> Text | None:
    if not rules.silence_days or case.asked is None:
        return None
    if now < _days_later(case.asked, rules.silence_days, service, clock):
        return None
    return say(
        "no answer from the customer for {days} business {days:day|days}, asked at {moment}",
        days=rules.silence_days, moment=case.asked.at.astimezone(clock.zone),
    )  # fmt: skip


def _days_later(event: CaseEvent, days: int, service: Service, clock: Clock) -> datetime:
    return clock.due(event.at, Target(days, "business-days"), service.day_minutes).astimezone(UTC)
