"""A return's boxes: each part in one, notes apart, totals, and what no box takes (M18)."""

from decimal import Decimal

import pytest

from billing.core.taxed import Taxed
from billing.core.vat import VatCategory, VatClass
from billing.core.vat_return import Box, Form, Place, declared, fill
from billing.errors import BadInput

S = {"gives": ("base", "vat"), "categories": ("S",)}
FORM = Form(
    "F",
    "the form",
    (
        Box("1", gives=("base",), categories=("S", "AE"), notes=False),
        Box("2", gives=("base", "vat"), categories=("S",), rates=(Decimal(20),), notes=False, again=True),
        Box("3", gives=("base", "vat"), categories=("S", "AE"), notes=True),
        Box("4", gives=("base",), categories=("O",), places=("elsewhere",)),
        Box("5", gives=("base", "vat"), sum=("1", "2", "4"), less=("3",)),
    ),
    outside=("E",),
)


def part(category: VatCategory, rate: str, base: str, vat: str, note: bool = False) -> Taxed:
    return Taxed("INV-1", "A", "A", "FR", None, note, "EUR", VatClass(category, Decimal(rate)), Decimal(base),
                 Decimal(vat))  # fmt: skip


def filled(*parts: tuple[Taxed, Place]) -> dict[str, tuple[str, str]]:
    return {each.box.code: (str(each.base), str(each.vat)) for each in fill(FORM, parts)}


def test_m18_every_part_is_in_one_box_and_notes_are_written_without_their_sign() -> None:
    parts: list[tuple[Taxed, Place]] = [
        (part("S", "20", "100.00", "20.00"), "domestic"),
        (part("S", "20", "-10.00", "-2.00", note=True), "domestic"),
        (part("AE", "0", "50.00", "0.00"), "union"),
        (part("O", "0", "7.00", "0.00"), "elsewhere"),
        (part("E", "0", "9.00", "0.00"), "domestic"),
    ]
    assert filled(*parts) == {
        "1": ("150.00", "None"),
        "2": ("100.00", "20.00"),
        "3": ("10.00", "2.00"),
        "4": ("7.00", "None"),
        "5": ("247.00", "18.00"),
    }
    assert declared(fill(FORM, parts)) == Decimal("18.00")  # no total counts twice


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        (part("S", "5.5", "1.00", "0.06"), "domestic"),
        (part("O", "0", "1.00", "0.00"), "part"),
        (part("S", "20", "0.00", "0.01", note=False), "domestic"),
    ],
)
def test_m18_what_no_box_takes_is_refused_by_its_invoice(wrong: Taxed, place: Place) -> None:
    """A VAT of one cent on nothing is in the box of its rate; a rate that the form has not is named."""
    if wrong.vat.rate == 20:
        assert filled((wrong, place))["2"] == ("0.00", "0.01")
        return
    with pytest.raises(BadInput, match=r"INV-1: the form has no box for VAT of category [SO] at (5\.5|0) %"):
        fill(FORM, [(wrong, place)])
