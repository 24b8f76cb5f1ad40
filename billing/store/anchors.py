"""What an anchor holds of a database, read a row at a time, and what of an anchor does not hold any more (L6, L7).

An anchor's lines are objects: the head of each customer's chain, of each series and of the issuer's own chain, the rows
that every chain stands on, and a digest of each table beside the chains.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, String, Table, select, tuple_

from billing.store import chain, schema
from billing.values import dataclass

Line = dict[str, Any]
_c, _h = schema.customer.c, schema.head.c
_ENDS = schema.customer.join(schema.head, _h.customer_id == _c.id)
_AT_ONCE = 500  # rows that are read or looked up together
_HEADS = {  # in lines of their own
    "issuer": ("period_n", "period_hash", "journal_n", "journal_hash"),
}
_KEPT = {schema.tariff_version: ("id", "digest"), schema.picture: ("digest", "digest")}  # what papers and terms cite
_NUMBERED = (schema.document, schema.quote_document, schema.maintenance)
# Counted, ended and forgotten by itself: an anchor digests them only so that a copy can be compared with its own
PASSING = frozenset({"session", "access_link", "access_key", "timer", "alert", "outbox", "desk_push", "mail_thread",
                     "mail_waiting", "hook", "desk", "series"})  # fmt: skip
_CHAINS = {
    "period": (schema.period.c.n, schema.period.c.hash),
    "journal": (schema.journal.c.n, schema.journal.c.hash),
}
BESIDE = tuple(
    table for table in schema.metadata.sorted_tables
    if table not in schema.LEDGER and table is not schema.link and table.name not in _CHAINS
    and table is not schema.head and table not in _NUMBERED
)  # fmt: skip


@dataclass(slots=True)
class Compared:
    """What a comparison has come to: how much was looked at, what only grew or changed, as it may."""

    made_at: str
    customers: int = 0
    series: int = 0
    longer: list[tuple[str, int, int]] = field(default_factory=list)  # customers, from where, to where
    changed: list[str] = field(default_factory=list)  # tables beside the chains


def issuer(connection: Connection) -> dict[str, str | None]:
    """Who the books are of, as an anchor names him."""
    c = schema.issuer.c
    row = connection.execute(select(c.name, c.country, c.vat_id)).mappings().first()
    return dict(row or {})


def lines(connection: Connection) -> Iterator[Line]:
    """All that an anchor holds of a database, in its order; nothing of it is kept in memory."""
    heads = select(_c.code, _c.id, _h.seq, _h.hash).select_from(_ENDS).order_by(_c.id)
    for code, key, seq, whole in _streamed(connection, heads):
        yield {"customer": code, "id": key, "seq": seq, "hash": whole}
    for name, whole in connection.execute(select(schema.series.c.name, schema.series.c.hash)).all():
        yield {"series": name, "last": _last(connection, name), "hash": whole}
    for name, (number, digest) in _CHAINS.items():
        last = connection.execute(select(number, digest).order_by(number.desc()).limit(1)).first() or (0, chain.GENESIS)
        yield {"chain": name, "n": last[0], "hash": last[1]}
    for table, names in _KEPT.items():
        key, whole = (table.c[name] for name in names)
        for found, digest in _streamed(connection, select(key, whole).order_by(key)):
            yield {"kept": table.name, "id": found, "digest": digest}
    for table in BESIDE:
        columns = [column.name for column in table.columns if column.name not in _HEADS.get(table.name, ())]
        rows, together = _digest(connection, table, columns)
        yield {"table": table.name, "columns": columns, "rows": rows, "digest": together}


def faults(connection: Connection, found: Iterable[Line], seen: Compared, exact: bool = False) -> Iterator[str]:
    """What of an anchor a database does not hold any more; `exact` where it is the copy that the anchor was made of."""
    for some in _batches(found):
        yield from _customers(connection, [line for line in some if "customer" in line], seen, exact)
        for line in some:
            if "series" in line:
                yield from _one_series(connection, line, seen, exact)
            elif "chain" in line:
                yield from _one_chain(connection, line, seen, exact)
            elif "kept" in line:
                yield from _one_kept(connection, line, seen)
            elif "table" in line:
                yield from _one_table(connection, line, seen, exact)


def added(connection: Connection, found: Iterable[Line]) -> list[tuple[str, int, int]]:
    """Who has more than an anchor says, those too who came after it: code, position then, position now."""
    ends: dict[str, int] = {}
    for some in _batches(line for line in found if "customer" in line):
        ends |= {line["customer"]: line["seq"] for line in some}
    now = _streamed(connection, select(_c.code, _h.seq).select_from(_ENDS).order_by(_c.code))
    return [(code, ends.get(code, 0), seq) for code, seq in now if code not in ends or seq > ends[code]]


def _customers(connection: Connection, some: Sequence[Line], seen: Compared, exact: bool) -> Iterator[str]:
    """Customers that are gone, chains that are cut off, and chains that were made again, whose own hashes hold."""
    k = schema.link.c
    heads = {
        key: (code, seq)
        for key, code, seq in connection.execute(
            select(_c.id, _c.code, _h.seq).select_from(_ENDS).where(_c.id.in_([line["id"] for line in some]))
        )
    }
    places = [(line["id"], line["seq"]) for line in some if line["seq"]]
    hashes = {
        (key, seq): whole
        for key, seq, whole in connection.execute(
            select(k.customer_id, k.seq, k.hash).where(tuple_(k.customer_id, k.seq).in_(places))
        )
    }
    for line in some:
        seen.customers += 1
        code, key, seq = line["customer"], line["id"], line["seq"]
        there, last = heads.get(key, (None, 0))
        where = f"the anchor of {seen.made_at} has it at position {chain.position(seq, line['hash'])}"
        if there != code:
            yield f"{code}: the customer is gone; {where}"
        elif seq and (key, seq) not in hashes:
            yield f"{code}: the chain ends at position {last}: what came after is cut off; {where}"
        elif seq and hashes[key, seq] != line["hash"]:
            yield f"{code} position {seq}: the chain was made again; {where}"
        elif last > seq:
            seen.longer.append((code, seq, last))
            if exact:
                yield f"{code}: {last - seq} positions came after; {where}"


def _one_series(connection: Connection, line: Line, seen: Compared, exact: bool) -> Iterator[str]:
    """A series that ends before the anchor, or whose documents up to there are others."""
    seen.series += 1
    name, last, whole = line["series"], line["last"], line["hash"]
    there = _last(connection, name)
    if last is not None:
        hashes = [
            row[0]
            for table in _NUMBERED
            for row in connection.execute(select(table.c.series_hash).where(table.c.code == last))
        ]
        if not hashes:
            yield f"series {name}: it ends at {there}, the anchor of {seen.made_at} has {last}"
        elif whole not in hashes:
            yield f"series {name}: {last} or a document before it is not the one of the anchor of {seen.made_at}"
    if exact and there != last:
        yield f"series {name}: it ends at {there}, the anchor of {seen.made_at} has {last}"


def _one_chain(connection: Connection, line: Line, seen: Compared, exact: bool) -> Iterator[str]:
    if line["chain"] not in _CHAINS:
        return
    number, digest = _CHAINS[line["chain"]]
    name, n = line["chain"], line["n"]
    where = f"the anchor of {seen.made_at} has it at {n}"
    found = connection.execute(select(digest).where(number == n)).scalar()
    if n and found is None:
        yield f"the issuer's chain {name}: it ends before; {where}"
    elif n and found != line["hash"]:
        yield f"the issuer's chain {name} {n}: it was made again; {where}"
    elif exact and connection.execute(select(number).where(number > n).limit(1)).first():
        yield f"the issuer's chain {name}: more came after; {where}"


def _one_kept(connection: Connection, line: Line, seen: Compared) -> Iterator[str]:
    for table, (key, digest) in _KEPT.items():
        if table.name == line["kept"]:
            found = connection.execute(select(table.c[digest]).where(table.c[key] == line["id"])).scalar()
            if found != line["digest"]:
                what = "is gone" if found is None else "is another"
                yield f"{table.name} {str(line['id'])[:12]}: it {what}; the anchor of {seen.made_at} has it"


def _one_table(connection: Connection, line: Line, seen: Compared, exact: bool) -> Iterator[str]:
    """A table beside the chains: facts only become more, other rows may change, a copy is what it was."""
    table = next((one for one in BESIDE if one.name == line["table"]), None)
    if table is None or not set(line["columns"]) <= set(table.columns.keys()):
        return  # of another version: what it held is elsewhere
    rows, digest = _digest(connection, table, line["columns"])
    if (rows, digest) == (line["rows"], line["digest"]):
        return
    fixed = table in schema.GUARDED and rows <= line["rows"]
    if exact or fixed:
        yield f"table {table.name}: its {rows} rows are not the {line['rows']} of the anchor of {seen.made_at}"
    elif table.name not in PASSING:
        seen.changed.append(table.name)


def _last(connection: Connection, name: str) -> str | None:
    """The number of the last document of a series."""
    found = []
    for table in _NUMBERED:
        c = table.c
        last = select(c.year, c.number, c.code).where(c.series == name).order_by(c.year.desc(), c.number.desc())
        found += [tuple(row) for row in connection.execute(last.limit(1))]
    return str(max(found)[2]) if found else None


def _digest(connection: Connection, table: Table, columns: Sequence[str]) -> tuple[int, str]:
    """How many rows a table has, and a digest of them in the order of their key, the same on both kinds of database."""
    bytewise = connection.dialect.name == "postgresql"

    def key(column: ColumnElement[Any]) -> ColumnElement[Any]:
        return column.collate("C") if bytewise and isinstance(column.type, String) else column

    statement = select(*(table.c[name] for name in columns)).order_by(*map(key, table.primary_key))
    rows, whole = 0, hashlib.sha256()
    for row in _streamed(connection, statement):
        rows += 1
        values = [hashlib.sha256(value).hexdigest() if isinstance(value, bytes) else value for value in row]
        whole.update(json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
    return rows, whole.hexdigest()


def _streamed(connection: Connection, statement: Select[Any]) -> Iterator[Sequence[Any]]:
    yield from connection.execute(statement.execution_options(yield_per=_AT_ONCE))


def _batches(found: Iterable[Mapping[str, Any]]) -> Iterator[list[Line]]:
    some: list[Line] = []
    for line in found:
        some.append(dict(line))
        if len(some) == _AT_ONCE:
            yield some
            some = []
    yield some
