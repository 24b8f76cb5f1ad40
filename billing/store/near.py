"""Names for which a misspelt one may stand, at any size of the books: found by their index, never by reading all.

Of a few names all are given, as they come. Of many it is those that begin like the misspelt one, and those that one
slip of the keys away from it would be; `errors.one_of` says which of them are nearest.
"""

from collections.abc import Iterator, Sequence
from itertools import chain
from string import ascii_lowercase, digits
from typing import Any

from billing.store.sql import ColumnElement, Connection, schema, select

FEW = 500  # names that are all compared
_BESIDE = 100  # that stand before and after it in the index
_LONGEST = 40  # of a longer one no slips are tried
_SIGNS = f"{ascii_lowercase}{digits}-_./ "
_SOME = 1000

Order = Sequence[ColumnElement[Any]]
Column = ColumnElement[str]


def names(
    connection: Connection, column: Column, written: str, order: Order = (), where: ColumnElement[bool] | None = None
) -> list[str]:
    """The names in a column that has an index: all, in an order, of a few; else the first and the likely ones."""
    of = select(column) if where is None else select(column).where(where)
    if len(connection.execute(of.limit(FEW + 1)).all()) <= FEW:
        return list(connection.execute(of.order_by(*order or (column,))).scalars())
    forms = list(dict.fromkeys((written, written.upper(), written.lower())))
    found = list(connection.execute(of.order_by(column).limit(FEW // 10)).scalars())
    for form in forms:
        before = of.where(column < form).order_by(column.desc()).limit(_BESIDE)
        after = of.where(column >= form).order_by(column).limit(_BESIDE)
        found += chain(connection.execute(before).scalars(), connection.execute(after).scalars())
    slips = list(dict.fromkeys(slip for form in forms for slip in slips_of(form)))
    for start in range(0, len(slips), _SOME):
        found += connection.execute(of.where(column.in_(slips[start : start + _SOME]))).scalars()
    return list(dict.fromkeys(found))


def slips_of(written: str) -> Iterator[str]:
    """What a text may be that was written with one sign too many, too few, wrong or in another's place."""
    if len(written) > _LONGEST:
        return
    signs = _SIGNS.upper() if written.isupper() else _SIGNS
    for at in range(len(written) + 1):
        before, after = written[:at], written[at:]
        yield from (f"{before}{sign}{after}" for sign in signs)
        if after:
            yield f"{before}{after[1:]}"
            yield from (f"{before}{sign}{after[1:]}" for sign in signs)
        if after[1:]:
            yield f"{before}{after[1]}{after[0]}{after[2:]}"


def cases(connection: Connection, written: str) -> list[str]:
    """References of cases, of a few the newest last."""
    c = schema.case_reference.c
    return names(connection, c.reference, written, (c.customer_id, c.seq))


def customers(connection: Connection, written: str) -> list[str]:
    """Codes of customers."""
    return names(connection, schema.customer.c.code, written)


def documents(connection: Connection, written: str) -> list[str]:
    """Numbers of documents."""
    return names(connection, schema.document.c.code, written)


def quotes(connection: Connection, written: str) -> list[str]:
    """Numbers of quotes."""
    q = schema.quote_document.c
    return names(connection, q.code, written, (q.year, q.number))


def entries(connection: Connection, written: str) -> list[str]:
    """Ids of entries: of a few those that begin like it, or all; of many those that were given and are likely, and
    those that were made of the code in it."""
    e, r, c = schema.entry.c, schema.reference.c, schema.customer.c
    if len(connection.execute(select(e.id).limit(FEW + 1)).all()) <= FEW:
        stem = written.replace("%", "").replace("_", "")[:4]
        first = select(e.id).order_by(e.id).limit(200)
        return list(connection.execute(first.where(e.id.like(f"{stem}%"))).scalars()) or list(
            connection.execute(first).scalars()
        )
    code = written.rpartition("-")[0]
    of = schema.entry.join(schema.customer, c.id == e.customer_id)
    made = select(e.id).select_from(of).where(c.code == code).order_by(e.seq.desc()).limit(_BESIDE)
    given = names(connection, r.external_id, written, where=r.kind == "entry")
    return [*given, *connection.execute(made).scalars()]
