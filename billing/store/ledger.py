"""Reads a customer's book, whole or the part that one request needs, and appends to its chain (L1, L4, L6)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

from billing.core import windows
from billing.core.book import Book, Pool, PoolKey
from billing.core.facts import (
    Approval,
    Bounce,
    Cancellation,
    Charge,
    Contract,
    Correction,
    Draw,
    Entry,
    Fact,
    Grant,
    Opening,
    OpeningVoid,
    Quote,
    QuotedWork,
    QuoteEvent,
    Sale,
    SaleEnd,
    Term,
    TierChange,
)
from billing.core.tariff import Tariff
from billing.store import chain, totals
from billing.store.ahead import Asked, rehearsed
from billing.store.asked import by_customer
from billing.store.engine import Query, ask_ahead, each, rows_of
from billing.store.rows import TABLES, Row, from_row, to_row
from billing.store.sql import (
    Connection,
    Table,
    bindparam,
    case,
    exists,
    func,
    name_of,
    schema,
    select,
    update,
)
from billing.store.writing import MANY, Writer
from billing.store.written import COLUMNS
from billing.values import dataclass

ROWS_AT_ONCE = 5000
NUMBERED = ("document", "quote_document")  # whose numbers are unique over all customers
N = TypeVar("N", str, int)  # what names rows


@dataclass(slots=True)
class Head:
    """A customer as far as the ledger needs it: who, and where the chain ends."""

    id: int
    code: str
    name: str
    country: str
    language: str | None
    vat_id: str | None
    held_reason: str | None
    seq: int
    hash: str
    opened_on: date | None = None  # before that day nothing can be recorded (G14)

    @property
    def position(self) -> str:
        return chain.position(self.seq, self.hash)


_c, _h = schema.customer.c, schema.head.c
_o, _v = schema.opening.c, schema.opening_void.c
_STANDS = ~exists().where(_v.customer_id == _o.customer_id, _v.opening == _o.seq)
_OPENED = select(_o.on).where(_o.customer_id == _c.id, _STANDS).limit(1).scalar_subquery()
_NOWHERE = "f" * 64  # where a chain ends whose end is gone, which the audit tells
_HEAD = Query(
    select(
        _c.id, _c.code, _c.name, _c.country, _c.language, _c.vat_id, _c.held_reason,
        func.coalesce(_h.seq, 0), func.coalesce(_h.hash, _NOWHERE), _OPENED,
    )
    .select_from(schema.customer.outerjoin(schema.head, _h.customer_id == _c.id))
    .where(_c.code == bindparam("code"))
)  # fmt: skip
_KEY = Query(select(_c.id).where(_c.code == bindparam("code")))
_LOCK = Query(select(_h.seq).where(_h.customer_id == bindparam("customer")).with_for_update())


def expected(key: int, code: str) -> Head:
    """A customer of whom only the key is known yet."""
    return Head(key, code, name="", country="", language=None, vat_id=None, held_reason=None, seq=0, hash="")


def key_of(connection: Connection, code: str) -> int | None:
    """The key of the customer of that code."""
    found = _KEY.row(connection, {"code": code})
    return None if found is None else int(found[0])


def head(connection: Connection, code: str, lock: bool = False, key: int | None = None) -> Head | None:
    """The customer of that code, by `key` where it is known; `lock` makes other writers of this customer wait (L4).

    What is locked is where the chain ends, by the key alone, for rows of one key lie on one machine. All else is read
    after it: who was waited for may have changed it. A SQLite file has one writer at a time.
    """
    of: dict[str, Any] = {"code": code}
    if lock and connection.dialect.name != "sqlite":
        key = key or key_of(connection, code)
        rows = [] if key is None else rows_of(connection, [_LOCK, _HEAD], {**of, "customer": key})[-1]
    else:
        rows = _HEAD.rows(connection, of)
    if not rows:
        return None
    found, opened = Head(*rows[0][:-1]), rows[0][-1]
    found.opened_on = None if opened is None else date.fromisoformat(opened)
    return found


# Appending


class Appender:
    """Collects what is recorded and keeps it: rows by table, then the new heads of the chains.

    Instants of recording rise by a microsecond at least, over all customers, so that they tell the order (C1).
    """

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection = connection
        self._now = now
        self.by: str | None = None  # who records (A2)
        self.heard = False  # whether somebody wants to be told of what is recorded; known once something is
        self._instant: datetime | None = None
        self._rows: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
        self._heads: dict[int, Head] = {}
        self._waiting = 0
        self._writer = Writer(connection)

    def append(
        self,
        customer: Head,
        kind: str,
        effective_on: date,
        facts: Iterable[Fact],
        others: Iterable[tuple[Table, Row]] = (),
        external_id: str | None = None,
        request: str | None = None,
    ) -> None:
        """Adds one position to the customer's chain: facts and decisions, then other rows of the ledger's tables."""
        seq = customer.seq + 1
        rows = [(_TABLE[type(fact)], to_row(fact)) for fact in facts]
        rows += [(name_of(table), row) for table, row in others]
        link: Row = {
            "customer_id": customer.id,
            "seq": seq,
            "kind": kind,
            "effective_on": effective_on.isoformat(),
            "recorded_at": self._recorded_at(),
            "external_id": external_id,
            "request": request,
        }
        contents = [chain.content(table, row) for table, row in rows]
        customer.hash = chain.link_hash(customer.hash, chain.signed([*link.values()], self.by), contents)
        customer.seq = seq
        self._rows["link"].append({**link, "hash": customer.hash, "recorded_by": self.by})
        for n, (table, row) in enumerate(rows):
            row["customer_id"], row["seq"], row["n"] = customer.id, seq, n
            self._rows[table].append(row)
            if table in NUMBERED:
                self._rows["document_number"].append({name: row[name] for name in COLUMNS["document_number"]})
        if external_id is not None:
            self.add("reference", kind=kind, external_id=external_id, customer_id=customer.id, seq=seq)
        self._heads[customer.id] = customer
        self._waiting += 1 + len(rows)
        if self._waiting > ROWS_AT_ONCE:
            self.flush()

    def _recorded_at(self) -> str:
        """The instant of the next recording: now, or just after the last one that was recorded about now."""
        if self._instant is None:
            last, self.heard = self.ask_last(self._connection)
            self._instant = self._now if last is None else datetime.fromisoformat(last) + _TICK
        else:
            self._instant += _TICK
        return instant(self._instant)

    def ask_last(self, connection: Connection) -> tuple[str | None, bool]:
        """The last instant of recording that is about now, and whether somebody listens."""
        about = {"now": instant(self._now), "soon": instant(self._now + timedelta(seconds=1))}
        last, heard = _LAST.row(connection, about) or (None, False)
        return last, bool(heard)

    @property
    def instant(self) -> str:
        """When the last position was recorded."""
        return instant(self._instant or self._now)

    def add(self, table: str, **row: Any) -> None:
        """Adds a row outside the chain: a reference, a case, personal data."""
        self._rows[table].append(row)

    def waits(self, customer: Head) -> bool:
        """Whether something of this customer's chain is not written yet."""
        return customer.id in self._heads

    def forget(self) -> None:
        """Drops what waits: for what is taken back to where all was written."""
        self._rows.clear()
        self._heads.clear()
        self._waiting = 0

    def flush(self, then: Iterable[Asked] = ()) -> None:
        """Writes all that waits, in the order that foreign keys need; with it is asked what will be asked next."""
        if not self._rows and not self._heads:
            return
        if any(len(rows) >= MANY for rows in self._rows.values()):  # many go in a stream of their own
            self._write()
            ask_ahead(self._connection, then)
        else:
            ask_ahead(self._connection, then, self._write)
        self._rows.clear()
        self._heads.clear()
        self._waiting = 0

    def _write(self) -> None:
        for table in sorted(self._rows, key=_PLACE.__getitem__):
            self._writer.insert(table, self._rows[table])
        totals.add(self._connection, self._rows)
        if self._heads:
            heads = [{"of": h.id, "place": h.seq, "digest": h.hash} for h in self._heads.values()]
            _NEW_HEAD.run(self._connection, heads)

    def end(self) -> None:
        """Writes all that waits, and leaves the database guarded as it was: nothing is added after it."""
        self.flush()
        self._writer.end()


