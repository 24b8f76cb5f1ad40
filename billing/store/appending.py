"""Appends to customers' chains: what is recorded, when, and where each chain ends then (L1, L6)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from billing.core.facts import (
    Fact,
)
from billing.store import chain, totals
from billing.store.ahead import Asked
from billing.store.heads import Head
from billing.store.query import Query, ask_ahead
from billing.store.rows import TABLE, Row, to_row
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
        rows = [(TABLE[type(fact)], to_row(fact)) for fact in facts]
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
    .where(schema.head.c.customer_id == bindparam("of"))
    .values(seq=bindparam("place"), hash=bindparam("digest"))
)
