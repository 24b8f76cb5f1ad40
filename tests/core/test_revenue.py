"""What is earned of packs: cents add up, and what happens to a pack turns its price on the right day (M9, M17)."""

import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any, Literal

import pytest

from billing.core import revenue
from billing.core.book import Book
from billing.core.facts import Bounce, Cancellation, Draw, Fact, Grant, Payment, Sale
from billing.core.tariff import Validity
from billing.core.units import ZERO, share
from tests.core import test_openings

PRICE = Decimal("1000.00")
MINUTES = 720
CONTRACT = 1
SALE = 10


def day(text: str) -> date:
    return date.fromisoformat(text)


def sale(
    seq: int = SALE,
    price: Decimal = PRICE,
    kind: Literal["pack", "add-on"] = "pack",
    on: str = "2025-01-02",
    minutes: int = MINUTES,
) -> Sale:
    return Sale(
        seq=seq, contract=CONTRACT, product="pack-12h", kind=kind, quantity=1, price=price, currency="EUR",
        minutes=minutes, sold_on=day(on), validity=Validity(1, "year"), until=day("2025-12-31"), credited_on="payment",
        covers=("support",), contacts=(), extends=None, reduced_rate=None, applies_to=(), priority=None, grace_days=30,
        invoice=f"INV-{seq}",
    )  # fmt: skip


def grant(number: int, starts: str, expires: str, of: int = SALE, minutes: int = MINUTES, **more: Any) -> Grant:
    window = (day(starts), day(expires))
    return Grant(number, 20 + number, CONTRACT, "pack", "pack-12h", minutes, *window, ("support",),
                 sale=of, **{"grace_days": 30, **more})  # fmt: skip


def draw(on: str, minutes: int, number: int = 1) -> Draw:
    return Draw(50, 50, (50, 0), number, minutes, day(on), "draw")


def book_of(*facts: Fact) -> Book:
    book = Book()
    for fact in facts:
        book.remember(fact)
    return book


def recognised(book: Book, at: str) -> Decimal:
    return sum((row.recognised for row in revenue.deferred_on(book, day(at))), ZERO)


@dataclass
class Case:
    """What happens to a pack of 720 minutes sold for 1,000.00, and what is recognised on some days."""

    name: str
    facts: Iterable[Fact]
    expect: dict[str, str]


