"""One huge issuer can be spread over machines by customer: what that asks of tables and statements, without a machine.

A machine that holds some customers' rows joins them by the customer's key, and keeps unique only what holds that key.
What does not hold yet stands here by name (docs/scale.md): a list may become shorter, never longer.
"""

import importlib
import pkgutil
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import MISSING, fields
from datetime import date, datetime
from pathlib import Path
from typing import Any, get_args, get_type_hints
from unittest.mock import patch

from sqlalchemy import ColumnClause, Select, Table, UniqueConstraint, event, select
from sqlalchemy.sql import visitors
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.elements import BinaryExpression, BindParameter, ClauseElement, Tuple
from sqlalchemy.sql.selectable import Alias, CompoundSelect, SelectBase, Subquery

import billing.store
from billing import requests as asks
from billing.core import access
from billing.errors import Refusal
from billing.office.transacting import look
from billing.office.transaction import Setting
from billing.requests.anchors import MakeAnchor
from billing.requests.base import Question
from billing.service import Billing
from billing.store import chain, schema
from billing.store.sql import said
from tests.support import load, log, made

KEY = "customer_id"
LEDGER = frozenset(
    {schema.head, schema.link, schema.personal, *schema.LEDGER, *schema.DERIVED}
)  # what is spread by customer
# By their own key: what has an id or a name is looked for there, whoever's it is. Unique everywhere, spread or not.
DIRECTORIES = frozenset({
    schema.reference, schema.case_reference, schema.case_name, schema.payment_reference, schema.document_number
})  # fmt: skip


def test_what_is_unique_in_the_ledger_holds_the_customers_key() -> None:
    assert {(table.name, *key) for table in LEDGER for key in unique_keys(table) if KEY not in key} == set()


def unique_keys(table: Table) -> Iterator[list[str]]:
    """The columns of each unique key of a table."""
    yield table.primary_key.columns.keys()
    yield from (one.columns.keys() for one in table.constraints if isinstance(one, UniqueConstraint))
    yield from (index.columns.keys() for index in table.indexes if index.unique)


def test_rows_of_the_ledger_are_joined_by_the_customers_key(tmp_path: Path) -> None:
    """Every statement that a module holds, and those that the questions make."""
    statements = [*written_down(), *asked(small(tmp_path))]
    assert len(statements) > 200
    assert {name: tables for name, of in statements if (tables := apart(of))} == {}


def test_what_has_a_key_of_its_own_is_not_joined_to_the_ledger(tmp_path: Path) -> None:
    """It lies by its own key, wherever that is: who looks for something asks there first, and then the customer's."""
    statements = [*written_down(), *asked(small(tmp_path))]
    assert {name for name, of in statements if names_of(of) & DIRECTORIES and names_of(of) & LEDGER} == set()


def test_what_is_locked_in_the_ledger_is_one_customers() -> None:
    """On the machine that has him, and nowhere else: the lock names his end alone, by his key."""
    locking = {name: of for name, of in written_down() if getattr(of, "_for_update_arg", None) is not None}
    spread = {name for name, of in locking.items() if names_of(of) & LEDGER}
    assert spread == {"heads._LOCK"}
    where = locking["heads._LOCK"].whereclause
    assert (names_of(where), is_key(where.left), type(where.right)) == ({schema.head}, True, BindParameter)


def test_a_log_changes_what_is_spread_and_nothing_else(tmp_path: Path) -> None:
    setting = small(tmp_path)
    written: set[str] = set()

    def ran(sql: str) -> None:
        if match := re.match(r'\W*(?:INSERT INTO|INSERT OR \w+ INTO|UPDATE|DELETE FROM) "?(\w+)', sql):
            written.add(match[1])

    event.listen(setting.engine, "connect", lambda connection, _: connection.set_trace_callback(ran))
    log(setting, "an-id", customer="ANNA", seconds=600, case="T-9", note="hello")
    own = {table.name for table in schema.metadata.sorted_tables if KEY in table.columns and table in LEDGER}
    assert {"head", "link", "entry", "reference", "case_reference"} <= written
    assert written == written & (own | {table.name for table in DIRECTORIES})


