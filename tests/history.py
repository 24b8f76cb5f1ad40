"""A rich history for tests, and random ones: lines for `billing load`."""

import json
import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any, ClassVar

Line = dict[str, Any]
GOLDEN = Path(__file__).parent / "golden"


def rich() -> list[Line]:
    """Every kind of row: notes, contacts, external ids, credit notes, bounces, tier changes, goodwill, cancellation."""
    return [
        {"type": "customer", "code": "ANNA", "name": "Anna SA", "country": "CH", "id": "c-anna"},
        {"type": "customer", "code": "BEAT", "name": "Beat SA", "country": "CH"},
        {
            "type": "contract",
            "customer": "ANNA",
            "tariff": "q3",
            "tier": "profi",
            "modules": ["COFI", "Salaires"],
            "fee": "480.00",
            "start": "2025-01-01",
            "id": "k-anna",
        },
        {"type": "contract", "customer": "BEAT", "tariff": "qualiodoo", "start": "2025-01-01"},
        {
            "type": "purchase",
            "id": "hf",
            "customer": "ANNA",
            "product": "half-fare",
            "price": "90.00",
            "date": "2025-01-05",
        },
        {
            "type": "purchase",
            "id": "sp",
            "customer": "ANNA",
            "product": "support-plus",
            "contacts": ["Marie"],
            "date": "2025-01-06",
        },
        {
            "type": "purchase",
            "id": "p1",
            "customer": "BEAT",
            "product": "pack-12h",
            "price": "900.00",
            "date": "2025-01-07",
        },
        {"type": "entry", "id": "e0", "customer": "BEAT", "case": "B0", "date": "2025-01-08", "minutes": 12},
        {"type": "payment", "id": "y1", "purchase": "p1", "date": "2025-01-10"},
        {
            "type": "entry",
            "id": "e1",
            "customer": "ANNA",
            "case": "A1",
            "date": "2025-01-11",
            "minutes": 3,
            "note": "hello",
        },
        {
            "type": "entry",
            "id": "e2",
            "customer": "ANNA",
            "case": "A1",
            "date": "2025-01-11",
            "minutes": 4,
            "agent": "ana",
        },
        {
            "type": "entry",
            "id": "e3",
            "customer": "ANNA",
            "case": "A2",
            "date": "2025-01-12",
            "minutes": 70,
            "category": "training",
            "contact": "marie",
        },
        {
            "type": "entry",
            "id": "e4",
            "customer": "ANNA",
            "case": "A3",
            "date": "2025-01-13",
            "minutes": 33,
            "category": "bug",
        },
        {"type": "entry", "customer": "BEAT", "case": "B1", "date": "2025-01-14", "duration": "1h07", "note": "secret"},
        {"type": "invoice-run", "month": "2025-01", "date": "2025-01-31"},
        {"type": "void", "entry": "e1", "date": "2025-02-01", "reason": "twice"},
        {"type": "verify", "case": "A3", "date": "2025-02-02"},
        {
            "type": "goodwill",
            "customer": "ANNA",
            "minutes": 30,
            "date": "2025-02-03",
            "expires": "2025-06-30",
            "reason": "sorry",
        },
        {"type": "tier", "customer": "ANNA", "tier": "premium", "date": "2025-02-04"},
        {"type": "entry", "id": "e5", "customer": "ANNA", "case": "A4", "date": "2025-02-05", "minutes": 95},
        {"type": "bounce", "payment": "y1", "date": "2025-02-06"},
        {"type": "invoice-run", "month": "2025-02", "date": "2025-02-28"},
        {"type": "payment", "purchase": "p1", "date": "2025-03-01"},
        {"type": "on-account", "customer": "BEAT", "amount": "50.00", "date": "2025-03-01", "id": "acc"},
        {"type": "refund", "customer": "BEAT", "amount": "20.00", "date": "2025-03-02", "id": "out"},
        {
            "type": "write-off",
            "invoice": "INV-2025-00002",
            "amount": "1.00",
            "date": "2025-03-02",
            "reason": "a slip",
            "id": "wr",
        },
        {"type": "renewal", "customer": "ANNA", "date": "2025-12-01"},
        {"type": "entry", "customer": "BEAT", "date": "2025-03-02", "minutes": 7},
        {"type": "cancel", "customer": "BEAT", "date": "2025-12-31"},
        {
            "type": "case",
            "id": "A6",
            "customer": "ANNA",
            "priority": "urgent",
            "contact": "Marie",
            "at": "2025-03-04T09:00",
            "note": "it does not start",
        },
        {"type": "case-event", "case": "A6", "kind": "take", "at": "2025-03-04T09:30", "agent": "ana"},
        {"type": "case-event", "case": "A6", "kind": "ask", "at": "2025-03-04T09:40", "agent": "ana", "note": "since?"},
        {
            "type": "case-event",
            "case": "A6",
            "kind": "callback",
            "at": "2025-03-04T09:45",
            "window": ["2025-03-04T14:00", "16:00"],
        },
        {"type": "case-event", "case": "A6", "kind": "answer", "at": "2025-03-04T15:00", "note": "since Monday"},
        {"type": "case-event", "case": "A6", "kind": "priority", "at": "2025-03-04T15:05", "note": "normal: it works"},
        {"type": "case-event", "case": "A6", "kind": "hand-over", "at": "2025-03-04T15:06", "agent": "ben"},
        {
            "type": "case-event",
            "case": "A6",
            "kind": "authorisation",
            "at": "2025-03-04T15:07",
            "note": "mail of 4 Mar",
        },
        {"type": "entry", "id": "e9", "customer": "ANNA", "case": "A6", "date": "2025-03-04", "minutes": 12},
        {"type": "case-event", "case": "A6", "kind": "resolve", "at": "2025-03-04T16:00", "agent": "ben"},
        {"type": "case-event", "case": "A6", "kind": "close", "at": "2025-03-04T16:10", "agent": "ben"},
        {"type": "verify", "case": "A6", "kind": "misuse", "date": "2025-03-05"},
    ]


