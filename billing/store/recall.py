"""What was worked out from a customer's chain, kept by the hash at its end, which stands for all that is in it (L6).

A process that stays need not read again what nobody has added to. What hangs on more than the chain is kept by that,
as a balance in words by the issuer and the day, or not at all: an erasure changes rows, and drops what is kept.
Dropping all of it changes no answer (L2), and what a transaction took back harms nothing: no chain ends with that hash.

A whole answer is kept by what was asked, as long as nothing at all in the file has changed.
"""

from collections.abc import Mapping
from typing import Any

from billing.store.heads import NOWHERE, Head
from billing.store.light import light, light_engine
from billing.store.refusing import refusing
from billing.store.sql import Connection, Engine

_CUSTOMERS, _DAYS = 1000, 100  # of how many something is kept, and by how much of each


def of(connection: Connection, head: Head) -> dict[Any, Any]:
    """What is known of the chain as it ends there, to be added to."""
    own = light(connection)
    if own is None or head.hash == NOWHERE:
        return {}
    found = own.engine.known.get(head.id)
    if found is None or found[0] != head.hash or len(found[1]) > _DAYS:
        return keep(connection, head, {})
    return found[1]


def keep(connection: Connection, head: Head, what: Mapping[Any, Any]) -> dict[Any, Any]:
    """Keeps what is known of the chain as it ends there, in place of what was known of it before."""
    kept, own = dict(what), light(connection)
    if own is not None and head.hash != NOWHERE:
        if len(own.engine.known) >= _CUSTOMERS and head.id not in own.engine.known:
            own.engine.known.clear()
        own.engine.known[head.id] = head.hash, kept
    return kept


def answered(engine: Engine, asked: object) -> object | None:
    """What was answered before, where nothing has changed since; None where that is not known.

    Raises DatabaseRefusal as a transaction that reads does.
    """
    own = light_engine(engine)
    if own is None:
        return None
    with refusing(engine):
        return own.answered(asked)


def answer(connection: Connection, asked: object, found: object) -> None:
    """Keeps what a transaction that only reads has answered."""
    own = light(connection)
    if own is not None:
        own.answer(asked, found)