def instant(at: datetime) -> str:
    """An instant in UTC as it is kept, to the microsecond."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


_TICK = timedelta(microseconds=1)
_LISTENS = select(1).where(schema.hook.c.removed_at.is_(None)).exists()
_LAST = Query(  # asked with it at no cost: whether anybody listens
    select(
        select(func.max(schema.link.c.recorded_at))
        .where(schema.link.c.recorded_at >= bindparam("now"), schema.link.c.recorded_at < bindparam("soon"))
        .scalar_subquery(),
        _LISTENS,
    )
)
_PLACE = {table: place for place, table in enumerate(COLUMNS)}
_NEW_HEAD = Query(
    update(schema.head)
    .where(_h.customer_id == bindparam("of"))
    .values(seq=bindparam("place"), hash=bindparam("digest"))
)


# Reading

AGREED = (Term, Cancellation, Sale, Bounce, Grant, SaleEnd, Opening, OpeningVoid)
AGREED_WITH_TIERS = (Contract, TierChange, *AGREED)
_SELECT = {
    kind: Query(select(table).where(table.c.customer_id == bindparam("customer"))) for kind, table in TABLES.items()
}
_RARE = (TierChange, Cancellation, Sale, Bounce, SaleEnd, Opening, OpeningVoid)  # of most customers there is none
_RARE_THERE = Query(
    select(*(exists().where(TABLES[kind].c.customer_id == bindparam("customer")).label(f"r{n}")
             for n, kind in enumerate(_RARE)))
)  # fmt: skip
_TABLE = {kind: name_of(table) for kind, table in TABLES.items()}
_NAMES = {kind: COLUMNS[table] for kind, table in _TABLE.items()}


def read_book(connection: Connection, customer: Head, tariffs: Mapping[int, Tariff]) -> Book:
    """The whole book of a customer."""
    return read_of(connection, customer, tariffs, _SELECT)


def read_agreed(
    connection: Connection, customer: Head, tariffs: Mapping[int, Tariff], with_tiers: bool = False
) -> Book:
    """The part of a book that says what was agreed and granted, without entries: what rating and a balance need."""
    return read_of(connection, customer, tariffs, AGREED_WITH_TIERS if with_tiers else AGREED)


_CONTRACTED = (Contract, TierChange, Term, Cancellation, Opening, OpeningVoid)


def read_contracts(
    connection: Connection, tariffs: Mapping[int, Tariff], customers: Collection[int] | None = None
) -> dict[int, Book]:
    """The part of books that says which contract runs on which tier, by customer: of all, or of some."""
    found: list[tuple[Any, Fact]] = []
    for kind in _CONTRACTED:
        table = TABLES[kind]
        for some in (None,) if customers is None else chunks(customers):
            wanted = select(table) if some is None else select(table).where(table.c.customer_id.in_(some))
            found += [(row[:3], fact_of(kind, row, tariffs)) for row in connection.execute(wanted)]
    books: dict[int, Book] = defaultdict(lambda: Book(seq=0))
    for (customer, *_), fact in sorted(found, key=lambda item: item[0]):
        books[customer].remember(fact)
    return books


def history(
    connection: Connection, customer: Head, tariffs: Mapping[int, Tariff]
) -> list[tuple[tuple[int, int], Fact]]:
    """All facts and decisions of a customer by position and place, in recorded order."""
    return recorded(connection, customer, tariffs, _SELECT)


def read_of(connection: Connection, customer: Head, tariffs: Mapping[int, Tariff], kinds: Iterable[type]) -> Book:
    """The part of a book that is of some kinds of facts."""
    book = Book(seq=customer.seq + 1)
    for _, fact in recorded(connection, customer, tariffs, kinds):
        book.remember(fact)
    return book


def recorded(
    connection: Connection, customer: Head, tariffs: Mapping[int, Tariff], kinds: Iterable[type]
) -> list[tuple[tuple[int, int], Fact]]:
    """The facts and decisions of some kinds by position and place, in recorded order."""
    of, wanted = {"customer": customer.id}, list(kinds)
    if connection.dialect.name == "sqlite":  # elsewhere all are asked in one round trip
        there = _RARE_THERE.row(connection, of) or ()
        missing = {kind for kind, is_there in zip(_RARE, there, strict=True) if not is_there}
        wanted = [kind for kind in wanted if kind not in missing]
    asked = rows_of(connection, [_SELECT[kind] for kind in wanted], of)
    found = [
        ((row[1], row[2]), fact_of(kind, row, tariffs))  # a row begins with customer, position and place
        for kind, rows in zip(wanted, asked, strict=True)
        for row in rows
    ]
    return sorted(found, key=lambda item: item[0])


def columns_of(kind: type) -> str:
    """The columns of a kind's table, as `fact_of` expects them."""
    return ", ".join(f'"{name}"' for name in _NAMES[kind])


