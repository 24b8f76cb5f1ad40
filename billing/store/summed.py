"""What the entries of a file are rated by: in place of a customer's work its sums, of cases and days that are named.

So a file costs what it holds, however much was worked before (L2).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from billing.core import quoting
from billing.core.book import Book, Pool, PoolKey
from billing.core.facts import Correction, Entry, Quote, QuoteEvent
from billing.core.tariff import Tariff
from billing.store import ledger, parts
from billing.store.ahead import Asked
from billing.store.cases import OF_CASE, events_in
from billing.store.heads import Head
from billing.store.ledger import fact_of
from billing.store.query import each
from billing.store.sql import Connection

_OF_CASE = (ledger.POOLS["case"], OF_CASE, ledger.VERIFIED)  # sums, events, verdicts


class Summed:
    """A customer's book for new entries alone, and of which cases and days it has what was worked before."""

    def __init__(self, connection: Connection, customer: Head, book: Book) -> None:
        self.book = book
        self._connection, self._of = connection, {"customer": customer.id}
        self._cases, self._days = set[str](), set[date]()
        roundings = {term.tariff.rounding for term in book.terms}
        self._by_day, self._by_case = "day" in roundings, not roundings <= {"day", "entry"}

    @classmethod
    def read(cls, connection: Connection, customer: Head, tariffs: Mapping[int, Tariff]) -> "Summed | None":
        """What was agreed, what was drawn of it, the first of each category of which only that is free (R2).

        None where new work is compared with old entries one by one: on quotes of kinds that are approved for so much
        work, and where approvals are asked for (S8, R5).
        """
        book = ledger.read_of(connection, customer, tariffs, (*ledger.AGREED, Quote, QuoteEvent))
        limited = any(quoting.is_limited(book, quote) for quote in book.quotes.values())
        if limited or any(term.tariff.overage == "ask" for term in book.terms):
            return None
        parts.fill_used(connection, customer, book)
        found = cls(connection, customer, book)
        found._read_first()
        return found

    def knows(self, case: str | None, on: date | None) -> bool:
        """Whether it has what an entry on a case and a day is rated with."""
        return (case is None or case in self._cases) and (on is None or not self._by_day or on in self._days)

    def begin(self, case: str) -> None:
        """Has a case that is new: nothing was worked on it."""
        self._cases.add(case)

    def cover(self, cases: Iterable[str], days: Iterable[date]) -> None:
        """Fills in what was worked before on some cases and days, of which nothing may wait to be written."""
        wanted = sorted(set(cases) - self._cases)
        self._cases.update(wanted)
        asked = [(query, self._of | {"case": case}) for case in wanted for query in _OF_CASE]
        answers = each(self._connection, asked)
        for case, pools, events, verdicts in zip(wanted, answers, answers, answers, strict=True):
            if self._by_case:
                self._sum(case, pools)
            self.book.cases[case] = events_in(events)
            for row in verdicts:
                self.book.remember(fact_of(Correction, row))
        if self._by_day:
            some = sorted(set(days) - self._days)
            self._days.update(some)
            by_day: list[Asked] = [(ledger.POOLS["day"], self._of | {"day": day.isoformat()}) for day in some]
            for pools in each(self._connection, by_day):
                self._sum(None, pools)

    def _sum(self, case: str | None, rows: Iterable[Sequence[Any]]) -> None:
        """Puts the sums of a case, or with None of a day, in place of what the book has of them."""
        found: dict[PoolKey, Pool] = {}
        for contract, day, category, seconds, minutes in rows:
            like = Entry(0, "", contract, case, category, date.fromisoformat(day), 0)
            key = self.book.pool_key(like, category)
            if key[0] != "entry" and (key[0] == "day") is (case is None):  # each contract and term has its own
                pool = found.setdefault(key, Pool())
                pool.logged_seconds += int(seconds)
                pool.charged_minutes += int(minutes)
        self.book.pools.update(found)

    def _read_first(self) -> None:
        wanted = {
            (term.contract, name)
            for term in self.book.terms
            for name, category in term.tariff.categories.items()
            if category.free == "first"
        }
        asked: list[Asked] = [
            (ledger.FIRST, self._of | {"contract": contract, "category": name}) for contract, name in sorted(wanted)
        ]
        entries = [fact_of(Entry, row) for rows in each(self._connection, asked) for row in rows]
        for entry in sorted(entries, key=lambda entry: entry.seq):
            self.book.remember(entry)
        if entries:
            of_these = self._of | {"entries": [entry.seq for entry in entries]}
            for charge in ledger.in_order(ledger.CHARGES.rows(self._connection, of_these)):
                self.book.remember(charge)
