"""A customer with everything that is personal, and how it ends: what the tests of privacy begin with."""

from datetime import date
from decimal import Decimal
from typing import Any

from billing.office.transaction import Setting
from billing.requests.addresses import AddAddress
from billing.requests.agents import AddAgent
from billing.requests.attachments import AttachToCase
from billing.requests.cases import OpenCase, Take
from billing.requests.entries import Log, Void
from billing.requests.links import MakeLink
from billing.requests.parties import ChangeCustomer
from billing.requests.payments import Pay, Sell
from tests.support import do, load, made, on

START, CANCELLED = date(2019, 1, 1), date(2020, 6, 30)
TEXT = "Zornfried Quellwasser called about the Hintertupfingen server"
PNG = b"\x89PNG\r\n\x1a\n" + b"unmistakable picture bytes" * 4
# What is to be nowhere any more once the customer is erased, papers apart; each is unlike anything else
SECRETS = (
    "Zornfried Quellwasser", "Hintertupfingen", "zornfried@quellwasser.example", "buchhaltung@quellwasser.example",
    "Kostenstelle-Xylophon", "z.H. Frau Ypsilanti", "Rückruf wegen Pfefferminze", "nachtigall.png", "Mondscheinreason",
)  # fmt: skip


def customer(url: str, today: date = date(2020, 12, 1)) -> Setting:
    """QUELL on qualiodoo, with a paid pack, a case, time, a file, addresses, a link; BACH beside."""
    setting = made(url, "FR", today, iban="FR7630006000011234567890189", street="Rue", postcode="75001", city="Paris")
    setting = on(setting, date(2020, 6, 1))
    do(setting, AddAgent(code="ana", name="Anastasia Murmeltier"))
    load(
        setting,
        _customer("QUELL", "Quellwasser & Cie"), _customer("BACH", "Bach AG"),
        *({"type": "contract", "customer": code, "tariff": "qualiodoo", "start": f"{START}"}
          for code in ("QUELL", "BACH")),
    )  # fmt: skip
    for code in ("QUELL", "BACH"):
        sold = do(setting, Sell(customer=code, product="pack-12h", on=date(2020, 1, 10), price=Decimal(900)))
        do(setting, Pay(invoice=sold["invoice"], on=date(2020, 1, 20)))
    values: dict[str, Any] = {"email": "buchhaltung@quellwasser.example", "order": "Kostenstelle-Xylophon"}
    do(setting, ChangeCustomer(customer="QUELL", attention="z.H. Frau Ypsilanti", **values))
    do(setting, AddAddress(customer="QUELL", address="zornfried@quellwasser.example"))
    do(setting, OpenCase(customer="QUELL", case="T-1", contact="Zornfried Quellwasser", note=TEXT, agent="ana"))
    do(setting, Take(case="T-1", agent="ana"))
    do(setting, AttachToCase(case="T-1", name="nachtigall.png", data=PNG))
    do(setting, Log(customer="QUELL", seconds=1800, case="T-1", agent="ana", contact="Zornfried Quellwasser",
                    note="Rückruf wegen Pfefferminze"), "E-1")  # fmt: skip
    do(setting, Log(customer="QUELL", seconds=600, agent="ana", case="T-1"), "E-3")
    do(setting, Void(entry="E-3", reason="Mondscheinreason of a slip"))
    do(setting, Log(customer="BACH", seconds=1200, agent="ana", note="a note of Bach"), "E-2")
    do(setting, MakeLink(customer="QUELL", contact="Zornfried Quellwasser"))
    return on(setting, today)


def _customer(code: str, name: str) -> dict[str, Any]:
    address = {"street": "Rue Quai", "house_number": "4", "postcode": "75002", "city": "Paris"}
    return {"type": "customer", "code": code, "name": name, "country": "FR", "address": address}