def fact_of(kind: type, row: Sequence[Any], tariffs: Mapping[int, Tariff] | None = None) -> Any:
    """The fact that a whole row of its table holds."""
    return from_row(kind, dict(zip(_NAMES[kind], row, strict=True)), tariffs or {})


_d, _e, _ch, _k = schema.draw.c, schema.entry.c, schema.charge.c, schema.correction.c
_t = schema.day_drawn.c
_USED = Query(
    select(
        _t.grant,
        func.sum(_t.minutes),
        func.sum(case((_t.day <= bindparam("at"), _t.minutes), else_=0)),
        func.max(case((_t.returns > 0, _t.day))),
    )
    .where(_t.customer_id == bindparam("customer"), _t.grant == bindparam("grant"))
    .group_by(_t.grant)
)


def read_used(
    connection: Connection, customer: Head, book: Book, since: date, at: date, also: Collection[int] = ()
) -> dict[int, int]:
    """Fills in what was drawn of the grants that can be drawn on or after `since`; answers what was drawn by `at`.

    `also` are others to look at. What ended with a sale is gone like what was drawn (M12).
    """
    ended = {end.grant: end for end in book.ended.values() if end.grant is not None}
    used_at = dict(book.spent)
    for gone, end in ended.items():
        if end.dated_on <= at:
            used_at[gone] = used_at.get(gone, 0) + end.minutes
    values = {"customer": customer.id, "at": at.isoformat()}
    for number, open_on in windows.of(book).items():
        if number in also or any(window.last >= since for window in open_on):
            for grant, used, by_then, returned in _USED.rows(connection, values | {"grant": number}):
                before = book.spent.get(grant, 0) + (ended[grant].minutes if grant in ended else 0)
                book.used[grant] = int(used) + before
                used_at[grant] = int(by_then) + used_at.get(grant, 0)
                if returned is not None:
                    book.returned_on[grant] = date.fromisoformat(returned)
    return used_at


