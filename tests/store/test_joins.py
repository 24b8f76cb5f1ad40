"""What a PostgreSQL is asked joins a customer's rows by his key, whether it is written as text or as an expression.

It is heard as every kind of row is made and every question is asked, and the server's own plans say what meets what.
`tests/store/test_sharding.py` reads the expressions by themselves, those too that nothing here comes by.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from billing.office.transaction import Setting
from billing.store import postgresql
from tests.store import histories
from tests.store.test_sharding import DIRECTORIES, KEY, LEDGER, Joined, asked

Plan = dict[str, Any]
SPREAD, BY_THEMSELVES = ({table.name for table in tables} for tables in (LEDGER, DIRECTORIES))
HAS_CITUS = "EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'citus')"
_READS = re.compile(r"\s*(SELECT|WITH|INSERT|UPDATE|DELETE)\b")
_NAMED, _PLACE = re.compile(r"%\((\w+)\)s"), re.compile(r"%s")
_ALIAS = r'("[^"]+"|\w+)'
_KEY = re.compile(rf"{_ALIAS}\.(?:{KEY}|id)")  # a customer's own is `id`
_IS = re.compile(rf"{_ALIAS}\.(?:{KEY}|id) = (.+)")
_IN = re.compile(rf"{_ALIAS}\.{KEY} = \((?:hashed )?(SubPlan \d+)\)\.col(\d+)")


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> dict[str, None]:
    """What is sent to a PostgreSQL, as to one that is spread: each statement by itself."""
    said: dict[str, None] = {}

    def hearing(execute: Callable[..., Any]) -> Callable[..., Any]:
        def also(cursor: object, query: str, *given: object, **how: object) -> object:
            said[query] = None
            return execute(cursor, query, *given, **how)

        return also

    for name in ("execute", "executemany"):
        monkeypatch.setattr(psycopg.Cursor, name, hearing(getattr(psycopg.Cursor, name)))
    assert HAS_CITUS in postgresql._START
    monkeypatch.setattr(postgresql, "_START", postgresql._START.replace(HAS_CITUS, "true"))
    return said


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_rows_of_the_ledger_meet_by_the_customers_key(database_url: str, heard: dict[str, None]) -> None:
    setting = histories.rich(database_url)
    asked(setting)
    plans = {sql: planned(setting, sql) for sql in filter(_READS.match, [*heard])}
    assert len(plans) > 250, len(plans)
    assert {sql: tables for sql, plan in plans.items() if (tables := apart(plan))} == {}
    assert {sql for sql, plan in plans.items() if (of := tables_of(plan)) & BY_THEMSELVES and of & SPREAD} == set()
    setting.engine.dispose()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize(
    ("sql", "tables"),
    [
        ("SELECT 1 FROM entry e JOIN charge c ON c.customer_id = e.customer_id AND c.entry = e.seq", []),
        ("SELECT 1 FROM entry e JOIN charge c ON c.entry = e.seq", ["charge", "entry"]),
        ("SELECT 1 FROM entry e, charge c WHERE e.customer_id = %(of)s AND c.customer_id = %(of)s", []),
        ("SELECT 1 FROM entry e, charge c WHERE e.customer_id = %(of)s AND c.customer_id = %(by)s",
         ["charge", "entry"]),
        ("SELECT 1 FROM entry e JOIN charge c ON c.customer_id = e.customer_id OR c.entry = 1", ["charge", "entry"]),
        ("SELECT 1 FROM entry WHERE seq NOT IN (SELECT entry FROM charge)", ["charge", "entry"]),
        ("SELECT 1 FROM entry e WHERE (customer_id, seq) NOT IN (SELECT customer_id, entry FROM charge)", []),
        ("SELECT 1 FROM entry e WHERE EXISTS (SELECT 1 FROM charge c WHERE c.entry = e.seq OFFSET 0)",
         ["charge", "entry"]),
        ("SELECT seq FROM entry UNION SELECT entry FROM charge", []),  # each by itself
        ("SELECT 1 FROM (SELECT customer_id, seq FROM entry UNION ALL SELECT customer_id, seq FROM sale) o "
         "JOIN (SELECT seq, max(n) FROM charge GROUP BY seq) c ON c.seq = o.seq", ["charge", "entry"]),
        ("SELECT 1 FROM entry JOIN (SELECT customer_id, max(n) FROM charge GROUP BY customer_id) c "
         "ON c.customer_id = entry.customer_id", []),
    ],
)  # fmt: skip
def test_what_does_not_meet_by_it_is_seen(database_url: str, sql: str, tables: list[str]) -> None:
    setting = histories.swiss(database_url)
    assert apart(planned(setting, sql)) == tables
    setting.engine.dispose()


def planned(setting: Setting, sql: str) -> Plan:
    """The plan of a statement for whatever values."""
    places: dict[str, str] = {}
    named = _NAMED.sub(lambda found: places.setdefault(found[1], f"${len(places) + 1}"), sql)
    numbered = _PLACE.sub(lambda _: places.setdefault(f"{len(places)}", f"${len(places) + 1}"), named)
    with setting.engine.connect() as connection:
        raw: Any = connection.connection.driver_connection
        explain = f"EXPLAIN (GENERIC_PLAN, VERBOSE, FORMAT JSON) {numbered.replace('%%', '%')}"
        ((plans,),) = psycopg.RawCursor(raw).execute(explain).fetchall()
    plan: Plan = plans[0]["Plan"]
    return plan


def nodes(plan: Plan) -> Iterator[Plan]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from nodes(part)


def tables_of(plan: Plan) -> set[str]:
    return {node["Relation Name"] for node in nodes(plan) if "Relation Name" in node}


def apart(plan: Plan) -> list[str]:
    """The tables of the ledger that meet in a plan by anything but the customer's key, or would stand side by side."""
    joined, outputs = Joined(), {node.get("Subplan Name"): node.get("Output", []) for node in nodes(plan)}
    for node in nodes(plan):
        if node["Node Type"] == "Subquery Scan":  # its key is that of what it reads
            for column in node["Plans"][0].get("Output", []):
                if found := _KEY.fullmatch(column):
                    joined.join(node["Alias"], found[1].strip('"'))
        for condition in (text for name, text in node.items() if name.endswith(("Cond", "Filter"))):
            pairs = [found.groups() for one in conjuncts(condition) if (found := _IS.fullmatch(one))]
            pairs += [(alias, outputs[of][int(n) - 1]) for alias, of, n in _IN.findall(condition)]
            for alias, other in pairs:
                its = _KEY.fullmatch(other.strip("()"))
                joined.join(alias.strip('"'), its[1].strip('"') if its else ("value", other))
    for together in meeting(plan):
        if len({joined.find(alias) for alias in together}) > 1:
            return sorted(set(together.values()))
    return []


