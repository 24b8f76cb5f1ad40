"""Which step comes next: drawn from a seed and from what is there by then, as people would ask it, and worse."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from billing import requests
from tests.simulation import faults, handing
from tests.simulation.model import Model
from tests.simulation.sold import Customer
from tests.simulation.steps import Fault, Step, step
from tests.simulation.values import AGENTS, CODES, NAMES, PEOPLE, Values

START = date(2024, 3, 1)
SURE = Decimal("100.00")
OFTEN: dict[str, float] = {
    "Log": 40, "Void": 7, "Verify": 4, "Undo": 2, "Sell": 10, "Pay": 10, "PayOnAccount": 2, "Refund": 2, "WriteOff": 1,
    "Bounce": 1, "Sign": 3, "Renew": 2, "ChangeTier": 2, "Cancel": 1, "Goodwill": 3, "RunMonth": 5, "Hold": 1,
    "Release": 2, "OpenCase": 2, "CreditInvoice": 1, "Edit": 1, "AskFiles": 1, "BackUp": 0.7, "MakeAnchor": 0.7,
}  # fmt: skip
SELDOM = {"SettleItem": 0.1, "ImportBankFile": 0.1, "VoidEvent": 0.1, "Stop": 0.1, "AskAudit": 0.2, "CloseMonth": 0.15}
KEYLESS = ("RunMonth", "Undo", "Hold", "Release", "AddCustomer", "SetIssuer")
CHANCES = {"fault": 0.2, "again": 0.06, "other": 0.02, "late": 0.05, "beside": 0.03, "jump": 0.06, "disk": 0.4}


class Generator:
    """Draws steps."""

    def __init__(self, seed: int, model: Callable[[], Model], weights: dict[str, float] | None = None) -> None:
        self.pick = random.Random(seed)
        self._model = model
        self.today = START
        self.delivered: list[Step] = []
        self.held_back: list[Step] = []
        self.count = 0
        others = {name: SELDOM.get(name, 0.45) for name in NAMES if name not in OFTEN}
        self.weights = weights or {**OFTEN, **others}
        self.first = [*self._beginning()]

    @property
    def model(self) -> Model:
        return self._model()

    def _beginning(self) -> list[Step]:
        issuer = requests.SetIssuer(name="Demo SA", country="CH", currency="CHF", iban="CH9300762011623852957")
        begun = [step(issuer, START)]
        for place, code in enumerate(CODES[:4]):
            tariff = ("q3", "qualiodoo", "daily", "q3")[place]
            country = "DE" if code == "DELTA" else "CH"
            begun.append(step(requests.AddCustomer(code=code, name=f"{code} SA", country=country), START, f"c-{code}"))
            begun.append(step(self._contract(code, tariff, START - timedelta(days=20 * place)), START, f"k-{code}"))
        return begun

    def next(self) -> Step:
        """The next step."""
        if self.first:
            return self._kept(self.first.pop(0))
        self.count += 1
        self.today += timedelta(days=self.pick.choice([0, 0, 0, 0, 0, 1, 1, 3, 10]))
        if self.held_back and self.pick.random() < 0.3:
            found = replace(self.held_back.pop(0), why="late")
            return self._kept(self._at_a_moment(found))
        chance = self.pick.random()
        if self.delivered and chance < CHANCES["again"]:
            return self._at_a_moment(replace(self.pick.choice(self.delivered[-60:]), why="again"))
        if self.delivered and chance < CHANCES["again"] + CHANCES["other"]:
            return self._other(self.pick.choice(self.delivered[-60:]))
        found = self._at_a_moment(self._new())
        if self.pick.random() < CHANCES["late"]:
            self.held_back.append(found)
            return self.next()
        return self._kept(found)

    def _kept(self, found: Step) -> Step:
        if found.key is not None:
            self.delivered.append(found.alone())
        return found

    def _at_a_moment(self, found: Step) -> Step:
        """On which day, and what goes wrong or is done beside it."""
        today = self.today
        if self.pick.random() < CHANCES["jump"]:
            today += timedelta(days=self.pick.choice([-40, -5, -1, 1, 30, 90]))
        found = replace(found, today=today, fault=None, beside=None)
        chance = self.pick.random()
        if found.of in handing.FILES and chance < CHANCES["disk"]:
            kind = self.pick.choice([*faults.FILES])
            return replace(found, fault=Fault(kind, self.pick.randint(1, faults.MOST_FILES)))
        if chance < CHANCES["fault"] and not found.is_question and found.key is not None:
            return replace(found, fault=self._fault())
        if chance < CHANCES["fault"] + CHANCES["beside"] and not found.is_question and found.key is not None:
            other = (
                found if self.pick.random() < 0.3 else replace(self._new(("Log", "Sell", "Pay", "Void")), today=today)
            )
            return replace(found, beside=other.alone())
        return found

    def _fault(self) -> Fault:
        kind = self.pick.choice([*faults.KINDS, *faults.COMMITS])
        return Fault(kind, self.pick.randint(1, faults.MOST_STATEMENTS) if kind in faults.STATEMENTS else 0)

    def _other(self, before: Step) -> Step:
        """The same id with other content (L5)."""
        fields = dict(before.fields)
        for name, other in (
            ("seconds", 61),
            ("minutes", 7),
            ("reason", "another"),
            ("amount", "3.33"),
            ("price", "77.70"),
        ):
            if name in fields:
                fields[name] = other
                return replace(before, fields=fields, today=self.today, why="other", fault=None, beside=None)
        return self._at_a_moment(replace(before, why="again"))

    def _new(self, among: tuple[str, ...] | None = None) -> Step:
        weights = self.weights if among is None else {name: self.weights.get(name, 1) for name in among}
        for _ in range(20):
            name = self.pick.choices([*weights], [*weights.values()])[0]
            makes = getattr(self, f"_{name.lower()}", None)
            values = Values(self.pick, self.model, self.today)
            asked = makes() if makes is not None else values.request(name)
            if asked is not None:
                break
        else:
            asked = self._log() or requests.AskCustomers()
        name = type(asked).__name__
        keyed = (
            name not in KEYLESS and not name.startswith(("Ask", "List", "Show", "Check")) and self.pick.random() < 0.9
        )
        by = self.pick.choice(AGENTS) if self.pick.random() < 0.2 else None
        return step(asked, self.today, f"{name.lower()}-{self.count}" if keyed else None, by=by)

    # Requests that move minutes or money, so that most are accepted

    def _someone(self) -> Customer | None:
        known = [*self.model.customers.values()]
        return self.pick.choice(known) if known else None

    def _past(self) -> date | None:
        return self.pick.choice([None, None, None, *(self.today - timedelta(days=n) for n in (0, 1, 5, 20, 45, 100))])

    def _log(self) -> Any:
        customer, pick = self._someone(), self.pick
        if customer is None:
            return None
        contract = customer.book.contracts[-1] if customer.book.contracts else None
        names = [*contract.tariff.categories] if contract else ["support"]
        case = f"{customer.code}-{pick.randint(1, 5)}"
        opened = [name for name, (code, *_) in self.model.opened.items() if code == customer.code]
        return requests.Log(
            customer=customer.code, seconds=pick.choice([1, 59, 60, 180, 240, 299, 300, 301, 720, 1500, 3600, 20000]),
            case=pick.choice([None, case, case, case, *opened[-2:]]), category=pick.choice([None, names[0], *names]),
            on=self._past(), agent=pick.choice(AGENTS), contact=pick.choice([None, None, *PEOPLE]),
            note=pick.choice([None, None, "what was done"]), new=True, yes=True,
        )  # fmt: skip

    def _void(self) -> Any:
        known = [*self.model.entries]
        return requests.Void(entry=self.pick.choice(known[-25:]), reason="twice", on=self._past()) if known else None

    def _undo(self) -> Any:
        return requests.Undo(agent=self.pick.choice(AGENTS))

    def _verify(self) -> Any:
        known = [*self.model.cases]
        also = self.pick.choice([(), (), (), ("support",), ("training",)])
        return requests.Verify(case=self.pick.choice(known), on=self._past(), also=also) if known else None

    def _contract(self, code: str, tariff: str, start: date) -> requests.Sign:
        tiers = {"q3": ("standard", "profi", "premium")}.get(tariff)
        return requests.Sign(
            customer=code, tariff=tariff, start=start, tier=self.pick.choice(tiers) if tiers else None,
            modules=self.pick.choice([(), ("COFI",), ("COFI", "Salaires")]) if tiers else (),
            fee=self.pick.choice([None, Decimal("99.99"), Decimal("480.00")]) if tiers else None,
        )  # fmt: skip

    def _sign(self) -> Any:
        customer = self._someone()
        return customer and self._contract(
            customer.code,
            self.pick.choice(["q3", "qualiodoo", "daily"]),
            self.today - timedelta(days=self.pick.choice([0, 0, 9])),
        )

    def _renew(self) -> Any:
        customer = self._someone()
        return customer and requests.Renew(customer=customer.code, on=self._past())

    def _changetier(self) -> Any:
        customer = self._someone()
        tier = self.pick.choice(["standard", "advanced", "profi", "premium"])
        return customer and requests.ChangeTier(customer=customer.code, tier=tier, on=self._past())

    def _cancel(self) -> Any:
        customer = self._someone()
        return customer and requests.Cancel(
            customer=customer.code, on=self.today + timedelta(days=self.pick.choice([0, 30, 90]))
        )

    def _goodwill(self) -> Any:
        customer = self._someone()
        return customer and requests.Goodwill(
            customer=customer.code, minutes=self.pick.choice([1, 7, 60]), on=self._past(), reason="sorry",
            expires=self.today + timedelta(days=self.pick.choice([0, 10, 200])),
            covers=self.pick.choice([(), (), ("support",)]),
        )  # fmt: skip

    def _sell(self) -> Any:
        customer, pick = self._someone(), self.pick
        if customer is None or not customer.book.contracts:
            return None
        product, terms = pick.choice([*customer.book.contracts[-1].tariff.products.items()])
        pieces = pick.choice([1, 1, 1, 2])
        last = self.model.money.last_issue("INV")
        known = "price" in terms and pick.random() < 0.8
        return requests.Sell(
            customer=customer.code, product=product, quantity=pieces, yes=True,
            price=None if known else Decimal(pick.choice(["0.05", "90.00", "333.33", "1000.01"])),
            contacts=PEOPLE[:pieces] if terms.get("contacts") else (),
            on=pick.choice([None, None, max(last, self.today)]),
            paid_on=self._past() if pick.random() < 0.1 else None,
        )  # fmt: skip

    def _pay(self) -> Any:
        known = [d for d in self.model.money.documents.values() if d.corrects is None and d.open]
        known = known[-8:] or [*self.model.money.documents.values()][-3:]
        if not known:
            return None
        document, pick = self.pick.choice(known), self.pick
        amount = pick.choice([None, None, None, document.open, Decimal("10.00"), document.open + 7, SURE])
        return requests.Pay(
            invoice=document.number, on=self._past(), amount=amount or None, own_money=pick.random() < 0.15
        )

    def _payonaccount(self) -> Any:
        customer = self._someone()
        return customer and requests.PayOnAccount(customer=customer.code, amount=SURE, on=self._past())

    def _refund(self) -> Any:
        customer = self._someone()
        return customer and requests.Refund(customer=customer.code, amount=self.pick.choice([None, Decimal("5.00")]))

    def _runmonth(self) -> Any:
        month = (self.today - timedelta(days=self.pick.choice([0, 0, 31]))).replace(day=1)
        on = self.pick.choice([None, None, max(self.model.money.last_issue("INV"), self.today)])
        return requests.RunMonth(month=month, on=on, yes=True)

    def _opencase(self) -> Any:
        customer, pick = self._someone(), self.pick
        if customer is None or not customer.book.contracts:
            return None
        names = [*customer.book.contracts[-1].tariff.categories]
        return requests.OpenCase(
            customer=customer.code, case=f"{customer.code}-T{self.count}", category=pick.choice([None, *names]),
            contact=pick.choice([None, "Marie"]), agent=pick.choice(AGENTS), note="it does not start", yes=True,
        )  # fmt: skip

    def _setissuer(self) -> Any:
        return requests.SetIssuer(
            phone=f"+41 31 000 00 {self.pick.randint(10, 99)}", city=self.pick.choice(["Bern", "Biel"])
        )

    def _changecustomer(self) -> Any:
        customer = self._someone()
        return customer and requests.ChangeCustomer(
            customer=customer.code,
            city=self.pick.choice(["Bern", "Biel"]),
            language=self.pick.choice(["fr", "de", "it", "en"]),
        )

    def _addcustomer(self) -> Any:
        code = self.pick.choice(CODES)
        return requests.AddCustomer(code=code, name=f"{code} SA", country="DE" if code == "DELTA" else "CH")

    def _countuses(self) -> Any:
        return requests.CountUses(uses=(("a name", 2),), at=Values(self.pick, self.model, self.today).moment())
