"""Many customers in their turn, in lots: of a PostgreSQL what is read of each is asked for a whole lot at once.

A SQLite file answers as fast as one asks: there a lot is one customer, whose facts alone are held.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from billing.office.transaction import Transaction
from billing.store import heads
from billing.store.ahead import forget
from billing.store.heads import Head
from billing.store.query import A_LOT, ask_of_each, some_of
from billing.store.sql import Connection

POSITIONS = 10_000  # of their chains together: as much is held at once

Ask = Callable[[Connection, Head], object]  # reads of a customer what will be read of him


def of(tx: Transaction, keys: Iterable[int], ask: Ask | None = None, lock: bool = False) -> Iterator[list[Head]]:
    """The customers of some keys in their order, in lots; with `lock` locked one after the other (L4)."""
    if tx.connection.dialect.name != "postgresql":
        for key in keys:
            yield [tx.customer_by_id(key, lock)]
        return
    for some in some_of(keys, A_LOT):
        forget(tx.connection)  # what nobody took
        ask_of_each(tx.connection, some, partial(heads.head, lock=lock))
        for lot in _small([tx.customer_by_id(key, lock) for key in some]):
            if ask is not None:
                forget(tx.connection)
                ask_of_each(tx.connection, lot, ask)
            yield lot


def _small(customers: Iterable[Head]) -> Iterator[list[Head]]:
    """Lots that are not too large together; a customer with more is one by himself."""
    lot: list[Head] = []
    held = 0
    for head in customers:
        held += head.seq
        if lot and held > POSITIONS:
            yield lot
            lot, held = [], head.seq
        lot.append(head)
    if lot:
        yield lot
