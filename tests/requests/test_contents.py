"""L5: an id that an earlier version recorded stands for the same content today, so its digest is of the same keys."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from billing.requests.base import Request
from billing.requests.contracts import Cancel, ChangeTier, Goodwill, Renew, Sign
from billing.requests.entries import Log, Void
from billing.requests.verdicts import Verify

DAY = date(2025, 3, 4)
PLAIN_LOG = {"customer": "A", "seconds": 60, "case": None, "category": None, "on": None, "agent": None,
             "contact": None, "note": None}  # fmt: skip
CONTENTS: list[tuple[Request[Any], dict[str, Any]]] = [  # as the functions of version 0.1.0 wrote them by hand
    (Log(customer="A", seconds=60), PLAIN_LOG),
    (Log(customer="A", seconds=60, case=" T-1 ", new=True), PLAIN_LOG | {"case": "T-1"}),
    (Log(customer="A", seconds=60, on=DAY, open_case=True), PLAIN_LOG | {"on": DAY, "open": True}),
    (Log(customer="A", seconds=60, quote="Q-1"), PLAIN_LOG | {"quote": "Q-1"}),
    (Void(entry="e", reason="slip"), {"entry": "e", "reason": "slip", "on": None}),
    (Verify(case="T"), {"case": "T", "on": None}),
    (Verify(case="T", kind="misuse", agent="ana"), {"case": "T", "on": None, "kind": "misuse", "agent": "ana"}),
    (
        Sign(customer="A", tariff="q3", modules=("COFI",), fee=Decimal(480), start=DAY),
        {"customer": "A", "tariff": "q3", "tier": None, "modules": ["COFI"], "fee": Decimal("480.00"), "start": DAY},
    ),
    (Renew(customer="A"), {"customer": "A", "on": None}),
    (ChangeTier(customer="A", tier="profi", on=DAY), {"customer": "A", "tier": "profi", "on": DAY}),
    (Cancel(customer="A", on=DAY), {"customer": "A", "on": DAY}),
    (
        Goodwill(customer="A", minutes=30, expires=DAY, reason="a wait", covers=("support",)),
        {"customer": "A", "minutes": 30, "on": None, "expires": DAY, "reason": "a wait", "covers": ["support"]},
    ),
]


@pytest.mark.parametrize(("request_", "content"), CONTENTS, ids=lambda value: type(value).__name__)
def test_L5_a_request_stands_for_what_it_stood_for(request_: Request[Any], content: dict[str, Any]) -> None:
    found = request_.content()
    assert found == content
    assert {name: str(value) for name, value in found.items()} == {name: str(v) for name, v in content.items()}
