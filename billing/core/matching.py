"""What the movements of a bank file are: known already, a payment, a return, or open with the reason (M10, M14, L5).

Told what the file holds, which invoices there are and what was kept of earlier files, it decides on the whole file.
A credit is booked by itself only where one reading is left. Nothing is recorded here, and nothing is read: who asks
does both.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import reduce
from itertools import combinations, groupby, pairwise
from typing import Literal

from billing.core import movements, unmatched
from billing.core.mentions import Mentions, Payable
from billing.core.movements import BankMovement, Entry, KeptMovement, folded
from billing.core.units import ZERO
from billing.texts import Text, say
from billing.values import dataclass

_NAMED_AT_MOST = 5  # invoices in a reason
_TOGETHER = 12  # open invoices of which each choice is tried

Parts = tuple[tuple[str, Decimal], ...]


@dataclass(frozen=True, slots=True)
class Credit:
    """A credit that was booked, with those of its payments (ids, amounts) that were not taken back."""

    key: str
    amount: Decimal
    references: tuple[str, ...]
    end_to_end: str | None
    payments: Parts
    payers: frozenset[str] = frozenset()  # folded names: who paid, and the customers whose invoices these were
    invoices: Parts = ()  # what each invoice got of it


@dataclass(frozen=True, slots=True)
class Decision:
    """What a movement is. `parts` are invoices with what each gets, of a return the payments that it takes back, of a
    refund the customer. Money that went to somebody of a customer's name waits for `paid_out`, with whom that may be.

    `on` is the day of the payment; `replaces` the open whole whose part this is; `place` is where its entry stands.
    """

    movement: BankMovement
    outcome: Literal["known", "paid", "returned", "to-customer", "refunded", "ours", "open", "later", "nothing"]
    parts: Parts = ()
    reason: Text | str | None = None
    on: date | None = None
    replaces: str | None = None
    place: int = 0


def plan(
    entries: Sequence[Entry],
    payables: Iterable[Payable],
    customers: Iterable[tuple[str, str]],
    kept: Collection[KeptMovement],
    credits: Sequence[Credit],
    today: date,
) -> list[Decision]:
    """Decides what each movement of a file is, in the order of their days: one sees what those before it have paid.

    A return that stands before its credit, on the same day, comes after it in the answer. `customers` are the codes and
    names of all; `credits` are those that returns of this file may take back, the latest first.
    """
    by_number, customers = {payable.number: payable for payable in payables}, list(customers)
    people = {name for _, name in customers} | {row.name for row in kept if row.name}
    people |= {movement.name for entry in entries for movement in entry if movement.name}
    mentions = Mentions(by_number, people)
    found = movements.seen(entries, kept, mentions.named)
    file = _File(by_number, mentions, customers, kept, credits, today)
    decided: list[Decision] = []
    for _, places in groupby(_by_day(entries), key=lambda place: entries[place][0].booked_on):
        of_day = []
        for place in places:
            for part, movement in enumerate(entries[place]):
                if (place, part) in found.known:
                    of_day.append(Decision(movement, "known", place=place))
                else:
                    of_day.append(replace(file.decide(movement), replaces=found.replaced.get(place), place=place))
        again = [(file.decide_again(decision), decision) for decision in of_day]
        decided += [one for one, before in again if one is before]
        decided += [one for one, before in again if one is not before]
    return decided


def _by_day(entries: Sequence[Entry]) -> list[int]:
    """The places of entries from the first day to the last; of one day as they stand, or as they happened."""
    days = [entry[0].booked_on for entry in entries]
    newest_first = len(set(days)) > 1 and all(one >= other for one, other in pairwise(days))
    places = range(len(days))
    return sorted(reversed(places) if newest_first else places, key=days.__getitem__)


@dataclass(frozen=True, slots=True)
class Owner:
    """A customer whose name money went to: its own money, and refunds recorded by hand that no movement is of yet."""

    code: str
    own: Decimal
    refunds: tuple[tuple[str, Decimal], ...] = ()


def paid_out(decision: Decision, owners: Sequence[Owner]) -> Decision:
    """What money is that went to somebody of a customer's name: its own money, if all of it is that (M13, M14).

    It is open where it was recorded by hand already or could be a part; a customer without money of its own was paid
    for something else.
    """
    amount, decision = decision.movement.amount, replace(decision, parts=())
    for owner in owners:
        for refund, recorded in owner.refunds:
            if recorded == amount:
                reason = unmatched.BY_HAND.of(refund=refund, customer=owner.code)
                return replace(decision, outcome="open", reason=reason)
    exact = [owner for owner in owners if owner.own == amount]
    if len(exact) == 1:
        return replace(decision, outcome="refunded", parts=((exact[0].code, amount),))
    able = [owner for owner in owners if owner.own >= amount]
    if not able:
        return replace(decision, outcome="ours")
    reason = unmatched.OWN.of(customer=able[0].code, own=able[0].own)
    return replace(decision, outcome="open", reason=reason)


def payment_id(movement: BankMovement, place: int) -> str:
    """The id of the payment, or the return, that a movement becomes (L5); of several parts, each its own."""
    return f"bank:{movement.key}/{place + 1}" if place else f"bank:{movement.key}"


def names_of(*names: str | None) -> frozenset[str]:
    """Names as they are compared."""
    return frozenset(folded(name) for name in names if name) - {""}


class _File:
    """A file while it is decided on: what is open on each invoice after the movements so far."""

    def __init__(
        self,
        payables: dict[str, Payable],
        mentions: Mentions,
        customers: Iterable[tuple[str, str]],
        kept: Iterable[KeptMovement],
        credits: Iterable[Credit],
        today: date,
    ) -> None:
        self.payables, self.mentions = payables, mentions
        self.customers: dict[str, list[str]] = defaultdict(list)  # codes by name
        for code, name in customers:
            self.customers[folded(name)].append(code)
        self.today = today
        self.left: dict[str, Decimal] = {}
        self._places = {number: place for place, number in enumerate(payables)}
        self._owing: dict[str, list[Payable]] = defaultdict(list)  # by the customer's name
        self._fitting: dict[tuple[str, Decimal], set[str]] = defaultdict(set)  # by currency, and what is open
        for number, payable in payables.items():
            self._owing[folded(payable.customer)].append(payable)
            self._leave(number, payable.open)
        self.credits = list(credits)
        self.keys = {row.key for row in kept}

    def decide(self, movement: BankMovement) -> Decision:
        """What a movement is that no earlier file has brought."""
        on = next((day for day in (movement.value_on, movement.booked_on) if day <= self.today), None)
        if on is None:
            return Decision(
                movement,
                "later",
                reason=say("its value date {on} is in the future: import it then", on=movement.value_on),
            )
        decision = replace(self._decision(self._named_once(movement)), on=on)
        if decision.outcome == "paid":
            self._paid(decision)
        elif decision.outcome == "returned":
            self._taken_back(decision)
        return decision

    def decide_again(self, decision: Decision) -> Decision:
        """A return that was not known, after the other movements of its day."""
        movement = decision.movement
        if decision.outcome != "open" or movement.incoming or not movement.returned or movement.odd is not None:
            return decision
        again = replace(self._returned(movement), on=decision.on, replaces=decision.replaces, place=decision.place)
        if again.outcome != "returned":
            return decision
        self._taken_back(again)
        return again

    def _taken_back(self, decision: Decision) -> None:
        """Opens again what the payments that are taken back had paid."""
        for number, amount in (part for c in self.credits if c.payments == decision.parts for part in c.invoices):
            self._leave(number, self.left.get(number, ZERO) + amount)
        self.credits = [credit for credit in self.credits if credit.payments != decision.parts]

    def _leave(self, number: str, amount: Decimal) -> None:
        """What is open on an invoice from here on."""
        payable = self.payables.get(number)
        if payable is not None:
            self._fitting[payable.currency, self.left.get(number, ZERO)].discard(number)
            self._fitting[payable.currency, amount].add(number)
        self.left[number] = amount

    def _named_once(self, movement: BankMovement) -> BankMovement:
        """The movement under a key that no other has: of two equal payments the second gets a number."""
        key, times = movement.key, 1
        while key in self.keys:
            times += 1
            key = f"{movement.key}-{times}"
        self.keys.add(key)
        return replace(movement, key=key)

    def _paid(self, decision: Decision) -> None:
        movement = decision.movement
        for number, amount in decision.parts:
            self._leave(number, self.left[number] - amount)
        made = tuple((payment_id(movement, place), amount) for place, (_, amount) in enumerate(decision.parts))
        payers = names_of(movement.name, *(self.payables[number].customer for number, _ in decision.parts))
        credit = Credit(
            movement.key, movement.amount, movement.references, movement.end_to_end, made, payers, decision.parts
        )
        self.credits.insert(0, credit)

    def _decision(self, movement: BankMovement) -> Decision:
        if movement.amount == movement.charges == 0:
            return Decision(movement, "nothing", reason=say("its amount is nothing"))
        if not movement.incoming:
            return self._take_back(movement) if movement.odd is None else _open(movement, movement.odd)
        if movement.returned:
            return _open(movement, unmatched.CAME_BACK)
        if movement.odd is not None:
            return _open(movement, movement.odd)
        referred = [self.payables[n] for n in self.mentions.referred(movement)]
        named = list(dict.fromkeys([*referred, *(self.payables[n] for n in self.mentions.numbered(movement))]))
        return self._by_number(movement, referred, named) if named else self._by_hint(movement)

    def _take_back(self, movement: BankMovement) -> Decision:
        """A returned credit takes back the payments that it was; other money out can be a customer's own."""
        if not movement.returned:
            codes = () if movement.is_charge else self.customers.get(folded(movement.name or ""), ())
            parts = tuple((code, movement.amount) for code in codes)
            return Decision(movement, "to-customer" if parts else "ours", parts)
        return self._returned(movement)

    def _returned(self, movement: BankMovement) -> Decision:
        """Of several credits that it may be, the reference decides and then the payer; the latest of one payer.

        Charges that it names are in its amount, unless the amount is just what is taken back.
        """
        found = self._came(movement, movement.amount)
        if found and movement.charges:
            movement = replace(movement, charges=ZERO)
        found = found or self._came(movement, movement.gross)
        if not found:
            return _open(movement, unmatched.RETURN)
        whose = names_of(movement.name, *movement.parties)
        his = [credit for credit in found if whose & credit.payers]
        customer = next(
            (name for name in (movement.name, *movement.parties) if folded(name or "") in self.customers), None
        )
        if not his and customer is not None:
            return _open(
                movement,
                unmatched.RETURN_OF_ANOTHER.of(
                    payment=found[0].payments[0][0],
                    payer=customer,
                ),
            )
        his = his or found
        if len(his) > 1 and not frozenset.intersection(*(credit.payers for credit in his)):
            payments = [credit.payments[0][0] for credit in his]
            return _open(movement, unmatched.SAME.of(payments=payments))
        return Decision(movement, "returned", his[0].payments)

    def _came(self, movement: BankMovement, amount: Decimal) -> list[Credit]:
        """The credits of an amount that a return names: by the reference, else by the payer's id."""
        same = [c for c in self.credits if amount == c.amount and movement.key != c.key]
        found = [c for c in same if set(movement.references) & set(c.references)]
        return found or [c for c in same if movement.end_to_end and movement.end_to_end == c.end_to_end]

    # What it pays

    def _by_number(self, movement: BankMovement, referred: list[Payable], named: list[Payable]) -> Decision:
        wrong = next((payable for payable in named if payable.currency != movement.currency), None)
        if wrong is not None:
            return _open(
                movement,
                unmatched.CURRENCY.of(
                    number=wrong.number,
                    currency=wrong.currency,
                    other=movement.currency,
                ),
            )
        still = [payable for payable in named if self.left[payable.number] > 0]
        if not still:
            return self._settled_already(movement, named)
        by_reference = [payable for payable in still if payable in referred]
        if by_reference:
            if movement.gross < self._sum(still):
                return self._spread(movement, by_reference)
            others = [payable for payable in still if payable not in referred]
            return self._of_another(movement, others) or self._spread(movement, still)
        return self._of_another(movement, still) or self._too_much(movement, still) or self._spread(movement, still)

    def _settled_already(self, movement: BankMovement, named: list[Payable]) -> Decision:
        """Left open, with what the amount would pay exactly of what the payer or the named customers owe."""
        reasons = []
        for settled, some in groupby(sorted(named, key=_settled), key=_settled):
            numbers = _numbers(some)
            if settled == "credited":
                reasons.append(unmatched.CREDITED.of(numbers=numbers))
            elif settled == "written off":
                reasons.append(unmatched.WRITTEN_OFF.of(numbers=numbers))
            else:
                reasons.append(unmatched.PAID.of(numbers=numbers))
        reason = reduce(lambda one, other: unmatched.BOTH.of(one=one, other=other), reasons)
        whose = names_of(movement.name, *(payable.customer for payable in named))
        fits = [payable for payable in self._exact(movement) if folded(payable.customer) in whose]
        fits = fits or self._paid_too(movement, named, movement.gross)
        if fits:
            numbers = _numbers(fits[:_NAMED_AT_MOST])
            reason = unmatched.WOULD_FIT.of(reason=reason, numbers=numbers)
        return _open(movement, reason)

    def _of_another(self, movement: BankMovement, named: list[Payable]) -> Decision | None:
        """Left open where the payer is a customer, but not the one whose invoice is named."""
        payer = folded(movement.name or "")
        others = [payable for payable in named if folded(payable.customer) != payer]
        if payer not in self.customers or not others:
            return None
        wrong, fits = others[0], [p.number for p in self._exact(movement) if folded(p.customer) == payer]
        reason = unmatched.OF_ANOTHER.of(
            number=wrong.number,
            customer=wrong.customer,
            payer=movement.name,
        )
        if fits:
            reason = unmatched.WOULD_FIT.of(reason=reason, numbers=fits[:_NAMED_AT_MOST])
        return _open(movement, reason)

    def _too_much(self, movement: BankMovement, named: list[Payable]) -> Decision | None:
        """Left open where more came than the named invoices need, and it may not be the payer's own money.

        That is where the payer is not said to be their customer, or where what is over pays other invoices exactly.
        """
        payer, total = folded(movement.name or ""), self._sum(named)
        if movement.gross <= total:
            return None
        together = self._paid_too(movement, named, movement.gross - total)
        if not together and any(folded(payable.customer) == payer for payable in named):
            return None
        reason = unmatched.MORE.of(amount=movement.gross, total=total, numbers=_numbers(named))
        if together:
            numbers = _numbers([*named, *together])
            reason = unmatched.WOULD_FIT.of(reason=reason, numbers=numbers)
        return _open(movement, reason)

    def _paid_too(self, movement: BankMovement, named: list[Payable], over: Decimal) -> list[Payable]:
        """Other open invoices of the same customers that what is over pays exactly: some; of very many all or one."""
        others = [payable for payable in self._owed(movement, {p.customer for p in named}) if payable not in named]
        counts = range(1, len(others) + 1) if len(others) <= _TOGETHER else (1, len(others))
        tried = (some for count in counts for some in combinations(others, count))
        return next((list(some) for some in tried if self._sum(some) == over), [])

    def _owed(self, movement: BankMovement, customers: Iterable[str]) -> list[Payable]:
        """What is open of customers, by name, in the currency of the money."""
        found = [payable for name in names_of(*customers) for payable in self._owing.get(name, ())]
        owed = [p for p in found if p.currency == movement.currency and self.left[p.number] > 0]
        return sorted(owed, key=lambda payable: self._places[payable.number])

    def _spread(self, movement: BankMovement, named: list[Payable]) -> Decision:
        """One amount on several invoices, if it pays them exactly or more; the last takes what is over."""
        total = self._sum(named)
        if len(named) > 1 and movement.gross < total:
            return _open(
                movement,
                unmatched.LESS.of(amount=movement.gross, total=total, numbers=_numbers(named)),
            )
        parts = [(payable.number, self.left[payable.number]) for payable in named[:-1]]
        rest = movement.gross - sum((amount for _, amount in parts), ZERO)
        return Decision(movement, "paid", (*parts, (named[-1].number, rest)))

    def _by_hint(self, movement: BankMovement) -> Decision:
        """By a shortened number whose customer pays and that the amount fits; without that it is only proposed."""
        open_ = [self.payables[number] for number in self.mentions.shortened(movement) if self.left[number] > 0]
        hinted = [payable for payable in open_ if payable.currency == movement.currency]
        if not hinted:
            return self._by_amount(movement)
        payer = folded(movement.name or "")
        if len(hinted) == 1 and folded(hinted[0].customer) == payer and movement.gross <= self.left[hinted[0].number]:
            return self._spread(movement, hinted)
        return _open(movement, unmatched.MEANT.of(numbers=_numbers(hinted)))

    def _by_amount(self, movement: BankMovement) -> Decision:
        """The one open invoice of exactly that amount whose customer has the payer's name."""
        exact, payer = self._exact(movement), folded(movement.name or "")
        same = [payable for payable in exact if payer and folded(payable.customer) == payer]
        if len(same) == 1:
            return Decision(movement, "paid", ((same[0].number, movement.gross),))
        if exact:
            numbers = _numbers(exact[:_NAMED_AT_MOST])
            return _open(movement, unmatched.BY_AMOUNT.of(numbers=numbers))
        owed = self._owed(movement, [movement.name or ""])
        if len(owed) > 1 and self._sum(owed) == movement.gross:
            return _open(
                movement,
                unmatched.ALL_OWED.of(payer=movement.name, numbers=_numbers(owed)),
            )
        return _open(movement, unmatched.NOTHING_FITS)

    def _exact(self, movement: BankMovement) -> list[Payable]:
        found = self._fitting.get((movement.currency, movement.gross), ())
        return [self.payables[number] for number in sorted(found, key=self._places.__getitem__)]

    def _sum(self, payables: Iterable[Payable]) -> Decimal:
        return sum((self.left[payable.number] for payable in payables), ZERO)


def _settled(payable: Payable) -> str:
    return payable.settled


def _numbers(payables: Iterable[Payable]) -> list[str]:
    return [payable.number for payable in payables]


def _open(movement: BankMovement, reason: Text) -> Decision:
    return Decision(movement, "open", reason=reason)
