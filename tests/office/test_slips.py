"""What is probably a typing error is asked back, and taken when it is said to be meant (M19)."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from billing.core import slips
from billing.errors import BadInput
from billing.requests.base import Request
from billing.requests.entries import Log
from billing.requests.invoicing import CreditInvoice, RunMonth
from billing.requests.payments import Sell
from billing.requests.quotes import AcceptQuote, AddQuote, InvoiceQuote, SendQuote
from billing.requests.reminders import AskLetters, Remind
from billing.service import Billing
from tests.support import load, made, run

TODAY = date(2026, 11, 28)
FAR = date(2062, 11, 28)
LINES: list[dict[str, Any]] = [
    {"type": "customer", "code": "A", "name": "A", "country": "CH"},
    {"type": "contract", "customer": "A", "tariff": "q3", "tier": "premium", "start": "2024-01-01"},
    {"type": "renewal", "customer": "A", "date": "2025-01-01"},
    {"type": "renewal", "customer": "A", "date": "2026-01-01"},
    {"type": "customer", "code": "B", "name": "B", "country": "CH"},
    {"type": "contract", "customer": "B", "tariff": "qualiodoo", "start": "2024-01-01"},
    {"type": "entry", "customer": "A", "case": "T", "date": "2026-11-02", "minutes": 60},
]  # fmt: skip
ASKED: list[Request[Any]] = [
    Sell(customer="B", product="pack-12h", price=Decimal(900), on=FAR),
    Sell(customer="A", product="half-fare", price=Decimal(80), on=date(2026, 10, 27)),
    RunMonth(month=date(2026, 11, 1), on=FAR),
    RunMonth(month=date(2026, 11, 1), on=date(2025, 11, 28)),
    AddQuote(customer="B", title="Form", amount=Decimal(120), on=FAR),
    Remind(on=date(2066, 1, 1)),
    Log(customer="A", seconds=600, on=date(2025, 11, 27)),
    Sell(customer="A", product="support-plus", price=Decimal(56500), contacts=("Rey",)),
]


@pytest.fixture
def books(database_url: str) -> Billing:
    setting = made(database_url, today=TODAY)
    load(setting, *LINES)
    return Billing(setting)


def sure(request: Request[Any]) -> Request[Any]:
    return replace(request, yes=True)  # type: ignore[call-arg]


@pytest.mark.parametrize("request_", ASKED, ids=lambda one: f"{type(one).__name__}-{getattr(one, 'on', '')}")
def test_a_typing_error_is_asked_back_and_taken_when_meant_m19(books: Billing, request_: Request[Any]) -> None:
    """A sale on 2062-11-28 blocked all invoicing for 36 years, a reminder of 2066 all reminders."""
    with pytest.raises(BadInput) as refused:
        books.do(request_)
    assert (refused.value.code, str(refused.value.remedy)) == ("ask-back", "--yes takes it as it is")
    assert books.do(sure(request_)).new


@pytest.mark.parametrize(
    "request_",
    [
        Sell(customer="A", product="half-fare", price=Decimal(80), on=date(2026, 12, 29)),
        Sell(customer="A", product="half-fare", price=Decimal(80), on=date(2026, 10, 28)),
        RunMonth(month=date(2025, 2, 1), on=date(2025, 2, 28)),  # both say the year
        RunMonth(month=date(2026, 11, 1), on=date(2026, 12, 29)),
        Remind(on=date(2026, 12, 29)),
        Log(customer="A", seconds=600, on=date(2025, 11, 28)),
        Sell(customer="A", product="support-plus", price=Decimal("56499.99"), contacts=("Rey",)),
    ],
    ids=lambda one: f"{type(one).__name__}-{getattr(one, 'on', '')}",
)
def test_what_may_well_be_meant_is_taken_m19(books: Billing, request_: Request[Any]) -> None:
    assert books.do(request_).new


def test_a_price_is_held_against_the_last_sale_where_the_tariff_has_none_m19(books: Billing) -> None:
    pack = Sell(customer="B", product="pack-12h", price=Decimal(90000))
    assert books.do(pack, dry_run=True).new  # nothing is known of it yet
    books.do(Sell(customer="B", product="pack-12h", price=Decimal(1800), quantity=2))
    assert books.do(Sell(customer="B", product="pack-12h", price=Decimal(900))).new
    with pytest.raises(BadInput, match=r"price 90000\.00: pack-12h is 900\.00, a hundredth"):
        books.do(pack)


def test_a_quote_is_not_invoiced_nor_credited_in_the_far_future_m19(books: Billing) -> None:
    number = books.do(AddQuote(customer="B", title="Form", amount=Decimal(120))).view.quote
    books.do(SendQuote(quote=number))
    books.do(AcceptQuote(quote=number, by="Rey"))
    with pytest.raises(BadInput, match="more than 31 days from today"):
        books.do(InvoiceQuote(quote=number, on=FAR))
    invoice = books.do(InvoiceQuote(quote=number)).view.invoice
    note = CreditInvoice(invoice=invoice or "", reason="slip", on=FAR)
    with pytest.raises(BadInput, match="more than 31 days from today"):
        books.do(note)
    assert books.do(sure(note)).new


def test_a_look_ahead_and_a_day_that_was_reminded_are_not_asked_back_m19(books: Billing) -> None:
    assert books.do(Remind(on=FAR), dry_run=True).new
    assert books.do(RunMonth(month=date(2026, 11, 1), on=FAR), dry_run=True).view.invoices
    books.do(Sell(customer="A", product="half-fare", price=Decimal(80), on=date(2026, 8, 1), yes=True))
    day = date(2026, 10, 1)
    assert books.do(Remind(on=day, yes=True)).view.reminders
    assert books.do(Remind(on=day)).view.sent == books.do(Remind(on=day, yes=True)).view.sent
    assert books.ask(AskLetters(on=day)).letters


def test_the_id_of_what_was_meant_is_found_again_without_it_m19(books: Billing) -> None:
    one = Sell(customer="B", product="pack-12h", price=Decimal(900), on=FAR, yes=True)
    books.do(one, "p")
    assert not books.do(Sell(customer="B", product="pack-12h", price=Decimal(900), on=FAR), "p").new


def test_at_the_terminal_yes_takes_it_and_a_file_is_not_asked_m19(books: Billing) -> None:
    env = {"BILLING_DB": books.setting.engine.url.render_as_string(hide_password=False), "BILLING_TODAY": f"{TODAY}"}
    for command in (
        "buy B pack-12h --price 900 --on 2062-11-28", "invoice run 2026-11 --on 2062-11-28",
        "quote add B --title Form --amount 120 --on 2062-11-28", "remind --on 2066-01-01",
        "log A 5 --on 2025-11-27", "buy B pack-12h --price 90000 --on 2062-11-28",
    ):  # fmt: skip
        status, out, err = run(*command.split(), "--json", **env)
        assert (status, out, json.loads(err)["error"]["code"]) == (1, "", "ask-back"), (command, out, err)
        status, _, err = run(*command.split(), "--yes", **env)
        assert (status, err) == (0, ""), (command, err)
    line = {"type": "purchase", "customer": "B", "product": "pack-12h", "price": "9000000", "date": "2063-01-01"}
    old = {"type": "entry", "customer": "A", "case": "U", "date": "2024-01-05", "minutes": 5}
    assert load(books.setting, line, old)["applied"] == 2


def test_a_hundredfold_and_a_year_ago_to_the_day_m19() -> None:
    assert slips.hundredfold(Decimal(56500), Decimal(565)) and not slips.hundredfold(Decimal(56499), Decimal(565))
    assert not slips.hundredfold(Decimal(5), Decimal(0)) and not slips.hundredfold(Decimal(5), None)
    assert slips.long_ago(date(2024, 2, 28), date(2025, 3, 1)) and not slips.long_ago(
        date(2024, 2, 29), date(2025, 3, 1)
    )
    assert slips.too_far(date(2025, 1, 1), date(2025, 2, 2)) and not slips.too_far(date(2025, 1, 2), date(2025, 2, 2))
