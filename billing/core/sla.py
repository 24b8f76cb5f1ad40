"""How targets were kept: met, missed, median and worst, by priority and kind of target (S2)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from billing.core import cases, promises
from billing.core.cases import Case
from billing.core.promises import Clocks, Promise
from billing.core.tariff import Service, TargetKind


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one target of one case; minutes only where it was met, in or after time."""

    priority: str  # the one that it was met at, else the case's own
    rank: int  # of that priority in the tariff, the most urgent first
    promise: Promise
    minutes: int | None


@dataclass(frozen=True, slots=True)
class Kept:
    """How the targets of one priority and kind were kept; times in whole minutes, business or elapsed as the target."""

    priority: str
    kind: TargetKind
    met: int
    missed: int
    running: int
    median: int | None
    worst: int | None


def outcome(case: Case, promise: Promise, service: Service, clocks: Clocks) -> Outcome:
    """What became of a target; it is judged by the priority at which it was met (S10)."""
    met, priority = case.met.get(promise.kind, (None, case.priority))
    minutes = None
    if met is not None:
        target = service.targets[priority][promise.kind]
        minutes = promises.minutes_taken(case, promise, target, clocks[priority])
    return Outcome(priority, cases.priorities(service).index(priority), promise, minutes)


def kept(outcomes: Iterable[Outcome]) -> list[Kept]:
    """A row for each priority and target, the most urgent first, in the order of a case's life (S2)."""
    groups: dict[tuple[str, TargetKind], list[Outcome]] = defaultdict(list)
    ranks: dict[str, int] = {}
    for one in outcomes:
        ranks.setdefault(one.priority, one.rank)
        groups[one.priority, one.promise.kind].append(one)
    order = sorted(groups, key=lambda key: (ranks[key[0]], key[0], promises.KINDS.index(key[1])))
    return [_kept(priority, kind, groups[priority, kind]) for priority, kind in order]


def _kept(priority: str, kind: TargetKind, some: Sequence[Outcome]) -> Kept:
    taken = [one.minutes for one in some if one.minutes is not None]
    states = [one.promise.state for one in some]
    return Kept(
        priority,
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
