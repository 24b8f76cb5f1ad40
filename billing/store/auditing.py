"""Reads everything back and says which rows do not hold: chains, series, digests, references (L6, L7)."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field
from typing import Any, TypeVar

from sqlalchemy import Connection, Select, bindparam, select

from billing.core.facts import Fact
from billing.core.proof import Place
from billing.core.tariff import Tariff
from billing.store import case_names, chain, kept, schema
from billing.store.heads import Head
from billing.store.query import Query, rows_of
from billing.store.rows import TABLES, Value, from_row, read
from billing.store.written import COLUMNS
from billing.values import dataclass

_KINDS = {table.name: kind for kind, table in TABLES.items()}
_NAMES: dict[Any, str] = {kind: table.name for kind, table in (*TABLES.items(), *kept.TABLES.items())}
Row = dict[str, Any]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Link:
    """A place in a chain as its row has it: text and numbers, for these are hashed."""

    customer_id: int
    seq: int
    kind: str
    effective_on: str
    recorded_at: str
    external_id: str | None
    request: str | None
    hash: str
    recorded_by: str | None

    def hashed(self) -> list[Any]:
        """What goes into its hash, in order, but for the rows."""
        head: list[Value] = [
            self.customer_id, self.seq, self.kind, self.effective_on, self.recorded_at, self.external_id, self.request,
        ]  # fmt: skip
        return chain.signed(head, self.recorded_by)


@dataclass(frozen=True, slots=True)
class KeptVersion:
    """A tariff version as its row has it."""

    id: int
    name: str
    valid_from: str
    digest: str
    text: str


@dataclass(frozen=True, slots=True)
class _Numbered:
    """What stands in a series, as its row has it."""

    series: str
    year: int
    number: int
    code: str
    issued_on: str
    content: str
    series_hash: str


@dataclass(frozen=True, slots=True)
class _Series:
    """Where a series has come to, as its row has it."""

    name: str
    last_on: str | None
    last_number: int
    hash: str


@dataclass(slots=True)
class Position:
    """One position of a chain with all its rows, by their place."""

    seq: int
    link: Link | None = None
    rows: list[tuple[str, Row]] = field(default_factory=list)

    def facts(self, tariffs: dict[int, Tariff]) -> list[Fact]:
        """The facts and decisions among the rows, in order."""
        return [from_row(_KINDS[name], row, tariffs) for name, row in self.rows if name in _KINDS]

    def of(self, kind: type[T]) -> list[T]:
        """Its rows of a kind, as values: facts, documents with their lines, files."""
        return [read(kind, row) for name, row in self.rows if name == _NAMES[kind]]

    def named(self, table: str) -> list[Row]:
        return [row for name, row in self.rows if name == table]


def at_place(connection: Connection, place: Place) -> list[tuple[int, str, str]]:
    """The customers whose chains lead to a place: key, whole hash, when it was recorded."""
    link = schema.link.c
    statement = select(link.customer_id, link.hash, link.recorded_at).join(
        schema.customer, (schema.customer.c.id == link.customer_id) & (link.seq == place.seq)
    )
    return [(key, whole, at) for key, whole, at in connection.execute(statement) if place.leads_to(whole)]


def filled(connection: Connection) -> list[str]:
    """The tables of the ledger in which there is anything: who reads all chains need not ask the others for each."""
    found = _FILLED.row(connection, {}) or ()
    return [table for table, is_filled in zip(_LEDGER, found, strict=True) if is_filled]


def positions(
    connection: Connection, customer_id: int, until: int | None = None, tables: Sequence[str] | None = None
) -> list[Position]:
    """All positions of a customer's chain, or those up to one, in order, also those that only stray rows have.

    `tables` are those that are `filled`, where that is known.
    """
    values = {"customer": customer_id} if until is None else {"customer": customer_id, "until": until}
    of, tables = _OF if until is None else _UNTIL, _LEDGER if tables is None else tables
    links, *ledger = rows_of(connection, [of[table] for table in ("link", *tables)], values)
    found = {link.seq: Position(link.seq, link) for link in (Link(**row) for row in _named("link", links))}
    for table, rows in zip(tables, ledger, strict=True):
        for row in _named(table, rows):
            found.setdefault(row["seq"], Position(row["seq"])).rows.append((table, row))
    for position in found.values():
        position.rows.sort(key=lambda item: (item[1]["n"], item[0]))
    return [found[seq] for seq in sorted(found)]


@dataclass(slots=True)
class ErasedAt:
    """What was erased of a position, and the digest of what was left of its chain's own rows."""

    fields: set[str] = field(default_factory=set)
    rest: str | None = None


