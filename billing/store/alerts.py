"""Alerts that were told, so that each is told once. A cache of sorts: whoever drops it hears them a second time."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection, delete, insert, select

from billing.store import schema
from billing.store.rows import instant_text

_a = schema.alert.c
Key = tuple[str, ...]  # the kind, then what it is about


def untold(connection: Connection, keys: Iterable[Key]) -> set[Key]:
    """Those that were not told yet."""
    told = {(kind, about) for kind, about in connection.execute(select(_a.kind, _a.about))}
    return {key for key in keys if kept(key) not in told}


def keep(connection: Connection, keys: Sequence[Key], at: datetime) -> None:
    """Keeps that some are told now; of two who tell one at the same moment, the second collides."""
    rows = [{"kind": kind, "about": about, "told_at": instant_text(at)} for kind, about in map(kept, sorted(keys))]
    if rows:
        connection.execute(insert(schema.alert), rows)


def forget(connection: Connection, kind: str, but: Iterable[Key]) -> None:
    """Forgets those of a kind that were told, but for some: what is over can be told another time."""
    still = {about for _, about in map(kept, but)}
    for about in connection.execute(select(_a.about).where(_a.kind == kind)).scalars().all():
        if about not in still:
            connection.execute(delete(schema.alert).where(_a.kind == kind, _a.about == about))


def kept(key: Key) -> tuple[str, str]:
    """The kind, and a digest of the rest: names of any length."""
    return key[0], sha256("\n".join(key[1:]).encode()).hexdigest()
