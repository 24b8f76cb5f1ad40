"""A VAT return: which box of a form each part of a period's VAT goes to, and what the boxes come to (M18).

The forms are law and dated data (`billing.law.returns`). Only what these books know is filled: sales. What a company
bought, and the VAT that it takes back, is not here, nor what is due in the end.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Literal

from billing.core.taxed import Taxed
from billing.core.units import ZERO
from billing.errors import BadInput
from billing.texts import say
from billing.values import dataclass

Place = Literal["domestic", "part", "union", "elsewhere"]  # where a customer is, as the issuer's law sees it
Side = Literal["base", "vat"]
Placed = tuple[Taxed, Place]


@dataclass(frozen=True, slots=True)
class Box:
    """A box of a form: what goes into it, or which boxes it is the sum of.

    Of what it takes, `rates` and `places` are any where none is named; `notes` says whether it takes what takes back
    alone, or all but that; None: both. A box of what takes back is written without its sign.
    """

    code: str
    gives: tuple[Side, ...]
    categories: tuple[str, ...] = ()
    rates: tuple[Decimal, ...] = ()
    places: tuple[str, ...] = ()
    notes: bool | None = None
    again: bool = False  # its bases are in another box too
    sum: tuple[str, ...] = ()
    less: tuple[str, ...] = ()

    @property
    def is_total(self) -> bool:
        return bool(self.sum or self.less)

    def takes(self, part: Taxed, place: Place) -> bool:
        """Whether a part of the VAT goes into it."""
        return (
            part.vat.category in self.categories
            and (not self.rates or part.vat.rate in self.rates)
            and (not self.places or place in self.places)
            and self.notes in (None, part.is_note)
        )


@dataclass(frozen=True, slots=True)
class Form:
    """A return as a tax office wants it. Categories of VAT that are `outside` are not declared on it."""

    code: str
    name: str
    boxes: tuple[Box, ...]
    whole: tuple[Side, ...] = ()  # what it wants in whole units of the currency
    outside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Filled:
    """A box with what it comes to; None where the form has no such field."""

    box: Box
    base: Decimal | None
    vat: Decimal | None


def fill(form: Form, parts: Iterable[Placed]) -> list[Filled]:
    """The boxes of a form in its order. Every part is in one box of bases and one of VAT, or it is refused by name."""
    sums: dict[tuple[str, Side], Decimal] = {(box.code, side): ZERO for box in form.boxes for side in box.gives}
    for part, place in parts:
        if part.vat.category in form.outside:
            continue
        for box in _boxes(form, part, place, "base") if part.base else ():
            sums[box.code, "base"] += -part.base if box.notes else part.base
        for box in _boxes(form, part, place, "vat") if part.amount else ():
            sums[box.code, "vat"] += -part.amount if box.notes else part.amount
    for box in form.boxes:
        for side in box.gives if box.is_total else ():
            sums[box.code, side] = _of(sums, box.sum, side) - _of(sums, box.less, side)
    return [Filled(box, sums.get((box.code, "base")), sums.get((box.code, "vat"))) for box in form.boxes]


def _of(sums: dict[tuple[str, Side], Decimal], codes: Iterable[str], side: Side) -> Decimal:
    return sum((sums.get((code, side), ZERO) for code in codes), ZERO)


def declared(filled: Iterable[Filled]) -> Decimal:
    """The VAT that the boxes declare: what is due less what is taken back, totals left out."""
    due = [each for each in filled if not each.box.is_total]
    return sum(((-each.vat if each.box.notes else each.vat) for each in due if each.vat is not None), ZERO)


def _boxes(form: Form, part: Taxed, place: Place, side: Side) -> list[Box]:
    """The one box for a part, and those that have its base again."""
    fit = [box for box in form.boxes if side in box.gives and not box.is_total and box.takes(part, place)]
    again = [box for box in fit if box.again and side == "base"]
    first = next((box for box in fit if box not in again), None)
    if first is None:
        raise BadInput(
            "bad-input",
            say(
                "{invoice}: {form} has no box for VAT of category {category} at {rate} %",
                invoice=part.invoice,
                form=form.name,
                category=part.vat.category,
                rate=format(part.vat.rate.normalize(), "f"),
            ),
            say("billing report vat shows it"),
        )
    return [first, *again]