def read_rated(connection: Connection, customer: Head, book: Book, entry: Entry, term: Term) -> None:
    """Fills in what the rating of a new entry looks at beside what was agreed."""
    ask_ahead(connection, _of_rating(customer, book, entry, term))
    read_pool(connection, customer, book, entry, term)
    read_used(connection, customer, book, entry.worked_on, entry.worked_on)


def _of_rating(customer: Head, book: Book, entry: Entry, term: Term) -> Iterator[Asked]:
    rehearsal, asked = rehearsed()
    read_pool(rehearsal, customer, book, entry, term)
    read_used(rehearsal, customer, book, entry.worked_on, entry.worked_on)
    yield from asked


_ENTRIES = select(schema.entry).where(_e.customer_id == bindparam("customer"))
OF_CASE = Query(_ENTRIES.where(_e.case == bindparam("case")))
OF_DAY = Query(_ENTRIES.where(_e.worked_on == bindparam("day")))
_VOIDED = (
    select(1)
    .where(_k.customer_id == _e.customer_id, _k.kind == "void", _k.entry == _e.seq)
    .correlate(schema.entry)
    .exists()
)
_q = schema.quoted_work.c
_QUOTED = select(1).where(_q.customer_id == _e.customer_id, _q.seq == _e.seq).correlate(schema.entry).exists()
FIRST = Query(
    _ENTRIES.where(_e.contract == bindparam("contract"), _e.category == bindparam("category"), ~_VOIDED, ~_QUOTED)
    .order_by(_e.seq)
    .limit(1)
)
# Not asked to sort, for SQLite would walk all of the customer's in their order
_AT = Query(_ENTRIES.where(_e.seq.in_(bindparam("entries", expanding=True))))
_CHARGES = Query(
    select(schema.charge).where(
        _ch.customer_id == bindparam("customer"), _ch.entry.in_(bindparam("entries", expanding=True))
    )
)
_DRAWS = Query(
    select(schema.draw).where(
        _d.customer_id == bindparam("customer"), _d.entry.in_(bindparam("entries", expanding=True))
    )
)
_VERIFIED = Query(
    select(schema.correction).where(
        _k.customer_id == bindparam("customer"), _k.kind == "verify", _k.case == bindparam("case")
    )
)


