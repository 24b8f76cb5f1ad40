"""A fortnight at each of the five desks, at the terminal, with the books audited at the end of each day.

What an agent does is drawn, the same each time; what ought to come of it is counted here, by a program that knows
nothing of the engine: minutes worked by day and by case, who is whose, what is open.
"""

import json
import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest

from tests.support import WHOLE, run

FIRST = date(2025, 3, 3)
DAYS = [day for n in range(14) if (day := FIRST + timedelta(days=n)).weekday() < 5]


@dataclass(frozen=True)
class Desk:
    """A tariff's customers: how they sign, what they buy, and the category of some of their work."""

    tariff: str
    country: str
    sign: tuple[str, ...] = ()
    buys: tuple[str, ...] = ()
    category: str = "support"
    free: bool = False  # whether support is part of the contract


DESKS = (
    Desk(
        "q3", "CH", ("--tier", "profi", "--module", "COFI", "--fee", "500"), ("half-fare", "--price", "100"), "training"
    ),
    Desk("qualiodoo", "FR", (), ("pack-12h", "--price", "1000"), "incident"),
    Desk("moveon", "DE", free=True),
    Desk("systell", "FR", free=True),
    Desk("visualqie", "FR", free=True),
)


@dataclass
class Tally:
    """What was done, counted beside the engine."""

    seconds: Counter[date] = field(default_factory=Counter)  # worked, by day of the work
    of_case: Counter[str] = field(default_factory=Counter)
    whose: dict[str, str] = field(default_factory=dict)  # cases by their customer
    open: set[str] = field(default_factory=set)
    entries: int = 0


