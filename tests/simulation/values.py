"""Some values for any request at all, by the names and types of its fields: of what is there, now and then of nothing.

So each request that the program learns is in the simulation from its first day.
"""

import dataclasses
import random
import types
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from billing import requests
from billing.errors import BadInput
from billing.requests.fields import FirstDay, OneOf, Rates
from tests.simulation.model import Model

NOT_GENERATED = {  # and why
    "CheckTariff": "of files where it is asked, and of no books",
    "Erase": "takes away the names and texts that the model compares; tests/privacy erases in random histories",
    "ImportCustomers": "does what AddCustomer, ChangeCustomer, Sign and ChangeTier do; tests/exchange compares",
    "KeepErasures": "writes a file outside the database, of what Erase leaves",
    "PrunePapers": "takes what papers say away; no history of the simulation is ten years long",
    "ReplayErasures": "does what Erase does, of a file",
    "AskSpreading": "of a PostgreSQL with Citus, which no test has",
    "Spread": "of a PostgreSQL with Citus, which no test has",
    "Restore": "puts another database under doors that are open, which each then has to be opened anew",
}
PARTS = {"Narrowed", "Span", "RatedSpan"}  # what questions are made of; nobody asks them
NAMES = tuple(name for name in requests.__all__ if name not in NOT_GENERATED and name not in PARTS)
CODES = ("ALPINA", "BERNA", "CORVUS", "DELTA", "ECLAIR", "F-1")
AGENTS = ("ana", "ben")
PEOPLE = ("Marie", "Paul", "marie")
MAILS = ("anna@alpina.example", "b@berna.example", "c@corvus.example", "who@nobody.example")
FILE = """<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt><Acct><Id>
<IBAN>CH9300762011623852957</IBAN></Id></Acct><Ntry><Amt Ccy="CHF">{amount}</Amt><CdtDbtInd>{way}</CdtDbtInd>
<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{day}</Dt></BookgDt><AcctSvcrRef>{ref}</AcctSvcrRef><NtryDtls><TxDtls><RmtInf><Ustrd>
{text}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry></Stmt></BkToCstmrStmt></Document>"""


class Values:
    """Draws values: from a random source, what the model knows, and the day."""

    def __init__(self, pick: random.Random, model: Model, today: date) -> None:
        self.pick, self.model, self.today = pick, model, today

    def request(self, name: str) -> Any:
        """A request of that name that its own bounds let through, or None after some tries."""
        of = getattr(requests, name)
        for _ in range(8):
            try:
                return of(**self._fields(of))
            except BadInput:
                pass
        return None

    def _fields(self, of: Any) -> dict[str, Any]:
        hints, found = get_type_hints(of, include_extras=True), {}
        for one in dataclasses.fields(of):
            needed = one.default is dataclasses.MISSING and one.default_factory is dataclasses.MISSING
            if one.init and (needed or one.name == "yes" or self.pick.random() < LIKELY.get(one.name, 0.3)):
                found[one.name] = self.value(of.__name__, one.name, hints[one.name])
        return found

    def value(self, of: str, name: str, hint: Any) -> Any:
        """A value for a field of a type."""
        if hint == Rates:
            return self.pick.choice(
                [(), (("EUR", Decimal("0.95")),), (("EUR", Decimal("0.95")), ("CHF", Decimal("1.05")))]
            )
        origin, parts = get_origin(hint), get_args(hint)
        if origin in (Union, types.UnionType):
            parts = tuple(part for part in parts if part is not type(None))
            return self.value(of, name, self.pick.choice(parts) if name == "at" else parts[0])
        if origin is Annotated:
            if any(isinstance(bound, FirstDay) for bound in parts[1:]):
                return (self.today - timedelta(days=self.pick.choice([0, 20, 40]))).replace(day=1)
            known = next((bound.known for bound in parts[1:] if isinstance(bound, OneOf)), None)
            return self.pick.choice(known) if known else self.value(of, name, parts[0])
        if origin is Literal:
            return self.pick.choice(parts)
        if origin is tuple and parts[-1:] == (Ellipsis,):
            if name == "window":
                return (self.moment(), self.moment() + timedelta(hours=5))
            some = [self.value(of, name, parts[0]) for _ in range(self.pick.choice([1, 1, 2]))]
            return tuple(dict.fromkeys(some))
        if origin is tuple:
            return tuple(self.value(of, name, part) for part in parts)
        return self._plain(of, name, hint)

    def _plain(self, of: str, name: str, hint: Any) -> Any:
        pick = self.pick
        if hint is bool:
            return name in ("yes", "new") or pick.random() < 0.5
        if hint is int:
            usual = {
                "seconds": (60, 300, 4000),
                "year": (self.today.year,),
                "minutes": (5, 30, 90),
                "days": (1, 10, 30),
            }
            return pick.choice(usual.get(name, (1, 1, 2, 3)))
        if hint is Decimal:
            return Decimal(pick.choice(["0.05", "1.00", "33.33", "100.00", "250.00", "1000.01"]))
        if hint is bytes:
            return self._bytes(of)
        if hint is datetime:
            return self.moment()
        if hint is time:
            return time(pick.randint(7, 18), pick.choice([0, 30]))
        if hint is date:
            return self.today + timedelta(days=pick.choice([0, 0, 0, -1, -10, -40, 20]))
        return self.text(of, name)

    def moment(self) -> datetime:
        day = self.today - timedelta(days=self.pick.choice([0, 0, 1, 5]))
        return datetime.combine(day, time(self.pick.randint(6, 11), self.pick.choice([0, 15, 30])))

    def _bytes(self, of: str) -> bytes:
        if of != "ImportBankFile":
            return b"some lines\n" * self.pick.randint(1, 3)
        number = self.pick.choice([*list(self.model.money.documents)[-6:], "nothing"])
        amount = self.model.money.documents[number].open if number in self.model.money.documents else Decimal("40.00")
        return FILE.format(amount=amount or "5.00", way=self.pick.choice(["CRDT", "CRDT", "DBIT"]), day=self.today,
                           ref=f"REF{self.pick.randint(1, 10**9)}", text=number).encode()  # fmt: skip

    def text(self, of: str, name: str) -> str:
        """Text for a field, by its name."""
        pick, model = self.pick, self.model
        some: list[str] = list(self._there(of, name)) or list(FIXED.get(name, ()))
        if of == "AddAgent" and name == "email":
            return f"{pick.choice(AGENTS)}@issuer.example"
        if name in FILES and of != "ImportBankFile":
            return f"$folder/{name}-{pick.randint(1, 2)}"
        if some:
            return pick.choice(some) if pick.random() < 0.95 else "nothing like it"
        return f"{name} {pick.randint(1, 99)} é’ß" if model.customers else name

    def _there(self, of: str, name: str) -> Any:
        model = self.model
        if name in ("customer", "code") and of not in ("AddAgent", "EndAgent", "AskSalesLists"):
            return [*model.customers] if name == "customer" or of != "AddCustomer" else CODES
        if name == "code":
            return AGENTS
        if name == "case":
            return [*model.cases, *model.opened, *model.opened] or ["T-1"]
        if name in ("invoice", "number", "numbers", "document", "after"):
            return [*model.money.documents]
        if name in ("entry",):
            return [*model.entries]
        if name in ("payment",):
            return [*model.money.payments]
        if name == "purchase":
            return [*model.sales]
        if name == "what":
            return [*model.entries, *model.cases, *model.money.documents]
        if name == "on" and of == "SettleItem":
            return [*model.money.documents, *model.customers]
        if name == "event":
            return [f"{case}#{self.pick.randint(1, 6)}" for case in model.opened]
        if name == "name" and of in ("AddDesk", "RemoveDesk"):
            return ["desk", "other-desk"]
        return ()


