"""What requests about quotes refuse and stand for; ids of earlier versions stay valid (S8, L5)."""

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from billing.errors import Refusal
from billing.requests.base import Request
from billing.requests.quotes import (
    AcceptQuote,
    AddQuote,
    ApproveQuote,
    AskEvolutions,
    DeliverQuote,
    InvoiceQuote,
    NameSite,
    RefuseQuote,
    SendQuote,
)
from billing.store import chain

DAY = date(2025, 3, 4)
PLAIN = {"customer": "A", "title": "Form", "amount": Decimal("0.00"), "minutes": None, "case": None, "kind": None,
         "valid_until": None, "share": [None, None], "on": None}  # fmt: skip
EARLIER: list[tuple[Request[Any], str, dict[str, Any]]] = [  # as the functions of version 0.1.0 wrote them by hand
    (AddQuote(customer="A", title="Form"), "quote", PLAIN),
    (
        AddQuote(customer="A", title="Own  form", amount=Decimal(1200), minutes=480, case="T-1", kind="important",
                 valid_until=DAY, percent=Decimal(50), on=DAY),
        "quote",
        PLAIN | {"title": "Own  form", "amount": Decimal("1200.00"), "minutes": 480, "case": "T-1", "on": DAY,
                 "kind": "important", "valid_until": DAY, "share": [Decimal("50.00"), None]},
    ),
    (
        AddQuote(customer="A", title="Form", amount=Decimal("12.5"), part=Decimal(6), part_currency="CHF"),
        "quote",
        PLAIN | {"amount": Decimal("12.50"), "share": [None, Decimal("6.00")]},
    ),
    (SendQuote(quote="Q-1"), "quote-sent", {"quote": "Q-1", "kind": "sent", "on": None, "said": ""}),
    (
        ApproveQuote(quote="Q-1", by="User  group", on=DAY),
        "quote-approved",
        {"quote": "Q-1", "kind": "approved", "on": DAY, "said": "User group"},
    ),
    (
        AcceptQuote(quote="Q-1", by="Marie"),
        "quote-accepted",
        {"quote": "Q-1", "kind": "accepted", "on": None, "said": "Marie"},
    ),
    (
        AcceptQuote(quote="Q-1").as_approval(),  # of what is free: kept as an approval, digested as it was asked
        "quote-approved",
        {"quote": "Q-1", "kind": "accepted", "on": None, "said": ""},
    ),
    (
        RefuseQuote(quote="Q-1", reason="too\ndear"),
        "quote-refused",
        {"quote": "Q-1", "kind": "refused", "on": None, "said": "too dear"},
    ),
    (
        DeliverQuote(quote="Q-1", text="Forms", on=DAY),
        "quote-delivered",
        {"quote": "Q-1", "kind": "delivered", "on": DAY, "said": "Forms"},
    ),
    (
        NameSite(quote="Q-1", by="M.  Seine"),
        "quote-named",
        {"quote": "Q-1", "kind": "named", "on": None, "said": "M. Seine"},
    ),
    (InvoiceQuote(quote="Q-1", on=DAY), "quote-invoiced", {"quote": "Q-1", "on": DAY}),
]  # fmt: skip


def digest(content: dict[str, Any]) -> str:
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, default=str, separators=(",", ":"))
    return chain.salted(text, "0" * 32)[1]


@pytest.mark.parametrize(("request_", "kind", "content"), EARLIER, ids=lambda value: type(value).__name__)
def test_L5_ids_of_earlier_versions_stay_valid(request_: Request[Any], kind: str, content: dict[str, Any]) -> None:
    """L5: kind and content are those of before there were requests about quotes, digit for digit."""
    assert kind == request_.KIND
    assert digest(content) in [digest(request_.content()), *map(digest, request_.earlier())]


ADD = {"customer": "A", "title": "Form", "amount": Decimal(120)}


@pytest.mark.parametrize(
    ("make", "given", "code"),
    [
        (AddQuote, ADD | {"title": " "}, "bad-input"),
        (AddQuote, ADD | {"title": "x" * 201}, "bad-input"),
        (AddQuote, ADD | {"customer": ""}, "bad-input"),
        (AddQuote, ADD | {"amount": Decimal("-1")}, "bad-input"),
        (AddQuote, ADD | {"amount": Decimal("0.001")}, "bad-input"),
        (AddQuote, ADD | {"amount": Decimal("NaN")}, "bad-input"),
        (AddQuote, ADD | {"amount": 120.0}, "bad-input"),
        (AddQuote, ADD | {"minutes": 0}, "bad-duration"),
        (AddQuote, ADD | {"minutes": -5}, "bad-duration"),
        (AddQuote, ADD | {"minutes": 1_000_001}, "bad-duration"),
        (AddQuote, ADD | {"minutes": 1.5}, "bad-duration"),
        (AddQuote, ADD | {"case": " "}, "bad-input"),
        (AddQuote, ADD | {"percent": Decimal(0)}, "bad-input"),
        (AddQuote, ADD | {"percent": Decimal("100.01")}, "bad-input"),
        (AddQuote, ADD | {"percent": Decimal("33.333")}, "bad-input"),
        (AddQuote, ADD | {"percent": Decimal("Infinity")}, "bad-input"),
        (AddQuote, ADD | {"percent": Decimal(50), "part": Decimal(60)}, "bad-input"),
        (AddQuote, ADD | {"part": Decimal("-1")}, "bad-input"),
        (AddQuote, ADD | {"on": DAY, "valid_until": date(2025, 3, 3)}, "bad-date"),
        (SendQuote, {"quote": " "}, "bad-input"),
        (ApproveQuote, {"quote": "Q-1", "by": " "}, "bad-input"),
        (AcceptQuote, {"quote": "Q-1", "by": "a\nb"}, "bad-input"),
        (RefuseQuote, {"quote": "Q-1", "reason": "a\0b"}, "bad-input"),
        (DeliverQuote, {"quote": "Q-1", "text": "x" * 10_001}, "bad-input"),
        (InvoiceQuote, {"quote": ""}, "bad-input"),
        (AskEvolutions, {"first": DAY, "last": date(2025, 3, 3)}, "bad-date"),
    ],
)
def test_what_no_surface_may_let_through(make: Callable[..., Any], given: dict[str, Any], code: str) -> None:
    with pytest.raises(Refusal) as refused:
        make(**given)
    assert refused.value.code == code
