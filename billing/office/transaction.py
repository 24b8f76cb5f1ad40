"""One transaction of the office: the locked customers with their books, what is asked once, what is recorded.

A request works on one customer; a bulk load on many, in one transaction, with the books kept at hand.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from zoneinfo import ZoneInfo

from billing.core import facts, openings
from billing.core.book import Book
from billing.core.tariff import Tariff
from billing.crew import ALONE, Crew
from billing.errors import Refusal, Unknown, either, one_of
from billing.office import calendars
from billing.office.case_names import CaseNames
from billing.office.register import Content, Register
from billing.office.tariff_versions import Tariffs
from billing.store import agents, billed, heads, journal, ledger, near, parties, parts, recall
from billing.store.ahead import Asked
from billing.store.appending import Appender
from billing.store.heads import Head
from billing.store.light import light
from billing.store.query import ask_ahead
from billing.store.rows import Row
from billing.store.sql import Connection, Engine
from billing.store.summed import Summed
from billing.texts import Text, say
from billing.values import dataclass

if TYPE_CHECKING:
    from billing.core.closing import Known

T = TypeVar("T")
V = TypeVar("V", covariant=True)


_LIKELY = 3  # customers that a refusal names
Take = Callable[[Sequence[tuple[str, bytes]]], None]  # of the files of documents, with their numbers


@dataclass(frozen=True, slots=True)
class Advance:
    """PDFs that are drawn while a run goes on: who draws, as he is asked for, and who takes them."""

    workers: int | None
    scheduler: str | None
    take: Take


@dataclass(frozen=True, slots=True)
class Setting:
    """Where and when a request is made: the database, today's date, the folders with tariffs."""

    engine: Engine
    today: date
    folders: tuple[Path, ...]
    fixed_clock: bool = False  # today was set by BILLING_TODAY
    by: str | None = None  # an agent's code or a key's name: who records (A2)
    crew: Crew = ALONE  # who draws many papers
    advance: Advance | None = None  # of the documents of a run

    def now(self) -> datetime:
        """The moment, in UTC; on a test clock, that day at noon."""
        if self.fixed_clock:
            return datetime.combine(self.today, time(12), UTC)
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Decided(Generic[V]):
    """What a request came to: what the book has taken in, of which day, and the view of what is recorded then."""

    head: Head
    book: Book
    on: date
    view: Callable[[list[facts.Fact]], V]
    rows: Sequence[tuple[Any, Row]] = ()  # that are recorded with it
    then: Iterable[Asked] = ()  # what its view will ask
    only_asked: bool = False  # no fact: a place in the chain is taken only to know its id again (L5)
    warnings: Sequence[Text] = ()  # that its view holds too; a file's lines are done without making their views


@dataclass(frozen=True, slots=True)
class Same(Generic[V]):
    """A request that changes nothing, for it holds already."""

    view: V


def _in_no_chain(_tx: "Transaction", request: object, _head: object, _seq: int) -> Any:
    """Never asked: what is kept outside the ledger has no position, and its id is kept with it."""
    raise AssertionError(request)


@dataclass(frozen=True, slots=True)
class Act:
    """How the office does a request: decide it, and answer it again when its id was recorded before.

    Both take the transaction and the request; `decide` also the id, `again` the customer and the position. `resolve`
    first puts what the books know in place of a name, where the id stands for that.
    """

    decide: Callable[..., Any]  # to Decided, Same, or the view of what is kept outside the ledger
    again: Callable[..., Any] = _in_no_chain
    resolve: Callable[..., Any] | None = None


