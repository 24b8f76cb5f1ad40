"""What of a customer ends soon, or is nearly used up, and can be bought again: contracts, packs, add-ons (G5, G13)."""

from collections.abc import Iterator
from datetime import date
from typing import Literal

from billing.core import rating, windows
from billing.core.book import Book
from billing.core.units import Window, day_after
from billing.values import dataclass

Kind = Literal["contract", "pack", "add-on"]
PART = 10  # of a pack: a tenth left is little


@dataclass(frozen=True, slots=True)
class Ending:
    """Something whose last day is near. `name` is the tariff or the product, `minutes` what is left of a pack."""

    kind: Kind
    name: str
    last: date
    minutes: int | None = None
    grant: int | None = None
    with_fee: bool = False  # of a contract: its fee was invoiced before (M21)


def expiring(book: Book, within: Window) -> list[Ending]:
    """What ends in some days, the soonest first. What was cancelled, or goes on already, is not there."""
    found = [*_contracts(book, within), *_packs(book, within), *_add_ons(book, within)]
    return sorted(found, key=lambda ending: (ending.last, ending.kind, ending.name, ending.grant or 0))


@dataclass(frozen=True, slots=True)
class Low:
    """Packs that are nearly used up: the last one, its product, and the minutes that all have left together."""

    grant: int
    product: str
    minutes: int


def low(book: Book, day: date) -> Low | None:
    """Whether the packs that can be drawn on a day have a tenth of the last one left, or less."""
    derived = windows.of(book)
    packs = [g for g in book.grants.values() if g.kind == "pack" and windows.on(derived[g.number], day) is not None]
    if not packs:
        return None
    last, left = max(packs, key=lambda g: (g.starts, g.number)), sum(book.remaining(g) for g in packs)
    return Low(last.number, last.product or "", left) if left * PART <= last.minutes else None


def _contracts(book: Book, within: Window) -> Iterator[Ending]:
    for term in book.terms:
        last, contract = term.window.last, book.contracts[term.contract]
        goes_on = book.term_on(day_after(last)) is not None
        if within.first <= last <= within.last and not goes_on and contract.seq not in book.cancellations:
            fee = any(sale.kind == "fee" and sale.contract == contract.seq for sale in book.sales.values())
            yield Ending("contract", contract.tariff, last, with_fee=fee)


def _packs(book: Book, within: Window) -> Iterator[Ending]:
    derived = windows.of(book)
    ends = {number: open_on[-1].last for number, open_on in derived.items() if open_on}
    packs = [g for g in book.grants.values() if g.kind == "pack" and g.number in ends]
    for grant in packs:
        last, left = ends[grant.number], book.remaining(grant)
        is_near = within.first <= last <= within.last and grant.contract not in book.cancellations
        if not is_near or left <= 0:
            continue
        if not any(other.product == grant.product and ends[other.number] > last for other in packs):  # bought anew
            yield Ending("pack", grant.product or "", last, left, grant.number)


def _add_ons(book: Book, within: Window) -> Iterator[Ending]:
    for sale in rating.in_force(book, within.first):
        later = any(other.product == sale.product and other.until > sale.until and other.seq not in book.ended
                    for other in book.sales.values() if other.kind == "add-on")  # fmt: skip
        if sale.until <= within.last and not later and sale.contract not in book.cancellations:
            yield Ending("add-on", sale.product, sale.until)
