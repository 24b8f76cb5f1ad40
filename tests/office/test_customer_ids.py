"""L5: an id stands for the customer by his code as the books have it, whatever letter case a request names him in."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any
from unittest.mock import patch

import pytest

from billing.errors import Refusal
from billing.office.transaction import Setting, Transaction
from billing.requests.base import Request
from billing.requests.cases import OpenCase
from billing.requests.contracts import Goodwill
from billing.requests.entries import Log
from billing.requests.parties import Hold
from billing.requests.payments import PayOnAccount, Sell
from billing.requests.quotes import AddQuote
from tests.support import do, load, made

TODAY = date(2025, 3, 14)
ASKED: dict[str, dict[str, Any]] = {
    "log": {"of": Log, "seconds": 600, "on": date(2025, 3, 3)},
    "buy": {"of": Sell, "product": "half-fare", "price": Decimal(100)},
    "goodwill": {"of": Goodwill, "minutes": 10, "expires": date(2025, 12, 31), "reason": "sorry"},
    "on account": {"of": PayOnAccount, "amount": Decimal(10)},
    "hold": {"of": Hold, "reason": "moved"},
    "case": {"of": OpenCase, "case": "T-1"},
    "quote": {"of": AddQuote, "title": "work", "amount": Decimal(9)},
}


@pytest.fixture
def setting(database_url: str) -> Setting:
    """One customer of q3."""
    books = made(database_url, "CH", today=TODAY)
    load(
        books,
        {"type": "customer", "code": "CIMA", "name": "Cima", "country": "CH"},
        {"type": "contract", "customer": "CIMA", "tariff": "q3", "tier": "standard", "start": "2025-01-01"},
    )
    return books


def asked(name: str, code: str) -> Request[Any]:
    given = dict(ASKED[name])
    made_of: Callable[..., Request[Any]] = given.pop("of")
    return made_of(customer=code, **given)


@pytest.mark.parametrize("name", ASKED)
def test_L5_a_code_in_other_letters_is_the_same_request(setting: Setting, name: str) -> None:
    """L5: the second was refused as other content."""
    told = [do(setting, asked(name, code), "q1") for code in ("cima", "CIMA", "Cima")]
    assert [answer.get("unchanged", False) for answer in told] == [False, True, True]


def test_L5_lines_of_a_file_in_other_letters_are_the_same_request(setting: Setting) -> None:
    lines = [{"type": "entry", "id": "q1", "customer": code, "minutes": 10, "date": "2025-03-03"}
             for code in ("cima", "CIMA")]  # fmt: skip
    assert load(setting, *lines) == {"lines": 2, "applied": 1, "unchanged": 1}
    assert load(setting, *reversed(lines)) == {"lines": 2, "applied": 0, "unchanged": 2}


@pytest.mark.parametrize("name", ASKED)
def test_L5_an_id_of_an_earlier_version_stays_valid(setting: Setting, name: str) -> None:
    """L5: earlier versions kept the code as it was written; the same request changes nothing still."""
    with patch.object(Transaction, "spelled", lambda _, code: code):
        do(setting, asked(name, "cima"), "q1")
    assert do(setting, asked(name, "cima"), "q1")["unchanged"]


def test_L5_two_codes_that_differ_by_capitals_are_two_customers(setting: Setting) -> None:
    """L5: the code that is written exactly counts, and the id is that of its customer alone."""
    load(
        setting,
        {"type": "customer", "code": "cima", "name": "Other", "country": "CH"},
        {"type": "contract", "customer": "cima", "tariff": "q3", "tier": "standard", "start": "2025-01-01"},
    )
    assert do(setting, asked("log", "cima"), "q1")["customer"] == "cima"
    with pytest.raises(Refusal, match="other content"):
        do(setting, asked("log", "CIMA"), "q1")
