"""Reads the part of a customer's book that one request needs: the work around an entry or a case, or none (L2)."""

from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from billing.core import windows
from billing.core.book import Book
from billing.core.facts import (
    Approval,
    CaseEvent,
    Charge,
    Correction,
    Draw,
    Entry,
    Fact,
    Quote,
    QuotedWork,
    QuoteEvent,
)
from billing.core.tariff import Tariff
from billing.store import ledger, owed
from billing.store.asked import chunks
from billing.store.heads import Head
from billing.store.ledger import fact_of
from billing.store.query import Query, ask_together, rows_of
from billing.store.rows import TABLES
from billing.store.sql import Connection, bindparam, func, schema, select

Placed = list[tuple[tuple[int, int], Fact]]  # facts by position and place, in recorded order
_OF_WORK = (Entry, Charge, Draw, Correction, CaseEvent, QuotedWork, Quote, QuoteEvent)
_NOT_OF_WORK = tuple(kind for kind in TABLES if kind not in _OF_WORK)
_t, _d, _e, _k, _w = (
    schema.day_drawn.c, schema.draw.c, schema.entry.c, schema.correction.c, schema.quoted_work.c,
)  # fmt: skip

_DRAWN = Query(
    select(_t.grant, func.sum(_t.minutes), func.max(_t.day).filter(_t.returns > 0))
    .where(_t.customer_id == bindparam("customer"))
    .group_by(_t.grant)
)
_DRAWN_BEFORE = Query("""
    SELECT "grant", sum(minutes), max(CASE WHEN minutes < 0 THEN dated_on END) FROM draw
    WHERE customer_id = :customer AND (seq < :seq OR (seq = :seq AND n < :n)) GROUP BY "grant"
""")
_DRAWN_BETWEEN = Query("""
    SELECT seq, n, "grant", minutes, dated_on FROM draw
    WHERE customer_id = :customer AND seq >= :first AND seq <= :last ORDER BY seq, n
""")
_DRAWN_BY_DAY = Query("""
    SELECT "grant", day, minutes FROM day_drawn WHERE customer_id = :customer AND day < :first AND minutes <> 0
    ORDER BY "grant", day
""")
_DRAWS_OF = Query(
    select(schema.draw).where(
        _d.customer_id == bindparam("customer"), _d.grant.in_(bindparam("grants", expanding=True)),
        _d.dated_on >= bindparam("since"), _d.dated_on <= bindparam("until"),
    )
)  # fmt: skip
_RETURNED = Query('SELECT entry FROM draw WHERE customer_id = :customer AND "grant" = :grant AND minutes < 0')
_WORKED = Query("SELECT seq FROM entry WHERE customer_id = :customer AND worked_on >= :first AND worked_on <= :last")
_ON_CASE = Query(select(_e.seq).where(_e.customer_id == bindparam("customer"), _e.case == bindparam("case")))
_ON_QUOTES = Query(
    select(_w.seq).where(_w.customer_id == bindparam("customer"), _w.quote.in_(bindparam("quotes", expanding=True)))
)
_OWES = Query(select(func.sum(schema.day_owed.c.minutes)).where(schema.day_owed.c.customer_id == bindparam("customer")))
_VERDICTS = Query(
    select(schema.correction).where(_k.customer_id == bindparam("customer"), _k.case == bindparam("case"))
)


