"""What was worked, added up by agent, customer, category, channel, week or case: time, and what became of it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Literal

from billing.core.facts import Reason
from billing.core.units import week_of
from billing.values import dataclass

Key = Literal["agent", "customer", "category", "channel", "week", "case"]
KEYS: tuple[Key, ...] = ("agent", "customer", "category", "channel", "week", "case")


@dataclass(frozen=True, slots=True)
class Worked:
    """A live entry with the charge that stands; all but `seconds` in minutes.

    What is charged is drawn from grants, billed as overage, or owed still.
    """

    agent: str | None
    customer: str
    category: str  # what it was logged as
    channel: str | None  # by which its case came
    case: str | None
    worked_on: date
    seconds: int
    charged: int
    drawn: int
    billed: int
    owed: int
    free: Reason | None


@dataclass(frozen=True, slots=True)
class Sum:
    """What some entries add up to; `by` are the values of the keys asked for, in their order, "" where there is none.

    Of `seconds`, those of `free_seconds` were free and those of `quoted_seconds` were work on a quote.
    """

    by: tuple[str, ...]
    entries: int
    seconds: int
    charged: int
    drawn: int
    billed: int
    owed: int
    free_seconds: int
    quoted_seconds: int


def summed(worked: Iterable[Worked], by: Sequence[Key]) -> list[Sum]:
    """What was worked by the keys asked for, in their order; with no key, all of it in one sum."""
    groups: dict[tuple[str, ...], list[Worked]] = defaultdict(list)
    for one in worked:
        groups[tuple(_value(one, key) for key in by)].append(one)
    return [_sum(values, groups[values]) for values in sorted(groups)]


def _value(one: Worked, key: Key) -> str:
    return week_of(one.worked_on) if key == "week" else getattr(one, key) or ""


def _sum(by: tuple[str, ...], some: Sequence[Worked]) -> Sum:
    return Sum(
        by,
        entries=len(some),
        seconds=sum(one.seconds for one in some),
        charged=sum(one.charged for one in some),
        drawn=sum(one.drawn for one in some),
        billed=sum(one.billed for one in some),
        owed=sum(one.owed for one in some),
        free_seconds=sum(one.seconds for one in some if one.free not in (None, "quote")),
        quoted_seconds=sum(one.seconds for one in some if one.free == "quote"),
    )
