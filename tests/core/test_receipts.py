"""What is open on a day, and how old it is (M10)."""

from datetime import date
from decimal import Decimal

import pytest

from billing.core import receipts
from billing.core.receipts import Issued, Receipt
from billing.core.vat import VatClass


@pytest.mark.parametrize(
    ("days_late", "bucket"),
    [
        (-5, "not due"), (0, "not due"), (1, "1 to 30 days"), (30, "1 to 30 days"), (31, "31 to 60 days"),
        (60, "31 to 60 days"), (61, "61 to 90 days"), (90, "61 to 90 days"), (91, "more than 90 days"),
    ],
)  # fmt: skip
def test_the_bucket_of_an_open_invoice(days_late: int, bucket: str) -> None:
    assert receipts.age(days_late) == bucket


def test_what_is_open_on_a_day() -> None:
    """M10: the total less notes and payments up to that day, the oldest due first."""
    issued = date(2025, 1, 1)
    old = Issued("OLD", "A", issued, date(2025, 1, 10), "CHF", (), Decimal("100.00"), None)
    new = Issued("NEW", "A", issued, date(2025, 1, 31), "CHF", (), Decimal("50.00"), None)
    note = Issued("NOTE", "A", date(2025, 1, 20), None, "CHF", (), Decimal("-30.00"), "OLD")
    flows = [Receipt("OLD", date(2025, 1, 15), Decimal("60.00")), Receipt("NEW", date(2025, 2, 2), Decimal("50.00"))]

    def found(at: date) -> list[tuple[str, str, int]]:
        return [(i.invoice.number, str(i.open), i.days_late) for i in receipts.open_on([new, note, old], flows, at)]

    assert found(date(2025, 1, 12)) == [("OLD", "100.00", 2), ("NEW", "50.00", -19)]
    assert found(date(2025, 2, 1)) == [("OLD", "10.00", 22), ("NEW", "50.00", 1)]
    assert found(date(2025, 2, 3)) == [("OLD", "10.00", 24)]


TWENTY, REVERSE = VatClass("S", Decimal("20")), VatClass("AE", Decimal("0"))


def cents(*amounts: str) -> tuple[Decimal, ...]:
    return tuple(map(Decimal, amounts))


def test_m18_vat_is_due_by_payments_after_the_one_day_up_to_the_other() -> None:
    """A payment of the last day counts, one of the day before the first does not; in parts they are the whole."""
    vat = ((TWENTY, *cents("100.00", "20.00")), (REVERSE, *cents("50.00", "0.00")))
    invoice = Issued("I", "A", date(2025, 1, 31), None, "EUR", vat, Decimal("170.00"), None)  # type: ignore[arg-type]
    paid = [
        Receipt("I", date(2025, 2, day), amount) for day, amount in ((1, Decimal("51.00")), (28, Decimal("119.00")))
    ]

    def due(before: date, last: date) -> dict[tuple[str, VatClass], tuple[Decimal, Decimal]]:
        return receipts.vat_on_receipts([invoice], paid, before, last)

    assert due(date(2025, 1, 30), date(2025, 1, 31)) == {("EUR", REVERSE): cents("50.00", "0.00")}
    assert due(date(2025, 1, 31), date(2025, 2, 1)) == {("EUR", TWENTY): cents("30.00", "6.00")}
    assert due(date(2025, 2, 1), date(2025, 2, 27)) == {}
    assert due(date(2025, 2, 1), date(2025, 2, 28)) == {("EUR", TWENTY): cents("70.00", "14.00")}
    assert due(date(2025, 1, 31), date(2025, 2, 28)) == {("EUR", TWENTY): cents("100.00", "20.00")}


def test_m18_of_what_is_paid_too_much_or_of_nothing_no_vat_is_received() -> None:
    vat = ((TWENTY, *cents("100.00", "20.00")),)
    invoice = Issued("I", "A", date(2025, 1, 1), None, "EUR", vat, Decimal("120.00"), None)  # type: ignore[arg-type]
    note = Issued("N", "A", date(2025, 1, 2), None, "EUR",
                  ((TWENTY, *cents("-100.00", "-20.00")),), Decimal("-120.00"), "I")  # type: ignore[arg-type]  # fmt: skip
    assert receipts.received([invoice], Decimal("0.00")) == {} == receipts.received([invoice], Decimal("-5.00"))
    assert receipts.received([invoice], Decimal("500.00")) == {TWENTY: cents("100.00", "20.00")}
    assert receipts.received([invoice], Decimal("60.00")) == {TWENTY: cents("50.00", "10.00")}
    assert receipts.received([invoice, note], Decimal("60.00")) == {}
