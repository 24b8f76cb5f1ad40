"""What a statement is asked for: a customer or all, all or what was recorded up to a position."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import Any, TypeVar

from billing.store.sql import ColumnElement, Table, bindparam

P = TypeVar("P", str, int)  # a place, a case
N = TypeVar("N", str, int)  # what names rows


def given(**values: Any) -> dict[str, Any]:
    """The values that are given; a statement is written out for each choice of them."""
    return {name: value for name, value in values.items() if value is not None}


def which(names: frozenset[str], whose: Table, known: Table) -> list[ColumnElement[bool]]:
    """The conditions on the `customer` of one table and on the position, `until`, of another, as far as given."""
    of = [whose.c.customer_id == bindparam("customer")] if "customer" in names else []
    return of + ([known.c.seq <= bindparam("until")] if "until" in names else [])


def by_customer(places: Iterable[tuple[int, P]]) -> dict[int, list[P]]:
    """Places or cases of many customers by customer: where rows are spread, what is one's lies on one machine."""
    found: dict[int, list[P]] = defaultdict(list)
    for customer, place in places:
        found[customer].append(place)
    return found


def chunks(values: Collection[N]) -> Iterator[list[N]]:
    """The values, a thousand at a time: databases limit how many one statement can name."""
    ordered = sorted(values)
    for start in range(0, len(ordered), 1000):
        yield ordered[start : start + 1000]