FILES = ("file", "anchor", "key_file")  # that are written or read: in a folder of the simulation's
LIKELY = {"customer": 0.7, "case": 0.5, "reason": 0.9, "note": 0.4, "key": 1.0, "at": 0.15, "after": 0.05, "agent": 0.7,
          "unset": 0.05, "priority": 0.3, "typed": 0.05, "kind": 0.2}  # fmt: skip
FIXED: dict[str, tuple[str, ...]] = {
    "agent": AGENTS, "to": AGENTS, "contact": PEOPLE, "contacts": PEOPLE, "by": PEOPLE,
    "language": ("fr", "de", "it", "en"), "tier": ("standard", "profi", "premium"), "start": ("A", "a"),
    "tariff": ("q3", "qualiodoo", "daily", "moveon", "systell", "visualqie"), "covers": ("support",),
    "category": ("support", "bug", "training", "incident"), "also": ("support", "training"),
    "product": ("half-fare", "pack-12h", "hour", "five-hours"), "priority": ("urgent", "normal", "medium"),
    "quote": ("$quote", "QUO-2024-00001", "QUO-2024-00002"), "maintenance": ("$maintenance",), "mail": ("$mail",),
    "link": ("$link",), "token": ("$token",), "session": ("$session",), "key": ("$key",),
    "desk": ("desk", "other-desk"), "hook": ("1", "2"), "message": ("1-1", "1-2", "2-1"), "item": ("B1", "B2", "B3"),
    "email": MAILS, "address": (*MAILS, "@berna.example", "desk:17"), "addresses": (*MAILS, "@berna.example"),
    "sender": MAILS, "recipients": MAILS, "inside": ("issuer.example",), "digest": ("0" * 64,), "how": ("post",),
    "message_id": ("<1@x.example>", "<2@x.example>", "<3@x.example>"), "answers": ("<1@x.example>", "<2@x.example>"),
    "url": ("https://listener.example/hook",), "frame": ("https://desk.example",), "settings": ("case=T-{id}",),
    "currency": ("CHF", "EUR"), "country": ("CH", "FR", "DE"), "events": ("*", "case.*"),
    "state": ("open", "taken", "closed"), "code": ("INV-2024-00001",), "position": ("1-AAAA",), "status": ("5.1.1",),
    "channel": ("mail", "phone"), "hours": ("Mon-Fri 08:00-17:00",), "file": ("bank.xml",), "city": ("Bern",),
    "part_currency": ("CHF",), "name": ("a name", "another name"), "subject": ("about ALPINA-1", "about T-1"),
    "kind": ("program-error", "misuse"), "timezone": ("Europe/Zurich",), "iban": ("CH9300762011623852957",),
}  # fmt: skip
