"""What a statement is asked for: a customer or all, all or what was recorded up to a position."""

from typing import Any

from billing.store.sql import ColumnElement, Table, bindparam


def given(**values: Any) -> dict[str, Any]:
    """The values that are given; a statement is written out for each choice of them."""
    return {name: value for name, value in values.items() if value is not None}


def which(names: frozenset[str], whose: Table, known: Table) -> list[ColumnElement[bool]]:
    """The conditions on the `customer` of one table and on the position, `until`, of another, as far as given."""
    of = [whose.c.customer_id == bindparam("customer")] if "customer" in names else []
    return of + ([known.c.seq <= bindparam("until")] if "until" in names else [])