FIRST = grant(1, "2025-01-10", "2026-01-09")
BOUNCED = (Payment(30, "INV-10", PRICE, day("2025-01-10")), Bounce(31, 30, day("2025-02-06"), 1))
CASES = [
    Case("sold and not paid: nothing", [], {"2025-01-02": "0.00", "2029-01-01": "0.00"}),
    Case("credited and not used: nothing, and all of it is breakage the day after the grace (M17)", [FIRST],
         {"2025-01-10": "0.00", "2026-01-09": "0.00", "2026-02-08": "0.00", "2026-02-09": "1000.00"}),
    Case("without grace it is breakage the day after the last", [grant(1, "2025-01-10", "2026-01-09", grace_days=None)],
         {"2026-01-09": "0.00", "2026-01-10": "1000.00"}),
    Case("used, on the day of the work", [FIRST, draw("2025-03-01", 36), draw("2025-03-02", 36)],
         {"2025-02-28": "0.00", "2025-03-01": "50.00", "2025-03-02": "100.00", "2026-02-09": "1000.00"}),
    Case("parts of a cent are rounded once, on the sum",
         [FIRST, draw("2025-03-01", 5), draw("2025-03-02", 5), draw("2025-03-03", 5)],
         {"2025-03-01": "6.94", "2025-03-02": "13.89", "2025-03-03": "20.83"}),
    Case("used up: nothing is left to expire", [FIRST, draw("2025-03-01", MINUTES)],
         {"2025-03-01": "1000.00", "2026-01-10": "1000.00"}),
    Case("minutes that come back are owed again", [FIRST, draw("2025-03-01", 72), draw("2025-04-01", -72)],
         {"2025-03-31": "100.00", "2025-04-01": "0.00", "2026-02-09": "1000.00"}),
    Case("minutes that come back in the grace are owed again, after it they are breakage",
         [FIRST, draw("2025-03-01", 72), draw("2026-02-01", -36), draw("2026-03-01", -36)],
         {"2026-01-31": "100.00", "2026-02-01": "50.00", "2026-02-09": "1000.00", "2026-03-01": "1000.00"}),
    Case("carried over without a gap: owed until the later pack ends",
         [FIRST, sale(11, on="2026-01-01"), grant(2, "2026-01-05", "2027-01-04", of=11), draw("2026-02-01", 72)],
         {"2026-01-10": "0.00", "2026-02-01": "100.00", "2027-02-03": "100.00", "2027-02-04": "2000.00"}),
    Case("carried over after a gap: owed in between too",
         [FIRST, sale(11, on="2026-01-12"), grant(2, "2026-01-20", "2027-01-19", of=11)],
         {"2026-01-10": "0.00", "2026-01-19": "0.00", "2027-02-18": "0.00", "2027-02-19": "2000.00"}),
    Case("a later pack after the days of grace carries nothing",
         [FIRST, sale(11, on="2026-03-01"), grant(2, "2026-03-01", "2027-02-28", of=11)],
         {"2026-02-09": "1000.00", "2027-03-30": "1000.00", "2027-03-31": "2000.00"}),
    Case("the contract is cancelled: the rest is breakage the day after",
         [FIRST, draw("2025-03-01", 72), Cancellation(40, CONTRACT, day("2025-06-30"))],
         {"2025-06-30": "100.00", "2025-07-01": "1000.00"}),
    Case("a contract that ends in the grace ends the grace",
         [FIRST, Cancellation(40, CONTRACT, day("2026-01-20"))], {"2026-01-20": "0.00", "2026-01-21": "1000.00"}),
    Case("cancelled before it was credited: never to be had, so it stays the customer's (G10)",
         [FIRST, Cancellation(40, CONTRACT, day("2025-01-05"))], {"2025-01-10": "0.00", "2029-01-01": "0.00"}),
    Case("the payment bounces: what was drawn stands, the rest is owed and never breakage",
         [FIRST, draw("2025-02-01", 72), *BOUNCED], {"2025-02-05": "100.00", "2026-01-10": "100.00"}),
    Case("paid again: one sale, one price, the new end",
         [FIRST, draw("2025-02-01", 72), *BOUNCED,
          grant(2, "2025-03-01", "2026-02-28", minutes=MINUTES - 72, replaces=1), draw("2025-04-01", 72, 2)],
         {"2025-03-01": "100.00", "2025-04-01": "200.00", "2026-01-10": "200.00", "2026-02-28": "200.00",
          "2026-03-30": "200.00", "2026-03-31": "1000.00"}),
    Case("what returns from before the bounce goes to the new grant",
         [FIRST, draw("2025-02-01", 72), *BOUNCED,
          grant(2, "2025-03-01", "2026-02-28", minutes=MINUTES - 72, replaces=1), draw("2025-05-01", -72, 2)],
         {"2025-04-30": "100.00", "2025-05-01": "0.00", "2026-03-31": "1000.00"}),
    Case("a bounce after the end turns breakage into a debt again, from that day",
         [FIRST, Payment(30, "INV-10", PRICE, day("2025-01-10")), Bounce(31, 30, day("2026-03-01"), 1)],
         {"2026-02-08": "0.00", "2026-02-09": "1000.00", "2026-02-28": "1000.00", "2026-03-01": "0.00"}),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_recognised_on_a_day(case: Case) -> None:
    """M9, M17, G5, G10: as minutes are drawn, and when nothing can bring the rest back."""
    book = book_of(sale(), *case.facts)
    assert {at: str(recognised(book, at)) for at in case.expect} == case.expect


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_course_says_the_same_as_each_day(case: Case) -> None:
    book = book_of(sale(), *case.facts)
    courses = list(revenue.courses(book))
    for at in {at + timedelta(days=by) for course in courses for at, _ in course for by in (-1, 0, 1)}:
        by_then = {now.sale.seq: now for course in courses for when, now in course if when <= at}
        for standing in revenue.deferred_on(book, at):
            assert standing == by_then.get(standing.sale.seq, revenue.new(standing.sale, book)), at


def test_144_slices_of_a_thousand_add_up_to_a_thousand() -> None:
    """Twelve hours in blocks of 5 minutes: priced slice by slice, 0.64 of 1,000.00 would be lost."""
    first = day("2025-01-10")
    slices = [draw(str(first + timedelta(days=n)), 5) for n in range(144)]
    [course] = revenue.courses(book_of(sale(), FIRST, *slices))
    sums = [ZERO, *(now.recognised for _, now in course)]
    parts = [after - before for before, after in pairwise(sums)]
    assert len(parts) == 144
    assert set(parts) == {Decimal("6.94"), Decimal("6.95")}
    assert sum(parts) == PRICE
    assert PRICE - 144 * share(PRICE, 5, MINUTES) == Decimal("0.64")


def test_work_and_breakage_are_told_apart() -> None:
    [course] = revenue.courses(book_of(sale(), FIRST, draw("2025-03-01", 100)))
    assert [(str(at), str(now.earned), str(now.breakage), str(now.deferred)) for at, now in course] == [
        ("2025-03-01", "138.89", "0.00", "861.11"),
        ("2026-02-09", "138.89", "861.11", "0.00"),
    ]


def test_what_was_brought_begins_as_it_stood_the_day_before_g14() -> None:
    """35 of 60 minutes for 90.00 were used before the books opened on 1 July: 52.50 is no revenue of these books."""
    ledger = test_openings.opened()
    ledger.grant()
    (sold,) = ledger.book.sales.values()
    as_it_came = revenue.new(sold, ledger.book)
    assert (as_it_came.whole, as_it_came.used, as_it_came.expired, as_it_came.deferred) == (60, 35, 0, Decimal("37.50"))
    assert list(revenue.deferred_on(ledger.book, day("2025-06-30"))) == []
    assert [row.deferred for row in revenue.deferred_on(ledger.book, day("2025-07-01"))] == [Decimal("37.50")]
    ledger.log("2025-07-02", 10)
    [course] = revenue.courses(ledger.book)
    assert [(str(at), str(now.deferred)) for at, now in course[:1]] == [("2025-07-02", "22.50")]


def test_add_ons_are_not_deferred() -> None:
    book = book_of(sale(kind="add-on"), FIRST)
    assert list(revenue.deferred_on(book, day("2025-06-01"))) == []
    assert list(revenue.courses(book)) == []


def test_a_sale_is_not_there_before_its_day() -> None:
    assert list(revenue.deferred_on(book_of(sale()), day("2025-01-01"))) == []


def test_any_price_in_any_slices_adds_up() -> None:
    """Recognised and deferred are never below zero, never more than the price, and end at it to the cent."""
    pick = random.Random(9)
    for _ in range(200):
        price = Decimal(pick.randint(0, 1_000_000)).scaleb(-2)
        draws, left = [], MINUTES
        while left and pick.random() < 0.95:
            part = pick.randint(1, min(left, 90))
            draws.append(draw(str(day("2025-01-10") + timedelta(days=pick.randint(0, 364))), part))
            left -= part
        [course] = revenue.courses(book_of(sale(price=price), FIRST, *draws))
        stands = [now for _, now in course]
        assert all(ZERO <= now.earned <= now.recognised <= price for now in stands)
        assert all(now.recognised == now.recognised.quantize(Decimal("0.01")) for now in stands)
        assert stands[-1].recognised == price and stands[-1].deferred == 0
        assert stands[-1].breakage == price - share(price, MINUTES - left, MINUTES)
