"""Finds names by how they begin, whatever the letter case: for completion at any size of the books.

A shell waits for these at every Tab, and SQLAlchemy takes longer to come in than they take to run: so they are SQL
that SQLite and PostgreSQL read alike, and `Rows` runs it, over SQLAlchemy or over the file itself.
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

Rows = Callable[[str, Mapping[str, Any]], list[Any]]  # a statement and its values to its rows

# The list of agents, those who leave last; without a list, who has logged work
AGENTS = """
    SELECT code, name, last_on IS NOT NULL FROM agent
    UNION ALL
    SELECT DISTINCT agent, NULL, false FROM entry WHERE agent IS NOT NULL AND NOT EXISTS (SELECT 1 FROM agent)
    ORDER BY 3, 1
"""
CUSTOMERS = "SELECT code, name FROM customer ORDER BY code"
VERSIONS = "SELECT id, valid_from, text FROM tariff_version ORDER BY id"

# Of a customer: the one of that code, else the one whose case it is (R0)
KEY = "SELECT id FROM customer WHERE code = :whose"
KEY_OF_CASE = """
    SELECT r.customer_id FROM case_name n JOIN case_reference r ON r.reference = n.reference WHERE n.folded = :folded
"""
CONTACTS = """
    SELECT p.value FROM contact c JOIN personal p
        ON p.customer_id = c.customer_id AND p.seq = c.seq AND p.field = 'contact-' || c.number
    WHERE c.customer_id = :customer ORDER BY p.value
"""
VERSIONS_OF = "SELECT DISTINCT version FROM term WHERE customer_id = :customer"

# References of cases are in directories, what they are about in the ledger: asked one after the other
CASES_OF = "SELECT reference FROM case_reference WHERE customer_id = :customer ORDER BY seq DESC LIMIT :most"
CASES = "SELECT reference FROM case_name WHERE folded LIKE :begins ESCAPE '/' ORDER BY folded LIMIT :most"
# What a case is about stands in the note of its opening; whether it is closed is only guessed, for the order
_EVENTS = """
    SELECT e."case", e.kind, e.seq, e.at, e.n, e.refers, p.value FROM case_event e
    LEFT JOIN personal p ON p.customer_id = e.customer_id AND p.seq = e.seq AND p.field = 'note'
    WHERE e."case" IN ({cases})
"""

_BEGINNING = "SELECT {0} FROM {1} WHERE lower({0}) LIKE lower(:begins) ESCAPE '/' ORDER BY {0} LIMIT :most"
BEGINNING = {
    "customers": _BEGINNING.format("code", "customer"),
    "invoices": _BEGINNING.format("code", "document"),
    "quotes": _BEGINNING.format("number", "quote"),
    "maintenance": _BEGINNING.format("code", "maintenance"),
}


# Entries have the ids that they were given, or those made of a customer's code and the place in its chain (R0): each is
# found by an index, however many there are. Some that were given stand before what begins in another letter case.
ENTRIES_GIVEN = """
    SELECT external_id FROM reference WHERE kind = 'entry' AND external_id >= :form ORDER BY external_id LIMIT :most
"""
ENTRIES_MADE = """
    SELECT e.id FROM customer c JOIN entry e ON e.customer_id = c.id
    WHERE c.id IN (
        SELECT id FROM customer WHERE lower(code) = lower(:code) OR lower(code) LIKE lower(:begins) ESCAPE '/'
        ORDER BY code LIMIT 20)
    AND lower(e.id) LIKE lower(:begins) ESCAPE '/'
    ORDER BY c.code, e.seq DESC LIMIT :most
"""


def begins(text: str) -> str:
    """A pattern of what begins with a text."""
    for sign in "/%_":
        text = text.replace(sign, f"/{sign}")
    return f"{text}%"


Event = tuple[str, int, str, int, int | None, str | None]  # kind, seq, at, n, the position that it refers to, note


def events(rows: Rows, cases: list[str]) -> dict[str, list[Event]]:
    """The events of some cases, by case; of those on which work was only logged there are none."""
    values = {f"case{n}": case for n, case in enumerate(cases)}
    found: dict[str, list[Event]] = {case: [] for case in cases}
    if cases:
        for case, *event in rows(_EVENTS.format(cases=", ".join(f":{name}" for name in values)), values):
            found[case].append(tuple(event))
    return found


@contextmanager
def reading(file: Path) -> Iterator[Rows]:
    """Runs statements on a file of SQLite's, which is there, without SQLAlchemy; nothing is written.

    Raises sqlite3.Error where it is none of ours.
    """
    with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=rw", uri=True)) as connection:
        connection.execute("PRAGMA query_only = on")
        yield lambda statement, values: connection.execute(statement, values).fetchall()
