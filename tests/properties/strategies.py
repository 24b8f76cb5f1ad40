"""Random histories of one customer, as direct calls of the core: on tariffs like q3's and qualiodoo's, and on odd ones.

A history is a tariff and steps. A step says what happens and how long after the one before; what it refers to (an
entry, a sale, a payment) is chosen among those that are there. What a rule refuses simply does not happen.
"""

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from billing.core import crediting
from billing.core.facts import Charge, Payment, Sale
from billing.core.tariff import Allowance, Product, Tariff, Validity
from billing.core.units import to_cents
from billing.errors import Refusal
from tests.core.build import (
    ALL,
    PACKS,
    PLUS,
    Q3,
    TIERS,
    YEAR,
    Ledger,
    by_name,
    category,
    changed,
    chf,
    pack,
)

FIRST = date(2024, 2, 29)
LAST = date(2031, 12, 31)  # after all that a history can reach


@dataclass(frozen=True)
class Step:
    """Something that may happen; `pick` chooses what it refers to."""

    kind: str
    after: int  # days after the step before
    back: int  # days before that on which the work, payment or correction was
    pick: int
    minutes: int
    seconds: int
    case: str | None
    contact: int | None


KINDS = {
    "log": 40, "void": 8, "verify": 7, "buy": 12, "sell": 6, "pay": 10, "bounce": 5, "goodwill": 4, "renew": 5,
    "tier": 3, "cancel": 1, "run": 7, "credit": 6,
}  # fmt: skip
STEPS = st.builds(
    Step,
    kind=st.sampled_from([kind for kind, weight in KINDS.items() for _ in range(weight)]),
    after=st.sampled_from([0, 0, 0, 1, 3, 10, 25, 31, 60, 120]),
    back=st.sampled_from([0, 0, 0, 0, 1, 5, 20, 45, 200]),
    pick=st.integers(0, 59),
    minutes=st.sampled_from([0, 1, 2, 3, 4, 5, 7, 12, 22, 45, 60, 300]),
    seconds=st.sampled_from([1, 30, 60, 60]),
    case=st.sampled_from(["x", "x", "x", "y", None]),
    contact=st.sampled_from([None, None, 1, 2]),
)

# Odd tariffs: everything at once

ODD = Tariff(
    name="odd",
    valid_from=date(2020, 1, 1),
    titles={},
    currency="CHF",
    increment=5,
    rounding="case",
    term="year",
    overage="bill",
    categories={
        **Q3.categories,
        **by_name(category("incident", "199.99"), category("gift", "0.00"), category("travel", "0.01")),
    },
    products={
        **Q3.products,
        **by_name(
            pack("pack-12h", 720),
            pack("pack-1h", 60, ("support",), priority=3),
            pack("quarter", 90, validity=Validity(3, "month")),
            pack("thirty", 30, (*PLUS, "incident", "programming"), validity=Validity(30, "day"), credited_on="sale"),
            pack("term", 45, validity=Validity(1, "term")),
            pack("vip", 75, contacts=True),
            Product("paid-later", {}, "add-on", YEAR, chf("50.00"), 40, ("training",), "payment", priority=1),
        ),
    },
    tiers=TIERS,
    allowance=Q3.allowance,
    carry_over="renewal",
)


def odd(**changes: Any) -> Tariff:
    return changed(ODD, **changes)


def with_priorities(tariff: Tariff) -> Tariff:
    rule = tariff.allowance
    assert rule is not None
    return replace(tariff, allowance=replace(rule, priority=2), goodwill_priority=4)


EXAMPLES = int(os.environ.get("BILLING_EXAMPLES", "150"))  # of each property; a larger number looks further

_THIRTY = dict.fromkeys(TIERS, 30)
TARIFFS = {
    "q3": Q3,
    "packs": PACKS,
    "odd, day": odd(rounding="day", minimum=10, tolerance=2),
    "odd, case-day, increment 1": odd(rounding="case-day", increment=1, grace_days=0),
    "odd, entry, 15 minutes": odd(rounding="entry", increment=15, tolerance=7, carry_over="never"),
    "odd, priorities": with_priorities(odd(minimum=15)),
    "odd, owe": odd(overage="owe", grace_days=90),
    "odd, refuse": odd(overage="refuse", rounding="case", tolerance=1),
    "packs, by case, owe": changed(PACKS, rounding="case", minimum=10),
    "q3, owe": changed(Q3, overage="owe", allowance=Allowance(("support",), _THIRTY, _THIRTY)),
}  # fmt: skip


@dataclass(frozen=True)
class History:
    """A tariff and what happens."""

    tariff: str
    terms: int  # signed at the beginning, where they are years
    steps: tuple[Step, ...]

    def ledger(self) -> Ledger:
        """A ledger with the contract signed."""
        tariff = TARIFFS[self.tariff]
        ledger = Ledger(tariff)
        ledger.sign(FIRST, "profi" if tariff.tiers else None, ("COFI",), "480.00")
        for _ in range(1, self.terms if tariff.term == "year" else 1):
            ledger.renew(FIRST)
        return ledger