class Random:
    """One random history of a q3 or a qualiodoo issuer: agreed lines, then what happens to them."""

    CATEGORIES: ClassVar = {
        "q3": ("support", "support", "bug", "first-install", "training", "data-check", "forms"),
        "qualiodoo": ("support", "bug", "incident", "upgrade-test"),
    }

    def __init__(self, pick: random.Random, tariff: str, length: int = 30) -> None:
        self.random = pick
        self.tariff = tariff
        self.length = length
        self.customers = ["ANNA", "BEAT"][: self.random.choice([1, 2])]
        self.first = self.random.choice([date(2024, 1, 1), date(2024, 2, 29), date(2024, 6, 15), date(2024, 12, 28)])
        self.now = self.first
        self.entries: list[str] = []
        self.purchases: dict[str, str] = {}  # with their days
        self.payments: list[str] = []

    def lines(self) -> list[Line]:
        return [*self._agreed(), *(line for n in range(self.length) if (line := self._happening(n)))]

    def _agreed(self) -> list[Line]:
        country = "CH" if self.tariff == "q3" else "FR"
        lines: list[Line] = []
        for code in self.customers:
            lines.append({"type": "customer", "code": code, "name": code, "country": country})
            contract: Line = {"type": "contract", "customer": code, "tariff": self.tariff, "start": str(self.first)}
            if self.tariff == "q3":
                modules = self.random.choice([["COFI"], ["COFI", "Salaires"]])
                contract |= {
                    "tier": self.random.choice(["standard", "profi", "premium"]),
                    "modules": modules,
                    "fee": "500",
                    "invoice": True,
                    "invoice_on": str(self.first),
                }
            lines.append(contract)
        return lines

    def _back(self) -> str:
        days = self.random.choice([0, 0, 0, 1, 5, 20, 90, 200])
        return str(max(self.first, self.now - timedelta(days=days)))

    def _happening(self, n: int) -> Line | None:
        pick = self.random
        self.now += timedelta(days=pick.choice([0, 0, 1, 3, 10, 30, 60]))
        code, today = pick.choice(self.customers), str(self.now)
        match pick.choices(
            [
                "entry",
                "void",
                "verify",
                "purchase",
                "payment",
                "bounce",
                "goodwill",
                "renewal",
                "tier",
                "run",
                "cancel",
                "on-account",
                "refund",
                "own-money",
                "write-off",
                "credit",
            ],
            [50, 7, 5, 12, 9, 3, 3, 3, 2, 5, 1, 3, 3, 3, 3, 4],
        )[0]:
            case "entry":
                self.entries.append(f"e{n}")
                line: Line = {"type": "entry", "id": f"e{n}", "customer": code, "date": self._back(),
                              "minutes": pick.choice([1, 2, 3, 4, 5, 7, 12, 22, 60, 300, 700]),
                              "category": pick.choice(self.CATEGORIES[self.tariff])}  # fmt: skip
                if pick.random() < 0.8:
                    line["case"] = f"{code}{pick.randint(1, 4)}"
                if pick.random() < 0.3:
                    line["contact"] = pick.choice(["marie", "paul"])
                return line
            case "void" if self.entries:
                return {"type": "void", "entry": pick.choice(self.entries), "date": self._back(), "reason": "x"}
            case "verify":
                return {"type": "verify", "case": f"{code}{pick.randint(1, 4)}", "date": self._back()}
            case "purchase":
                self.purchases[f"p{n}"] = today
                line = {"type": "purchase", "id": f"p{n}", "customer": code, "date": today, "price": "1000.01"}
                if self.tariff == "q3":
                    line["product"] = pick.choice(["half-fare", "support-plus", "support-plus-contact"])
                    line |= {} if line["product"] == "half-fare" else {"contacts": [pick.choice(["marie", "paul"])]}
                else:
                    line["product"] = pick.choice(["pack-12h", "pack-24h"])
                return line
            case "payment" if self.purchases:
                self.payments.append(f"y{n}")
                bought = pick.choice(list(self.purchases))
                day = max(self._back(), self.purchases[bought])  # nobody pays what was not invoiced
                line = {"type": "payment", "id": f"y{n}", "purchase": bought, "date": day}
                return line | ({"amount": pick.choice(["100.00", "1300.00"])} if pick.random() < 0.3 else {})
            case "bounce" if self.payments:
                return {"type": "bounce", "payment": pick.choice(self.payments), "date": today}
            case "on-account":
                self.payments.append(f"d{n}")
                return {"type": "on-account", "id": f"d{n}", "customer": code, "date": self._back(),
                        "amount": pick.choice(["40.00", "1200.00"])}  # fmt: skip
            case "refund":
                line = {"type": "refund", "customer": code, "date": self._back()}
                return line | ({"amount": "30.00"} if pick.random() < 0.5 else {})
            case "write-off":
                line = {"type": "write-off", "invoice": f"INV-{self.now.year}-{pick.randint(1, 4):05}", "yes": True,
                        "date": today, "reason": "x"}  # fmt: skip
                return line | ({"amount": "2.00"} if pick.random() < 0.5 else {})
            case "own-money" if self.purchases:
                self.payments.append(f"o{n}")
                return {"type": "payment", "id": f"o{n}", "purchase": pick.choice(list(self.purchases)), "date": today,
                        "own_money": True, "amount": pick.choice(["10.00", "100.00"])}  # fmt: skip
            case "goodwill":
                expires = str(self.now + timedelta(days=pick.choice([0, 10, 100])))
                return {"type": "goodwill", "customer": code, "minutes": 60, "date": today, "expires": expires,
                        "reason": "g", **({"covers": ["support"]} if pick.random() < 0.5 else {})}  # fmt: skip
            case "renewal":
                return {"type": "renewal", "customer": code, "date": today,
                        "invoice": self.tariff == "q3" and n % 3 > 0}  # fmt: skip
            case "tier":
                return {"type": "tier", "customer": code, "tier": pick.choice(["standard", "premium"]), "date": today}
            case "run":
                return {"type": "invoice-run", "month": str(self.now - timedelta(days=10))[:7], "date": today}
            case "cancel":
                return {"type": "cancel", "customer": code, "date": today}
            case "credit":
                line = {"type": "invoice-credit", "invoice": f"INV-{today[:4]}-{pick.randint(1, 6):05d}",
                        "reason": "r", "date": today}  # fmt: skip
                how: list[Line] = [{}, {"drawn": True}, {"amount": "12.34"}, {"amount": "600.00", "keep": True}]
                return line | pick.choice(how)
        return None


def dumped(lines: list[Line]) -> list[str]:
    return [json.dumps(line) for line in lines]
