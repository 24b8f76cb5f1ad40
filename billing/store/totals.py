"""Sums by day over what was charged and drawn: what is not invoiced, drawn or owed is read in a few rows (B1, L2).

They hold nothing of their own: each is a sum over rows of the ledger, added to as these are written, compared by the
audit, and made anew from the ledger by `rebuild`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from billing.store.query import Query
from billing.store.sql import Connection, text
from billing.store.written import COLUMNS

# What each table is, over some rows of the ledger: {c} and {d} stand for which charges and draws.
_OVERAGE = """
    SELECT c.customer_id, coalesce((SELECT max(d.seq) FROM document d WHERE d.customer_id = c.customer_id
                                    AND d.seq < c.seq AND d.billed_to IS NOT NULL), 0) AS since,
           c.dated_on AS day, c.category, c.rate, sum(c.overage) AS minutes
    FROM charge c WHERE c.overage > 0 AND c.rate IS NOT NULL {c} GROUP BY 1, 2, 3, 4, 5
"""
_DRAWN = """
    SELECT c.customer_id, c."grant", c.dated_on AS day, sum(c.minutes) AS minutes,
           sum(CASE WHEN c.minutes < 0 THEN 1 ELSE 0 END) AS returns
    FROM draw c WHERE 1 = 1 {c} GROUP BY 1, 2, 3
"""
_OWED = """
    SELECT part.customer_id, part.day, sum(part.minutes) AS minutes FROM (
        SELECT c.customer_id, c.dated_on AS day, c.owed AS minutes FROM charge c WHERE c.owed > 0 {c}
        UNION ALL
        SELECT c.customer_id, c.dated_on, -c.minutes FROM draw c WHERE c.kind = 'settle' {c}
    ) AS part WHERE 1 = 1 GROUP BY 1, 2
"""
_SUMS = {"day_overage": _OVERAGE, "day_drawn": _DRAWN, "day_owed": _OWED}  # by table
_ADDED = ("minutes", "returns")  # the columns that are sums; the others are the key
_SOME = "AND c.customer_id = :customer AND c.seq BETWEEN :first AND :last"
_ONE = "AND c.customer_id = :customer AND c.seq = :first"


def _adding(table: str, some: str) -> str:
    """The statement that adds the sums over some rows of the ledger to a table."""
    key = [name for name in COLUMNS[table] if name not in _ADDED]
    others = [name for name in COLUMNS[table] if name in _ADDED]
    names = ", ".join(f'"{name}"' for name in (*key, *others))
    more = ", ".join(f"{name} = {table}.{name} + excluded.{name}" for name in others)
    where = ", ".join(f'"{name}"' for name in key)
    return f"INSERT INTO {table} ({names}) {_SUMS[table].format(c=some)} ON CONFLICT ({where}) DO UPDATE SET {more}"


_ADDING = {table: Query(_adding(table, _SOME)) for table in _SUMS}
# Of a span PostgreSQL makes a new plan each time; of one position SQLite would walk all of the customer's
_ADDING_ONE = {table: Query(_adding(table, _ONE)) for table in _SUMS}


class Spans:
    """From which to which position of a customer there are new rows that the sums are of, by table."""

    def __init__(self) -> None:
        self._of: dict[str, dict[int, list[int]]] = {table: {} for table in _SUMS}

    def take(self, charges: Iterable[Sequence[Any]], draws: Iterable[Sequence[Any]]) -> None:
        """Takes in charges and draws, as rows of the ledger."""
        self._take("day_overage", (row for row in charges if row[_OVER]))
        self._take("day_drawn", draws)
        self._take("day_owed", (row for row in charges if row[_OWES]))
        self._take("day_owed", (row for row in draws if row[_KIND] == "settle"))

    def _take(self, table: str, rows: Iterable[Sequence[Any]]) -> None:
        spans = self._of[table]
        for customer, seq, *_ in rows:
            span = spans.setdefault(customer, [seq, seq])
            span[0], span[1] = min(span[0], seq), max(span[1], seq)

    def add(self, connection: Connection) -> None:
        """Adds what was written there to the sums; all there is new."""
        for table, spans in self._of.items():
            if spans:
                some = [{"customer": of, "first": first, "last": last} for of, (first, last) in spans.items()]
                one = connection.dialect.name == "postgresql" and all(first == last for first, last in spans.values())
                (_ADDING_ONE if one else _ADDING)[table].run(connection, some)

    def clear(self) -> None:
        for spans in self._of.values():
            spans.clear()


_OVER, _OWES = (COLUMNS["charge"].index(name) for name in ("overage", "owed"))
_KIND = COLUMNS["draw"].index("kind")


def mend(connection: Connection) -> None:
    """Makes the sums anew from the ledger where they are not what it comes to (L2)."""
    if any(faults(connection, {})):
        rebuild(connection)


def rebuild(connection: Connection) -> None:
    """Makes all sums anew from the ledger (L2). Who writes meanwhile waits, and adds what he wrote after it."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"LOCK TABLE {', '.join(_SUMS)} IN EXCLUSIVE MODE"))
    for table in _SUMS:
        connection.execute(text(f"DELETE FROM {table}"))
        connection.execute(text(_adding(table, "")))


def faults(connection: Connection, codes: Mapping[int, str]) -> Iterator[str]:
    """The sums that are not those of the ledger's rows."""
    for table, sums in _SUMS.items():
        names = ", ".join(f'"{name}"' for name in COLUMNS[table])
        of = {f"SELECT {names} FROM ({sums.format(c='')}) AS made", f"SELECT {names} FROM {table}"}
        wrong = set()
        for one in of:
            (other,) = of - {one}
            wrong |= {row[0] for row in connection.execute(text(f"{one} EXCEPT {other}"))}
        for customer in sorted(wrong):
            where = f"the sums by day in {table}"
            yield f"{codes.get(customer, customer)}: {where} are not those of its chain; `billing init` makes them anew"
