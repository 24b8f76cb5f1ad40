"""Closed months (M16): which day is closed, by which closing, and how the books go on when what lies in them changes.

A closing keeps the entries of its month as they are posted that moment. What is recorded later with a day in a closed
month is posted on the first open day, as the difference that it makes, and names its own. So nothing that was declared
changes, and all postings together are what they would be if nothing had ever been closed.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Literal

from billing.core import taxed
from billing.core.basis import Bases
from billing.core.journal import Entry, Leg, Minutes, order
from billing.core.receipts import Issued, Receipt
from billing.core.taxed import Taxed
from billing.core.units import ZERO, day_after, day_before, month_later
from billing.values import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """That a month was closed, or opened again, as it was recorded; `heads` are the ends of the customers' chains."""

    n: int
    kind: Literal["close", "reopen"]
    month: date  # its first day
    on: date
    reason: str | None
    heads: Mapping[int, int]
    settings: Mapping[str, str]  # the issuer's then: name, country, currency
    names: Mapping[str, str]  # the customers' then, by code

    @property
    def end(self) -> date:
        """The last day of the month."""
        return last_of(self.month)


def last_of(month: date) -> date:
    """The last day of a month."""
    return day_before(month_later(month, 1))


def standing(steps: Iterable[Step]) -> list[Step]:
    """The closings that stand, in the order of their months: one that was opened again is none."""
    found: list[Step] = []
    for step in steps:
        if step.kind == "close":
            found.append(step)
        else:
            found = [closed for closed in found if closed.month != step.month]
    return found


def of_day(closings: Sequence[Step], day: date) -> Step | None:
    """The closing that fixed a day; none where it is open."""
    return next((closed for closed in closings if day <= closed.end), None)


def first_open(closings: Sequence[Step]) -> date:
    """The first day that is not closed."""
    return day_after(closings[-1].end) if closings else date.min


# Entries and movements


def posted(kept: Sequence[Entry], now: Iterable[Entry], since: date) -> list[Entry]:
    """The books' entries: of closed months those that were kept, then, from the first open day, what is known now.

    `now` are all entries of whom `kept` are of, as if nothing had been closed. What they say otherwise of a closed day
    than was posted for it stands on the first open day.
    """
    before: list[Entry] = []
    after: list[Entry] = []
    for entry in now:
        (before if entry.on < since else after).append(entry)
    late = [] if since == date.min else _late(kept, before, since)
    return sorted([*kept, *late, *after], key=order)


def moved(kept: Sequence[Minutes], now: Iterable[Minutes], since: date) -> list[Minutes]:
    """The movements of minutes likewise."""
    sums: dict[Minutes, int] = defaultdict(int)
    after: list[Minutes] = []
    for each in kept:
        sums[_without_minutes(each)] -= each.movement.minutes
    for each in now:
        if each.movement.on >= since:
            after.append(each)
        else:
            sums[_without_minutes(each)] += each.movement.minutes
    late = [
        replace(each, movement=replace(each.movement, on=since, minutes=minutes), own_day=each.movement.on)
        for each, minutes in sums.items()
        if minutes
    ]
    return [*kept, *late, *after]


def _without_minutes(each: Minutes) -> Minutes:
    movement = replace(each.movement, on=each.own_day or each.movement.on, minutes=0, position=0)
    return replace(each, movement=movement, own_day=None)


_Key = tuple[date, str, str, str, str, tuple[str, ...]]  # own day, journal, customer, document, what, of what


def _late(was: Iterable[Entry], now: Iterable[Entry], on: date) -> Iterator[Entry]:
    """What makes of the entries of closed months, as they were posted, those that are right now."""
    old, new = _by_key(was), _by_key(now)
    for key in sorted({*old, *new}):
        before, after = old.get(key, []), new.get(key, [])
        legs: dict[Leg, Decimal] = defaultdict(lambda: ZERO)
        for sign, entries in ((1, after), (-1, before)):
            for entry in entries:
                for leg in entry.legs:
                    legs[replace(leg, amount=ZERO)] += sign * leg.amount
        changed = tuple(replace(leg, amount=amount) for leg, amount in legs.items() if amount)
        if changed:
            first = (after or before)[0]
            yield replace(first, on=on, own_day=key[0], legs=changed, about=_about(first, before, after))


def _by_key(entries: Iterable[Entry]) -> dict[_Key, list[Entry]]:
    found: dict[_Key, list[Entry]] = defaultdict(list)
    for entry in entries:
        key = entry.own_day or entry.on, entry.journal, entry.customer, entry.document, entry.what, entry.about[:1]
        found[key].append(entry)
    return found


def _about(first: Entry, before: Sequence[Entry], after: Sequence[Entry]) -> tuple[str, ...]:
    """What an entry of difference is about: of what is earned, by how many minutes or days more or less."""
    if first.what not in ("earned", "fee-earned"):
        return first.about
    product, _, _, sold = first.about
    used, expired = (
        sum(int(entry.about[at]) for entry in after) - sum(int(entry.about[at]) for entry in before) for at in (1, 2)
    )
    return product, str(used), str(expired), sold


# VAT


Known = tuple[Sequence[Issued], Sequence[Receipt]]  # documents and what came for them


def vat(
    closings: Sequence[Step], known: Callable[[Step | None], Known], bases: Bases, first: date, last: date
) -> list[Taxed]:
    """The VAT of a period: what was declared of closed months stays, and what is known since is of the first open one.

    `known` is as a closing knew it, or as it is.
    """
    then, now = (None if first == date.min else of_day(closings, day_before(first))), of_day(closings, last)
    parts = taxed.owed(*known(now), bases, first, last)
    if then is None or then is now:
        return parts
    before = day_before(first)
    sums: dict[Taxed, tuple[Decimal, Decimal]] = {}
    for sign, closed in ((1, now), (-1, then)):
        for part in taxed.owed(*known(closed), bases, date.min, before):
            of = replace(part, base=ZERO, amount=ZERO, is_note=False)
            base, amount = sums.get(of, (ZERO, ZERO))
            sums[of] = base + sign * part.base, amount + sign * part.amount
    late = [
        replace(part, base=base, amount=amount, is_note=base < 0)
        for part, (base, amount) in sums.items()
        if base or amount
    ]
    return [*parts, *late]