def without_work(connection: Connection, customer: Head, tariffs: Mapping[int, Tariff]) -> Book:
    """The book but for what was worked: contracts, sales, money, grants with what was drawn of them, what is owed.

    Of a grant that bounced there is also what came back to it, which may go to the one after it (M10, G7).
    """
    ask_together(connection, [*ledger.of_kinds(_NOT_OF_WORK), _OWES, _DRAWN], {"customer": customer.id})
    book = ledger.read_of(connection, customer, tariffs, _NOT_OF_WORK)
    (owes,) = _OWES.row(connection, {"customer": customer.id}) or (0,)
    if owes:
        remember(book, _of_entries(connection, customer, owed.entries(connection, customer)))
    bounced = {bounce.grant for bounce in book.bounces} - {None}
    of_bounced = ({"customer": customer.id, "grant": grant} for grant in bounced)
    back = {entry for of in of_bounced for (entry,) in _RETURNED.rows(connection, of)}
    if back:  # by the first draw of each entry, as the whole book has them
        placed = sorted(_some(connection, customer, back | book.draws.keys(), Draw), key=lambda one: one[0])
        book.draws = {}
        for draw in (fact for _, fact in placed if isinstance(fact, Draw)):
            book.draws.setdefault(draw.entry, []).append(draw)
    fill_used(connection, customer, book)
    return book


def worked(connection: Connection, customer: Head, first: date, last: date) -> set[int]:
    """The entries of a customer that were worked from a day to another."""
    of = {"customer": customer.id, "first": first.isoformat(), "last": last.isoformat()}
    return {row[0] for row in _WORKED.rows(connection, of)}


def on_case(connection: Connection, customer: Head, case: str) -> set[int]:
    """The entries of a case."""
    return {row[0] for row in _ON_CASE.rows(connection, {"customer": customer.id, "case": case})}


def on_quotes(connection: Connection, customer: Head, quotes: Collection[int]) -> set[int]:
    """The entries that are work on some quotes."""
    of = ({"customer": customer.id, "quotes": some} for some in chunks(quotes))
    return {row[0] for one in of for row in _ON_QUOTES.rows(connection, one)}


def with_entries(
    connection: Connection, customer: Head, tariffs: Mapping[int, Tariff], entries: Collection[int],
    quotes: Collection[int] = (),
) -> Book:  # fmt: skip
    """The book but for what was worked, with some entries, what they were charged and drew, and some quotes."""
    ask_together(connection, [*ledger.of_kinds(_NOT_OF_WORK), _DRAWN], {"customer": customer.id})
    book = ledger.read_of(connection, customer, tariffs, _NOT_OF_WORK)
    remember(book, read_entries(connection, customer, entries))
    read_quotes(connection, customer, book, {*quotes, *book.quoted.values()})
    fill_used(connection, customer, book)
    return book


def read_quoted(connection: Connection, customer: Head, book: Book, entries: Collection[int]) -> None:
    """Fills in the quotes that some entries are work on."""
    remember(book, _some(connection, customer, entries, QuotedWork))
    read_quotes(connection, customer, book, set(book.quoted.values()))


def read_quotes(connection: Connection, customer: Head, book: Book, quotes: Collection[int]) -> None:
    """Fills in some quotes with what became of them."""
    remember(book, sorted(_some(connection, customer, quotes, Quote, QuoteEvent), key=lambda one: one[0]))


def read_entries(connection: Connection, customer: Head, entries: Collection[int]) -> Placed:
    """What `with_entries` reads of some entries, in recorded order."""
    found = _some(connection, customer, entries, Entry, Charge, Draw, QuotedWork)
    return sorted(found, key=lambda one: one[0])