# The minutes of a pool are summed where they are: a case may have thousands of entries
_POOL = """
    SELECT e.contract, e.worked_on, c.category, sum(e.logged_seconds), sum(c.minutes)
    FROM entry e CROSS JOIN charge c
    WHERE e.customer_id = :customer AND {of} AND c.customer_id = e.customer_id AND c.entry = e.seq
      AND c.free IS NULL AND NOT EXISTS (
        SELECT 1 FROM charge o WHERE o.customer_id = c.customer_id AND o.entry = c.entry
        AND (o.seq > c.seq OR (o.seq = c.seq AND o.n > c.n)))
    GROUP BY c.category, e.contract, e.worked_on
"""
_POOLS = {"day": Query(_POOL.format(of="e.worked_on = :day")), "case": Query(_POOL.format(of='e."case" = :case'))}


def read_pool(connection: Connection, customer: Head, book: Book, entry: Entry, term: Term) -> None:
    """Fills in what the rating of a new entry looks at: sums of its case or day, the first case of its category.

    Where the contract asks for approvals, the entries of its case too (R2, R5, T3).
    """
    values = {"customer": customer.id, "case": entry.case, "day": entry.worked_on.isoformat(),
              "contract": entry.contract, "category": entry.category}  # fmt: skip
    category, rounding = term.tariff.categories[entry.category], term.tariff.rounding
    rows: list[Sequence[Any]] = []
    if category.free == "first":
        rows += FIRST.rows(connection, values)
    if term.tariff.overage == "ask":
        rows += [] if entry.case is None else OF_CASE.rows(connection, values)
        for row in _SELECT[Approval].rows(connection, values):
            book.remember(fact_of(Approval, row))
    found = {known.seq: known for known in (fact_of(Entry, row) for row in rows)}
    for seq in sorted(found):
        book.remember(found[seq])
    if found:
        wanted = {"customer": customer.id, "entries": list(found)}
        for charged in in_order(_CHARGES.rows(connection, wanted)):
            book.remember(charged)
    if rounding == "day" or (rounding != "entry" and entry.case is not None):
        _sum_pools(book, entry, _POOLS["day" if rounding == "day" else "case"].rows(connection, values))
    if category.free == "verified" and entry.case is not None:
        for row in _VERIFIED.rows(connection, values):
            book.remember(fact_of(Correction, row))


def _sum_pools(book: Book, entry: Entry, sums: Iterable[Sequence[Any]]) -> None:
    """Puts sums by contract, day and category in place of what the book knows of the pools that an entry may be in."""
    pools: dict[PoolKey, Pool] = defaultdict(Pool)
    for contract, day, category, seconds, minutes in sums:
        like = replace(entry, contract=contract, worked_on=date.fromisoformat(day))
        pool = pools[book.pool_key(like, category)]
        pool.logged_seconds += int(seconds)
        pool.charged_minutes += int(minutes)
    book.pools.update(pools)


def read_entries(connection: Connection, customer: Head, book: Book, seqs: Collection[int]) -> None:
    """Fills in the entries at some positions, what each was charged and what it drew."""
    for some in chunks(seqs):
        wanted = {"customer": customer.id, "entries": some}
        for row in _by_place(_AT.rows(connection, wanted)):
            book.remember(fact_of(Entry, row))
        for charged in in_order(_CHARGES.rows(connection, wanted)):
            book.remember(charged)
        for row in _by_place(_DRAWS.rows(connection, wanted)):
            draw: Draw = fact_of(Draw, row)
            book.draws.setdefault(draw.entry, []).append(draw)


def read_quotes(connection: Connection, customer: Head, book: Book) -> None:
    """Fills in the customer's quotes with what became of them, and which entries are work on them."""
    for kind in (Quote, QuoteEvent, QuotedWork):
        for row in sorted(_SELECT[kind].rows(connection, {"customer": customer.id}), key=lambda row: (row[1], row[2])):
            book.remember(fact_of(kind, row))


