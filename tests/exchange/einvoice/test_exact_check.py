"""The exact check lets no amount be wrong by 0.01, in a document or in its XML."""

import copy
import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import islice
from typing import Any

import pytest

from billing.exchange.einvoice import amounts
from tests.exchange.einvoice import histories
from tests.exchange.einvoice.test_official_rules import documents
from tests.invoicing import einvoices
from tests.support import WHOLE

Content = dict[str, Any]
CENT = Decimal("0.01")
AMOUNT = re.compile(rb">(-?\d+\.\d\d)<")
Place = tuple[str | int, ...]


def places(content: Content) -> Iterator[Place]:
    """Where amounts, prices and rates stand."""
    for n, line in enumerate(content["lines"]):
        yield from (("lines", n, key) for key in ("amount", "rate", "unit_price", "vat_rate") if line[key] is not None)
    for n, _ in enumerate(content["vat"]):
        yield from (("vat", n, key) for key in ("rate", "base", "amount"))
    yield from (("annex", n, "rate") for n, row in enumerate(content["annex"]) if row["rate"] is not None)
    yield from (("net",), ("rounding",), ("total",), ("einvoice", "paid"))


def changed(content: Content, place: Place, by: Decimal) -> Content:
    other: Any = copy.deepcopy(content)
    *way, last = place
    at = other
    for step in way:
        at = at[step]
    at[last] = str(Decimal(at[last]) + by)
    return dict(other)


@pytest.mark.parametrize("situation", histories.SITUATIONS)
def test_every_change_of_a_cent_in_a_document_is_refused(situation: str) -> None:
    """By day of each document every third place, by night all."""
    tried, step = 0, 1 if WHOLE else 3
    for number, content in enumerate(documents(situation)):
        before = histories.corrected(situation, content)
        assert einvoices.faults(content, before) == []
        for place in islice(places(content), number % step, None, step):
            for by in (CENT, -CENT):
                assert einvoices.faults((changed(content, place, by)), before), (content["number"], place, by)
                tried += 1
    assert tried * step > 34 * 2 * 7


@pytest.mark.parametrize("situation", histories.SITUATIONS)
def test_every_change_of_a_cent_in_an_XML_is_refused(situation: str) -> None:
    tried = 0
    for content in documents(situation)[::2]:
        for format in ("cii", "ubl"):
            xml = einvoices.xml(content, format)
            for match in AMOUNT.finditer(xml):
                for by in (CENT, -CENT):
                    other = str(Decimal(match[1].decode()) + by).encode()
                    wrong = xml[: match.start(1)] + other + xml[match.end(1) :]
                    assert einvoices.disagreements(amounts.read(wrong), content), (content["number"], format, match[0])
                    tried += 1
    assert tried > 17 * 2 * 2 * 8


def test_minutes_and_pieces_count_too() -> None:
    for content in documents("fr-unpaid"):
        for n, line in enumerate(content["lines"]):
            other = copy.deepcopy(content)
            other["lines"][n]["quantity" if line["quantity"] else "minutes"] += 1
            assert einvoices.faults(other)


def test_a_line_left_out_or_of_another_rate_is_refused() -> None:
    content = documents("fr-unpaid")[0]
    assert einvoices.faults(content | {"lines": content["lines"][1:]})
    assert einvoices.faults(content | {"vat": []})


def test_a_credit_note_whose_invoice_is_not_at_hand_cannot_be_checked() -> None:
    note = documents("fr-credit-note")[0]
    assert note["corrects"] in einvoices.faults(note)[0]


def test_a_credit_is_the_difference_of_two_rounded_amounts_not_the_price_of_its_minutes() -> None:
    """C4: among random credit notes there are such whose minutes would be priced a cent apart."""
    from billing.core.units import price_of

    apart = [
        line
        for content in histories.contents("fr-credit-note")
        for line in content["lines"]
        if line["rate"] is not None and Decimal(line["amount"]) != price_of(line["minutes"], Decimal(line["rate"]))
    ]
    assert apart
