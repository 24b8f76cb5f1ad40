"""How targets were kept: met, missed, median and worst, by target and priority, week, agent or customer (S2)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, tzinfo
from typing import Literal

from billing.core import cases, promises
from billing.core.cases import Case
from billing.core.promises import Clocks, Promise
from billing.core.tariff import Service, TargetKind
from billing.core.units import week_of
from billing.values import dataclass

By = Literal["priority", "week", "agent", "customer"]
BY: tuple[By, ...] = ("priority", "week", "agent", "customer")
Unit = Literal["business", "elapsed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one target of one case.

    Minutes are business time or elapsed, as the target's `unit`: `minutes` that it took, where it was met, in or after
    time, and `late_by` where it was missed.
    """

    case: str
    customer: str
    agent: str | None  # whose case it is
    opened_on: date
    priority: str  # the one that it was met at, else the case's own
    rank: int  # of that priority in the tariff, the most urgent first
    promise: Promise
    minutes: int | None
    late_by: int | None
    unit: Unit


@dataclass(frozen=True, slots=True)
class Kept:
    """How the targets of one kind and of one priority, week, agent or customer were kept, in whole minutes."""

    of: str
    kind: TargetKind
    met: int
    missed: int
    running: int
    median: int | None
    worst: int | None


def outcomes(
    case: Case, service: Service | None, clocks: Clocks, now: datetime, customer: str, agent: str | None, zone: tzinfo
) -> list[Outcome]:
    """What became of each target of a case; one is judged by the priority at which it was met (S10)."""
    if service is None or case.opened is None:
        return []
    found = []
    for promise in promises.promises(case, service, clocks, now):
        met, priority = promises.met_at(case, promise.kind, service)
        target, clock = service.targets[priority][promise.kind], clocks[priority]
        taken = None if met is None else promises.minutes_taken(case, promise, target, clock)
        found.append(
            Outcome(
                case=case.reference,
                customer=customer,
                agent=agent,
                opened_on=case.opened.at.astimezone(zone).date(),
                priority=priority,
                rank=cases.priorities(service).index(priority),
                promise=promise,
                minutes=taken,
                late_by=promises.minutes_late(case, promise, target, clock, now) if promise.state == "late" else None,
                unit="elapsed" if target.unit == "elapsed-minutes" else "business",
            )
        )
    return found


def kept(some: Iterable[Outcome], by: By = "priority") -> list[Kept]:
    """A row for each group and target: the most urgent first, or in their order; then that of a case's life (S2)."""
    groups: dict[tuple[int, str, int], list[Outcome]] = defaultdict(list)
    ranks: dict[str, int] = {}
    for one in some:
        of = _group(one, by)
        rank = ranks.setdefault(of, one.rank) if by == "priority" else 0  # of two tariffs, the first that names it
        groups[rank, of, promises.KINDS.index(one.promise.kind)].append(one)
    return [_kept(of, promises.KINDS[kind], groups[rank, of, kind]) for rank, of, kind in sorted(groups)]


def missed(some: Iterable[Outcome]) -> list[Outcome]:
    """The targets that were missed, in the order of their deadlines."""
    found = [(one.promise.due, one) for one in some if one.promise.due is not None and one.late_by is not None]
    found.sort(key=lambda pair: (pair[0], pair[1].case, promises.KINDS.index(pair[1].promise.kind)))
    return [one for _, one in found]


def _group(one: Outcome, by: By) -> str:
    match by:
        case "week":
            return week_of(one.opened_on)
        case "agent":
            return one.agent or ""
        case "customer":
            return one.customer
        case "priority":
            return one.priority


def _kept(of: str, kind: TargetKind, some: Sequence[Outcome]) -> Kept:
    taken = [one.minutes for one in some if one.minutes is not None]
    states = [one.promise.state for one in some]
    return Kept(
        of,
        kind,
        met=states.count("met"),
        missed=states.count("late"),
        running=states.count("running") + states.count("paused"),
        median=median(taken),
        worst=max(taken, default=None),
    )


def median(minutes: Sequence[int]) -> int | None:
    """The middle of some times; between two in the middle the whole minute half-way, rounded up. None of none."""
    if not minutes:
        return None
    ordered, middle = sorted(minutes), len(minutes) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle] + 1) // 2
