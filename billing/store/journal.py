"""The journal: what ordinary rows that decide about money became, by whom and when, as facts in a chain (L6, A2).

Who writes a row of a watched table does it here, so that none is forgotten. What the rows have become is read back and
recorded when the transaction ends: until then no writer waits for another at the journal's end (L4).
"""

import json
import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from typing import TYPE_CHECKING, Any, cast

from billing.store import chain
from billing.store.sql import ColumnElement, Connection, Table, delete, insert, said, schema, select, update
from billing.values import dataclass

if TYPE_CHECKING:
    from billing.store.watching import Watched

_PENDING = "billing_journal"
_AT_ONCE = 1000
_j, _s, _i = schema.journal.c, schema.journal_salt.c, schema.issuer.c
Row = dict[str, Any]


@dataclass(slots=True)
class _Pending:
    """The rows that a transaction has touched: by what they are found, and what they were before (none: not there)."""

    at: str
    by: str | None
    rows: dict[Table, dict[Any, Row | None]] = field(default_factory=dict)


def begin(connection: Connection, at: str, by: str | None) -> None:
    """Says when and by whom what a transaction writes is recorded; `flush` ends it."""
    connection.execution_options(**{_PENDING: _Pending(at, by)})


def flush(connection: Connection) -> None:
    """Records what the rows that were touched have become; from here to its end the transaction holds the journal."""
    pending: _Pending | None = connection.get_execution_options().get(_PENDING)
    if pending is not None and pending.rows:
        touched, pending.rows = pending.rows, {}
        _record(connection, touched, pending.at, pending.by)


def _watched(table: Table) -> "Watched":
    """How a table is watched: known to who writes one, which most do not."""
    from billing.store.watching import OF_TABLE

    return OF_TABLE[cast("Table", said(table))]


# Writing


