"""What a customer has of its own on any day, what can be paid out, what notes set free (M10, M13)."""

from datetime import date
from decimal import Decimal

import pytest

from billing.core import own_money
from billing.core.book import Book
from billing.core.facts import Bounce, Deposit, Payment, Refund
from billing.core.receipts import Issued
from billing.errors import Already, BadInput


def on(day: int) -> date:
    return date(2025, 1, day)


def document(number: str, day: int, total: str, corrects: str | None = None) -> Issued:
    return Issued(number, "A", on(day), None, "CHF", (), Decimal(total), corrects)


def book(*facts: Payment | Deposit | Refund | Bounce) -> Book:
    found = Book()
    for fact in facts:
        found.remember(fact)
    return found


INVOICE = document("I", 5, "100.00")


def test_what_is_there_on_each_day_m10() -> None:
    """Money before the invoice is the customer's until the invoice is issued."""
    held = book(
        Payment(1, "I", Decimal("130.00"), on(3)),
        Deposit(2, Decimal("20.00"), "CHF", on(6)),
        Refund(3, Decimal("30.00"), "CHF", on(7)),
        Bounce(4, 2, on(8), None),
    )
    found = {day: own_money.on(held, [INVOICE], on(day)).get("CHF", Decimal(0)) for day in range(2, 9)}
    assert {day: str(amount) for day, amount in found.items()} == {
        2: "0", 3: "130.00", 4: "130.00", 5: "30.00", 6: "50.00", 7: "20.00", 8: "0.00"
    }  # fmt: skip


def test_a_refund_is_refused_for_the_least_of_all_days_since_m13() -> None:
    held = book(Deposit(1, Decimal("50.00"), "CHF", on(1)), Payment(2, "I", Decimal("35.00"), on(9), own_money=True))
    assert own_money.least_since(held, [INVOICE], "CHF", on(2)) == Decimal("15.00")
    assert own_money.least_since(held, [INVOICE], "CHF", on(9)) == Decimal("15.00")
    assert own_money.least_since(book(Deposit(1, Decimal("50.00"), "CHF", on(3))), [], "CHF", on(2)) == 0
    assert own_money.least_since(held, [INVOICE], "EUR", on(2)) == 0
    held.seq = 3
    with pytest.raises(BadInput):
        own_money.refund(held, Refund(3, Decimal("15.01"), "CHF", on(2)), [INVOICE])
    own_money.refund(held, Refund(3, Decimal("15.00"), "CHF", on(2)), [INVOICE])
    assert own_money.least_since(held, [INVOICE], "CHF", on(2)) == 0


def test_what_went_out_is_the_oldest_notes_first_m13() -> None:
    documents = [INVOICE, document("N1", 10, "-30.00", "I"), document("N2", 12, "-40.00", "I")]
    before = (Payment(1, "I", Decimal("110.00"), on(6)), Refund(2, Decimal("10.00"), "CHF", on(7)))
    assert own_money.to_refund(book(*before), documents) == {"N1": Decimal("30.00"), "N2": Decimal("40.00")}
    some = book(*before, Refund(3, Decimal("35.00"), "CHF", on(13)))
    assert own_money.to_refund(some, documents) == {"N2": Decimal("35.00")}
    unpaid = book(Payment(1, "I", Decimal("60.00"), on(6)))  # the first note lowers what is open, the second frees
    assert own_money.to_refund(unpaid, documents) == {"N2": Decimal("30.00")}


def test_what_came_on_account_is_taken_back_once_from_its_own_day_on_m10() -> None:
    deposit = Deposit(1, Decimal("50.00"), "CHF", on(3))
    held = book(deposit)
    held.seq = 2
    with pytest.raises(BadInput, match="2025-01-02 is before the payment, on 2025-01-03"):
        own_money.take_back(held, deposit, on(2))
    assert own_money.take_back(held, deposit, on(3)) == Bounce(2, 1, on(3), None)
    with pytest.raises(Already, match="taken back already"):
        own_money.take_back(held, deposit, on(4))
    assert own_money.on(held, []).get("CHF") == 0
