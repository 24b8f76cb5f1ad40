"""Appends to customers' chains: what is recorded, when, and where each chain ends then (L1, L6)."""

from collections import defaultdict
from collections.abc import Iterable
from contextlib import nullcontext
from datetime import UTC, date, datetime, timedelta
from typing import Any

from billing.core.facts import Fact
from billing.store import chain, totals
from billing.store.ahead import Asked
from billing.store.engine import is_late, write_now
from billing.store.heads import Head
from billing.store.light import light
from billing.store.query import Query, ask_ahead
from billing.store.rows import TABLE, Row, Value, values_of
from billing.store.sql import (
    Connection,
    Table,
    bindparam,
    func,
    name_of,
    schema,
    select,
    update,
)
from billing.store.writing import MANY, Writer
from billing.store.written import COLUMNS

ROWS_AT_ONCE = 5000
Rows = dict[tuple[str, tuple[str, ...]], list[tuple[Value, ...]]]  # by table and the columns that they hold
NUMBERED = ("document", "quote_document")  # whose numbers are unique over all customers


class Appender:
    """Collects what is recorded and keeps it: rows by table, then the new heads of the chains.

    Instants of recording rise by a microsecond at least, over all customers, so that they tell the order (C1).
    """

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection = connection
        self._now = now
        self.by: str | None = None  # who records (A2)
        self.heard = False  # whether somebody wants to be told of what is recorded; known once something is
        self._instant: datetime | None = None  # in UTC, without saying so
        self._rows: Rows = defaultdict(list)
        self._heads: dict[int, Head] = {}
        self._waiting = 0
        self._sums = totals.Spans()
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
        day, at = effective_on.isoformat(), self._recorded_at()
        head: list[Value] = [customer.id, seq, kind, day, at, external_id, request]
        contents = []
        for n, fact in enumerate(facts):
            table, values = TABLE[type(fact)], values_of(fact)
            contents.append(chain.content_of(table, values))
            self._rows[table, COLUMNS[table]].append((customer.id, seq, n, *values))
        for named, row in others:
            table = name_of(named)
            row |= {"customer_id": customer.id, "seq": seq, "n": len(contents)}
            contents.append(chain.content(table, row))
            self.add(table, **row)
            if table in NUMBERED:
                self.add("document_number", **{name: row[name] for name in COLUMNS["document_number"]})
        customer.hash = chain.link_hash(customer.hash, chain.signed(head, self.by), contents)
        customer.seq = seq
        self.put("link", *head, customer.hash, self.by)
        if external_id is not None:
            self.put("reference", kind, external_id, customer.id, seq)
        self._heads[customer.id] = customer
        self._waiting += 1 + len(contents)
        if self._waiting > ROWS_AT_ONCE:
            self._aside() if is_late(self._connection) else self.flush()  # as long as nothing is written nobody waits

    def _recorded_at(self) -> str:
        """The instant of the next recording: now, or just after the last one that was recorded about now."""
        if self._instant is None:
            last, self.heard = self.ask_last(self._connection)
            found = self._now if last is None else datetime.fromisoformat(last) + _TICK
            self._instant = found.astimezone(UTC).replace(tzinfo=None)
        else:
            self._instant += _TICK
        return _written(self._instant)

    def ask_last(self, connection: Connection) -> tuple[str | None, bool]:
        """The last instant of recording that is about now, and whether somebody listens."""
        about = {"now": instant(self._now), "soon": instant(self._now + timedelta(seconds=1))}
        last, heard = _LAST.row(connection, about) or (None, False)
        return last, bool(heard)

    @property
    def instant(self) -> str:
        """When the last position was recorded."""
        return instant(self._now) if self._instant is None else _written(self._instant)

    def put(self, table: str, *row: Value) -> None:
        """Adds a row outside the chain that has all columns of its table, in their order: a reference, a case."""
        self._rows[table, COLUMNS[table]].append(row)

    def add(self, table: str, **row: Any) -> None:
        """The same by the names of the columns, some of which it may not have."""
        names = tuple(name for name in COLUMNS[table] if name in row)
        self._rows[table, names].append(tuple([row[name] for name in names]))

    def waits(self, customer: Head) -> bool:
        """Whether something of this customer's chain is not written yet."""
        return customer.id in self._heads

    def forget(self) -> None:
        """Drops what waits: for what is taken back to where all was written."""
        self._rows.clear()
        self._heads.clear()
        self._sums.clear()
        self._waiting = 0

    def _aside(self) -> None:
        """Puts all that waits aside, where nobody sees it."""
        for table, names in self._rows:
            self._writer.put_aside(table, names, self._rows[table, names])
        self._sums.take(self._rows.get(_CHARGE, ()), self._rows.get(_DRAW, ()))
        self._rows.clear()
        self._waiting = 0

    def flush(self, then: Iterable[Asked] = ()) -> None:
        """Writes all that waits, in the order that foreign keys need; with it is asked what will be asked next."""
        if not self._rows and not self._heads:
            return
        write_now(self._connection)
        if any(len(rows) >= MANY for rows in self._rows.values()):  # many go in a stream of their own
            self._write()
            ask_ahead(self._connection, then)
        else:
            ask_ahead(self._connection, then, self._write)
        self.forget()

    def _write(self) -> None:
        own = light(self._connection)
        with nullcontext() if own is None else own.appending():
            self._write_all()

    def _write_all(self) -> None:
        for table, names in sorted(self._rows.keys() | self._writer.aside, key=_place):
            self._writer.insert(table, names, self._rows.get((table, names), []))
        self._sums.take(self._rows.get(_CHARGE, ()), self._rows.get(_DRAW, ()))
        self._sums.add(self._connection)
        if self._heads:
            heads = [{"of": h.id, "place": h.seq, "digest": h.hash} for h in self._heads.values()]
            _NEW_HEAD.run(self._connection, heads)

    def end(self) -> None:
        """Writes all that waits, and leaves the database guarded as it was: nothing is added after it."""
        self.flush()
        self._writer.end()


def instant(at: datetime) -> str:
    """An instant in UTC as it is kept, to the microsecond."""
    return _written(at.astimezone(UTC).replace(tzinfo=None))


def _written(at: datetime) -> str:
    return at.isoformat(timespec="microseconds") + "Z"


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
_CHARGE, _DRAW = ("charge", COLUMNS["charge"]), ("draw", COLUMNS["draw"])


def _place(rows: tuple[str, tuple[str, ...]]) -> int:
    """Where a table stands in the order that foreign keys need."""
    return _PLACE[rows[0]]


_NEW_HEAD = Query(
    update(schema.head)
    .where(schema.head.c.customer_id == bindparam("of"))
    .values(seq=bindparam("place"), hash=bindparam("digest"))
)