class Transaction:
    """A transaction in progress."""

    def __init__(self, connection: Connection, setting: Setting, bulk: bool = False, reads: bool = False) -> None:
        self.connection = connection
        self.reads = reads  # and writes nothing: what was read once stays true
        self.issued: Known | None = None  # all documents and what came for them, once they were read
        self.setting = setting
        self.today = setting.today
        self.bulk = bulk
        self.sums_only = False  # whether no entry is asked for by itself once it is recorded: so none is kept in mind
        self.hourly = False  # whether what is answered hangs on the hour, and not on the books and the day alone
        self.days_named: Collection[date] = ()  # of work, in a file
        self.progress: Callable[[int, int | None], None] | None = None  # told by what takes long
        self.appender = Appender(connection, setting.now())
        self.appender.by = setting.by
        journal.begin(connection, self.appender.instant, setting.by)
        self.register = Register(connection)
        self.tariffs = Tariffs(connection, setting.folders)
        self.books: dict[int, Book] = {}
        self._summed: dict[int, Summed] = {}  # of books that are sums
        self.heads: dict[str, Head] = {}
        self.foreseen: Callable[[int, int | None], Iterable[Asked]] | None = None  # what will be asked of a customer
        self._heads_by_id: dict[int, Head] = {}
        self._locked: set[int] = set()
        self.contacts: dict[int, dict[int, str]] = {}
        self.worked: dict[tuple[str, date], int] = {}  # seconds of an agent's day, as far as they were asked
        self.said: set[tuple[str, str]] = set()  # what of a file is said once, and of whom
        self._agents: dict[str, agents.Agent] | None = None
        self.cases = CaseNames(connection, self.appender)
        self._calendars: dict[int | None, calendars.Calendars] = {}
        self._issuer: parties.Party | None = None
        self.vat_bases: list[tuple[date, str | None]] | None = None  # of the issuer, once they were read
        self._histories: dict[int, ledger.History] = {}  # of books that are at hand, where nothing is written

    @property
    def issuer(self) -> parties.Party:
        if self._issuer is None:
            own = light(self.connection)
            known = {} if own is None else own.settled
            if "issuer" not in known:
                known["issuer"] = parties.issuer(self.connection)
            self._issuer = {**known["issuer"]}
        return self._issuer

    @property
    def knows_issuer(self) -> bool:
        """Whether the issuer is read already."""
        return self._issuer is not None

    @property
    def zone(self) -> ZoneInfo:
        """The issuer's time zone."""
        return ZoneInfo(self.issuer["timezone"])

    @property
    def agents(self) -> dict[str, agents.Agent]:
        """The list of agents, by code."""
        if self._agents is None:
            self._agents = agents.listed(self.connection)
        return self._agents

    def forget_issuer(self) -> None:
        self._issuer = self.vat_bases = None

    # Customers

    def customer(self, code: str, lock: bool = True) -> Head:
        """The customer of that code, locked against other writers, or a refusal that names the nearest.

        Letter case does not matter where one code alone is meant.
        """
        known = self.heads.get(code)
        if known is None or (lock and known.id not in self._locked):
            return self._read_head(code, lock) or self.customer_by_id(self._meant(code), lock)
        return known

    def _meant(self, written: str) -> int:
        """The key of the customer that a text means: his code but for letter case. Refuses all else, naming some."""
        same = parties.codes_like(self.connection, written)
        if len(same) == 1:
            return next(iter(same.values()))
        from billing.core import naming  # only a refusal needs it, and all names

        known = parties.named(self.connection)
        likely = [f"{code} ({name})" for code, name in naming.named(written, known)][:_LIKELY]
        if not likely:
            raise one_of("customer", written, near.customers(self.connection, written))
        raise Unknown(
            "unknown-customer",
            say("unknown customer {wanted!r}", wanted=written),
            say("did you mean {names}?", names=either(likely)),
        )

    def try_customer(self, code: str) -> None:
        """Locks the customer of that code if there is one already."""
        self._read_head(code, lock=True)

    def is_customer(self, code: str) -> bool:
        """Whether there is a customer of that code, who is locked then."""
        known = self.heads.get(code)
        return (known is not None and known.id in self._locked) or self._read_head(code, lock=True) is not None

    def spelled(self, code: str) -> str:
        """A customer's code as the books have it, but for letter case; as it is written where that means no one."""
        if self.is_customer(code):
            return code
        same = parties.codes_like(self.connection, code)
        return self.customer_by_id(next(iter(same.values()))).code if len(same) == 1 else code

    def customer_by_id(self, key: int, lock: bool = True, at: int | None = None) -> Head:
        """The customer of that key; `at` is the position of an entry that is looked at next."""
        known = self._heads_by_id.get(key)
        if known is None or (lock and key not in self._locked):
            known = self._read_head(key, lock, at)
            assert known is not None, key
        return known

    def _read_head(self, of: str | int, lock: bool, at: int | None = None) -> Head | None:
        """Reads where a customer's chain is, and forgets what was read of it before it was locked.

        With the first that is worked on, all is asked that is foreseen of him.
        """
        if self.foreseen is not None and (lock or self.reads):
            key = heads.key_of(self.connection, of) if isinstance(of, str) else of
            if key is None:
                return None
            foreseen, self.foreseen, of = self.foreseen, None, key
            ask_ahead(self.connection, foreseen(key, at))
        head = heads.head(self.connection, of, lock)
        if head is not None:
            self.heads[head.code] = self._heads_by_id[head.id] = head
            self.books.pop(head.id, None)
            self._histories.pop(head.id, None)
            if lock:
                self._locked.add(head.id)
        return head

    def calendars(self, customer_id: int | None, anew: bool = False) -> calendars.Calendars:
        """The clocks of a customer's terms, or with None of all; `anew` after something was kept for them."""
        if anew or customer_id not in self._calendars:
            self.appender.flush()
            self._calendars[customer_id] = calendars.Calendars(self.connection, self.issuer, self.today, customer_id)
        return self._calendars[customer_id]

    def case(self, written: str, lock: bool = True) -> tuple[Head, str]:
        """The customer whose case a text names, and the case as it was first written (T3); `unknown-case` else."""
        reference, owner = self.cases.existing(written)
        return self.customer_by_id(owner, lock), reference

    def book(self, head: Head) -> Book:
        """The customer's whole book; one that is at hand is not read again."""
        if head.id not in self.books or self._is_summed(head):
            self._summed.pop(head.id, None)
            self.books[head.id] = ledger.book_of(head, (fact for _, fact in self.history(head)))
        return self.books[head.id]

    def book_to_log(self, head: Head, case: str | None, on: date | None = None) -> Book:
        """What a file's new entry or event is decided by: sums of what was worked, or the whole book that is at hand.

        Of the case there is also what happened to it, and of the day what is rounded with other work of it.
        """
        if head.id not in self.books:
            if self.appender.waits(head):
                self.appender.flush()
            summed = Summed.read(self.connection, head, self.tariffs.of(head))
            if summed is None:
                return self.book(head)
            self._summed[head.id], self.books[head.id] = summed, summed.book
            summed.cover(self.cases.looked_up(head), self.days_named)
        if not self._is_summed(head):
            return self.books[head.id]
        summed = self._summed[head.id]
        if summed.knows(case, on):
            return summed.book
        if case is not None and self.cases.find(case) is None:
            summed.begin(case)
        if not summed.knows(case, on):
            summed.cover([] if case is None else [case], [] if on is None else [on])
        return summed.book

    def _is_summed(self, head: Head) -> bool:
        """Whether the book that is at hand has sums in place of what was worked."""
        summed = self._summed.get(head.id)
        return summed is not None and summed.book is self.books.get(head.id)

    def history(self, head: Head) -> ledger.History:
        """All facts and decisions of the customer in recorded order; read once for all books that are made of them."""
        if head.id in self._histories:
            return self._histories[head.id]
        if self.appender.waits(head):
            self.appender.flush()
        found = ledger.history(self.connection, head, self.tariffs.of(head))
        if self.reads:
            self._histories[head.id] = found
        return found

    def is_at_hand(self, head: Head) -> bool:
        """Whether the customer's book is there, or all that it is made of."""
        return head.id in self.books or head.id in self._histories

    def let_go(self) -> None:
        """Forgets all books: some customers' facts at a time are enough to hold."""
        self.books.clear()
        self._histories.clear()

    def agreed(self, head: Head, with_tiers: bool = False) -> Book:
        """What was agreed with and granted to the customer, without entries."""
        if self.appender.waits(head):
            self.appender.flush()
        kinds = ledger.AGREED_WITH_TIERS if with_tiers else ledger.AGREED
        known = recall.of(self.connection, head)
        if kinds not in known:
            known[kinds] = [fact for _, fact in ledger.recorded(self.connection, head, self.tariffs.of(head), kinds)]
        return ledger.book_of(head, known[kinds])

    def around(self, head: Head, seqs: Collection[int] = (), case: str | None = None) -> Book:
        """What was agreed, with some entries or those of a case, and all that is rounded with them; no other work."""
        return self._part(head, lambda tariffs: parts.around(self.connection, head, tariffs, seqs, case))

    def without_work(self, head: Head) -> Book:
        """The customer's book but for what was worked: what sales and payments need."""
        return self._part(head, lambda tariffs: parts.without_work(self.connection, head, tariffs))

    def with_entries(self, head: Head, entries: Collection[int]) -> Book:
        """The same with some entries, what they were charged and what they drew; in a file too, for one thing only."""
        return self._read(head, lambda tariffs: parts.with_entries(self.connection, head, tariffs, entries))

    def with_work(
        self, head: Head, named: Callable[[], Collection[int]], quotes: Collection[int] = ()
    ) -> Book:  # fmt: skip
        """The same with the entries that `named` finds once all is written, and quotes; whole where a file goes on."""
        return self._part(head, lambda tariffs: parts.with_entries(self.connection, head, tariffs, named(), quotes))

    def _part(self, head: Head, read: Callable[[Mapping[int, Tariff]], Book]) -> Book:
        """A part of a book; the whole one where a file goes on with it."""
        return self.book(head) if self.bulk else self._read(head, read)

    def _read(self, head: Head, read: Callable[[Mapping[int, Tariff]], Book]) -> Book:
        """A part of a book; the whole one where it is at hand."""
        if self.is_at_hand(head):
            return self.book(head)
        if self.appender.waits(head):
            self.appender.flush()
        return read(self.tariffs.of(head))

    def contact_rows(self, head: Head, names: Iterable[str]) -> tuple[list[tuple[Any, Row]], tuple[int, ...]]:
        """The numbers of contacts, and the rows that make the new ones."""
        wanted = [name for name in names if name.strip()]
        if not wanted:
            return [], ()
        last = parties.last_contact(self.connection, head.id)
        return parties.contact_rows(self.appender, head, self.contacts_of(head), wanted, last)

    def contacts_of(self, head: Head) -> dict[int, str]:
        if head.id not in self.contacts:
            self.contacts[head.id] = parties.contacts(self.connection, head.id)
        return self.contacts[head.id]

    @contextmanager
    def apart(self) -> Iterator[None]:
        """A part that is taken back alone where it is refused; the rest of the transaction stays."""
        self.appender.flush()
        point = self.connection.begin_nested()
        try:
            yield
            self.appender.flush()
        except Refusal:
            self.appender.forget()
            point.rollback()
            self._forget()
            raise
        point.commit()

    def _forget(self) -> None:
        """Forgets all that was read, for some of it is no more so; customers are locked again when they are named."""
        for known in (self.books, self.heads, self._heads_by_id, self.contacts, self.worked):
            known.clear()
        self.register.forget()
        self._locked.clear()
        self.cases = CaseNames(self.connection, self.appender)

    # Asked once (L5)

    def done_before(
        self, kind: str, external_id: str | None, content: Content, earlier: Callable[[], Iterable[Content]] = tuple
    ) -> tuple[int, int] | None:
        """Customer and position of what was recorded under that id; the same id with other content is refused.

        `earlier` are the contents for which earlier versions took the same request.
        """
        return self.register.done_before(kind, external_id, content, len(self._locked), earlier)

    def look_up(self, ids: dict[str, set[str]], cases: set[str], again: set[str] | None = None) -> None:
        """Looks up many ids (by kind) and cases at once, for a file that names them; `again` see `Register.look_up`."""
        self.register.look_up(ids, len(self._locked), again)
        self.cases.look_up(cases)

    def claim_case(self, head: Head, reference: str | None) -> None:
        """Makes a case the customer's; one that is another customer's is refused (T3: references are unique)."""
        if reference is not None:
            self.cases.claim(head, reference, lambda owner: self.customer_by_id(owner, lock=False).code)

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
        then: Iterable[Asked] = (),
    ) -> list[facts.Fact]:
        """Puts what the book has taken in on the customer's chain; answers it. `then` is what will be asked next."""
        fresh = book.fresh
        openings.check_after(head.opened_on, fresh, effective_on, head.code)
        head.opened_on = book.opened_on if kind.startswith("opening") else head.opened_on
        kept = None if external_id is None else self.register.take(kind, external_id, request or {}, head)
        rows = [*others]
        for fact in fresh:
            if isinstance(fact, facts.Term):
                rows += calendars.rows_for(self.issuer, fact)
        known = {} if self.bulk else {**recall.of(self.connection, head)}  # another thread may add to it
        self.appender.append(head, kind, effective_on, fresh, rows, external_id, kept)
        if known:
            recall.keep(self.connection, head, {**ledger.known_after(known, fresh), **billed.known_after(known, fresh)})
        if self.appender.heard:
            from billing.office import outbox  # only where somebody listens

            outbox.tell(self.connection, self.appender, head, fresh, rows)
        book.fresh = []
        book.seq = head.seq + 1
        if self.sums_only:
            for fact in fresh:
                if type(fact) is facts.Entry:
                    book.let_go(fact.seq)
        if self.books.get(head.id) is not book:  # a part of one took this in: the whole one is read again
            self.books.pop(head.id, None)
        if not self.bulk:
            self.appender.flush(then)
        return fresh

    def recorded(
        self, decided: Decided[V], kind: str, key: str | None = None, content: dict[str, Any] | None = None
    ) -> list[facts.Fact]:
        """Records what was decided, under the id that was asked with."""
        if decided.only_asked and key is None:
            return []
        return self.record(decided.head, decided.book, kind, decided.on, decided.rows, key, content, decided.then)

    def keep(self, decided: Decided[V], kind: str, key: str | None = None, content: dict[str, Any] | None = None) -> V:
        """Records what was decided, and answers its view: for a request that records more than once."""
        return decided.view(self.recorded(decided, kind, key, content))