def of_period(
    connection: Connection, customer: Head, tariffs: Mapping[int, Tariff], first: date, last: date
) -> Book:  # fmt: skip
    """The book as far as a statement needs it: the work of a period, what was drawn in it, earlier draws by day (B2).

    On a day on which no window of a grant is open it matters in which order it was drawn: such draws are there as well.
    """
    book = ledger.read_of(connection, customer, tariffs, _NOT_OF_WORK)
    of = {"customer": customer.id, "first": first.isoformat(), "last": last.isoformat()}
    open_on = windows.of(book)
    exact: dict[tuple[date, date], list[int]] = defaultdict(list, {(first, last): [*open_on]})
    for grant, on, minutes in _DRAWN_BY_DAY.rows(connection, of):
        day = date.fromisoformat(on)
        if windows.on(open_on[grant], day) is None:
            exact[day, day].append(grant)
        else:  # as if one piece of work had drawn it all
            book.draws[-1 - len(book.draws)] = [Draw(0, 0, (0, 0), grant, minutes, day, "draw")]
    rows = [
        row
        for (since, until), grants in exact.items()
        for some in chunks(grants)
        for row in _DRAWS_OF.rows(
            connection, {**of, "grants": some, "since": since.isoformat(), "until": until.isoformat()}
        )
    ]
    draws = [fact_of(Draw, row) for row in sorted(rows, key=lambda row: (row[1], row[2]))]
    for draw in draws:
        book.draws.setdefault(draw.entry, []).append(draw)
    seqs = worked(connection, customer, first, last)
    touched = seqs | {draw.entry for draw in draws}
    facts = _some(connection, customer, touched, Entry, Correction)
    facts += _some(connection, customer, seqs, Charge, QuotedWork)
    remember(book, sorted(facts, key=lambda one: one[0]))
    read_quotes(connection, customer, book, set(book.quoted.values()))
    return book


def around(
    connection: Connection, customer: Head, tariffs: Mapping[int, Tariff], seqs: Collection[int] = (),
    case: str | None = None,
) -> Book:  # fmt: skip
    """What was agreed, some entries or those of a case, and all that is rounded together with them (T3, C1)."""
    book = Book(seq=customer.seq + 1)
    remember(book, history(connection, customer, tariffs, seqs, case))
    fill_used(connection, customer, book)
    return book


def history(
    connection: Connection, customer: Head, tariffs: Mapping[int, Tariff], seqs: Collection[int] = (),
    case: str | None = None,
) -> Placed:  # fmt: skip
    """The facts of `around`, in recorded order; what was drawn for other entries is not among them."""
    placed = ledger.recorded(connection, customer, tariffs, ledger.AGREED_WITH_TIERS)
    agreed = Book(seq=customer.seq + 1)
    remember(agreed, placed)
    asks = any(term.tariff.overage == "ask" for term in agreed.terms)
    kinds: list[type] = [Approval] if asks else []
    entries = _pool(connection, customer, agreed, seqs, case, asks)
    found = {seq for (seq, _), _ in entries}
    work = entries + _some(connection, customer, found, Charge, Draw)
    if any(isinstance(fact, Charge) and fact.free == "quote" for _, fact in work):
        quoted = _some(connection, customer, found, QuotedWork)
        named = {fact.quote for _, fact in quoted if isinstance(fact, QuotedWork)}
        work += quoted + _some(connection, customer, named, Quote, QuoteEvent)
    if case is not None:
        rows = _VERDICTS.rows(connection, {"customer": customer.id, "case": case})
        work += [((row[1], row[2]), fact_of(Correction, row)) for row in rows]
    more = ledger.recorded(connection, customer, tariffs, kinds) if kinds else []
    return sorted([*placed, *more, *work], key=lambda one: one[0])


def _pool(
    connection: Connection, customer: Head, agreed: Book, seqs: Collection[int], case: str | None, asks: bool
) -> Placed:
    """Some entries and all that may be rounded with them, or that a contract asks of (R2, R5)."""
    found: dict[tuple[int, int], Entry] = {}

    def read(query: Query, **values: Any) -> None:
        rows = query.rows(connection, {"customer": customer.id} | values)
        found.update({(row[1], row[2]): fact_of(Entry, row) for row in rows})

    for some in chunks(seqs):
        read(ledger.AT, entries=some)
    if case is not None:
        read(ledger.OF_CASE, case=case)
    cases, days = {case}, set[date]()
    for named in list(found.values()):
        tariff = agreed.contract_tariff(named.contract, named.worked_on)
        if tariff.rounding == "day" and named.worked_on not in days:
            days.add(named.worked_on)
            read(ledger.OF_DAY, day=named.worked_on.isoformat())
        if named.seq in seqs and tariff.categories[named.category].free == "first":
            read(ledger.FIRST, contract=named.contract, category=named.category)
        if named.case not in (None, *cases) and (tariff.rounding not in ("entry", "day") or asks):
            cases.add(named.case)
            read(ledger.OF_CASE, case=named.case)
    if asks:  # what is rated again asks what is approved for its own case
        for other in {entry.case for entry in found.values()} - {None, *cases}:
            read(ledger.OF_CASE, case=other)
    return [*found.items()]


