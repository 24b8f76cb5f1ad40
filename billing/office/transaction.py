"""One transaction of the office: the locked customers with their books, what is asked once, what is recorded.

A request works on one customer; a bulk load on many, in one transaction, with the books kept at hand.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from billing import tariffs
from billing.core import facts
from billing.core.book import Book
from billing.core.tariff import Tariff
from billing.errors import Already, Unknown, one_of
from billing.office.contracts import calendars
from billing.store import chain, desk, ledger, parties, schema
from billing.store.engine import collided, reading, writing
from billing.store.ledger import Appender, Head
from billing.store.rows import Row

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Setting:
    """Where and when a request is made: the database, today's date, the folders with tariffs."""

    engine: Engine
    today: date
    folders: tuple[Path, ...]
    fixed_clock: bool = False  # today was set by BILLING_TODAY

    def now(self) -> datetime:
        """The moment, in UTC; on a test clock, that day at noon."""
        if self.fixed_clock:
            return datetime.combine(self.today, time(12), UTC)
        return datetime.now(UTC)

    def recorded_at(self) -> str:
        """The instant of recording, in UTC."""
        return self.now().strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class Transaction:
    """A transaction in progress."""

    def __init__(self, connection: Connection, setting: Setting, bulk: bool = False) -> None:
        self.connection = connection
        self.setting = setting
        self.today = setting.today
        self.bulk = bulk
        self.appender = Appender(connection, setting.recorded_at())
        self.books: dict[int, Book] = {}
        self.heads: dict[str, Head] = {}
        self._heads_by_id: dict[int, Head] = {}
        self._locked: set[int] = set()
        self._looked_up_with = 0  # customers locked when ids were looked up; of others, ids may have come since
        self.contacts: dict[int, dict[int, str]] = {}
        self.cases: dict[str, int | None] = {}
        self._calendars: dict[int | None, calendars.Calendars] = {}
        self.references: dict[tuple[str, str], tuple[int, int, str] | None] = {}
        self._tariffs: dict[int, Tariff] = {}
        self._versions: dict[tuple[str, date], tuple[int, Tariff]] = {}
        self._issuer: parties.Party | None = None

    @property
    def issuer(self) -> parties.Party:
        if self._issuer is None:
            self._issuer = parties.issuer(self.connection)
        return self._issuer

    def forget_issuer(self) -> None:
        self._issuer = None

    # Customers

    def customer(self, code: str, lock: bool = True) -> Head:
        """The customer of that code, locked against other writers, or a refusal that names the nearest."""
        known = self.heads.get(code)
        if known is None or (lock and known.id not in self._locked):
            head = self._read_head(code, lock)
            if head is None:
                raise one_of("customer", code, parties.codes(self.connection))
            return head
        return known

    def try_customer(self, code: str) -> None:
        """Locks the customer of that code if there is one already."""
        self._read_head(code, lock=True)

    def customer_by_id(self, key: int, lock: bool = True) -> Head:
        known = self._heads_by_id.get(key)
        return self.customer(known.code if known else parties.customer(self.connection, key)["code"], lock)

    def _read_head(self, code: str, lock: bool) -> Head | None:
        """Reads where a customer's chain is, and forgets what was read of it before it was locked."""
        head = ledger.head(self.connection, code, lock)
        if head is not None:
            self.heads[code] = self._heads_by_id[head.id] = head
            self.books.pop(head.id, None)
            if lock:
                self._locked.add(head.id)
        return head

    def calendars(self, customer_id: int | None, anew: bool = False) -> calendars.Calendars:
        """The clocks of a customer's terms, or with None of all; `anew` after something was kept for them."""
        if anew or customer_id not in self._calendars:
            self.appender.flush()
            self._calendars[customer_id] = calendars.Calendars(self, customer_id)
        return self._calendars[customer_id]

    def customer_of_case(self, case: str, lock: bool = True) -> Head:
        """The customer whose case that is, or a refusal that names the nearest."""
        owner = self.cases.get(case) or ledger.case_owner(self.connection, case)
        if owner is None:
            raise one_of("case", case, desk.case_references(self.connection))
        return self.customer_by_id(owner, lock)

    def book(self, head: Head) -> Book:
        """The customer's whole book; one that is at hand is not read again."""
        if head.id not in self.books:
            if self.appender.waits(head):
                self.appender.flush()
            self.books[head.id] = ledger.read_book(self.connection, head, self.tariffs_of(head))
        return self.books[head.id]

    def agreed(self, head: Head, with_tiers: bool = False) -> Book:
        """What was agreed with and granted to the customer, without entries."""
        return ledger.read_agreed(self.connection, head, self.tariffs_of(head), with_tiers)

    def tariffs_of(self, head: Head) -> dict[int, Tariff]:
        """The tariff versions that the customer's terms cite."""
        for kept in parties.kept_versions(self.connection, head.id):
            if kept.id not in self._tariffs:
                self._tariffs[kept.id] = tariffs.parse(kept.text, kept.valid_from)
        return self._tariffs

    def every_tariff(self) -> dict[int, Tariff]:
        """All tariff versions that contracts cite."""
        for kept in parties.kept_versions(self.connection):
            if kept.id not in self._tariffs:
                self._tariffs[kept.id] = tariffs.parse(kept.text, kept.valid_from)
        return self._tariffs

    def contact_rows(self, head: Head, names: Iterable[str]) -> tuple[list[tuple[Any, Row]], tuple[int, ...]]:
        """The numbers of contacts, and the rows that make the new ones."""
        wanted = [name for name in names if name.strip()]
        if not wanted:
            return [], ()
        return parties.contact_rows(self.appender, head, self.contacts_of(head), wanted)

    def contacts_of(self, head: Head) -> dict[int, str]:
        if head.id not in self.contacts:
            self.contacts[head.id] = parties.contacts(self.connection, head.id)
        return self.contacts[head.id]

    # Tariffs

    def version_on(self, name: str, on: date) -> tuple[int, Tariff]:
        """The version of a tariff in force on a day, kept word for word from now on."""
        if (name, on) not in self._versions:
            found = self._found_version(name, on)
            key = parties.keep_version(self.connection, found.name, found.valid_from, found.text)
            self._tariffs[key] = found.tariff
            self._versions[name, on] = (key, found.tariff)
        return self._versions[name, on]

    def _found_version(self, name: str, on: date) -> tariffs.Version:
        try:
            known = tariffs.versions(list(self.setting.folders), name)
        except Unknown:  # the file is gone: what was agreed goes on
            kept = [v for v in parties.kept_versions(self.connection) if v.name == name]
            if not kept:
                raise
            known = [
                tariffs.Version(v.name, v.valid_from, v.text, tariffs.parse(v.text, v.valid_from))
                for v in sorted(kept, key=lambda v: (v.valid_from, v.id))
            ]
        return tariffs.version_for(known, on)

    # Asked once (L5)

    def done_before(self, kind: str, external_id: str | None, request: dict[str, Any]) -> tuple[int, int] | None:
        """Customer and position of what was recorded under that id; the same id with other content is refused."""
        if external_id is None:
            return None
        key = (kind, external_id)
        seen = self.references.get(key)
        if seen is None and (key not in self.references or self._looked_up_with != len(self._locked)):
            self.references[key] = ledger.find_reference(self.connection, kind, external_id)
        found = self.references[key]
        if found is None:
            return None
        salt, _, digest = found[2].partition(":")
        if chain.salted(_canonical(request), salt)[1] != digest:
            raise Already(
                "conflict", f"{kind} {external_id!r} was recorded with other content; give a new one another id"
            )
        return found[0], found[1]

    def look_up(self, ids: dict[str, set[str]], cases: set[str]) -> None:
        """Looks up many ids (by kind) and cases at once, for a file that names them."""
        for kind, wanted in ids.items():
            found = ledger.find_references(self.connection, kind, wanted)
            self.references |= {(kind, external_id): found.get(external_id) for external_id in wanted}
        self._looked_up_with = len(self._locked)
        owners = ledger.case_owners(self.connection, cases)
        self.cases |= {case: owners.get(case) for case in cases}

    def claim_case(self, head: Head, reference: str | None) -> None:
        """Makes a case the customer's; one that is another customer's is refused (T3: references are unique)."""
        if reference is None:
            return
        if reference not in self.cases:
            self.cases[reference] = ledger.case_owner(self.connection, reference)
        owner = self.cases[reference]
        if owner is None:
            self.appender.add(schema.case_reference, reference=reference, customer_id=head.id, seq=head.seq + 1)
            self.cases[reference] = head.id
        elif owner != head.id:
            other = self.customer_by_id(owner, lock=False).code
            raise Already("conflict", f"case {reference!r} is a case of {other}; give this one another reference")

    # Recording

    def record(
        self,
        head: Head,
        book: Book,
        kind: str,
        effective_on: date,
        others: Iterable[tuple[Any, Row]] = (),
        external_id: str | None = None,
        request: dict[str, Any] | None = None,
    ) -> list[facts.Fact]:
        """Puts what the book has taken in on the customer's chain; answers it."""
        fresh = book.fresh
        kept = None
        if external_id is not None:
            kept = ":".join(chain.salted(_canonical(request or {})))
            self.references[kind, external_id] = (head.id, head.seq + 1, kept)
        terms = (fact for fact in fresh if isinstance(fact, facts.Term))
        holidays = [row for term in terms for row in calendars.rows_for(self.issuer, term)]
        self.appender.append(head, kind, effective_on, fresh, [*others, *holidays], external_id, kept)
        book.fresh = []
        book.seq = head.seq + 1
        if not self.bulk:
            self.appender.flush()
        return fresh


