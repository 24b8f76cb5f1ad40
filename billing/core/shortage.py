"""Whose time runs out: little left, what ends, what waits for a payment or a renewal, what is owed (B1, G5, G9)."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Literal

from billing.core import expiring, holding, statement
from billing.core.book import Book
from billing.core.burndown import Lot
from billing.core.expiring import Ending
from billing.core.units import Window
from billing.values import dataclass

Kind = Literal["low", "contract", "pack", "add-on", "goodwill", "grace", "unpaid", "no-contract", "owed"]
KINDS: tuple[Kind, ...] = (
    "low", "contract", "pack", "add-on", "goodwill", "grace", "unpaid", "no-contract", "owed",
)  # fmt: skip
_BOUGHT = ("pack", "add-on")  # an allowance and goodwill cannot be bought anew


@dataclass(frozen=True, slots=True)
class Shortage:
    """Something of a customer that somebody has to see to; `last` is the last day of what ends, or to pay by.

    `minutes` are those left, that end, that come back, or that are owed; `ending` is there for what ends.
    """

    kind: Kind
    minutes: int | None = None
    last: date | None = None
    name: str | None = None
    grant: int | None = None
    invoice: str | None = None
    ending: Ending | None = None


def shortages(book: Book, owed: int, within: Window, below: int) -> list[Shortage]:
    """What there is of a customer on the first of some days; of what ends, up to the last of them.

    What is used of each grant in the book was used by the first day. Whoever bought minutes once, is under contract and
    has fewer than `below` bought ones left is running out.
    """
    at = within.first
    lots = statement.lots_of(book, book.used, at)
    found = [*_low(book, lots, at, below), *_ending(book, lots, within), *_waiting(book, lots, at)]
    if owed:
        found.append(Shortage("owed", owed, name=_product(book, at)))
    return found


def _product(book: Book, at: date) -> str | None:
    """The product of which minutes were bought last."""
    bought = [g for g in book.grants.values() if g.kind in _BOUGHT and g.minutes and g.starts <= at]
    return max(bought, key=lambda grant: (grant.starts, grant.number)).product if bought else None


def _low(book: Book, lots: Sequence[Lot], at: date, below: int) -> Iterator[Shortage]:
    product = _product(book, at)
    if product is None or book.term_on(at) is None:
        return
    left = [lot for lot in lots if lot.grant.kind in _BOUGHT]
    minutes = sum(lot.remaining for lot in left)
    if minutes < below:
        last = max((lot.window.last for lot in left if lot.remaining), default=None)
        yield Shortage("low", minutes, last, product)


def _ending(book: Book, lots: Sequence[Lot], within: Window) -> Iterator[Shortage]:
    for ending in expiring.expiring(book, within):
        yield Shortage(ending.kind, ending.minutes, ending.last, ending.name, ending.grant, ending=ending)
    for lot in lots:
        if lot.grant.kind == "goodwill" and lot.remaining and lot.window.last <= within.last:
            yield Shortage("goodwill", lot.remaining, lot.window.last, grant=lot.grant.number)


def _waiting(book: Book, lots: list[Lot], at: date) -> Iterator[Shortage]:
    for waiting in holding.waiting(book, lots, book.used, at):
        name = _product(book, at) if waiting.kind == "grace" else None
        yield Shortage(waiting.kind, waiting.minutes, waiting.until, name, invoice=waiting.invoice)
