"""Whose case a reference names, however it is written (T3): without regard to letter case and outer blanks."""

from collections.abc import Collection, Iterator

from billing.core.naming import folded
from billing.store.appending import Appender
from billing.store.asked import by_customer, chunks
from billing.store.heads import Head
from billing.store.query import Query
from billing.store.sql import Connection, bindparam, literal, schema, select, union_all

Named = tuple[str, int]  # a reference as it was first written, and the key of its customer
_r, _n = schema.case_reference.c, schema.case_name.c
_ALIKE = select(_r.reference, _r.customer_id, _n.folded).join(schema.case_name, _n.reference == _r.reference)
_NAMED = Query(
    union_all(
        select(_r.reference, _r.customer_id, literal("").label("folded")).where(_r.reference == bindparam("case")),
        _ALIKE.where(_n.folded == bindparam("folded")),
    )
)
_EXACTLY = Query(select(_r.reference, _r.customer_id).where(_r.reference.in_(bindparam("cases", expanding=True))))
_ANY_OF = Query(_ALIKE.where(_n.folded.in_(bindparam("folded", expanding=True))))


def named(connection: Connection, case: str) -> Named | None:
    """The case that a text names: the one that is written so, else the one that differs in letter case alone."""
    rows = _NAMED.rows(connection, {"case": case, "folded": folded(case)})
    found = next((row for row in rows if row[0] == case), rows[0] if rows else None)
    return None if found is None else (found[0], found[1])


def all_named(connection: Connection, cases: Collection[str]) -> dict[str, Named]:
    """The cases that many texts name, by text, as `named` finds each."""
    exact = {row[0]: (row[0], row[1]) for some in chunks(cases) for row in _EXACTLY.rows(connection, {"cases": some})}
    alike = {
        row[2]: (row[0], row[1])
        for some in chunks({folded(case) for case in cases})
        for row in _ANY_OF.rows(connection, {"folded": some})
    }
    found = {case: exact.get(case) or alike.get(folded(case)) for case in cases}
    return {case: named for case, named in found.items() if named is not None}


def by_owner(connection: Connection, cases: Collection[str]) -> dict[int, list[str]]:
    """Those of some cases that there are, by the key of their customer."""
    rows = (row for some in chunks(cases) for row in _EXACTLY.rows(connection, {"cases": some}))
    return by_customer((customer, case) for case, customer in rows)


def add(appender: Appender, head: Head, reference: str, name: str) -> None:
    """Makes a reference, folded `name`, that of a case of the customer, which begins at his next position."""
    appender.put("case_reference", reference, head.id, head.seq + 1)
    appender.put("case_name", name, reference)


def faults(connection: Connection) -> Iterator[str]:
    """Cases that cannot be found by another spelling of their reference, and names of what is no case (T3)."""
    names = dict(iter(connection.execute(select(_n.folded, _n.reference))))
    references = set(connection.execute(select(_r.reference)).scalars())
    for name, reference in sorted(names.items()):
        if folded(reference) != name or reference not in references:
            yield f"case {reference!r}: it is found as {name!r}, which is not its name"
    for reference in sorted(references):
        if folded(reference) not in names:
            yield f"case {reference!r}: it is found only as it is written"
