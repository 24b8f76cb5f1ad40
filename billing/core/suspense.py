"""What the books say of the bank: each movement of a statement on its day, on suspense as far as nobody has said what
it is (M14).

What is booked at once posts the bank itself; of what is settled later the day of the movement keeps its entry, and the
day of settling takes it from suspense, so that no entry of an earlier month ever changes.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from billing.core.journal import Balance, Entry, Leg, What
from billing.core.units import ZERO
from billing.values import dataclass


@dataclass(frozen=True, slots=True)
class Moved:
    """A movement of the bank: the amount that the account saw, what the bank had kept back of it before, or debited
    beside a return (below nothing).

    `booked` is what was booked of it at once, `kept_back` the charges with that; `settled` what somebody said later
    that it is, by day.
    """

    name: str
    on: date
    currency: str
    incoming: bool
    amount: Decimal
    charges: Decimal = ZERO
    is_charge: bool = False  # the bank's own price
    booked: Decimal = ZERO
    kept_back: Decimal = ZERO
    settled: tuple[tuple[date, Decimal], ...] = ()

    @property
    def waits(self) -> Decimal:
        """What of it went on suspense on its day: with what was kept back, for that is a part of what was paid."""
        rest = self.amount - self.booked
        return ZERO if self.is_charge else rest + self.charges - self.kept_back

    @property
    def left(self) -> Decimal:
        """What of it nobody has said yet what it is."""
        return self.waits - sum((amount for _, amount in self.settled), ZERO)


def entries(movements: Iterable[Moved], until: date) -> Iterator[Entry]:
    """An entry for each movement of which not all was booked at once."""
    for moved in movements:
        sign = 1 if moved.incoming else -1
        bank, waits = sign * (moved.amount - moved.booked), sign * moved.waits
        legs = [
            Leg("bank", bank, moved.currency),
            Leg("suspense", -waits, moved.currency),
            Leg("bank-charges", waits - bank, moved.currency),
        ]
        kept = tuple(leg for leg in legs if leg.amount)
        if kept and moved.on <= until:
            what: What = "bank-charges" if moved.is_charge else "movement"
            yield Entry("bank", moved.on, "", what, (), moved.name, kept)


def closing(movements: Iterable[Moved], until: date) -> Iterator[Balance]:
    """What is on suspense at a day's end, by currency."""
    sums: dict[str, Decimal] = {}
    for moved in movements:
        if moved.on <= until:
            settled = sum((amount for day, amount in moved.settled if day <= until), ZERO)
            left = moved.waits - settled
            sums[moved.currency] = sums.get(moved.currency, ZERO) + (-left if moved.incoming else left)
    for currency, amount in sorted(sums.items()):
        yield Balance("", "suspense", amount, currency)
