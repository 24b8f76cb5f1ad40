"""JSON of views: names, order, what is left out; and back, also of what an earlier version wrote."""

import json
from datetime import date
from decimal import Decimal

from billing.texts import say
from billing.views.balances import Balance, GrantLeft, Unbilled
from billing.views.codec import from_json, to_json
from billing.views.contracts import Agreed
from billing.views.entries import Explained, Overage

LEFT = GrantLeft("A-G1", "pack", "pack-12h", 720, 20, 700, date(2025, 1, 1), date(2025, 12, 31), False, ("a", "b"), "P")
BALANCE = Balance(
    customer="A", at=date(2025, 3, 4), minutes=700, owed=0, unbilled=Unbilled(5, Decimal("9.90"), "CHF"),
    reduced_rate_until=None, grants=(LEFT,), position="4-abc",
)  # fmt: skip


def test_keys_stand_in_the_order_of_the_fields_and_money_keeps_its_cents() -> None:
    assert json.dumps(to_json(BALANCE)) == (
        '{"customer": "A", "at": "2025-03-04", "minutes": 700, "owed": 0, "unbilled": {"minutes": 5, "amount": "9.90", '
        '"currency": "CHF"}, "reduced_rate_until": null, "grants": [{"id": "A-G1", "kind": "pack", "product": '
        '"pack-12h", "granted": 720, "used": 20, "remaining": 700, "starts": "2025-01-01", "expires": "2025-12-31", '
        '"carried": false, "covers": ["a", "b"], "label": "P", "contacts": []}], "position": "4-abc", '
        '"contract": null, "included": false, "waiting": []}'
    )


def test_what_is_left_out_and_what_has_another_name() -> None:
    assert to_json(Agreed(customer="A", first=date(2025, 1, 1))) == {"customer": "A", "from": "2025-01-01"}


def test_a_view_comes_back_from_its_json() -> None:
    assert from_json(Balance, to_json(BALANCE)) == BALANCE
    assert from_json(Overage, {"minutes": 5, "rate": "119.00", "amount": "9.92", "currency": "CHF"}) == Overage(
        5, Decimal("119.00"), Decimal("9.92"), "CHF"
    )


def test_an_earlier_content_without_a_key_has_its_default() -> None:
    assert from_json(Agreed, {"customer": "A"}) == Agreed(customer="A")


def test_texts_are_english_in_json() -> None:
    found = to_json(
        Explained(
            entry="e", customer="A", case=None, category="support", charged_as="support", worked_on=date(2025, 3, 4),
            agent=None, raw_seconds=60, charged=5, free=None, drawn=(), overage=None, owed=0, quote=None,
            tariff=say("q3"), text=(say("{n} min", n=5),),
        )
    )  # fmt: skip
    assert found["text"] == ["5 min"]
    assert "balance" not in found