def _by_place(rows: Iterable[Sequence[Any]]) -> list[Sequence[Any]]:
    return sorted(rows, key=lambda row: (row[1], row[2]))


def in_order(rows: Iterable[Sequence[Any]]) -> list[Charge]:
    """The charges of rows in recorded order. Asked to sort them, SQLite would walk all of the customer's."""
    return sorted((fact_of(Charge, row) for row in rows), key=lambda charge: (charge.seq, charge.n))


# References


def find_reference(connection: Connection, kind: str, external_id: str) -> tuple[int, int, str] | None:
    """Where something with an external id was recorded: customer key, position, request digest (L5)."""
    row = _REFERENCE.row(connection, {"kind": kind, "id": external_id})
    asked = None if row is None else _REQUEST.row(connection, {"customer": row[1], "seq": row[2]})
    return None if row is None or asked is None else (row[1], row[2], asked[0])


def recorded_by(connection: Connection, customer_id: int, seq: int) -> str | None:
    """Who recorded a position (A2)."""
    return connection.execute(select(_l.recorded_by).where(_l.customer_id == customer_id, _l.seq == seq)).scalar()


def id_of(connection: Connection, customer_id: int, seq: int, beginning: str = "") -> str | None:
    """The external id under which a position was recorded, if it had one that begins so."""
    found = connection.execute(select(_l.external_id).where(_l.customer_id == customer_id, _l.seq == seq)).scalar()
    return found if found is not None and found.startswith(beginning) else None


def earliest(connection: Connection, customer_id: int) -> date | None:
    """The earliest day of what is recorded of a customer, openings left out (G14)."""
    days = (
        select(func.min(_l.effective_on)).where(_l.customer_id == customer_id, _l.kind.not_like("opening%")),
        select(func.min(_e.worked_on)).where(_e.customer_id == customer_id),
    )
    found = [day for of in days if (day := connection.execute(of).scalar()) is not None]
    return date.fromisoformat(min(found)) if found else None


_r, _l = schema.reference.c, schema.link.c
_OF_KIND = select(_r.external_id, _r.customer_id, _r.seq).where(_r.kind == bindparam("kind"))
_REFERENCE = Query(_OF_KIND.where(_r.external_id == bindparam("id")))
_REFERENCES = Query(_OF_KIND.where(_r.external_id.in_(bindparam("ids", expanding=True))))
_REQUEST = Query(select(_l.request).where(_l.customer_id == bindparam("customer"), _l.seq == bindparam("seq")))
_REQUESTS = Query(
    select(_l.customer_id, _l.seq, _l.request).where(
        _l.customer_id == bindparam("customer"), _l.seq.in_(bindparam("places", expanding=True))
    )
)


def find_references(
    connection: Connection, kind: str, external_ids: Collection[str]
) -> dict[str, tuple[int, int, str]]:
    """Where things with external ids were recorded, by id."""
    rows = [row for some in chunks(external_ids) for row in _REFERENCES.rows(connection, {"kind": kind, "ids": some})]
    at = by_customer((customer, seq) for _, customer, seq in rows)
    asked = [
        (_REQUESTS, {"customer": customer, "places": some}) for customer, seqs in at.items() for some in chunks(seqs)
    ]
    requests = {(customer, seq): request for found in each(connection, asked) for customer, seq, request in found}
    return {
        external_id: (customer, seq, requests[customer, seq])
        for external_id, customer, seq in rows
        if (customer, seq) in requests
    }


def chunks(values: Collection[N]) -> Iterator[list[N]]:
    """The values, a thousand at a time: databases limit how many one statement can name."""
    ordered = sorted(values)
    for start in range(0, len(ordered), 1000):
        yield ordered[start : start + 1000]


def entries_on_line(connection: Connection, customer_id: int, code: str, line: int) -> list[tuple[int, int]]:
    """The entries that a document's line bills or credits, with their minutes."""
    p = schema.document_entry.c
    statement = select(p.entry, p.minutes).where(p.customer_id == customer_id, p.code == code, p.line == line)
    return [(entry, minutes) for entry, minutes in connection.execute(statement.order_by(p.n))]
