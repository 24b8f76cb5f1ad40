"""What the movements of a bank file are, decided on values alone (M10, M14, L5)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from billing.core import matching
from billing.core.matching import BankMovement, Credit, Decision, KeptMovement, Payable

TODAY = date(2025, 3, 31)
ONE = Payable("INV-2025-00001", "Alpina SA", "CHF", Decimal("94.59"), "REF1")
TWO = Payable("INV-2025-00002", "Bergbahn AG", "CHF", Decimal("141.88"), "REF2")
PAID = Payable("INV-2025-00003", "Alpina SA", "CHF", Decimal("0.00"), "REF3")
EURO = Payable("INV-2025-00004", "Alpina SA", "EUR", Decimal("10.00"), None)
INVOICES = (ONE, TWO, PAID, EURO)


def movement(amount: str = "94.59", text: str = "", key: str = "K", **how: object) -> BankMovement:
    plain = BankMovement(
        key, f"whole of {key}", False, "CH93", Decimal(amount), "CHF", date(2025, 3, 1), True, False, None, text, None,
        None,
    )  # fmt: skip
    return replace(plain, **how)  # type: ignore[arg-type]


def plan(
    *movements: BankMovement, kept: tuple[KeptMovement, ...] = (), credits: tuple[Credit, ...] = ()
) -> list[Decision]:
    return matching.plan(movements, INVOICES, kept, credits, TODAY)


def parts(decision: Decision) -> list[tuple[str, str]]:
    return [(number, str(amount)) for number, amount in decision.parts]


@pytest.mark.parametrize(
    ("given", "paid"),
    [
        (movement(reference="REF2"), [("INV-2025-00002", "94.59")]),
        (movement("50.00", "invoice INV-2025-00001"), [("INV-2025-00001", "50.00")]),
        (movement("50.00", "inv 2025 00001, thanks"), [("INV-2025-00001", "50.00")]),
        (movement("100.00", "INV-2025-00001"), [("INV-2025-00001", "100.00")]),  # what is over is own money
        (movement("94.59", "INV-2025-00003 INV-2025-00001"), [("INV-2025-00001", "94.59")]),  # the one that is open
        (
            movement("236.47", "INV-2025-00001 INV-2025-00002"),
            [("INV-2025-00001", "94.59"), ("INV-2025-00002", "141.88")],
        ),
        (
            movement("240.00", "INV-2025-00002 INV-2025-00001"),
            [("INV-2025-00002", "141.88"), ("INV-2025-00001", "98.12")],
        ),
        (movement(name="ALPINA sa"), [("INV-2025-00001", "94.59")]),
    ],
)
def test_what_a_credit_pays(given: BankMovement, paid: list[tuple[str, str]]) -> None:
    (decision,) = plan(given)
    assert (decision.outcome, parts(decision)) == ("paid", paid)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (movement("50.00"), "no reference, and no open invoice of this amount"),
        (movement(name="Somebody"), "no reference; INV-2025-00001 would fit by the amount alone"),
        (movement("50.00", "INV-2025-00003"), "INV-2025-00003 is paid already"),
        (movement("50.00", "INV-2025-00004"), "INV-2025-00004 is in EUR, the money is CHF"),
        (
            movement("200.00", "INV-2025-00001 INV-2025-00002"),
            "200.00 is less than the 236.47 open on INV-2025-00001, INV-2025-00002: how is it spread?",
        ),
        (movement("0.00", "INV-2025-00001"), "its amount is nothing"),
        (movement(value_on=date(2025, 4, 1)), "its value date 2025-04-01 is in the future"),
        (movement(returned=True), "money of the issuer's that came back: no customer has paid it"),
        (movement(incoming=False, returned=True), "a return of a payment that is not known"),
    ],
)
def test_why_it_is_open(given: BankMovement, reason: str) -> None:
    (decision,) = plan(given)
    assert (decision.outcome, decision.parts, decision.reason) == ("open", (), reason)


def test_one_sees_what_those_before_it_have_paid() -> None:
    """Two credits with the number of one invoice: the second finds it paid."""
    first, second = plan(movement(text="INV-2025-00001", key="A"), movement("1.00", "INV-2025-00001", key="B"))
    assert (first.outcome, second.reason) == ("paid", "INV-2025-00001 is paid already")


def test_money_out_is_none_of_a_customers() -> None:
    assert [d.outcome for d in plan(movement(incoming=False))] == ["ours"]


def test_what_came_before_is_known() -> None:
    """L5: itself, in this file or an earlier one; the parts of what was booked whole; the whole of parts."""
    one = movement(text="INV-2025-00001")
    whole = movement(key="whole of K", is_batch=True, batch="whole of K")
    assert [d.outcome for d in plan(one, one)] == ["paid", "known"]
    assert [d.outcome for d in plan(one, kept=(KeptMovement("K", "x", booked=False),))] == ["known"]
    assert [d.outcome for d in plan(one, kept=(KeptMovement("whole of K", "", booked=True),))] == ["known"]
    assert [d.outcome for d in plan(one, kept=(KeptMovement("whole of K", "", booked=False),))] == ["paid"]
    assert [d.outcome for d in plan(one, whole)] == ["paid", "known"]


def test_a_return_takes_back_its_credit() -> None:
    """The latest of the same amount and end-to-end id, or one of this file; each once."""
    back = movement(key="BACK", incoming=False, returned=True, end_to_end="E", reference=None)
    earlier = Credit("OLD", Decimal("94.59"), None, "E", (("bank:OLD", Decimal("94.59")),))
    other = replace(earlier, key="OTHER", amount=Decimal("5.00"))
    first, second = plan(back, replace(back, key="BACK 2"), credits=(other, earlier))
    assert (first.outcome, parts(first), second.outcome) == ("returned", [("bank:OLD", "94.59")], "open")
    paid, returned = plan(
        movement("236.47", "INV-2025-00001 INV-2025-00002", end_to_end="E"), replace(back, amount=Decimal("236.47"))
    )
    assert paid.outcome == "paid"
    assert parts(returned) == [("bank:K", "94.59"), ("bank:K/2", "141.88")]