def small(folder: Path) -> Setting:
    """A customer with an entry."""
    setting = made(f"sqlite:///{folder}/billing.db")
    load(
        setting,
        {"type": "customer", "code": "ANNA", "name": "Anna", "country": "CH"},
        {"type": "contract", "customer": "ANNA", "tariff": "q3", "tier": "profi", "start": "2029-02-01"},
        {"type": "entry", "id": "e1", "customer": "ANNA", "minutes": 90, "case": "T-1", "date": "2029-12-03"},
    )
    return setting


# Statements


def written_down() -> Iterator[tuple[str, Any]]:
    """The statements that modules of the store hold, by module and name."""
    for module in pkgutil.iter_modules(billing.store.__path__):
        for name, held in vars(importlib.import_module(f"billing.store.{module.name}")).items():
            for one in held.values() if isinstance(held, dict) else held if isinstance(held, tuple) else [held]:
                statement = said(getattr(one, "_statement", one))  # of a Query
                if isinstance(statement, SelectBase | UpdateBase):
                    yield f"{module.name}.{name}", statement


def asked(setting: Setting) -> list[tuple[str, Any]]:
    """The statements that are compiled as every question is asked; one that is refused has looked for something."""
    seen: list[tuple[str, Any]] = []
    compiling: Callable[..., Any] = ClauseElement._compiler

    def compiled(self: ClauseElement, *how: Any, **named: Any) -> Any:
        seen.append((str(type(self)), self))
        return compiling(self, *how, **named)

    door = Billing(setting)
    with tempfile.TemporaryDirectory() as folder, patch.object(ClauseElement, "_compiler", compiled):
        door.do(MakeAnchor(file=f"{folder}/anchor", key_file=f"{folder}/key"))
        for question in every_question(setting, f"{folder}/anchor"):
            with suppress(Refusal):
                found = door.ask(question)
                if isinstance(found, Iterator):  # what is made as it is taken
                    _ = [*found]
    return [(str(statement)[:200], statement) for _, statement in seen]


def every_question(setting: Setting, anchor: str) -> Iterator[Question[Any]]:
    """Each kind of question, about what the books hold where they hold it; one with a choice for each of it."""
    with look(setting) as tx:

        def held(*columns: Any) -> list[Any]:
            return [*tx.connection.execute(select(*columns).order_by(*columns))]

        end = held(schema.head.c.seq, schema.head.c.hash)[-1]
        codes = {"invoice": held(schema.document.c.code), "quote": held(schema.quote_document.c.code)}
        desk, *_ = [name for (name,) in held(schema.desk.c.name)] or ["desk"]
        case, *_ = [reference for (reference,) in held(schema.case_reference.c.reference)]
        entry, *_ = [id for (id,) in held(schema.entry.c.id)]
    numbers = {of: tuple(code for (code,) in found[:2]) or (f"{of}-1",) for of, found in codes.items()}
    (number, *_), (quote, *_) = numbers.values()
    year = 2026 if codes["invoice"] else 2029
    given: dict[str, Any] = {
        "customer": "ANNA", "month": date(year, 1, 1), "first": date(year, 1, 1), "last": date(year, 12, 31),
        "case": case, "code": "ANNA", "entry": entry, "what": entry,
        "on": date(2026, 3, 1), "year": year, "file": 1,
        "hook": 1, "numbers": numbers["invoice"], "quote": quote, "position": chain.position(*end),
        "desk": desk, "who": "ANNA", "tool": "kimai", "tariff": "q3", "name": "q3", "key": "desk", "session": "s",
        "digest": "0" * 64, "addresses": ("a@kunde.example",), "message_id": "<m@kunde.example>",
        "sender": "a@kunde.example", "made_at": datetime(2026, 3, 1), "signature": "0" * 64, "files": (),
        "anchor": anchor,
    }  # fmt: skip
    choices: dict[Any, list[dict[str, Any]]] = {
        asks.AskNames: [
            {"kind": kind, "customer": whose}
            for kind in get_args(get_type_hints(asks.AskNames)["kind"])
            for whose in (None, "ANNA")
        ],
        asks.AskFiles: [{"of": of, "numbers": numbers[of]} for of in numbers],
        asks.AskReply: [
            {by: given[of]} for by, of in (("customer", "customer"), ("case", "case"), ("email", "addresses"))
        ],
    }
    for name in asks.__all__:
        of: Any = getattr(asks, name)
        if not issubclass(of, Question) or of.__name__ not in access.ACCESS:
            continue
        needed = {f.name for f in fields(of) if f.default is MISSING and f.default_factory is MISSING}
        if of.__name__ in ("AskDocument", "CheckDocument"):
            given["number"] = number
        elif of.__name__ == "AskWaitingMail":
            given["number"] = 1
        for also in choices.get(of, [{}]):
            yield of(**{one: given[one] for one in needed - also.keys()}, **also)