def put(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> list[Any]:
    """Inserts rows; answers by what each is found."""
    key = _watched(table).key
    if rows and key not in rows[0]:  # the database numbers them
        done = [connection.execute(insert(table).values(**row)).inserted_primary_key for row in rows]
        keys = [made[0] for made in done if made is not None]
    else:
        connection.execute(insert(table), [*rows])
        keys = [row[key] for row in rows]
    _touch(connection, table, dict.fromkeys(keys))
    return keys


def change(connection: Connection, table: Table, which: ColumnElement[bool], values: Mapping[str, Any]) -> None:
    """Changes rows."""
    _touch(connection, table, _found(connection, table, which))
    connection.execute(update(table).where(which).values(**values))


def take(connection: Connection, table: Table, which: ColumnElement[bool]) -> None:
    """Deletes rows."""
    _touch(connection, table, _found(connection, table, which))
    connection.execute(delete(table).where(which))


def _found(connection: Connection, table: Table, which: ColumnElement[bool]) -> dict[Any, Row | None]:
    rows = connection.execute(select(table).where(which)).mappings()
    return {row[_watched(table).key]: dict(row) for row in rows}


def _touch(connection: Connection, table: Table, before: Mapping[Any, Row | None]) -> None:
    pending: _Pending | None = connection.get_execution_options().get(_PENDING)
    if pending is not None:
        known = pending.rows.setdefault(table, {})
        for key, row in before.items():
            known.setdefault(key, row)
    elif before:
        raise AssertionError("nobody has said who writes and when: `begin` does")


# Recording


def content(watched: "Watched", row: Mapping[str, Any], salt: str) -> Row:
    """What the journal keeps of a row. What holds nothing is left out, so that columns can be added later."""
    kept = {name: row[name] for name in watched.plain if row[name] is not None}
    hidden = {name: chain.salted(f"{name}={row[name]}", salt)[1] for name in watched.salted if row[name] is not None}
    return kept | hidden


def link_hash(previous: str, row: Mapping[str, Any]) -> str:
    """The hash of a place in the journal, over all that is there and the hash of the one before."""
    head = [row[name] for name in ("n", "kind", "subject", "act", "recorded_at", "recorded_by")]
    return chain.link_hash(previous, head, [[row["content"]]])


def head(connection: Connection) -> tuple[int, str]:
    """Where the journal ends: its last place and that one's hash."""
    place, digest = connection.execute(select(_i.journal_n, _i.journal_hash)).one()
    return place or 0, digest or chain.GENESIS


def _record(connection: Connection, touched: Mapping[Table, Mapping[Any, Row | None]], at: str, by: str | None) -> None:
    facts: list[Row] = []
    for table, before in touched.items():
        facts += _facts(connection, _watched(table), before)
    if facts:
        _append(connection, sorted(facts, key=lambda fact: fact["act"] != "removed"), at, by)  # numbers may come again


def _facts(connection: Connection, watched: "Watched", before: Mapping[Any, Row | None]) -> list[Row]:
    """What became of rows, in the order in which they were touched; nothing of those that are as they were."""
    column, now = watched.table.c[watched.key], {}
    for some in _some(before):
        for row in connection.execute(select(watched.table).where(column.in_(some))).mappings():
            now[row[watched.key]] = dict(row)
    was = {key: row for key, row in before.items() if row is not None and watched.has(row)}
    now = {key: row for key, row in now.items() if watched.has(row)}
    names = (watched.subject, *watched.plain, *watched.salted)
    changed = [
        key for key in before if key in now and (key not in was or any(now[key][n] != was[key][n] for n in names))
    ]
    left = {row[watched.subject] for row in now.values()}
    gone = [str(row[watched.subject]) for row in was.values() if row[watched.subject] not in left]
    _forget_salts(connection, watched, gone)
    salts = _salts(connection, watched, [str(now[key][watched.subject]) for key in changed])
    facts = [{"kind": watched.kind, "subject": subject, "act": "removed", "content": "{}"} for subject in gone]
    for key in changed:
        subject = str(now[key][watched.subject])
        kept = content(watched, now[key], salts.get(subject, ""))
        facts.append({"kind": watched.kind, "subject": subject, "act": "set", "content": _text(kept)})
    return facts


def _forget_salts(connection: Connection, watched: "Watched", subjects: Sequence[str]) -> None:
    for some in _some(subjects) if watched.salted else ():
        connection.execute(delete(schema.journal_salt).where(_s.kind == watched.kind, _s.subject.in_(some)))


def _salts(connection: Connection, watched: "Watched", subjects: Sequence[str]) -> dict[str, str]:
    """The salts of rows; one that has none yet gets one, which it keeps as long as it is there."""
    if not watched.salted:
        return {}
    known = salts(connection, watched, subjects)
    fresh = {subject: secrets.token_hex(8) for subject in subjects if subject not in known}
    if fresh:
        rows = [{"kind": watched.kind, "subject": subject, "salt": salt} for subject, salt in fresh.items()]
        connection.execute(insert(schema.journal_salt), rows)
    return known | fresh


def salts(connection: Connection, watched: "Watched", subjects: Sequence[str] | None = None) -> dict[str, str]:
    """The salts of rows of a kind, or of all of them."""
    columns = select(_s.subject, _s.salt).where(_s.kind == watched.kind)
    if subjects is None:
        return dict(iter(connection.execute(columns)))
    found: dict[str, str] = {}
    for some in _some(subjects):
        found |= dict(iter(connection.execute(columns.where(_s.subject.in_(some)))))
    return found


def _append(connection: Connection, facts: Iterable[Row], at: str, by: str | None) -> None:
    locked = select(_i.journal_n, _i.journal_hash).with_for_update()
    place, last = connection.execute(locked).one()
    place, last, rows = place or 0, last or chain.GENESIS, []
    for fact in facts:
        place += 1
        row = {"n": place, **fact, "recorded_at": at, "recorded_by": by}
        last = row["hash"] = link_hash(last, row)
        rows.append(row)
    connection.execute(insert(schema.journal), rows)
    connection.execute(update(schema.issuer).values(journal_n=place, journal_hash=last))


def _some(values: Collection[Any]) -> Iterator[list[Any]]:
    """The values in parts that a statement can name."""
    every = list(values)
    for start in range(0, len(every), _AT_ONCE):
        yield every[start : start + _AT_ONCE]


def _text(values: Mapping[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


# Reading


@dataclass(frozen=True, slots=True)
class Recorded:
    """A fact as it is kept: what a row had become, by column."""

    n: int
    kind: str
    subject: str
    act: str
    content: dict[str, str | int]
    at: str
    by: str | None


def recorded(connection: Connection, kinds: Collection[str]) -> Iterator[Recorded]:
    """The facts of some kinds, in their order."""
    columns = select(_j.n, _j.kind, _j.subject, _j.act, _j.content, _j.recorded_at, _j.recorded_by)
    for n, kind, subject, act, content, at, by in connection.execute(columns.where(_j.kind.in_(kinds)).order_by(_j.n)):
        yield Recorded(n, kind, subject, act, json.loads(content), at, by)
