"""A contract's fee as it is earned over its term: by days, month by month, to the cent (M21)."""

import random
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from billing import tariffs
from billing.core import fees, renewal, revenue
from billing.core.book import Book
from billing.core.facts import Cancellation, Reduction, SaleEnd
from billing.core.tariff import Tariff
from billing.core.units import ZERO, share
from billing.errors import Refusal


def tariff(name: str) -> Tariff:
    return tariffs.version_for(tariffs.versions(tariffs.folders({}), name), date(2025, 7, 1)).tariff


Q3, OPEN = tariff("q3"), tariff("qualiodoo")
DAY = timedelta(days=1)


def signed(fee: str | None, start: date, sold_on: date, cancelled: date | None = None) -> Book:
    book = Book()
    book.seq = 1
    contract = renewal.sign(book, lambda *_: (1, Q3), "q3", "profi", (), Decimal(fee) if fee else None, start)
    fees.sell(book, contract, book.terms[-1], sold_on, "INV-1")
    if cancelled:
        book.seq = 2
        book.record(Cancellation(2, contract.seq, cancelled))
    return book


def recognised(book: Book, at: date) -> str:
    return ", ".join(f"{row.recognised} of {row.price}" for row in revenue.deferred_on(book, at))


YEAR = date(2025, 1, 1)


@pytest.mark.parametrize(
    ("cancelled", "at", "said"),
    [
        (None, date(2024, 12, 14), ""),  # not invoiced yet
        (None, date(2024, 12, 31), "0.00 of 400.00"),
        (None, date(2025, 1, 30), "0.00 of 400.00"),
        (None, date(2025, 1, 31), "33.97 of 400.00"),
        (None, date(2025, 3, 30), "64.66 of 400.00"),
        (None, date(2025, 12, 30), "366.03 of 400.00"),
        (None, date(2025, 12, 31), "400.00 of 400.00"),
        (date(2025, 6, 10), date(2025, 6, 9), "165.48 of 400.00"),
        (date(2025, 6, 10), date(2025, 6, 10), "400.00 of 400.00"),
    ],
)
def test_m21_a_fee_is_earned_at_each_months_end(cancelled: date | None, at: date, said: str) -> None:
    assert recognised(signed("400.00", YEAR, date(2024, 12, 15), cancelled), at) == said


def test_m21_what_a_cancelled_contract_does_not_serve_is_earned_without_service() -> None:
    [row] = revenue.deferred_on(signed("365.00", YEAR, YEAR, date(2025, 6, 30)), date(2025, 7, 1))
    assert (row.used, row.expired, row.whole) == (181, 184, 365)
    assert (row.earned, row.breakage, row.deferred) == (Decimal("181.00"), Decimal("184.00"), ZERO)


def test_m21_m12_a_fee_that_is_credited_is_earned_as_far_as_it_is_left() -> None:
    book = signed("365.00", YEAR, YEAR)
    on = date(2025, 7, 1)
    assert fees.left(book, book.sales[1], on) == 184
    ends = date(2024, 1, 1), date(2025, 12, 31), date(2026, 1, 1)
    assert [fees.left(book, book.sales[1], day) for day in ends] == [
        365, 1, 0,
    ]  # fmt: skip
    for fact in (Reduction(3, "INV-1", 1, Decimal("184.00"), on), SaleEnd(3, 1, on, None, 0, on)):
        book.record(fact)
    assert recognised(book, on - DAY) == "181.00 of 365.00"
    assert recognised(book, on) == "181.00 of 181.00"


def test_m21_m12_of_a_cancelled_contract_the_days_that_nobody_serves_are_credited() -> None:
    """However early the note is: what is left is earned over the months that are still served."""
    book = signed("365.00", YEAR, YEAR, date(2025, 6, 30))
    days = [date(2025, 3, 1), date(2025, 6, 30), date(2025, 9, 1)]
    assert [fees.left(book, book.sales[1], on) for on in days] == [184, 184, 184]
    on = days[0]
    for fact in (Reduction(3, "INV-1", 1, Decimal("184.00"), on), SaleEnd(3, 1, on, None, 0, on)):
        book.record(fact)
    earned = [recognised(book, at) for at in (date(2025, 2, 28), on, date(2025, 4, 30), date(2025, 6, 30))]
    assert earned == ["59.00 of 365.00", "59.00 of 181.00", "120.00 of 181.00", "181.00 of 181.00"]
    assert [str(now.recognised) for _, now in next(revenue.courses(book))][-3:] == ["120.00", "151.00", "181.00"]


def test_m21_months_days_and_courses_agree_and_add_up_to_the_fee() -> None:
    """Drawn contracts: what the course says is what each day says, nothing goes back, the parts add up to the price."""
    drawn = random.Random(21)
    for _ in range(60):
        start = YEAR + timedelta(days=drawn.randrange(800))
        sold_on = start + timedelta(days=drawn.randrange(-40, 500))
        cancelled = start + timedelta(days=drawn.randrange(-1, 365)) if drawn.random() < 0.4 else None
        price = Decimal(drawn.randrange(1, 200_000)).scaleb(-2)
        book = signed(str(price), start, sold_on, cancelled)
        [course] = revenue.courses(book)
        sums = [ZERO, *(now.recognised for _, now in course)]
        assert all(after >= before for before, after in pairwise(sums)) and sums[-1] == price
        assert course[0][0] >= sold_on
        for at in {on + timedelta(days=by) for on, _ in course for by in (-1, 0, 1)}:
            by_then = [now for on, now in course if on <= at]
            for row in revenue.deferred_on(book, at):
                assert row == (by_then[-1] if by_then else revenue.new(row.sale, book)), (at, start, sold_on, cancelled)
        window = book.terms[-1].window
        whole = (window.last - window.first).days + 1
        end = min(window.last, cancelled) if cancelled else window.last
        for on, now in course:
            if on < end and (on + DAY).day == 1:
                assert now.recognised == share(price, (on - window.first).days + 1, whole)


@pytest.mark.parametrize(("fee", "code"), [(None, "price-required"), ("0.00", "price-required")])
def test_m21_no_fee_is_refused(fee: str | None, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        signed(fee, YEAR, YEAR)
    assert refused.value.code == code and "--fee" in str(refused.value.remedy)


def test_m21_a_contract_without_an_end_has_no_term_to_earn_a_fee_in() -> None:
    book = Book()
    contract = renewal.sign(book, lambda *_: (1, OPEN), "qualiodoo", None, (), Decimal(100), date(2025, 7, 1))
    with pytest.raises(Refusal) as refused:
        fees.due(contract, book.terms[-1])
    assert refused.value.code == "not-eligible"
