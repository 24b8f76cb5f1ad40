"""What the movements of a bank file are: known already, a payment, a return, or open with the reason (M10, M14, L5).

Told what the file holds, which invoices there are and what was kept of earlier files, it decides on the whole file.
Nothing is recorded here, and nothing is read: who asks does both.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from billing.core.units import ZERO

_NUMBER = re.compile(r"\b(INV)[\s./-]*(\d{4})[\s./-]*(\d{5,})\b", re.IGNORECASE | re.ASCII)
_NAMED_AT_MOST = 5  # invoices in a reason

Parts = tuple[tuple[str, Decimal], ...]


@dataclass(frozen=True, slots=True)
class BankMovement:
    """One movement on the account. `key` names it in whichever file it comes; `batch` names the entry it is part of."""

    key: str
    batch: str
    is_batch: bool  # a sum without its parts
    account: str
    amount: Decimal
    currency: str
    value_on: date
    incoming: bool
    returned: bool  # it takes an earlier movement back
    reference: str | None
    text: str
    name: str | None
    end_to_end: str | None


@dataclass(frozen=True, slots=True)
class Payable:
    """An invoice as a bank file can name it: its customer, what is open on it, the reference that pays it."""

    number: str
    customer: str  # the name
    currency: str
    open: Decimal
    reference: str | None


@dataclass(frozen=True, slots=True)
class KeptMovement:
    """What is kept of a movement of an earlier file; `booked` once nothing of it is open."""

    key: str
    batch: str
    booked: bool


@dataclass(frozen=True, slots=True)
class Credit:
    """A credit that was booked, with those of its payments (ids, amounts) that were not taken back."""

    key: str
    amount: Decimal
    reference: str | None
    end_to_end: str | None
    payments: Parts


@dataclass(frozen=True, slots=True)
class Decision:
    """What a movement is. `parts` are invoices with what each gets, of a return the payments that it takes back."""

    movement: BankMovement
    outcome: Literal["known", "paid", "returned", "ours", "open"]
    parts: Parts = ()
    reason: str | None = None


def plan(
    movements: Iterable[BankMovement],
    payables: Iterable[Payable],
    kept: Iterable[KeptMovement],
    credits: Sequence[Credit],
    today: date,
) -> list[Decision]:
    """Decides what each movement of a file is, in the file's order: one sees what those before it have paid.

    `credits` are those that returns of this file may take back, the latest first.
    """
    file = _File({payable.number: payable for payable in payables}, kept, credits, today)
    return [file.decide(movement) for movement in movements]


def payment_id(movement: BankMovement, place: int) -> str:
    """The id of the payment, or the return, that a movement becomes (L5); of several parts, each its own."""
    return f"bank:{movement.key}/{place + 1}" if place else f"bank:{movement.key}"


class _File:
    """A file while it is decided on: what is open on each invoice after the movements so far, and what is known."""

    def __init__(
        self, payables: dict[str, Payable], kept: Iterable[KeptMovement], credits: Iterable[Credit], today: date
    ) -> None:
        self.payables = payables
        self.today = today
        self.left = {number: payable.open for number, payable in payables.items()}
        self.by_reference = {p.reference: number for number, p in payables.items() if p.reference}
        self.keys: set[str] = set()
        self.batches: set[str] = set()
        self.wholes: set[str] = set()  # what is booked as a whole: its parts are booked with it
        for movement in kept:
            self._know(movement.key, movement.batch, movement.booked)
        self.credits = list(credits)

    def decide(self, movement: BankMovement) -> Decision:
        decision = self._decision(movement)
        if decision.outcome == "known":
            return decision
        self._know(movement.key, movement.batch, decision.reason is None)
        if decision.outcome == "paid":
            for number, amount in decision.parts:
                self.left[number] -= amount
            made = tuple((payment_id(movement, place), amount) for place, (_, amount) in enumerate(decision.parts))
            self.credits.insert(0, Credit(movement.key, movement.amount, movement.reference, movement.end_to_end, made))
        elif decision.outcome == "returned":
            self.credits = [credit for credit in self.credits if credit.payments != decision.parts]
        return decision

    def _know(self, key: str, batch: str, booked: bool) -> None:
        self.keys.add(key)
        self.batches.add(batch)
        if booked:
            self.wholes.add(key)

    def _is_known(self, movement: BankMovement) -> bool:
        """Whether it came before: itself, the whole it is part of once that was booked, or its parts."""
        if movement.key in self.keys:
            return True
        return movement.batch in (self.batches if movement.is_batch else self.wholes)

    def _decision(self, movement: BankMovement) -> Decision:
        if self._is_known(movement):
            return Decision(movement, "known")
        if not movement.incoming:
            return self._take_back(movement)
        if movement.returned:
            return _open(movement, "money of the issuer's that came back: no customer has paid it")
        if movement.value_on > self.today:
            return _open(movement, f"its value date {movement.value_on} is in the future")
        if movement.amount == 0:
            return _open(movement, "its amount is nothing")
        named = list(self._named(movement))
        return self._by_number(movement, named) if named else self._by_amount(movement)

    def _take_back(self, movement: BankMovement) -> Decision:
        """A returned credit takes back the payments that it was; other money out is none of a customer's."""
        if not movement.returned:
            return Decision(movement, "ours")
        for credit in self.credits:
            same = (movement.end_to_end and movement.end_to_end == credit.end_to_end) or (
                movement.reference and movement.reference == credit.reference
            )
            if same and movement.amount == credit.amount and movement.key != credit.key:
                return Decision(movement, "returned", credit.payments)
        return _open(movement, "a return of a payment that is not known")

    def _named(self, movement: BankMovement) -> Iterator[Payable]:
        """The invoices that a movement names, by reference or by numbers in its text, each once."""
        found = [self.by_reference.get(movement.reference)] if movement.reference else []
        texts = f"{movement.text} {movement.end_to_end or ''} {movement.reference or ''}"
        found += [f"{series.upper()}-{year}-{number}" for series, year, number in _NUMBER.findall(texts)]
        for number in dict.fromkeys(found):
            if number in self.payables:
                yield self.payables[number]

    def _by_number(self, movement: BankMovement, named: list[Payable]) -> Decision:
        wrong = next((payable for payable in named if payable.currency != movement.currency), None)
        if wrong is not None:
            return _open(movement, f"{wrong.number} is in {wrong.currency}, the money is {movement.currency}")
        still = [payable.number for payable in named if self.left[payable.number] > 0]
        if not still:
            return _open(movement, f"{', '.join(payable.number for payable in named)} is paid already")
        return self._spread(movement, still)

    def _spread(self, movement: BankMovement, numbers: list[str]) -> Decision:
        """One amount on several invoices, if it pays them exactly or more; the last takes what is over."""
        total = sum((self.left[number] for number in numbers), ZERO)
        if len(numbers) > 1 and movement.amount < total:
            names = ", ".join(numbers)
            return _open(movement, f"{movement.amount} is less than the {total} open on {names}: how is it spread?")
        parts = [(number, self.left[number]) for number in numbers[:-1]]
        rest = movement.amount - sum((amount for _, amount in parts), ZERO)
        return Decision(movement, "paid", (*parts, (numbers[-1], rest)))

    def _by_amount(self, movement: BankMovement) -> Decision:
        """The one open invoice of exactly that amount whose customer has the payer's name."""
        exact = [
            payable
            for number, payable in self.payables.items()
            if self.left[number] == movement.amount and payable.currency == movement.currency
        ]
        payer = movement.name.casefold() if movement.name else None
        same = [payable.number for payable in exact if payable.customer.casefold() == payer]
        if len(same) == 1:
            return Decision(movement, "paid", ((same[0], movement.amount),))
        if exact:
            names = ", ".join(payable.number for payable in exact[:_NAMED_AT_MOST])
            return _open(movement, f"no reference; {names} would fit by the amount alone")
        return _open(movement, "no reference, and no open invoice of this amount")


def _open(movement: BankMovement, reason: str) -> Decision:
    return Decision(movement, "open", reason=reason)
