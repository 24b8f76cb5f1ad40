"""Reads a customer's book, whole or the part that one request needs (L1)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

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
    QuotedWork,
    Sale,
    SaleEnd,
    Term,
    TierChange,
)
from billing.core.tariff import Tariff
from billing.store import recall
from billing.store.ahead import Asked, rehearsed
from billing.store.asked import chunks
from billing.store.heads import Head
from billing.store.query import Query, ask_ahead, rows_of
from billing.store.rows import NAMES, TABLES, of_values
from billing.store.sql import (
    Connection,
    bindparam,
    case,
    exists,
    func,
    schema,
    select,
)

History = list[tuple[tuple[int, int], Fact]]  # by position and place, in recorded order

# What was agreed and granted, without entries: what rating and a balance need
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


def known_after(known: Mapping[Any, Any], fresh: Sequence[Fact]) -> dict[Any, Any]:
    """What was agreed and what was drawn, as far as that is known of a chain, once something is recorded on it."""
    recorded = {type(fact) for fact in fresh}
    found: dict[Any, Any] = {
        kinds: known[kinds] for kinds in (AGREED, AGREED_WITH_TIERS) if kinds in known and recorded.isdisjoint(kinds)
    }
    if is_new_work(fresh):
        draws = [fact for fact in fresh if isinstance(fact, Draw)]
        found |= {key: _drawn_after(known[key], key[1], draws) for key in known if key[0] == _DRAWN}
    return found


def is_new_work(fresh: Sequence[Fact]) -> bool:
    """Whether what is recorded is entries, and what they are charged and draw; nothing that was there is corrected."""
    entries = {fact.seq for fact in fresh if isinstance(fact, Entry)}
    return bool(entries) and all(
        isinstance(fact, Entry | QuotedWork) or (isinstance(fact, Charge | Draw) and fact.entry in entries)
        for fact in fresh
    )


Drawn = tuple[int, int, str | None]  # of a grant: in all, by a day, the last day on which minutes came back


def _drawn_after(known: Mapping[int, Drawn], at: date, draws: Iterable[Draw]) -> dict[int, Drawn]:
    found = {**known}
    for draw in draws:  # of new work: no minutes come back
        if draw.grant in found:
            used, by_then, returned = found[draw.grant]
            found[draw.grant] = used + draw.minutes, by_then + draw.minutes * (draw.dated_on <= at), returned
    return found


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


def history(connection: Connection, customer: Head, tariffs: Mapping[int, Tariff]) -> History:
    """All facts and decisions of a customer by position and place, in recorded order."""
    return recorded(connection, customer, tariffs, _SELECT)


def read_of(connection: Connection, customer: Head, tariffs: Mapping[int, Tariff], kinds: Iterable[type]) -> Book:
    """The part of a book that is of some kinds of facts."""
    return book_of(customer, (fact for _, fact in recorded(connection, customer, tariffs, kinds)))


def book_of(customer: Head, facts: Iterable[Fact]) -> Book:
    """A book of some facts, in recorded order."""
    book = Book(seq=customer.seq + 1)
    for fact in facts:
        book.remember(fact)
    return book


def of_kinds(kinds: Iterable[type]) -> list[Query]:
    """What is asked for a customer's facts of some kinds."""
    return [_SELECT[kind] for kind in kinds]


def recorded(connection: Connection, customer: Head, tariffs: Mapping[int, Tariff], kinds: Iterable[type]) -> History:
    """The facts and decisions of some kinds by position and place, in recorded order."""
    of, wanted = {"customer": customer.id}, list(kinds)
    if connection.dialect.name == "sqlite":  # elsewhere all are asked in one round trip
        there = _RARE_THERE.row(connection, of) or ()
        missing = {kind for kind, is_there in zip(_RARE, there, strict=True) if not is_there}
        wanted = [kind for kind in wanted if kind not in missing]
    asked = rows_of(connection, of_kinds(wanted), of)
    found = [
        ((row[1], row[2]), fact_of(kind, row, tariffs))  # a row begins with customer, position and place
        for kind, rows in zip(wanted, asked, strict=True)
        for row in rows
    ]
    return sorted(found, key=lambda item: item[0])


def columns_of(kind: type) -> str:
    """The columns of a kind's table, as `fact_of` expects them."""
    return ", ".join(f'"{name}"' for name in NAMES[kind])


def fact_of(kind: type, row: Sequence[Any], tariffs: Mapping[int, Tariff] | None = None) -> Any:
    """The fact that a whole row of its table holds."""
    return of_values(kind, row, tariffs or {})


