"""Which step of reminding is due for an open invoice, and the interest that the law adds (M10, M11).

Pure arithmetic on days and amounts: how long to wait, which rates and from which day on come from dated data. What is
computed here is told to the customer and never booked.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from billing.core.facts import Reminder
from billing.core.receipts import Issued, Open, Receipt
from billing.core.units import ZERO, day_before, to_cents

Balances = list[tuple[date, Decimal]]


@dataclass(frozen=True, slots=True)
class Rates:
    """Interest in percent a year: each rate from a day on, oldest first; a year counts so many days."""

    rates: tuple[tuple[date, Decimal], ...]
    year_days: int

    def on(self, day: date) -> Decimal:
        """The rate of a day; none before the first."""
        return next((rate for first, rate in reversed(self.rates) if first <= day), ZERO)


def due_step(
    item: Open, sent: Iterable[Reminder], reopened_on: date | None, waits: Sequence[int], on: date
) -> int | None:
    """The step that is due for an open invoice on a day: the one after the last that was sent, none left out.

    `waits` are the days before each step: the first counted from the due date, the others from the step before, and
    all of them from the day on which the invoice was last open again, where that is later.
    """
    last = max(sent, key=lambda reminder: reminder.step, default=None)
    step = 1 if last is None else last.step + 1
    if step > len(waits):
        return None
    since = (item.invoice.due_on or item.invoice.issued_on) if last is None else last.on
    if reopened_on is not None:
        since = max(since, reopened_on)
    return step if (on - since).days >= waits[step - 1] else None


def balances(invoice: Issued, documents: Iterable[Issued], receipts: Iterable[Receipt]) -> Balances:
    """What is open on an invoice at the end of its first day and of each later one that changes it (M10)."""
    changes: dict[date, Decimal] = defaultdict(lambda: ZERO)
    for note in documents:
        if note.corrects == invoice.number:
            changes[max(note.issued_on, invoice.issued_on)] += note.total
    for receipt in receipts:
        if receipt.invoice == invoice.number:
            changes[max(receipt.on, invoice.issued_on)] -= receipt.amount
    changes[invoice.issued_on] += invoice.total
    left, found = ZERO, []
    for day in sorted(changes):
        left += changes[day]
        found.append((day, left))
    return found


def reopened(history: Balances, on: date) -> date | None:
    """The last day up to `on` on which an invoice that was settled was open again: a payment was taken back."""
    days = [day for (_, before), (day, after) in pairwise(history) if before <= 0 < after and day <= on]
    return max(days, default=None)


def interest(history: Balances, rates: Rates, since: date, until: date) -> Decimal:
    """Simple interest on what was open, for the days after `since` up to `until`; rounded half-up to the cent once.

    A day costs what was open when it began: a payment stops the interest with its own day.
    """
    changes = [day for day, _ in history] + [day_before(first) for first, _ in rates.rates]
    marks = sorted({since, until, *(day for day in changes if since < day < until)})
    exact = ZERO
    for begin, end in pairwise(marks if since < until else []):
        left = next((amount for day, amount in reversed(history) if day <= begin), ZERO)
        exact += max(left, ZERO) * rates.on(end) * (end - begin).days
    return to_cents(exact / (100 * rates.year_days))


def deadline(on: date, days: int) -> date:
    """The last day to pay that a reminder of a day gives."""
    return on + timedelta(days=days)