def meeting(plan: Plan) -> Iterator[dict[str, str]]:
    """The tables of the ledger that meet, by their aliases: of what is set beside or below one another each by itself.

    So is what is asked once, before all else (`InitPlan`).
    """
    found: dict[str, str] = {}

    def walk(node: Plan, below: bool) -> Iterator[dict[str, str]]:
        if node.get("Relation Name") in SPREAD and node["Node Type"] != "ModifyTable":
            found[node["Alias"]] = node["Relation Name"]
        first, *others = node.get("Plans", []) or [None]
        sets = node["Node Type"] in ("Append", "Merge Append", "SetOp", "Recursive Union")
        for part in filter(None, [first, *others]):
            name = part.get("Subplan Name", "")
            if (sets and part is not first) or (name.startswith("InitPlan") and not below):
                yield from meeting(part)
            else:
                yield from walk(part, below or name.startswith("SubPlan"))

    yield from walk(plan, False)
    yield found


def conjuncts(condition: str) -> Iterator[str]:
    """The conditions of which each holds."""
    depth, begun, pieces = 0, 1, []
    for place, letter in enumerate(condition):
        depth += (letter == "(") - (letter == ")")
        if depth == 0 and place < len(condition) - 1:  # not in parentheses as a whole
            yield condition
            return
        if depth == 1 and condition.startswith(" AND ", place):
            pieces.append(condition[begun:place])
            begun = place + len(" AND ")
    for piece in [*pieces, condition[begun:-1]]:
        yield from conjuncts(piece)
