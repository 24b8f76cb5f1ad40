"""Steps and interest worked out by hand, on days and amounts alone (M10, M11)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from billing.core import reminding
from billing.core.facts import Reminder
from billing.core.receipts import Issued, Open, Receipt
from billing.core.reminding import Due, LateTerms, Rates

WAITS = (7, 14, 14)
FIVE = Rates(((date(2000, 1, 1), Decimal(5)),), 365)


def invoice(total: str = "1000.00") -> Issued:
    return Issued("I", "A", date(2025, 1, 1), date(2025, 1, 31), "CHF", (), Decimal(total), None)


def note(total: str, on: date) -> Issued:
    return Issued("C", "A", on, None, "CHF", (), Decimal(total), "I")


def item(on: date) -> Open:
    return Open(invoice(), Decimal("1000.00"), (on - date(2025, 1, 31)).days)


def sent(step: int, on: date) -> Reminder:
    nothing = Decimal("0.00")
    return Reminder(1, "I", step, on, "CHF", Decimal("1000.00"), nothing, nothing)


@pytest.mark.parametrize(
    ("on", "before", "reopened", "step"),
    [
        (date(2025, 2, 6), [], None, None),
        (date(2025, 2, 7), [], None, 1),
        (date(2027, 1, 1), [], None, 1),  # no step is left out, however late
        (date(2025, 2, 7), [sent(1, date(2025, 2, 7))], None, None),
        (date(2025, 2, 20), [sent(1, date(2025, 2, 7))], None, None),
        (date(2025, 2, 21), [sent(1, date(2025, 2, 7))], None, 2),
        (date(2025, 3, 6), [sent(1, date(2025, 2, 7)), sent(2, date(2025, 2, 21))], None, None),
        (date(2025, 3, 7), [sent(1, date(2025, 2, 7)), sent(2, date(2025, 2, 21))], None, 3),
        (date(2025, 9, 1), [sent(3, date(2025, 3, 7))], None, None),  # there are three
        (date(2025, 3, 8), [], date(2025, 3, 2), None),  # open again on 2 March: seven days from there
        (date(2025, 3, 9), [], date(2025, 3, 2), 1),
        (date(2025, 3, 15), [sent(1, date(2025, 2, 7))], date(2025, 3, 2), None),
        (date(2025, 3, 16), [sent(1, date(2025, 2, 7))], date(2025, 3, 2), 2),
        (date(2025, 1, 20), [], date(2025, 1, 5), None),  # open again before it was due changes nothing
    ],
)
def test_the_step_that_is_due(on: date, before: list[Reminder], reopened: date | None, step: int | None) -> None:
    """M10: days since the due date, the step before, or the day of being open again, whichever is the latest."""
    assert reminding.due_step(item(on), before, reopened, WAITS, on) == step


def test_what_is_open_day_by_day() -> None:
    """M10: notes and payments lower it, what is taken back raises it; the last day on which it rose from nothing."""
    flows = [
        Receipt("I", date(2025, 2, 3), Decimal("300.00")),
        Receipt("I", date(2025, 2, 10), Decimal("600.00")),
        Receipt("I", date(2025, 3, 1), Decimal("-600.00")),
        Receipt("OTHER", date(2025, 2, 4), Decimal("5.00")),
    ]
    history = reminding.balances(invoice(), [note("-100.00", date(2025, 2, 5))], flows)
    assert history == [
        (date(2025, 1, 1), Decimal("1000.00")),
        (date(2025, 2, 3), Decimal("700.00")),
        (date(2025, 2, 5), Decimal("600.00")),
        (date(2025, 2, 10), Decimal("0.00")),
        (date(2025, 3, 1), Decimal("600.00")),
    ]
    assert reminding.reopened(history, date(2025, 2, 28)) is None
    assert reminding.reopened(history, date(2025, 3, 1)) == date(2025, 3, 1)
    # 1000 for 3 days, 700 for 2, 600 for 5, nothing until 1 March, 600 for 4: 9800 x 5 % / 365 = 1.342...
    assert reminding.interest(history, FIVE, date(2025, 1, 31), date(2025, 3, 5)) == Decimal("1.34")


def test_interest_is_rounded_once_and_follows_the_rate_of_each_day() -> None:
    """M11: half-years have rates of their own; 29 February is a day like others; the sum is rounded half-up."""
    flat = [(date(2025, 1, 1), Decimal("73.00"))]
    assert reminding.interest(flat, FIVE, date(2025, 1, 1), date(2025, 1, 2)) == Decimal("0.01")  # exactly 0.01
    assert reminding.interest(
        [(date(2025, 1, 1), Decimal("36.50"))], FIVE, date(2025, 1, 1), date(2025, 1, 2)
    ) == Decimal("0.01")  # 0.005
    assert reminding.interest(flat, FIVE, date(2025, 1, 2), date(2025, 1, 2)) == 0
    assert reminding.interest(flat, FIVE, date(2025, 1, 3), date(2025, 1, 2)) == 0
    two = Rates(((date(2025, 1, 1), Decimal("10")), (date(2025, 7, 1), Decimal("20"))), 365)
    half = [(date(2025, 1, 1), Decimal("365.00"))]
    # 29 and 30 June at 10 %: 0.10 each; 1 to 3 July at 20 %: 0.20 each
    assert reminding.interest(half, two, date(2025, 6, 28), date(2025, 7, 3)) == Decimal("0.80")
    assert reminding.interest(half, two, date(2025, 6, 28), date(2025, 6, 30)) == Decimal("0.20")
    assert reminding.interest(half, two, date(2025, 6, 30), date(2025, 7, 1)) == Decimal("0.20")
    leap = [(date(2024, 1, 1), Decimal("365.00"))]
    assert reminding.interest(leap, FIVE, date(2024, 2, 28), date(2024, 3, 1)) == Decimal("0.10")
    assert reminding.interest(leap, two, date(2024, 2, 28), date(2024, 3, 1)) == 0  # no rate is known that early


HALF_YEAR_RATES = Rates(((date(2000, 1, 1), Decimal("7.3")),), 365)  # 1000.00 cost 0.20 a day
FORTY = (Decimal("40.00"), "CHF")


def due(first_on: date | None = None) -> Due:
    known = item(date(2025, 3, 2))  # 30 days late
    return Due(known, 1, reminding.balances(known.invoice, [], []), first_on)


@pytest.mark.parametrize(
    ("terms", "first_on", "interest", "indemnity"),
    [
        (LateTerms(), None, "0.00", "0.00"),
        (LateTerms(indemnity=FORTY), None, "0.00", "40.00"),
        (LateTerms(indemnity=(Decimal("40.00"), "EUR")), None, "0.00", "0.00"),  # of another currency
        (LateTerms(HALF_YEAR_RATES, "due", FORTY), None, "6.00", "40.00"),
        (LateTerms(HALF_YEAR_RATES, "due", FORTY), date(2025, 2, 20), "6.00", "40.00"),
        (LateTerms(HALF_YEAR_RATES, "reminder", FORTY), None, "0.00", "0.00"),  # this one puts into default
        (LateTerms(HALF_YEAR_RATES, "reminder", FORTY), date(2025, 2, 20), "2.00", "40.00"),
    ],
)
def test_when_interest_and_indemnity_are_due(
    terms: LateTerms, first_on: date | None, interest: str, indemnity: str
) -> None:
    """M11: from the due date, or from the first reminder where only that puts into default."""
    fact = reminding.reminder(7, due(first_on), terms, date(2025, 3, 2))
    assert (str(fact.interest), str(fact.indemnity)) == (interest, indemnity)
    assert (fact.seq, fact.invoice, fact.step, fact.open) == (7, "I", 1, Decimal("1000.00"))


def test_what_is_due_of_all_that_is_open() -> None:
    """M10: what is paid, not late yet or reminded of too recently is left out."""
    on = date(2025, 2, 10)
    known = [replace(invoice(), number=name) for name in ("due", "paid", "reminded")]
    known.append(replace(invoice(), number="young", due_on=date(2025, 2, 9)))
    flows = [Receipt("paid", date(2025, 2, 1), Decimal("1000.00"))]
    before = {"reminded": [sent(1, date(2025, 2, 8))]}
    assert [found.item.invoice.number for found in reminding.due(known, flows, before, WAITS, on)] == ["due"]
    (found,) = reminding.due(known[2:3], [], before, WAITS, date(2025, 2, 22))
    assert (found.step, found.first_on) == (2, date(2025, 2, 8))