_d, _e, _ch, _k = schema.draw.c, schema.entry.c, schema.charge.c, schema.correction.c
_t = schema.day_drawn.c
_USED = Query(
    select(
        _t.grant,
        func.sum(_t.minutes),
        func.sum(case((_t.day <= bindparam("at"), _t.minutes), else_=0)),
        func.max(case((_t.returns > 0, _t.day))),
    )
    .where(_t.customer_id == bindparam("customer"), _t.grant.in_(bindparam("grants", expanding=True)))
    .group_by(_t.grant)
)
_DRAWN = "drawn"


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
    known: dict[int, Drawn] = recall.of(connection, customer).setdefault((_DRAWN, at), {})
    wanted = [
        grant for grant, open_on in windows.of(book).items() if grant in also or (open_on and open_on[-1].last >= since)
    ]
    for some in chunks([grant for grant in wanted if grant not in known]):
        found: dict[int, Drawn] = dict.fromkeys(some, (0, 0, None))
        for grant, used, by_then, returned in _USED.rows(connection, values | {"grants": some}):
            found[grant] = int(used), int(by_then), returned
        known |= found  # all at once: another thread may read it
    for grant in wanted:
        used, by_then, returned = known[grant]
        before = book.spent.get(grant, 0) + (ended[grant].minutes if grant in ended else 0)
        book.used[grant] = used + before
        used_at[grant] = by_then + used_at.get(grant, 0)
        if returned is not None:
            book.returned_on[grant] = date.fromisoformat(returned)
    return used_at


def read_rated(
    connection: Connection, customer: Head, book: Book, entry: Entry, term: Term, new_case: bool = False
) -> None:
    """Fills in what the rating of a new entry looks at beside what was agreed; `new_case`: nothing is of its case."""
    ask_ahead(connection, _of_rating(customer, book, entry, term, new_case))
    read_pool(connection, customer, book, entry, term, new_case)
    read_used(connection, customer, book, entry.worked_on, entry.worked_on)


def _of_rating(customer: Head, book: Book, entry: Entry, term: Term, new_case: bool) -> Iterator[Asked]:
    rehearsal, asked = rehearsed()
    read_pool(rehearsal, customer, book, entry, term, new_case)
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
AT = Query(_ENTRIES.where(_e.seq.in_(bindparam("entries", expanding=True))))
CHARGES = Query(
    select(schema.charge).where(
        _ch.customer_id == bindparam("customer"), _ch.entry.in_(bindparam("entries", expanding=True))
    )
)
DRAWS = Query(
    select(schema.draw).where(
        _d.customer_id == bindparam("customer"), _d.entry.in_(bindparam("entries", expanding=True))
    )
)
VERIFIED = Query(
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
POOLS = {"day": Query(_POOL.format(of="e.worked_on = :day")), "case": Query(_POOL.format(of='e."case" = :case'))}


def read_pool(connection: Connection, customer: Head, book: Book, entry: Entry, term: Term, new_case: bool) -> None:
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
        for charged in in_order(CHARGES.rows(connection, wanted)):
            book.remember(charged)
    if rounding == "day" or (rounding != "entry" and entry.case is not None and not new_case):
        _sum_pools(book, entry, POOLS["day" if rounding == "day" else "case"].rows(connection, values))
    if category.free == "verified" and entry.case is not None:
        for row in VERIFIED.rows(connection, values):
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
        entries, charges, draws = rows_of(connection, [AT, CHARGES, DRAWS], wanted)
        for row in _by_place(entries):
            book.remember(fact_of(Entry, row))
        for charged in in_order(charges):
            book.remember(charged)
        for row in _by_place(draws):
            draw: Draw = fact_of(Draw, row)
            book.draws.setdefault(draw.entry, []).append(draw)


def _by_place(rows: Iterable[Sequence[Any]]) -> list[Sequence[Any]]:
    return sorted(rows, key=lambda row: (row[1], row[2]))


def in_order(rows: Iterable[Sequence[Any]]) -> list[Charge]:
    """The charges of rows in recorded order. Asked to sort them, SQLite would walk all of the customer's."""
    return sorted((fact_of(Charge, row) for row in rows), key=lambda charge: (charge.seq, charge.n))


_l = schema.link.c


def earliest(connection: Connection, customer_id: int) -> date | None:
    """The earliest day of what is recorded of a customer, openings left out (G14)."""
    days = (
        select(func.min(_l.effective_on)).where(_l.customer_id == customer_id, _l.kind.not_like("opening%")),
        select(func.min(_e.worked_on)).where(_e.customer_id == customer_id),
    )
    found = [day for of in days if (day := connection.execute(of).scalar()) is not None]
    return date.fromisoformat(min(found)) if found else None


def entries_on_line(connection: Connection, customer_id: int, code: str, line: int) -> list[tuple[int, int]]:
    """The entries that a document's line bills or credits, with their minutes."""
    p = schema.document_entry.c
    statement = select(p.entry, p.minutes).where(p.customer_id == customer_id, p.code == code, p.line == line)
    return [(entry, minutes) for entry, minutes in connection.execute(statement.order_by(p.n))]