class Agent:
    """An agent at the terminal, who counts along."""

    def __init__(self, desk: Desk, url: str) -> None:
        self.desk, self.random, self.tally = desk, random.Random(desk.tariff), Tally()
        self.day, self.minute = FIRST, 0
        self.env = {"BILLING_DB": url, "BILLING_AGENT": "ana", "COLUMNS": "100"}

    def do(self, *words: str) -> str:
        """Runs a command that has to succeed."""
        status, out, err = run(*words, **self.env, BILLING_TODAY=f"{self.day}")
        assert status == 0, (self.day, words, err)
        return out

    def ask(self, *words: str) -> Any:
        return json.loads(self.do(*words, "--json"))

    def refused(self, *words: str) -> str:
        """Runs a command that has to be refused, and answers why."""
        status, _, err = run(*words, **self.env, BILLING_TODAY=f"{self.day}")
        assert status == 1 and err.startswith("error: "), (words, err)
        return err

    def now(self) -> str:
        """The next moment of the day: everything happens in its order."""
        self.minute += self.random.randint(1, 12)
        return f"{self.day}T{9 + self.minute // 60:02}:{self.minute % 60:02}"

    def begin(self) -> None:
        self.do("init", "--name", "Demo", "--country", self.desk.country)
        for code in ("NORD", "SUD"):
            self.do("customer", "add", code, "--name", f"{code} SA", "--country", self.desk.country)
            self.do("contract", "sign", code, "--tariff", self.desk.tariff, *self.desk.sign, "--start", "2025-01-01")
            if self.desk.buys:
                sold = self.ask("buy", code, *self.desk.buys, "--on", "2025-02-03")
                self.do("pay", sold["invoice"], "--on", "2025-02-04")

    # What an agent does

    def opens(self) -> str:
        case, code = f"T-{len(self.tally.whose) + 1}", self.random.choice(("NORD", "SUD"))
        self.do("case", "open", code, case, "--subject", f"About {case}", "--at", self.now())
        self.do("case", "take", case, "--at", self.now())
        self.tally.whose[case] = code
        self.tally.open.add(case)
        return case

    def logs(self, case: str, on: date) -> None:
        minutes = self.random.randint(1, 50)
        words = ("--category", self.desk.category) if self.random.random() < 0.3 else ()
        charged = self.ask("log", case.lower(), f"{minutes}m", "a note", *words, "--on", f"{on}", "--yes")
        assert (charged["customer"], charged["case"], charged["raw_seconds"]) == (
            self.tally.whose[case],
            case,
            minutes * 60,
        )
        assert charged["free"] == ("always" if self.desk.free else None)
        self._count(case, on, minutes * 60)

    def times(self, case: str) -> None:
        began = self.minute + 1
        self.minute += 1
        start = f"{self.day}T{9 + began // 60:02}:{began % 60:02}"
        self.do("start", case, "--at", start)
        assert case in self.do("status")
        end = self.now()
        done = self.ask("stop", "--at", end)
        assert done["raw_seconds"] == (self.minute - began) * 60
        self._count(case, self.day, done["raw_seconds"])

    def slips(self, case: str) -> None:
        """Logs too much, puts it right, logs on the wrong case and takes that back."""
        self.ask("log", case, "2h")
        self.do("edit", "--duration", "20", "--note", "put right")
        self._count(case, self.day, 1200)
        self.do("log", case, "1h15")
        assert case in self.do("undo")
        assert "has no entry" in self.refused("undo", "--agent", "nobody")

    def answers(self, case: str) -> None:
        self.do("case", "ask", case, "--at", self.now(), "--note", "Which version?")
        self.do("case", "answer", case, "--at", self.now(), "--note", "The last one.")

    def solves(self, case: str) -> None:
        self.do("case", "resolve", case, "--at", self.now(), "--note", "Done.")
        self.do("case", "close", case, "--at", self.now())
        self.tally.open.discard(case)

    def _count(self, case: str, on: date, seconds: int) -> None:
        self.tally.seconds[on] += seconds
        self.tally.of_case[case] += seconds
        self.tally.entries += 1

    def lives(self) -> None:
        """A day: new cases, work on old ones, slips, an entry of the day before."""
        case = self.opens()
        self.logs(case, self.day)
        older = self.random.choice(sorted(self.tally.open))
        if self.random.random() < 0.6:
            self.times(older)
        if self.random.random() < 0.5:
            self.slips(older)
        if self.random.random() < 0.5:
            self.answers(older)
        if self.day > FIRST and self.random.random() < 0.5:
            since = sorted(case for case in self.tally.open if case != f"T-{len(self.tally.whose)}")
            if since:
                self.logs(self.random.choice(since), self.day - timedelta(days=1))
        if self.random.random() < 0.6:
            self.solves(self.random.choice(sorted(self.tally.open)))
        assert "unknown customer" in self.refused("log", "NOBODY", "5")

    def ends(self) -> None:
        """What the books say at the end of the day is what was counted."""
        assert self.ask("audit")["ok"]
        assert self.ask("day")["raw_seconds"] == self.tally.seconds[self.day]
        monday = self.day - timedelta(days=self.day.weekday())
        week = sum(seconds for day, seconds in self.tally.seconds.items() if monday <= day < monday + timedelta(days=7))
        assert self.ask("week")["raw_seconds"] == week
        self.do("case", "sweep", "--at", f"{self.day}T18:30")
        assert {row["case"] for row in self.ask("queue", "--at", f"{self.day}T18:30")["cases"]} == self.tally.open
        for code in ("NORD", "SUD"):
            told = self.ask("statement", code, "--from", "2025-01-01", "--to", f"{self.day}")
            assert told["opening"] + sum(row["minutes"] for row in told["movements"]) == told["closing"]
            assert told["closing"] == self.ask("balance", code)["minutes"]
        self.minute = 0


@pytest.mark.parametrize("desk", DESKS, ids=lambda desk: desk.tariff)
def test_a_fortnight_at_the_desk(desk: Desk, database_url: str) -> None:
    if database_url.startswith("postgresql") and desk.tariff not in ("q3", "moveon") and not WHOLE:
        pytest.skip("on PostgreSQL by night")
    agent = Agent(desk, database_url)
    agent.begin()
    for agent.day in DAYS:
        agent.lives()
        agent.ends()
    assert agent.tally.entries > 15 and len(agent.tally.open) < len(agent.tally.whose) == len(DAYS)
    for case, seconds in agent.tally.of_case.items():
        assert agent.ask("case", "show", case)["minutes"]["raw"] == seconds // 60, case
