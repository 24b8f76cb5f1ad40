"""Clocks and floors that measurements share."""

import math
import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event

from billing.office.transaction import Setting
from billing.store.engine import Query

SMALL = bool(os.environ.get("BENCH_SMALL"))


def sized(count: int) -> int:
    return max(10, count // 10) if SMALL else count


def seconds(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def best(work: Callable[[], Any], times: int = 5) -> float:
    """The least of several runs: what the machine can do when nothing disturbs it."""
    return min(seconds(work) for _ in range(times))


def goal(what: str, ratio: float, most: float, more: str = "") -> None:
    mark = "holds " if ratio <= most else "MISSES"
    print(f"  {mark} {what}: {ratio:.2f} (goal {most:g}){'  ' + more if more else ''}", flush=True)


def exponent(points: Iterable[tuple[float, float]]) -> float:
    """How a cost grows with a size: the slope of the logarithms, by least squares."""
    logs = [(math.log(size), math.log(cost)) for size, cost in points]
    n, sx, sy = len(logs), sum(x for x, _ in logs), sum(y for _, y in logs)
    return (n * sum(x * y for x, y in logs) - sx * sy) / (n * sum(x * x for x, _ in logs) - sx * sx)


class Recorder:
    """Writes down the statements that reach the driver, to be sent again raw."""

    def __init__(self, setting: Setting) -> None:
        self.statements: list[tuple[str, Any, bool]] = []
        self._engine = setting.engine
        self._rows = Query.rows
        event.listen(self._engine, "before_cursor_execute", self._record)
        Query.rows = self._recorded  # type: ignore[method-assign]

    def stop(self) -> list[tuple[str, Any, bool]]:
        """The statements, with nothing listening any more: listening costs time."""
        event.remove(self._engine, "before_cursor_execute", self._record)
        Query.rows = self._rows  # type: ignore[method-assign]
        return self.statements

    def _record(self, _c: Any, _cursor: Any, statement: str, parameters: Any, _x: Any, many: bool) -> None:
        self.statements.append((statement, parameters, many))

    @property
    def _recorded(self) -> Callable[..., list[tuple[Any, ...]]]:
        def rows(query: Query, connection: Connection, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
            self.statements.append((*query.written(connection.dialect, values), False))
            return self._rows(query, connection, values)

        return rows


def raw(path: Path) -> sqlite3.Connection:
    """SQLite as bare as it gets, with the same guarantees: WAL, FULL."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def replay(connection: sqlite3.Connection, statements: list[tuple[str, Any, bool]]) -> None:
    """Sends recorded statements, each transaction committed."""
    for statement, parameters, many in statements:
        if statement.startswith("BEGIN") and connection.in_transaction:
            connection.execute("COMMIT")
        if many:
            connection.executemany(statement, parameters)
        else:
            connection.execute(statement, parameters).fetchall()
    if connection.in_transaction:
        connection.execute("COMMIT")
