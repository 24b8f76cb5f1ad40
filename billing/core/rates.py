"""Amounts of another currency in the books' own: at one rate each, as an account is converted and not each amount."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal

from billing.core.units import ZERO, to_cents
from billing.errors import BadInput
from billing.texts import say

Rates = Mapping[str, Decimal]  # by currency: how much of the books' currency one of it is
NO_RATES: Rates = {}
_NAMED = 5  # documents that a refusal names


class Conversion:
    """Converts what accounts come to: an invoice that is paid in three parts comes to nothing in either currency."""

    def __init__(self, own: str, rates: Rates) -> None:
        self.own = own
        self.rates = rates
        self._sums: dict[tuple[str, ...], Decimal] = defaultdict(lambda: ZERO)

    def convert(self, amount: Decimal, currency: str, *account: str) -> Decimal:
        """What an amount adds to an account in the books' currency, rounded as a sum from the beginning."""
        if currency == self.own:
            return amount
        key, rate = (*account, currency), self.rates[currency]
        was = to_cents(self._sums[key] * rate)
        self._sums[key] += amount
        return to_cents(self._sums[key] * rate) - was


def check(own: str, used: Iterable[tuple[str, str]], rates: Rates) -> None:
    """Refuses currencies without a rate, by the documents that are in them; `used` are currencies and documents."""
    missing: dict[str, dict[str, None]] = {}  # documents by currency, in order
    for currency, document in used:
        if currency != own and currency not in rates:
            missing.setdefault(currency, {})[document] = None
    for currency, documents in missing.items():
        more = f" and {len(documents) - _NAMED} more" if len(documents) > _NAMED else ""
        raise BadInput(
            "bad-input",
            say(
                "{named}: in {currency}, the books are in {own}, and the ledger has no rate",
                named=", ".join([*documents][:_NAMED]) + more,
                currency=currency,
                own=own,
            ),
            say(
                "give --rate {currency}=RATE, with the {own} that one {currency} is, as --rate {currency}=0.95",
                currency=currency,
                own=own,
            ),
        )
