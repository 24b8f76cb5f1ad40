"""What listeners are told of what was recorded, and when it is tried again (webhooks).

An event says what changed, whose it is and the position at which it did; what stands there, a listener asks for.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import get_args

from billing.core.facts import (
    Bounce,
    Cancellation,
    CaseEvent,
    CaseKind,
    Charge,
    Draw,
    Fact,
    Grant,
    Sale,
    SaleEnd,
    Term,
    TierChange,
)

CHANGED, LOW, EXPIRING = "balance.changed", "balance.low", "grant.expiring"
ISSUED, PAID = "invoice.issued", "invoice.paid"
ANCHORED = "anchor.made"


def of_case(kind: str) -> str:
    """The event of something that happens to a case: `ask-files` is `case.ask_files`."""
    return f"case.{kind.replace('-', '_')}"


EVENTS = (CHANGED, LOW, EXPIRING, *map(of_case, get_args(CaseKind)), ISSUED, PAID, ANCHORED)
FAMILIES = ("balance.*", "grant.*", "case.*", "invoice.*", "anchor.*", "*")
_AGREED = (Bounce, Cancellation, Draw, Grant, Sale, SaleEnd, Term, TierChange)
Told = tuple[str, dict[str, str]]  # an event, and what of it is told beside customer and position

# After a try that failed; a listener who is away over a week-end hears it all the same.
WAITS = (
    timedelta(seconds=5), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=5),
    timedelta(hours=10), timedelta(hours=14), timedelta(hours=20), timedelta(hours=24),
)  # fmt: skip
GONE = 410  # what a listener answers who wants to hear no more


def told(facts: Sequence[Fact], issued: Iterable[str], bills: bool) -> list[Told]:
    """The events of one position: of the facts recorded there, the numbers of invoices issued, and whether a document
    bills or credits time, which then is no longer "not invoiced yet" (B1)."""
    found: list[Told] = []
    if bills or any(map(_moves, facts)):
        found.append((CHANGED, {}))
    found += [(of_case(fact.kind), {"case": fact.case}) for fact in facts if isinstance(fact, CaseEvent)]
    return found + [(ISSUED, {"invoice": number}) for number in issued]


def _moves(fact: Fact) -> bool:
    """Whether a balance is another one by a fact; free work leaves it (R2)."""
    if isinstance(fact, Charge):
        return fact.minutes > 0 or fact.seq != fact.entry
    return isinstance(fact, _AGREED)


def wanted(patterns: Iterable[str], event: str) -> bool:
    """Whether a listener asked for an event, by its name or its family."""
    family = f"{event.partition('.')[0]}.*"
    return any(pattern in ("*", family, event) for pattern in patterns)


def after(tries: int, status: int | None) -> timedelta | None:
    """How long after so many failed tries the next one is; None where it is given up."""
    if status == GONE or tries > len(WAITS):
        return None
    return WAITS[tries - 1]
