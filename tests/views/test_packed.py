"""Views that are packed: a sequence of them like a tuple, in order, also as JSON; none is held."""

import json
import weakref
from datetime import date
from decimal import Decimal

import pytest

from billing.views.codec import from_json, to_json
from billing.views.documents import DocumentShown, MonthRun
from billing.views.packed import Packed


class Seen:
    def __init__(self, text: str) -> None:
        self.text = text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Seen) and other.text == self.text


def packed() -> Packed[Seen]:
    found = Packed(Seen)
    found.add(["a é", ""])
    found.add([])
    found.add(["\u2028c"])
    return found


def test_it_is_a_sequence() -> None:
    found = packed()
    assert [each.text for each in found] == ["a é", "", "\u2028c"] and len(found) == 3 and found
    assert found[-1].text == "\u2028c" and found[:2] == (Seen("a é"), Seen(""))
    assert found == tuple(found) and found == packed() and found != [Seen("a é")]
    assert [each.text for each in reversed(found)] == ["\u2028c", "", "a é"]
    assert not Packed(Seen) and Packed(Seen) == ()
    with pytest.raises(IndexError):
        found[3]


def test_it_holds_none_of_them() -> None:
    found = packed()
    first = weakref.ref(next(iter(found)))
    assert first() is None


def test_each_as_something_else() -> None:
    assert list(packed().seen(lambda each: len(each.text))) == [3, 0, 2]


def test_in_json_it_is_a_list() -> None:
    shown = DocumentShown(
        number="INV-1", kind="invoice", customer="A", on=date(2025, 1, 31), due=None, currency="CHF", lines=(),
        net=Decimal("1.00"), vat=(), rounding=Decimal("0.00"), total=Decimal("1.00"), corrects=None, period="2025-01",
        annex=(), paid=Decimal("0.00"), status="open",
    )  # fmt: skip
    invoices = Packed(lambda text: from_json(DocumentShown, json.loads(text)))
    invoices.add([json.dumps(to_json(shown))])
    assert to_json(MonthRun(invoices=invoices, held=())) == to_json(MonthRun(invoices=(shown,), held=()))
    assert from_json(MonthRun, to_json(MonthRun(invoices=invoices, held=()))) == MonthRun(invoices=(shown,), held=())