def _of_entries(connection: Connection, customer: Head, seqs: Collection[int]) -> Placed:
    """Some entries, with all that they were charged and drew, in recorded order."""
    return sorted(_some(connection, customer, seqs, Entry, Charge, Draw), key=lambda one: one[0])


def _some(connection: Connection, customer: Head, seqs: Collection[int], *kinds: type) -> Placed:
    """The facts of some kinds that are of positions: of entries, in most of them."""
    return [
        ((row[1], row[2]), fact_of(kind, row))
        for some in chunks(seqs)
        for kind, rows in zip(
            kinds,
            rows_of(connection, [_OF[kind] for kind in kinds], {"customer": customer.id, "entries": some}),
            strict=True,
        )
        for row in rows
    ]


def at(connection: Connection, customer: Head, seq: int) -> None:
    """Asks for what is read of an entry first, with what it was charged and drew (see `ahead`)."""
    _some(connection, customer, [seq], Entry, Charge, Draw)
    _DRAWN.rows(connection, {"customer": customer.id})


_OF: dict[type, Query] = {Entry: ledger.AT, Charge: ledger.CHARGES, Draw: ledger.DRAWS} | {
    kind: Query(
        select(TABLES[kind]).where(
            TABLES[kind].c.customer_id == bindparam("customer"),
            TABLES[kind].c[column].in_(bindparam("entries", expanding=True)),
        )
    )
    for kind, column in ((QuotedWork, "seq"), (Correction, "entry"), (Quote, "seq"), (QuoteEvent, "quote"))
}


def remember(book: Book, facts: Placed) -> None:
    """Takes facts into a book."""
    for _, fact in facts:
        book.remember(fact)


def fill_used(connection: Connection, customer: Head, book: Book) -> None:
    """Fills in what was drawn of each grant."""
    _fill_used(book, _DRAWN.rows(connection, {"customer": customer.id}))


def as_of(
    connection: Connection, customer: Head, history: Placed, places: Sequence[tuple[int, int]]
) -> Iterator[Book]:  # fmt: skip
    """The book as it was just before each of some places, in their order, as far as it was looked at: one, going on."""
    book, rest = Book(), deque(history)
    if not places:
        return
    first, last = places[0], places[-1]
    drawn = {
        grant: (int(minutes), returned)
        for grant, minutes, returned in _DRAWN_BEFORE.rows(
            connection, {"customer": customer.id, "seq": first[0], "n": first[1]}
        )
    }
    values = {"customer": customer.id, "first": first[0], "last": last[0]}
    later = deque[Any](
        row for row in (_DRAWN_BETWEEN.rows(connection, values) if last > first else ()) if row[:2] >= first
    )
    for place in places:
        while rest and rest[0][0] < place:
            book.remember(rest.popleft()[1])
        while later and later[0][:2] < place:
            _, _, grant, minutes, on = later.popleft()
            used, returned = drawn.get(grant, (0, None))
            drawn[grant] = used + minutes, max(returned or on, on) if minutes < 0 else returned
        _fill_used(book, [(grant, *found) for grant, found in drawn.items()])
        yield book


def _fill_used(book: Book, drawn: Iterable[Sequence[Any]]) -> None:
    ended = {end.grant: end.minutes for end in book.ended.values() if end.grant is not None}
    for grant, minutes, returned in drawn:
        book.used[grant] = int(minutes) + book.spent.get(grant, 0) + ended.get(grant, 0)
        if returned is not None:
            book.returned_on[grant] = date.fromisoformat(returned)