def names_of(statement: Any) -> set[Any]:
    """The tables whose columns a statement names."""
    return {
        getattr(part.table, "element", part.table) for part in visitors.iterate(statement)
        if isinstance(part, ColumnClause) and part.table is not None
    }  # fmt: skip


def apart(statement: Any) -> list[str]:
    """The tables of the ledger that a statement brings together by anything but the customer's key.

    Those of a UNION stand below one another, each by itself.
    """
    if isinstance(statement, CompoundSelect):
        return [table for each in statement.selects for table in apart(each)]
    joined, rows, bound = Joined(), set[Any](), object()
    for part in visitors.iterate(statement):
        if isinstance(part, Subquery):
            _same(joined, part.element.selected_columns, part.columns)
        elif isinstance(part, BinaryExpression):
            left, right = part.left, getattr(part.right, "element", part.right)
            if isinstance(left, Tuple) and isinstance(right, SelectBase):  # (customer_id, …) IN (SELECT customer_id, …)
                _same(joined, left.clauses, right.selected_columns)
            keys = [side for side in (left, part.right) if is_key(side)]
            if len(keys) == 2:
                joined.join(keys[0].table, keys[1].table)
            elif keys and any(isinstance(side, BindParameter) for side in (left, part.right)):
                joined.join(keys[0].table, bound)
        elif isinstance(part, ColumnClause) and of_ledger(part.table):
            rows.add(part.table)
        if isinstance(part, Select):
            rows |= {one.table for one in part.selected_columns if of_ledger(getattr(one, "table", None))}
    if len({joined.find(one) for one in rows}) < 2:
        return []
    return sorted(str(getattr(one, "element", one)) for one in rows)


def _same(joined: "Joined", inner: Any, outer: Any) -> None:
    for one, other in zip(inner, outer, strict=True):
        if is_key(one) and is_key(other):
            joined.join(one.table, other.table)


def is_key(column: Any) -> bool:
    """Whether a column is a customer's key: in the ledger, beside it, or the customer's own."""
    table = getattr(column, "table", None)
    if table is None:
        return False
    return bool(column.name == KEY or (column.name == "id" and getattr(table, "element", table) is schema.customer))


def of_ledger(table: Any) -> bool:
    """Whether rows are those of a ledger's table, under whatever name."""
    return table in LEDGER or (isinstance(table, Alias) and table.element in LEDGER)


class Joined:
    """Sets of rows that are of the same customer."""

    def __init__(self) -> None:
        self._with: dict[Any, Any] = {}

    def find(self, one: Any) -> Any:
        while (other := self._with.get(one, one)) is not one:
            one = other
        return one

    def join(self, one: Any, other: Any) -> None:
        if (found := self.find(one)) is not (into := self.find(other)):
            self._with[found] = into
