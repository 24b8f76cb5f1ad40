"""A year played from the start and from an opening: random histories of one customer, and what he brings of them (G14).

What cannot be brought is not played: work before the opening that is corrected after it, a payment that bounces after
it, a case or a free first case on both sides of it.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from billing.core.book import Book
from billing.core.units import day_before
from billing.errors import Refusal
from billing.office.payments import sales
from billing.office.transacting import look
from billing.office.transaction import Setting
from billing.store import issued
from tests.history import Line
from tests.support import load, receivables

CODE = "ANNA"
CATEGORIES = {"q3": ("support", "support", "training", "data-check", "forms", "bug"),
              "qualiodoo": ("support", "bug", "incident")}  # fmt: skip
PRODUCTS = {"q3": ("half-fare", "support-plus", "support-plus-contact"), "qualiodoo": ("pack-12h", "pack-24h")}


@dataclass
class Years:
    """Lines up to a day, and from that day on; in those to pay an old invoice `OLD` stands for which one."""

    pick: random.Random
    tariff: str
    first: date = date(2024, 1, 1)
    opened: date = date(2025, 1, 1)
    end: date = date(2026, 1, 1)
    now: date = date(2024, 1, 1)
    count: int = 0
    renewed: bool = False
    bought: list[str] = field(default_factory=list)
    logged: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, pick: random.Random) -> "Years":
        first = pick.choice([date(2024, 1, 1), date(2024, 2, 29), date(2024, 6, 15)])
        opened = first + timedelta(days=pick.randint(30, 420))
        tariff = pick.choice(["q3", "qualiodoo"])
        return cls(pick, tariff, first, opened, opened + timedelta(days=365), first)

    def agreed(self) -> list[Line]:
        country = "CH" if self.tariff == "q3" else "FR"
        line: Line = {"type": "contract", "customer": CODE, "tariff": self.tariff, "start": str(self.first)}
        if self.tariff == "q3":
            line |= {"tier": self.pick.choice(["standard", "profi", "premium"]), "fee": "500",
                     "modules": self.pick.choice([["COFI"], ["COFI", "Salaires"]])}  # fmt: skip
        return [{"type": "customer", "code": CODE, "name": CODE, "country": country}, line]

    def before(self) -> Iterator[Line]:
        yield from self._played(day_before(self.opened), self.pick.randint(3, 16))
        last = day_before(self.opened)
        yield {"type": "invoice-run", "month": str(last)[:7], "date": str(last)}

    def after(self, old: list[str]) -> Iterator[Line]:
        """What happens from the day of opening on; of the `old` invoices some are paid."""
        self.now, self.renewed, self.bought, self.logged = self.opened, False, [], []
        for line in self._played(self.end, self.pick.randint(4, 18)):
            yield line
            if old and self.pick.random() < 0.2:
                amount = {} if self.pick.random() < 0.6 else {"amount": self.pick.choice(["20.00", "2000.00"])}
                yield {"type": "payment", "invoice": self.pick.choice(old), "date": str(self.now), **amount}
        yield {"type": "invoice-run", "month": str(self.end)[:7], "date": str(self.end)}

    def _played(self, last: date, length: int) -> Iterator[Line]:
        for _ in range(length):
            self.now = min(last, self.now + timedelta(days=self.pick.choice([0, 1, 5, 20, 45, 80])))
            self.count += 1
            yield self._happening(str(self.now))

    def _happening(self, day: str) -> Line:
        pick, n = self.pick, self.count
        kinds = ["entry"] * 6 + ["purchase"] * 3 + ["payment"] * 3 + ["goodwill", "on-account", "own", "run", "refund",
                 "renewal", "renewal", "tier", "void"]  # fmt: skip
        match pick.choice(kinds):
            case "purchase":
                self.bought.append(f"p{n}")
                line: Line = {"type": "purchase", "id": f"p{n}", "customer": CODE, "date": day, "price": "907.00",
                              "product": pick.choice(PRODUCTS[self.tariff])}  # fmt: skip
                return line | ({"contacts": [pick.choice(["Marie", "Paul"])]} if "plus" in line["product"] else {})
            case "payment" if self.bought:
                amount = pick.choice([{}, {}, {"amount": "300.00"}, {"amount": "1500.00"}])
                return {"type": "payment", "purchase": pick.choice(self.bought), "date": day, **amount}
            case "own" if self.bought:
                return {"type": "payment", "purchase": pick.choice(self.bought), "date": day, "own_money": True,
                        "amount": pick.choice(["10.00", "100.00"])}  # fmt: skip
            case "goodwill":
                until = str(date.fromisoformat(day) + timedelta(days=pick.choice([10, 100, 300])))
                return {"type": "goodwill", "customer": CODE, "minutes": pick.choice([7, 60]), "date": day,
                        "expires": until, "reason": "g"}  # fmt: skip
            case "on-account":
                return {"type": "on-account", "customer": CODE, "amount": "45.50", "date": day}
            case "refund":
                return {"type": "refund", "customer": CODE, "date": day, "amount": "5.00"}
            case "run":
                return {"type": "invoice-run", "month": day[:7], "date": day}
            case "renewal":
                self.renewed = True
                return {"type": "renewal", "customer": CODE, "date": day}
            case "tier" if not self.renewed:  # what a year that was signed lacks comes by a grant of its own (G8)
                return {"type": "tier", "customer": CODE, "tier": "premium", "date": day}
            case "void" if self.logged:
                return {"type": "void", "entry": self.logged.pop(), "date": day, "reason": "v"}
        self.logged.append(f"e{n}")
        line = {
            "type": "entry",
            "id": f"e{n}",
            "customer": CODE,
            "date": day,
            "minutes": pick.choice([3, 12, 55, 190]),
            "case": f"C{n - n % 3}-{day >= str(self.opened)}",
            "category": pick.choice(CATEGORIES[self.tariff]),
        }
        return line | pick.choice([{}, {"contact": "Marie"}])


def played(setting: Setting, lines: list[Line], names: dict[str, str] | None = None) -> list[str]:
    """Records lines one by one; of each what became of it: nothing, or the code of its refusal."""
    said = []
    for line in lines:
        try:
            load(setting, line | ({"invoice": (names or {}).get(line["invoice"], line["invoice"])}
                                  if "invoice" in line else {}))  # fmt: skip
            said.append("")
        except Refusal as refused:
            said.append(refused.code)
    return said


def open_invoices(setting: Setting, day: date) -> list[dict[str, Any]]:
    """The invoices on which something is open at the end of a day."""
    rows: list[dict[str, Any]] = receivables(setting, day)["rows"]
    return rows


def brought(setting: Setting, opened: date) -> list[Line]:
    """What the customer brings as of a day, as the lines of an opening; what is signed already is renewed again."""
    with look(setting) as tx:
        head = tx.customer(CODE, lock=False)
        book, party = tx.book(head), {"type": "customer", "code": CODE, "name": CODE, "country": head.country}
        days = {one.number: one for one in issued.documents(tx.connection, head.id)}
        own = sales.money_of(tx, head)
        contacts = tx.contacts_of(head)
    of = {"customer": CODE, "date": str(opened)}
    lines: list[Line] = [party, *_contract(book, opened, of)]
    for row in open_invoices(setting, day_before(opened)):
        kept = days[row["invoice"]]
        lines.append({"type": "opening-invoice", **of, "number": f"OLD-{kept.number}", "issued": str(kept.issued_on),
                      "due": str(kept.due_on), "total": str(kept.total), "open": row["open"],
                      "currency": kept.currency})  # fmt: skip
    lines += _grants(book, opened, of, contacts)
    lines += [
        {"type": "opening-owed", **of, "minutes": minutes, "category": book.charges[seq][-1].category,
         "worked": str(book.entries[seq].worked_on)}
        for seq, minutes in book.owing.items()
    ]  # fmt: skip
    lines += [
        {"type": "opening-money", **of, "amount": str(amount), "currency": currency}
        for currency, amount in own.items()
        if amount > 0
    ]
    running = book.term_on(opened)
    assert running is not None
    later = [term for term in book.terms if term.number > running.number]
    return lines + [{"type": "renewal", "customer": CODE, "date": str(opened)} for _ in later]


def _contract(book: Book, opened: date, of: Line) -> Iterator[Line]:
    (contract,) = book.contracts.values()
    line: Line = {"type": "opening-contract", **of, "tariff": contract.tariff, "start": str(contract.starts_on)}
    if contract.tier is not None:
        line |= {"tier": book.tier_on(contract.seq, opened), "fee": "500", "modules": list(contract.modules)}
    yield line


def _grants(book: Book, opened: date, of: Line, contacts: dict[int, str]) -> Iterator[Line]:
    """What is left of every grant that counts still, and of every add-on in force, in the order of the grants."""
    for grant in book.grants.values():
        over = grant.expires < opened and grant.grace_days is None
        if grant.starts >= opened or over:
            continue
        line: Line = {"type": "opening-grant", **of, "kind": grant.kind, "minutes": grant.minutes,
                      "left": book.remaining(grant), "starts": str(grant.starts), "expires": str(grant.expires),
                      "covers": [] if grant.sale else list(grant.covers)}  # fmt: skip
        if grant.sale is not None:
            sale = book.sales[grant.sale]
            line |= {"product": grant.product, "price": str(sale.price), "invoice": f"OLD-{sale.invoice}",
                     "contacts": [contacts[number] for number in grant.contacts]}  # fmt: skip
        yield line | ({"reason": grant.reason} if grant.reason else {})
    granted = {grant.sale for grant in book.grants.values()}
    for sale in book.sales.values():
        waits = sale.kind == "pack" and sale.seq not in granted
        if sale.seq in granted or (not waits and sale.until < opened):
            continue
        line = {"type": "opening-grant", **of, "kind": sale.kind, "product": sale.product, "minutes": sale.minutes,
                "price": str(sale.price), "invoice": f"OLD-{sale.invoice}",
                "contacts": [contacts[number] for number in sale.contacts]}  # fmt: skip
        yield line | ({} if waits else {"starts": str(sale.sold_on), "expires": str(sale.until)})


def cents(amount: object) -> Decimal:
    """An amount of an answer."""
    return Decimal(str(amount))