Erased = dict[int, ErasedAt]  # by position


def erased(connection: Connection, customer_id: int) -> Erased:
    """What a customer's erasures name, by position; of what was emptied twice the last counts (P1)."""
    found = dict[int, ErasedAt]()
    for place, names, rest in _ERASED.rows(connection, {"customer": customer_id}):
        at = found.setdefault(place, ErasedAt())
        at.fields |= set(json.loads(names))
        at.rest = rest or at.rest
    return found


def pruned(connection: Connection) -> set[str]:
    """The numbers of papers whose content was reduced to numbers, dates and amounts (P2)."""
    e, found = schema.erasure.c, set[str]()
    for table in (schema.document, schema.quote_document):
        rows = select(table.c.code, e.fields).join(
            schema.erasure, (e.customer_id == table.c.customer_id) & (e.place == table.c.seq)
        )
        found |= {code for code, names in connection.execute(rows) if f"{table.name}.content" in json.loads(names)}
    return found


def chain_faults(head: Head, found: list[Position], gone: Erased) -> Iterator[str]:
    """What does not hold in a customer's chain: gaps, rows without a place, contents that are not what was hashed."""
    previous, expected = chain.GENESIS, 1
    for position in found:
        where = f"{head.code} position {position.seq}"
        if position.link is None:
            tables = sorted({name for name, _ in position.rows})
            yield f"{where}: rows in {', '.join(tables)} without a place in the chain"
            continue
        link, kind = position.link, position.link.kind
        if position.seq != expected:
            yield f"{head.code}: positions {expected} to {position.seq - 1} are missing"
        expected = position.seq + 1
        tables = sorted({name for name, _ in position.rows})
        rows = [chain.content(name, row) for name, row in position.rows]
        rest = gone[position.seq].rest if position.seq in gone else None
        if rest is None:
            holds = chain.link_hash(previous, link.hashed(), rows) == link.hash
        else:  # its own hash is over what was erased; what is left is in the chain with the erasure
            holds = chain.rest_hash(link.hash, link.hashed(), rows) == rest
        if not holds:
            yield f"{where} ({kind}: {', '.join(tables) or 'no rows'}): the rows are not those that were recorded"
        elif [row["n"] for _, row in position.rows] != list(range(len(position.rows))):
            yield f"{where} ({kind}: {', '.join(tables)}): the rows are numbered otherwise than they were recorded"
        previous = link.hash
    if (expected - 1, previous) != (head.seq, head.hash):
        yield f"{head.code}: the chain ends at position {expected - 1}, its head says {head.position}"


def personal_faults(connection: Connection, head: Head, found: list[Position], gone: Erased) -> Iterator[str]:
    """Personal data that is not what its digest in the chain says, or is missing though no erasure names it (P1)."""
    personal: dict[tuple[int, str], Row] = {}
    for row in _named("personal", _PERSONAL.rows(connection, {"customer": head.id})):
        personal[row["seq"], row["field"]] = row
    for position in found:
        wanted = [(name, row["digest"]) for name in ("note", "letter", "mail") for row in position.named(name)]
        for one in position.named("attachment"):
            wanted += [("file-name", one["name"]), ("file", one["digest"])]
        wanted += [(f"contact-{row['number']}", row["digest"]) for row in position.named("contact")]
        for name, digest in wanted:
            held = personal.pop((position.seq, name), None)
            is_erased = position.seq in gone and name in gone[position.seq].fields
            if is_erased and held is not None:
                yield f"{head.code} position {position.seq}: the {name} was erased, and is there"
            elif is_erased:
                continue
            elif held is None:
                yield f"{head.code} position {position.seq}: the {name} is missing"
            elif chain.salted(held["value"], held["salt"])[1] != digest:
                yield f"{head.code} position {position.seq}: the {name} is not what was recorded"
    for seq, name in personal:
        yield f"{head.code} position {seq}: a {name} that was never recorded"


