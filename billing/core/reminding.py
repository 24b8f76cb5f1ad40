"""Which step of reminding is due for an open invoice, and the interest that the law adds (M10, M11).

Pure arithmetic on days and amounts: how long to wait, which rates and from which day on come from dated data. What is
computed here is told to the customer and never booked.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Literal

from billing.core.facts import Reminder
from billing.core.receipts import Issued, Open, Receipt, open_on
from billing.core.units import ZERO, day_before, to_cents
from billing.values import dataclass

Balances = list[tuple[date, Decimal]]


@dataclass(frozen=True, slots=True)
class Rates:
    """Interest in percent a year: each rate from a day on, oldest first; a year counts so many days."""

    rates: tuple[tuple[date, Decimal], ...]
    year_days: int

    def on(self, day: date) -> Decimal:
        """The rate of a day; none before the first."""
        return next((rate for first, rate in reversed(self.rates) if first <= day), ZERO)


@dataclass(frozen=True, slots=True)
class LateTerms:
    """What a law adds to an invoice that is paid late: interest from a day on, a fixed indemnity in its currency."""

    rates: Rates | None = None
    starts: Literal["due", "reminder"] = "due"  # in default when it is due, or only once it was reminded of
    indemnity: tuple[Decimal, str] | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """An open invoice that is due for a step, with what was open on it when, and when it was first reminded of."""

    item: Open
    step: int
    history: Balances
    first_on: date | None


def due(
    documents: Iterable[Issued],
    receipts: Iterable[Receipt],
    sent: Mapping[str, Sequence[Reminder]],
    waits: Sequence[int],
    on: date,
) -> Iterator[Due]:
    """The invoices that are due for a step on a day, the longest late first; `sent` is what reminded of each before."""
    known, paid = list(documents), list(receipts)
    notes: dict[str | None, list[Issued]] = defaultdict(list)
    flows: dict[str, list[Receipt]] = defaultdict(list)
    for document in known:
        notes[document.corrects].append(document)
    for receipt in paid:
        flows[receipt.invoice].append(receipt)
    for item in open_on(known, paid, on):
        number = item.invoice.number
        before = sent.get(number, ())
        history = balances(item.invoice, notes[number], flows[number])
        step = due_step(item, before, reopened(history, on), waits, on)
        if item.days_late > 0 and step is not None:
            yield Due(item, step, history, before[0].on if before else None)


def is_covered(rows: Iterable[Due], own: Decimal) -> bool:
    """Whether a customer's own money is as much as is due: it is to be used before anybody is reminded (M10)."""
    return own >= owed(rows)


def is_worth(rows: Iterable[Due], least: Decimal) -> bool:
    """Whether what is due is as much as an issuer reminds anybody of."""
    return owed(rows) >= least


def owed(rows: Iterable[Due]) -> Decimal:
    """What is open on the invoices that are due."""
    return sum((due.item.open for due in rows), ZERO)


def reminder(seq: int, due: Due, terms: LateTerms, on: date) -> Reminder:
    """The reminder of an invoice on a day, with the interest and the indemnity that the law adds by then (M11).

    Where only a reminder puts into default, interest runs from the first, and the indemnity is owed from the second.
    """
    invoice, charged, owed = due.item.invoice, ZERO, ZERO
    since = (invoice.due_on or invoice.issued_on) if terms.starts == "due" else due.first_on
    if terms.rates is not None and since is not None:
        charged = interest(due.history, terms.rates, since, on)
    if terms.indemnity is not None and terms.indemnity[1] == invoice.currency and since is not None:
        owed = terms.indemnity[0]
    return Reminder(seq, invoice.number, due.step, on, invoice.currency, due.item.open, charged, owed)


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
