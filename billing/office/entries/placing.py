"""Whose a row of another tool is here, of which case, by whom, about what: by the company's map, else by its names.

A desk that has the name of the source says how its tickets and agents are called, and whose its organisations are (A4).
"""

import dataclasses
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from billing.core.book import Book
from billing.errors import Refusal, Unknown
from billing.exchange.imports.rows import Row
from billing.exchange.imports.shapes import Own
from billing.office.owners import owner_of
from billing.office.transaction import Transaction
from billing.store import desk, helpdesks, parties
from billing.store.heads import Head
from billing.texts import say
from billing.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """What a row comes to here. Who worked is as it was first taken in, and no part of what changes an entry."""

    customer: str
    case: str | None
    category: str | None
    agent: str | None

    def content(self, row: Row) -> str:
        """What is compared with what the row said before."""
        said: dict[str, Any] = {
            "customer": self.customer, "case": self.case, "category": self.category, "on": row.on.isoformat(),
            "seconds": row.seconds, "note": row.note,
        }  # fmt: skip
        return json.dumps(said, ensure_ascii=False, sort_keys=True)


def settled(tx: Transaction, tool: str, own: Own) -> Own:
    """The company's map with the tool's name where it gives none, and what a desk of that name says beneath it."""
    own = dataclasses.replace(own, source=own.source or tool)
    mine = helpdesks.named(tx.connection, own.source or tool)
    if mine is None:
        return own
    agents = {name.removeprefix("agent."): code for name, code in mine.settings.items() if name.startswith("agent.")}
    hours = tool == "zammad" and mine.settings.get("unit") == "hours"
    return dataclasses.replace(
        own,
        agents=agents | dict(own.agents),
        prefix=own.prefix or mine.settings.get("case"),
        total=own.total or mine.settings.get("total-field"),
        columns=({"unit": "hours-float"} if hours else {}) | dict(own.columns),
    )


class Places:
    """The names that are known, looked up once."""

    def __init__(self, tx: Transaction, own: Own) -> None:
        assert own.source is not None
        self._tx, self._own, self._source = tx, own, own.source
        named = parties.named(tx.connection)
        self._codes = {code.casefold(): code for code, _ in named}
        once = Counter(name.casefold() for _, name in named)
        self._names = {name.casefold(): code for code, name in named if once[name.casefold()] == 1}
        self._owners: dict[str, str | None] = {}
        self._agreed: dict[int, Book] = {}  # by customer: an import changes no contract
        self._agents = _agents(tx)

    def customer(self, row: Row) -> str | None:
        """The code of the customer that a row names, that his case has, or that the map gives to all others."""
        for name in row.names:
            called = name.casefold()
            found = _found(self._own.customers, name) or self._owner(name)
            found = found or self._codes.get(called) or self._names.get(called)
            if found is not None:
                return found
        for reference in row.cases:
            mapped = _found(self._own.customers, reference)
            if mapped is not None:
                return mapped
        case = None if row.named else self.case(row)  # who is named and not known is not somebody else
        known = None if case is None else self._tx.cases.find(case)
        if known is not None:
            return self._tx.customer_by_id(known[1], lock=False).code
        return self._own.customers.get("*")

    def case(self, row: Row) -> str | None:
        """The first case of a row that is known, else the first."""
        known = (found[0] for case in row.cases if (found := self._tx.cases.find(case)) is not None)
        return next(known, row.cases[0] if row.cases else None)

    def placed(self, row: Row) -> Placed:
        """All of it. Raises the Refusal of what cannot be placed."""
        customer = self.customer(row)
        if customer is None:
            raise _nobodys(row)
        head = self._tx.customer(customer)
        return Placed(
            customer=head.code, case=self.case(row), category=self._category(row, self._agreed_with(head)),
            agent=self._agent(row),
        )  # fmt: skip

    def _agreed_with(self, head: Head) -> Book:
        if head.id not in self._agreed:
            self._agreed[head.id] = self._tx.agreed(head)
        return self._agreed[head.id]

    def _owner(self, name: str) -> str | None:
        """Whose an organisation of the source is (A4)."""
        if name not in self._owners:
            try:
                claim = owner_of(self._tx.connection, f"{self._source}:{name}")
            except Refusal:  # what is no address is nobody's
                claim = None
            self._owners[name] = None if claim is None else claim.customer
        return self._owners[name]

    def _agent(self, row: Row) -> str | None:
        """An agent's code by the map, by the list (code, name, address), or as he is called; a number is nobody."""
        for name in row.agents:
            found = _found(self._own.agents, name)
            if found is not None:
                return found or None
        for name in row.agents:
            if (code := self._agents.get(name.casefold())) is not None:
                return code
        return next((name for name in row.agents if not name.isdecimal()), None)

    def _category(self, row: Row, book: Book) -> str | None:
        """A category by the map, or one of the tariff's that is called so; a tag that is none says nothing."""
        for name in (*row.categories, *row.tags):
            found = _found(self._own.categories, name)
            if found is not None:
                return found or None
        term = book.term_on(row.on)
        known = set() if term is None else set(term.tariff.categories)
        for name in (*row.categories, *row.tags):
            if _slug(name) in known:
                return _slug(name)
        other = self._own.categories.get("*")
        return other or None if other is not None else _slug(row.categories[0]) if row.categories else None


def _agents(tx: Transaction) -> Mapping[str, str]:
    """The codes of agents by code, name and e-mail address; what several have is nobody's. While nobody is on the list,
    those who have logged before, in whichever letters."""
    if not tx.agents:
        return {code.casefold(): code for code in desk.agents(tx.connection)}
    listed = [
        (called.casefold(), agent.code)
        for agent in tx.agents.values()
        for called in {agent.code, agent.name or agent.code, agent.email or agent.code}
    ]
    several = Counter(called for called, _ in listed)
    return {called: code for called, code in listed if several[called] == 1}


def _found(named: Mapping[str, str], name: str) -> str | None:
    """What the map has for a name, whatever the case of its letters."""
    if name in named:
        return named[name]
    return next((value for key, value in named.items() if key.casefold() == name.casefold() and key != "*"), None)


def _slug(name: str) -> str:
    return "-".join(name.casefold().split())


def _nobodys(row: Row) -> Unknown:
    names: Iterable[str] = row.names or row.cases
    name = next(iter(names), None)
    if name is None:
        return Unknown(
            "unknown-customer", say("nothing in the row says whose it is"),
            say('[customers] "*" = "CODE" in the --map gives such rows to a customer'),
        )  # fmt: skip
    return Unknown(
        "unknown-customer",
        say("nobody is known by {names}", names=list(dict.fromkeys((*row.names, *row.cases)))),
        say('write [customers] "{name}" = "CODE" into the --map', name=name),
    )
