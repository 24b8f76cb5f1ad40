"""A quote with all that becomes of one, and maintenance, for a database that holds `history.rich()`."""

from datetime import date
from decimal import Decimal
from typing import Any

from billing.office.transaction import Setting
from billing.requests.attachments import AttachToQuote
from billing.requests.contracts import Renew
from billing.requests.maintenance import Acknowledge, Announce
from billing.requests.moments import moment_or_day
from billing.requests.parties import AskCustomer
from billing.requests.quotes import (
    AcceptQuote,
    AddQuote,
    ApproveQuote,
    AskEvolutions,
    AskQuote,
    DeliverQuote,
    InvoiceQuote,
    ListQuotes,
    RefuseQuote,
    SendQuote,
)
from tests import support

Answer = dict[str, Any]

STEPS = {"sent": SendQuote, "approved": ApproveQuote, "accepted": AcceptQuote, "refused": RefuseQuote,
         "delivered": DeliverQuote}  # fmt: skip
SAID = {"approved": "by", "accepted": "by", "refused": "reason", "delivered": "text"}


def add(setting: Setting, customer: str = "ANNA", id: str | None = None, **request: Any) -> Answer:
    """Drafts a quote of CHF 1200 for eight hours, but for what is asked otherwise."""
    asked: dict[str, Any] = {
        "title": "Own form",
        "amount": Decimal("1200.00"),
        "minutes": 480,
        "on": date(2025, 3, 3),
    } | request
    return support.do(setting, AddQuote(customer=customer, **asked), id)


def step(
    setting: Setting,
    number: str,
    kind: str,
    on: date | None = None,
    said: str | None = None,
    id: str | None = None,
) -> Answer:
    """What becomes of a quote; `said` is by whom, or why."""
    more = {} if said is None else {SAID[kind]: said}
    if kind == "sent" and _specified(setting, number):
        support.do(setting, AttachToQuote(quote=number, name="wanted.txt", data=b"What is wanted."))
    return support.do(setting, STEPS[kind](quote=number, on=on, **more), id)


def _specified(setting: Setting, number: str) -> bool:
    """Whether it goes out with a specification only: visualqie's tariff asks for one of what is specific (S8)."""
    found = show(setting, number)
    customer = support.ask(setting, AskCustomer(customer=found["customer"]))
    return bool(found["kind"] == "specific" and customer["contracts"][-1]["tariff"] == "visualqie")


def invoice(setting: Setting, number: str, on: date | None = None, id: str | None = None) -> Answer:
    return support.do(setting, InvoiceQuote(quote=number, on=on), id)


def show(setting: Setting, number: str) -> Answer:
    return support.ask(setting, AskQuote(quote=number))


def listed(setting: Setting, customer: str | None = None) -> Answer:
    return support.ask(setting, ListQuotes(customer=customer))


def evolutions(setting: Setting, first: date, last: date) -> Answer:
    return support.ask(setting, AskEvolutions(first=first, last=last))


def announce(setting: Setting, starts: str, ends: str, id: str | None = None, **request: Any) -> Answer:
    asked: dict[str, Any] = {"text": "Version 8", **request}
    announced = Announce(starts=moment_or_day(starts), ends=moment_or_day(ends), **asked)
    return support.do(setting, announced, id)


def acknowledge(setting: Setting, customer: str, number: str, id: str | None = None, **request: Any) -> Answer:
    return support.do(setting, Acknowledge(customer=customer, maintenance=number, **{"by": "Marie", **request}), id)


def everything(setting: Setting, invoiced_on: date = date(2025, 3, 31)) -> None:
    """A quote sent, accepted, worked on, delivered, invoiced, with a file; another refused; maintenance."""
    first = add(setting, kind="specific", case="A9", id="q1")["quote"]
    step(setting, first, "sent", date(2025, 3, 4))
    step(setting, first, "accepted", date(2025, 3, 5), said="Marie")
    support.log(setting, customer="ANNA", seconds=3600, quote=first, on=date(2025, 3, 6), note="drawn", id="w1")
    support.log(setting, customer="ANNA", seconds=1800, quote=first, on=date(2025, 3, 7), category="programming")
    step(setting, first, "delivered", date(2025, 3, 10), said="Forms of one's own")
    invoice(setting, first, invoiced_on, id="i1")
    second = add(setting, on=date(2025, 4, 1), percent=Decimal("33.3"), kind="important")["quote"]
    step(setting, second, "sent", date(2025, 4, 2))
    step(setting, second, "refused", date(2025, 4, 3), said="too dear")
    announce(setting, "2030-02-01T22:00", "2030-02-02T02:00", id="m1")
    announce(setting, "2030-01-01T22:00", "2030-01-02T02:00", emergency=True, tariff="q3")
    support.do(setting, Renew(customer="ANNA", on=date(2030, 1, 1)))
    acknowledge(setting, "ANNA", "M-2030-00002")
    support.do(setting, AttachToQuote(quote=first, name="wanted.txt", data=b"What is wanted."))
