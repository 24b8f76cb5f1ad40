"""When an issuer owes VAT, as it was agreed from day to day (M2, M16)."""

from datetime import date
from typing import Literal

from billing.values import dataclass

Basis = Literal["invoice", "payment"]


@dataclass(frozen=True, slots=True)
class Bases:
    """On what VAT is owed, from which day on, in the order of the days; before the first of them, on invoices."""

    since: tuple[tuple[date, Basis], ...] = ()

    def on(self, day: date) -> Basis:
        """The basis of what is invoiced on a day: it stays that of the invoice, whenever it is paid or credited."""
        return next((basis for first, basis in reversed(self.since) if first <= day), "invoice")

    @property
    def on_receipts(self) -> bool:
        """Whether VAT was ever owed when it is paid."""
        return any(basis == "payment" for _, basis in self.since)


def always(basis: Basis) -> Bases:
    """A basis that never changed."""
    return Bases(((date.min, basis),))