def reference_faults(connection: Connection, codes: dict[int, str]) -> Iterator[str]:
    """External ids and case references that do not fit the chains (L5)."""
    links = schema.link.c
    recorded: dict[tuple[str, str], tuple[int, int]] = {
        (kind, external_id): (customer, seq)
        for kind, external_id, customer, seq in connection.execute(
            select(links.kind, links.external_id, links.customer_id, links.seq).where(links.external_id.is_not(None))
        )
    }
    r = schema.reference.c
    for kind, external_id, customer, seq in connection.execute(
        select(r.kind, r.external_id, r.customer_id, r.seq).order_by(r.kind, r.external_id)
    ):
        if recorded.pop((kind, external_id), None) != (customer, seq):
            where = f"{codes.get(customer)} position {seq}"
            yield f"reference {kind} {external_id!r}: it points at {where}, which has another id"
    for kind, external_id in sorted(recorded):
        yield f"reference {kind} {external_id!r}: it is missing"
    yield from _case_faults(connection, codes)
    yield from _number_faults(connection)
    yield from _payment_faults(connection)


def _case_faults(connection: Connection, codes: dict[int, str]) -> Iterator[str]:
    e, v, c = schema.entry.c, schema.case_event.c, schema.case_reference.c
    first: dict[str, tuple[int, int]] = {}
    began = [*connection.execute(select(e.case, e.customer_id, e.seq).where(e.case.is_not(None)))]
    began += [*connection.execute(select(v.case, v.customer_id, v.seq))]
    q = schema.quote.c
    began += [*connection.execute(select(q.case, q.customer_id, q.seq).where(q.case.is_not(None)))]
    for case, customer, seq in sorted(began, key=lambda row: row[1:]):
        first.setdefault(case, (customer, seq))
    for case, customer, seq in connection.execute(select(c.reference, c.customer_id, c.seq).order_by(c.reference)):
        if first.pop(case, None) != (customer, seq):
            yield f"case {case!r}: its reference points at {codes.get(customer)} position {seq}, where it did not begin"
    for case in sorted(first):
        yield f"case {case!r}: its reference is missing"
    yield from case_names.faults(connection)


def _number_faults(connection: Connection) -> Iterator[str]:
    """Numbers that do not lead to their document or quote, and documents whose number leads nowhere."""
    columns = schema.document_number.columns.keys()
    there = {
        tuple(row)
        for table in (schema.document, schema.quote_document)
        for row in connection.execute(select(*(table.c[name] for name in columns)))
    }
    known = {tuple(row) for row in connection.execute(select(schema.document_number))}
    for code, *_ in sorted(known - there):
        yield f"number {code}: it leads to no document"
    for code, *_ in sorted(there - known):
        yield f"number {code}: the document is not found by it"


def _payment_faults(connection: Connection) -> Iterator[str]:
    """References by which banks name an invoice that are not those printed on it."""
    d, r = schema.document.c, schema.payment_reference.c
    printed = {}
    for code, content in connection.execute(select(d.code, d.content).where(d.content.like('%"reference":"%'))):
        try:
            reference = (json.loads(content).get("payment") or {}).get("reference")
        except (ValueError, AttributeError):  # the document's own fault, which its series names
            continue
        if reference:
            printed[reference] = code
    for reference, code in connection.execute(select(r.reference, r.code).order_by(r.reference)):
        if printed.pop(reference, None) != code:
            yield f"payment reference {reference}: it is not that of {code}"
    for reference, code in sorted(printed.items()):
        yield f"payment reference {reference}: {code} is printed with it, and it is missing"


def version_faults(connection: Connection) -> Iterator[str]:
    """Tariff versions whose text is not the one that was kept."""
    for version in versions(connection):
        if chain.version_digest(version.name, version.valid_from, version.text) != version.digest:
            yield f"tariff {version.name} of {version.valid_from}: it is not the version that was kept"


