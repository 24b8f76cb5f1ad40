"""The stage of the demo: one issuer's books, on which a year is played day by day."""

import calendar
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from billing.commands.demonstration.desk import YEAR, Line
from billing.commands.logged import charges
from billing.lines import bulk
from billing.office.transaction import Setting
from billing.requests.base import Question, Request
from billing.requests.cases import AskQueue, SweepCases
from billing.requests.contracts import Sign
from billing.requests.entries import Log
from billing.requests.invoicing import RunMonth
from billing.requests.parties import AddCustomer
from billing.requests.payments import Pay, Sell
from billing.service import Billing
from billing.values import dataclass
from billing.views.fields import field

V = TypeVar("V")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What happened on a day, to one customer or to all."""

    on: date = field(key="date")
    customer: str
    text: str


class Play:
    """One issuer's books, a day at a time; what is worth telling is kept, in the words that the commands use."""

    def __init__(self, setting: Setting, tariff: str) -> None:
        self.setting = setting
        self.tariff = tariff
        self.story: list[Step] = []

    def on(self, day: str) -> None:
        """Makes it that day: `03-15` is in the demo's year."""
        self.setting = replace(self.setting, today=date.fromisoformat(day if len(day) == 10 else f"{YEAR}-{day}"))

    def tell(self, customer: str, text: str) -> None:
        self.story.append(Step(on=self.setting.today, customer=customer, text=text))

    def customer(self, code: str, name: str, country: str, language: str, place: str, **more: Any) -> None:
        """Adds a customer and signs its contract; `place` is street, number, postcode and city."""
        street, house_number, postcode, city = place.split(", ")
        address: dict[str, Any] = {"street": street, "house_number": house_number, "postcode": postcode, "city": city}
        agreed = {name: more.pop(name) for name in ("tier", "modules", "fee") if name in more}
        self.ask_for(AddCustomer(code=code, name=name, country=country, language=language, **address, **more))
        self.ask_for(Sign(customer=code, tariff=self.tariff, **agreed))

    def ask_for(self, request: Request[V]) -> V:
        """A request at the door, as the commands make it; answers its view."""
        return Billing(self.setting).do(request).view

    def ask(self, question: Question[V]) -> V:
        """A question at the door."""
        return Billing(self.setting).ask(question)

    def log(
        self, customer: str, minutes: int, case: str, category: str = "support", tell: bool = True, **more: Any
    ) -> str:
        """Logs time worked today; answers the entry's id."""
        request = {"category": category, "agent": "ana", "case": case, **more}
        view = self.ask_for(Log(customer=customer, seconds=minutes * 60, **request))
        if tell:
            self.tell(customer, f"{category}, {case}: {', '.join(map(str, charges(view)))}")
        return view.entry

    def buy(self, customer: str, product: str, price: str | None = None, **more: Any) -> str:
        """Sells a product; answers its invoice's number."""
        net = None if price is None else Decimal(price)
        sold = self.ask_for(Sell(customer=customer, product=product, price=net, **more))
        self.tell(customer, f"bought {product}: {sold.invoice}, {sold.currency} {sold.total}")
        return sold.invoice

    def pay(self, invoice: str, amount: str | None = None, tell: bool = True) -> None:
        paid = self.ask_for(Pay(invoice=invoice, amount=None if amount is None else Decimal(amount)))
        if tell:
            then = f"; {', '.join(paid.credited)} credited" if paid.credited else ""
            self.tell(paid.customer, f"paid {paid.amount} on {invoice}, open {paid.open}{then}")

    def week(self, lines: Iterator[Line], until: str) -> None:
        """A week at the desk: cases and their events; told is what is left of it on a day, and what the rules close."""
        self.on(until)
        bulk.load(Billing(self.setting), [json.dumps(line) for line in lines])
        waiting = [row.case for row in self.ask(AskQueue()).cases]
        self.tell("", f"a week at the desk is over; in the queue: {', '.join(waiting) or 'nothing'}")
        for row in self.ask_for(SweepCases()).closed:
            self.tell("", f"{row.case} was closed: {row.reason}")

    def bill(self, month: int, tell: bool = False) -> list[str]:
        """The monthly run on the month's last day; answers the numbers of the invoices."""
        self.on(last_day(month))
        view = Billing(self.setting).do(RunMonth(month=date(YEAR, month, 1))).view
        for row in view.invoices:
            if tell or row.corrects:
                corrects = f", corrects {row.corrects}" if row.corrects else ""
                self.tell(row.customer, f"{row.number}{corrects}: {row.currency} {row.total}")
        for held in view.held:
            self.tell(held.customer, f"not invoiced, held: {held.reason}")
        return [row.number for row in view.invoices if row.kind == "invoice"]


def last_day(month: int) -> str:
    return f"{month:02}-{calendar.monthrange(YEAR, month)[1]}"
