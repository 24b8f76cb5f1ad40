"""Closed months as functions of entries, movements and documents: what was kept stays, the rest is late (M16)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from billing.core import closing, taxed
from billing.core.basis import Bases, always
from billing.core.closing import Step
from billing.core.journal import Entry, Leg, Minutes
from billing.core.receipts import Issued, Receipt
from billing.core.statement import Movement
from billing.core.vat import VatClass

JANUARY, FEBRUARY = date(2025, 1, 1), date(2025, 2, 1)
OPEN = FEBRUARY
TAXED = VatClass("S", Decimal("20"))


def step(n: int, month: date, kind: str = "close") -> Step:
    return Step(n, "close" if kind == "close" else "reopen", month, date(2025, 6, n), None, {}, {}, {})


def paid(day: date, amount: int, document: str = "INV-1") -> Entry:
    legs = (Leg("bank", Decimal(amount), "EUR"), Leg("receivable", Decimal(-amount), "EUR"))
    return Entry("bank", day, "A", "payment", (document,), document, legs)


def earned(day: date, used: int) -> Entry:
    legs = (Leg("deferred", Decimal(used), "EUR", "pack"), Leg("revenue", Decimal(-used), "EUR", "pack"))
    return Entry("general", day, "A", "earned", ("pack", str(used), "0", "720"), "INV-1", legs)


def drawn(day: date, minutes: int) -> Minutes:
    return Minutes("A", "A-G1", Movement(day, "draw", -minutes, 1, 3, 7), None)


def amounts(entries: Sequence[Entry]) -> list[tuple[date, date | None, int]]:
    return [(entry.on, entry.own_day, int(entry.legs[0].amount)) for entry in entries]


def test_a_month_opened_again_is_closed_no_more() -> None:
    steps = [step(1, JANUARY), step(2, FEBRUARY), step(3, FEBRUARY, "reopen")]
    standing = closing.standing(steps)
    assert [each.month for each in standing] == [JANUARY]
    assert closing.of_day(standing, date(2025, 1, 31)) is steps[0]
    assert closing.of_day(standing, OPEN) is None
    assert closing.first_open(standing) == OPEN
    assert closing.first_open([]) == date.min


def test_what_comes_late_is_posted_on_the_first_open_day_with_its_own() -> None:
    kept, late, after = paid(date(2025, 1, 10), 100), paid(date(2025, 1, 20), 30, "INV-2"), paid(date(2025, 2, 5), 7)
    found = closing.posted([kept], [kept, late, after], OPEN)
    assert amounts(found) == [(kept.on, None, 100), (OPEN, late.on, 30), (after.on, None, 7)]


def test_what_is_taken_away_later_is_taken_back_on_the_first_open_day() -> None:
    kept = paid(date(2025, 1, 10), 100)
    assert amounts(closing.posted([kept], [], OPEN)) == [(kept.on, None, 100), (OPEN, kept.on, -100)]


def test_what_was_posted_late_before_the_next_closing_is_not_late_again() -> None:
    first, late = paid(date(2025, 1, 10), 100), paid(date(2025, 1, 20), 30, "INV-2")
    posted = closing.posted([first], [first, late], OPEN)
    assert closing.posted(posted, [first, late], date(2025, 3, 1)) == posted
    assert amounts(closing.posted(posted, [first], date(2025, 3, 1)))[2:] == [(date(2025, 3, 1), late.on, -30)]


def test_minutes_earned_late_say_how_many_more() -> None:
    day = date(2025, 1, 15)
    _, late = closing.posted([earned(day, 60)], [earned(day, 100)], OPEN)
    assert (late.on, late.own_day, late.about) == (OPEN, day, ("pack", "40", "0", "720"))


def test_books_of_which_nothing_is_closed_are_what_is_known() -> None:
    entries = [paid(date(2025, 1, 10), 100), paid(date(2025, 2, 5), 7)]
    assert closing.posted([], entries, date.min) == entries
    assert closing.moved([], [drawn(JANUARY, 5)], date.min) == [drawn(JANUARY, 5)]


def test_minutes_drawn_late_move_on_the_first_open_day() -> None:
    kept, late = drawn(date(2025, 1, 10), 30), drawn(date(2025, 1, 20), 12)
    first, second = closing.moved([kept], [kept, late], OPEN)
    assert first == kept
    assert (second.movement.on, second.own_day, second.movement.minutes) == (OPEN, date(2025, 1, 20), -12)
    assert closing.moved([first, second], [kept, late], date(2025, 3, 1)) == [first, second]
    again = replace(kept, movement=replace(kept.movement, position=9))  # recorded anew, the same minutes
    assert closing.moved([kept], [again], OPEN) == [kept]


def invoice(number: str, day: date, corrects: str | None = None) -> Issued:
    sign = -1 if corrects else 1
    vat = ((TAXED, Decimal(100) * sign, Decimal(20) * sign),)
    return Issued(number, "A", day, None, "EUR", vat, Decimal(120) * sign, corrects)


def test_vat_declared_stays_and_what_is_paid_late_is_of_the_first_open_month() -> None:
    documents = [invoice("INV-1", date(2025, 1, 5))]
    then, now = Receipt("INV-1", date(2025, 1, 10), Decimal(60)), Receipt("INV-1", date(2025, 1, 20), Decimal(60))
    closings = [step(1, JANUARY)]

    def known(closed: Step | None) -> closing.Known:
        return documents, [then] if closed else [then, now]

    def vat(first: date, last: date) -> dict[str, tuple[Decimal, Decimal]]:
        rows = taxed.summed(closing.vat(closings, known, always("payment"), first, last))
        return {currency: sums for (currency, _), sums in rows.items()}

    half = {"EUR": (Decimal(50), Decimal(10))}
    assert vat(JANUARY, date(2025, 1, 31)) == vat(FEBRUARY, date(2025, 2, 28)) == half
    assert vat(JANUARY, date(2025, 2, 28)) == {"EUR": (Decimal(100), Decimal(20))}
    assert vat(date(2025, 3, 1), date(2025, 3, 31)) == {}  # it was of February


def test_M16_an_invoice_keeps_the_basis_of_its_day_and_so_does_its_note() -> None:
    bases = Bases(((date.min, "invoice"), (FEBRUARY, "payment")))
    documents = [invoice("INV-1", date(2025, 1, 5)), invoice("INV-2", date(2025, 2, 5)),
                 invoice("CN-1", date(2025, 2, 20), "INV-1")]  # fmt: skip

    def vat(first: date, last: date) -> list[Decimal]:
        received = [Receipt("INV-1", date(2025, 2, 7), Decimal(120)), Receipt("INV-2", date(2025, 3, 7), Decimal(120))]
        return [part.amount for part in closing.vat([], lambda _: (documents, received), bases, first, last)]

    assert vat(JANUARY, date(2025, 1, 31)) == [Decimal(20)]
    assert vat(FEBRUARY, date(2025, 2, 28)) == [Decimal(-20)]
    assert vat(date(2025, 3, 1), date(2025, 3, 31)) == [Decimal(20)]