def picture_faults(connection: Connection) -> Iterator[str]:
    """Logos whose bytes are not those that documents name by their digest (M8)."""
    for digest, data in connection.execute(select(schema.picture.c.digest, schema.picture.c.data)):
        if not isinstance(data, bytes) or hashlib.sha256(data).hexdigest() != digest:
            yield f"logo {digest[:12]}: it is not the file that was given"


def versions(connection: Connection) -> list[KeptVersion]:
    """The tariff versions that are kept."""
    return _all(connection, KeptVersion, select(schema.tariff_version))


def series_faults(connection: Connection) -> Iterator[str]:
    """Numbers that are missing or out of order, and documents that do not fit their series (M6, L6)."""
    by_series: dict[str, list[_Numbered]] = defaultdict(list)
    for table in (schema.document, schema.quote_document, schema.maintenance):
        columns = [table.c[name] for name in _Numbered.__slots__]
        for row in _all(connection, _Numbered, select(*columns).order_by(table.c.year, table.c.number)):
            by_series[row.series].append(row)
    without = pruned(connection)
    for series in _all(connection, _Series, select(schema.series)):
        yield from _one_series(series, by_series.pop(series.name, []), without)
    for name in sorted(by_series):
        yield f"series {name}: it does not exist and has documents"


def _one_series(series: _Series, found: list[_Numbered], without: set[str]) -> Iterator[str]:
    previous, year, number, last_on = chain.GENESIS, 0, 0, ""
    for row in found:
        expected = number + 1 if row.year == year else 1
        if row.number != expected:
            where = f"series {series.name} {row.year}"
            yield f"{where}: number {expected} is missing or out of place before {row.code}"
        if row.code != f"{series.name}-{row.year}-{row.number:05d}":
            yield f"{row.code}: the number is not that of its place, {series.name} {row.year} {row.number}"
        if row.issued_on < last_on:
            yield f"{row.code}: its date {row.issued_on} is before {last_on} of the one before"
        if row.code not in without and chain.series_hash(previous, row.content) != row.series_hash:
            yield f"{row.code}: the document is not the one that was issued, or not in its place"
        previous, year, number, last_on = row.series_hash, row.year, row.number, row.issued_on
    if (series.last_number, series.last_on or "", series.hash) != (number, last_on, previous):
        says = f"its row says {series.last_number} of {series.last_on}"
        yield f"series {series.name}: its documents end at {number} of {last_on}, {says}"


def stray_faults(connection: Connection, codes: dict[int, str]) -> Iterator[str]:
    """Rows of customers that do not exist."""
    beside = (schema.reference, schema.case_reference, schema.document_number, schema.personal)
    for table in (schema.link, *schema.LEDGER, *beside):
        for (key,) in connection.execute(select(table.c.customer_id).distinct()):
            if key not in codes:
                yield f"{table.name}: rows of a customer {key} that does not exist"


def _named(table: str, rows: Iterable[tuple[Any, ...]]) -> Iterator[Row]:
    """Rows of a table by the names of its columns."""
    return (dict(zip(COLUMNS[table], row, strict=True)) for row in rows)


def _all(connection: Connection, kind: type[T], statement: Select[Any]) -> list[T]:
    """Rows as values of a class that has a field for each column."""
    return [kind(**row) for row in connection.execute(statement).mappings()]


def _reading(table: str, until: str = "") -> Query:
    """A customer's rows of a table, with all its columns in their order."""
    columns = ", ".join(f'"{name}"' for name in COLUMNS[table])
    return Query(f'SELECT {columns} FROM "{table}" WHERE customer_id = :customer{until}')


_LEDGER = [table.name for table in schema.LEDGER]
_OF = {name: _reading(name) for name in ("link", *_LEDGER)}
_UNTIL = {name: _reading(name, " AND seq <= :until") for name in ("link", *_LEDGER)}
_FILLED = Query("SELECT " + ", ".join(f'EXISTS (SELECT 1 FROM "{table}") AS t{n}' for n, table in enumerate(_LEDGER)))
_PERSONAL = _reading("personal")
_e = schema.erasure.c
_ERASED = Query(
    select(_e.place, _e.fields, _e.rest)
    .where(_e.customer_id == bindparam("customer"), _e.place.is_not(None))
    .order_by(_e.seq, _e.n)
)
