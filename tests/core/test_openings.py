"""What a customer brings from another system: refused where it cannot have been, taken back while nothing hangs on it
(G14)."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from billing.core import openings
from billing.core.book import Book
from billing.core.facts import BroughtInvoice, Entry, Opening
from billing.core.openings import Brought
from billing.errors import Refusal
from tests.core.build import CUSTOMER, PACKS, Q3, Ledger, chf, day

ON = date(2025, 7, 1)
PACK = Brought(
    kind="pack", product="pack-1h", minutes=60, left=25, price=chf("90.00"), starts=day("2025-02-01"), invoice="OLD-7"
)


class Opened(Ledger):
    """A ledger into which a customer brings things, each at a position of its own."""

    def bring(self, do: Callable[..., Any], *given: Any) -> Any:
        with self._position() as book:
            return do(book, *given)

    def contract(self, start: str = "2025-01-01", tariff: str = "packs") -> Any:
        return self.bring(openings.contract, self.version_on, ON, tariff, None, (), None, day(start))

    def grant(self, asked: Brought = PACK) -> Any:
        return self.bring(openings.grant, ON, asked, CUSTOMER)

    def owe(self, minutes: int, worked_on: str | None = None) -> Any:
        return self.bring(openings.owed, ON, minutes, None, worked_on and day(worked_on), CUSTOMER)

    def invoice(self, **other: Any) -> Any:
        usual = BroughtInvoice(0, "OLD-7", day("2025-06-01"), day("2025-07-01"), "EUR", chf("90.00"), chf("40.00"))
        with self._position() as book:
            return openings.invoice(book, ON, replace(usual, seq=book.seq, **other))

    def take_back(self, fact: Any) -> Any:
        return self.bring(openings.void, fact.seq, ON, "slip")


def opened() -> Opened:
    ledger = Opened(PACKS, Q3)
    ledger.contract()
    return ledger


def refused(code: str) -> AbstractContextManager[Any]:
    return pytest.raises(Refusal, check=lambda refusal: isinstance(refusal, Refusal) and refusal.code == code)


def test_what_is_left_is_a_grant_of_which_the_rest_was_spent_g14() -> None:
    ledger = opened()
    grant = ledger.grant()
    book = ledger.read_again()
    assert (grant.minutes, book.used[grant.number], book.spent[grant.number]) == (60, 35, 35)
    assert (grant.starts, grant.expires) == (day("2025-02-01"), day("2026-01-31"))
    assert book.sales[grant.sale].invoice == "OLD-7" and book.opened_on == ON


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"left": 61}, "bad-duration"), ({"left": -1}, "bad-duration"), ({"minutes": 0, "left": 0}, "bad-duration"),
        ({"price": None}, "price-required"), ({"invoice": None}, "bad-input"), ({"product": None}, "bad-input"),
        ({"kind": "add-on"}, "bad-input"), ({"contacts": (1,)}, "not-eligible"),
        ({"kind": "allowance", "product": None, "price": None, "invoice": None}, "not-eligible"),
        ({"kind": "goodwill", "product": None, "price": None, "invoice": None}, "bad-input"),
    ],
)  # fmt: skip
def test_a_grant_that_cannot_have_been_is_refused_g14(change: dict[str, Any], code: str) -> None:
    ledger = opened()
    with refused(code):
        ledger.grant(replace(PACK, **change))
    assert not ledger.read_again().grants


def test_the_edges_of_what_may_be_left_g14() -> None:
    ledger = opened()
    for left, spent in ((0, 60), (60, 0), (None, 0)):
        assert ledger.book.spent[ledger.grant(replace(PACK, left=left)).number] == spent


def test_minutes_are_owed_for_work_of_a_day_up_to_the_opening_g14() -> None:
    ledger = opened()
    charge = ledger.owe(30, "2025-07-01")
    assert ledger.read_again().owing == {charge.entry: 30}
    with refused("bad-date"):
        ledger.owe(30, "2025-07-02")
    with refused("bad-duration"):
        ledger.owe(0)


def test_a_tariff_that_bills_what_is_over_owes_nothing_g14() -> None:
    ledger = Opened(PACKS, Q3)
    ledger.bring(openings.contract, ledger.version_on, ON, "q3", "profi", ("COFI",), chf("480.00"), day("2025-01-01"))
    with refused("not-eligible"):
        ledger.owe(30)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"issued_on": day("2025-07-02"), "due_on": None}, "bad-date"), ({"due_on": day("2025-05-31")}, "bad-date"),
        ({"open": chf("90.01")}, "bad-input"), ({"open": chf("0.00")}, "bad-input"),
    ],
)  # fmt: skip
def test_an_invoice_that_cannot_be_open_is_refused_g14(change: dict[str, Any], code: str) -> None:
    with refused(code):
        opened().invoice(**change)


def test_an_invoice_is_brought_once_until_it_is_taken_back_g14() -> None:
    ledger = opened()
    first = ledger.invoice(issued_on=ON, due_on=ON, open=chf("90.00"))  # all of it, of that day
    with refused("conflict"):
        ledger.invoice()
    ledger.take_back(first)
    assert ledger.invoice().open == chf("40.00")


def test_own_money_is_more_than_nothing_g14() -> None:
    ledger = opened()
    assert ledger.bring(openings.money, ON, chf("0.01"), "EUR").amount == chf("0.01")
    with refused("bad-input"):
        ledger.bring(openings.money, ON, Decimal(0), "EUR")


def test_a_contract_is_in_the_year_of_its_first_start_g12_g14() -> None:
    ledger = Opened(PACKS, Q3)
    contract = ledger.bring(openings.contract, ledger.version_on, ON, "q3", "profi", ("COFI",), None, day("2023-09-15"))
    (term,) = ledger.read_again().terms
    assert contract.starts_on == day("2023-09-15")
    assert (term.number, term.window.first, term.window.last) == (1, day("2024-09-15"), day("2025-09-14"))
    with refused("bad-date"):
        Opened(PACKS, Q3).contract("2025-07-02")


def test_nothing_is_taken_back_that_something_hangs_on_g14() -> None:
    ledger = opened()
    contract = next(iter(ledger.book.contracts.values()))
    grant = ledger.grant()
    with refused("conflict"):
        ledger.take_back(contract)  # a grant is under it
    ledger.take_back(grant)
    ledger.take_back(contract)
    book = ledger.read_again()
    assert not book.grants and not book.contracts and book.opened_on is None and book.grants_given == grant.number


def test_all_is_as_of_one_day_before_anything_else_g14() -> None:
    book = Book()
    openings.check_day(book, ON, ON, CUSTOMER)
    with refused("bad-date"):
        openings.check_day(book, ON, day("2025-06-30"), CUSTOMER)
    book.remember(Opening(1, "money", ON))
    openings.check_day(book, ON, None, CUSTOMER)
    with refused("bad-date"):
        openings.check_day(book, day("2025-07-02"), None, CUSTOMER)


def test_nothing_is_recorded_of_a_day_before_g14() -> None:
    entry = Entry(2, "E1", 1, None, "support", day("2025-06-30"), 300)
    openings.check_after(None, [entry], ON, CUSTOMER)
    openings.check_after(ON, [replace(entry, worked_on=ON)], ON, CUSTOMER)
    openings.check_after(ON, [Opening(2, "owed", ON, worked_on=day("2025-01-01"))], day("2025-01-01"), CUSTOMER)
    for facts, on in (([entry], ON), ([], day("2025-06-30"))):
        with refused("bad-date"):
            openings.check_after(ON, facts, on, CUSTOMER)