def histories(tariffs: Iterable[str] = tuple(TARIFFS), length: int = 36) -> st.SearchStrategy[History]:
    """Histories of at least half as many steps as `length`, so that they are worth a check."""
    steps = st.lists(STEPS, min_size=length // 2, max_size=length).map(tuple)
    return st.builds(History, st.sampled_from(list(tariffs)), st.integers(1, 4), steps)


class Player:
    """Plays a history on a ledger; `on` is the day that it has come to."""

    def __init__(self, history: History, ledger: Ledger | None = None) -> None:
        self.ledger = ledger or history.ledger()
        self.on = FIRST
        self.charges: list[Charge] = []
        self.sales: list[Sale] = []
        self.payments: list[Payment] = []

    def play(self, steps: Iterable[Step]) -> "Player":
        for step in steps:
            self.step(step)
        return self

    def step(self, step: Step) -> bool:
        """Does a step; whether it happened."""
        self.on += timedelta(days=step.after)
        back = max(FIRST, self.on - timedelta(days=step.back))
        try:
            return getattr(self, f"_{step.kind}")(step, back) is not False
        except Refusal:
            return False

    def _log(self, step: Step, back: date) -> None:
        names = list(self.ledger.versions[0].categories)
        name = names[step.pick % len(names)] if step.pick < 40 else names[0]
        self.charges.append(
            self.ledger.log(back, step.minutes, step.case, name, step.contact, 0 if step.minutes else step.seconds)
        )

    def _void(self, step: Step, back: date) -> bool:
        if not self.charges:
            return False
        charge = self.charges[step.pick % len(self.charges)]
        worked = self.ledger.book.entries[charge.entry].worked_on
        self.ledger.void(charge, max(back, worked))
        return True

    def _verify(self, step: Step, back: date) -> bool:
        case = step.case or "x"
        if case in self.ledger.book.verified:
            return False
        self.ledger.verify(case, back)
        return True

    def _sell(self, step: Step, back: date) -> None:
        names = list(self.ledger.versions[0].products)
        product = self.ledger.versions[0].products[names[step.pick % len(names)]]
        quantity = 1 + step.pick % 2
        contacts = tuple(range(1, quantity + 1)) if product.contacts else ()
        self.sales.append(self.ledger.sell(product.name, self.on, "333.33", quantity, contacts))

    def _buy(self, step: Step, back: date) -> None:
        self._sell(step, back)
        if self.sales[-1].credited_on == "payment":
            self.payments.append(self.ledger.pay(self.sales[-1], self.on))

    def _pay(self, step: Step, back: date) -> bool | None:
        unpaid = [s for s in self.sales if self._open(s) > 0]
        if not unpaid:
            return False
        sale = unpaid[step.pick % len(unpaid)]
        amount = {0: to_cents(self._open(sale) / 2), 1: self._open(sale) + 10}.get(step.pick % 5, self._open(sale))
        self.payments.append(self.ledger.pay(sale, max(back, sale.sold_on), amount))
        return None

    def _open(self, sale: Sale) -> Decimal:
        return self.ledger.book.price_of(sale) - crediting.paid(self.ledger.book, sale.invoice)

    def _bounce(self, step: Step, back: date) -> object:
        if not self.payments:
            return False
        payment = self.payments[step.pick % len(self.payments)]
        return self.ledger.bounce(payment, max(back, payment.paid_on))

    def _credit(self, step: Step, back: date) -> object:
        """Credits an invoice of a sale or of a run, by default or by an amount, at times what was drawn too."""
        invoices = [sale.invoice for sale in self.sales]
        invoices += [issued.number for issued in self.ledger.issued if issued.corrects is None]
        if not invoices:
            return False
        amount = {0: "0.07", 1: "33.33", 2: "333.33"}.get(step.pick % 7)
        drawn, keep = step.pick % 7 == 3, step.pick % 5 == 4
        return self.ledger.credit(invoices[step.pick % len(invoices)], self.on, amount, None, drawn, keep)

    def _goodwill(self, step: Step, back: date) -> None:
        covers = ALL[:1] if step.pick % 2 else ()
        self.ledger.goodwill(step.minutes + 1, back, self.on + timedelta(days=step.pick), *covers)

    def _renew(self, step: Step, back: date) -> None:
        self.ledger.renew(self.on)

    def _tier(self, step: Step, back: date) -> None:
        self.ledger.tier(TIERS[step.pick % len(TIERS)], self.on)

    def _cancel(self, step: Step, back: date) -> None:
        self.ledger.cancel(back)
        if step.pick % 2:
            self.ledger.sign(max(self.on, back + timedelta(days=1)), "profi" if self.ledger.versions[0].tiers else None)

    def _run(self, step: Step, back: date) -> None:
        self.ledger.run(back, self.on)


def played(history: History) -> Ledger:
    return Player(history).play(history.steps).ledger


def at_least(examples: int) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Settings for a check that counts its runs: a derandomized run of `examples`."""
    return settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