_canonical = json.JSONEncoder(ensure_ascii=False, sort_keys=True, default=str, separators=(",", ":")).encode


@contextmanager
def work(setting: Setting, bulk: bool = False) -> Iterator[Transaction]:
    """A transaction that writes; all of it or nothing is kept."""
    with writing(setting.engine) as connection:
        tx = Transaction(connection, setting, bulk)
        yield tx
        tx.appender.flush()


@contextmanager
def look(setting: Setting) -> Iterator[Transaction]:
    """A transaction that only reads."""
    with reading(setting.engine) as connection:
        yield Transaction(connection, setting)


def done(setting: Setting, request: Callable[[Transaction], T], bulk: bool = False, dry_run: bool = False) -> T:
    """Does a request in a transaction that writes, and answers what it answers; a dry run is taken back.

    It is done again where another writer came between: one that made the same id, case or customer at the same moment
    is seen the next time; of two that waited for each other, the database gives one up.
    """
    for left in reversed(range(_TRIES)):
        try:
            with suppress(_TakeBack), work(setting, bulk) as tx:
                answer = request(tx)
                if dry_run:
                    raise _TakeBack
            return answer
        except DBAPIError as failed:
            if not collided(failed) or not left:
                raise
    raise AssertionError("unreachable")


_TRIES = 5


class _TakeBack(Exception):
    """Ends a dry run: its transaction is rolled back."""


def timezone_of(engine: Engine) -> str:
    """The issuer's time zone: a day of work is a day there (T5)."""
    with reading(engine) as connection:
        return str(parties.issuer(connection)["timezone"])
