"""Mails that came in: their names by digest with the case that they are of, and whole those that wait (P5)."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from billing.store import schema
from billing.store.appending import instant as kept
from billing.store.rows import instant
from billing.values import dataclass

_t, _w = schema.mail_thread.c, schema.mail_waiting.c


@dataclass(frozen=True, slots=True)
class Thread:
    """A mail that is of a case."""

    customer_id: int
    case: str
    acknowledged: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """A mail that waits, without its bytes."""

    number: int
    at: datetime
    sender: str
    subject: str
    why: str
    detail: str | None


def thread(connection: Connection, digest: str) -> Thread | None:
    """The case that a mail is of."""
    row = connection.execute(select(_t.customer_id, _t.case, _t.acknowledged_at).where(_t.digest == digest)).first()
    return None if row is None else Thread(row[0], row[1], row[2] is not None)


def acknowledged_since(connection: Connection, sender: str, since: datetime) -> int:
    """How many mails of a sender were acknowledged since a moment."""
    wanted = select(func.count()).where(_t.sender == sender, _t.at >= kept(since), _t.acknowledged_at.is_not(None))
    return int(connection.execute(wanted).scalar() or 0)


def keep(connection: Connection, digest: str, customer_id: int, case: str, sender: str, at: datetime) -> None:
    """Keeps of which case a mail is."""
    row = {"digest": digest, "customer_id": customer_id, "case": case, "sender": sender, "at": kept(at)}
    connection.execute(insert(schema.mail_thread), row)


def acknowledge(connection: Connection, digest: str, at: datetime) -> None:
    """Keeps that a mail's sender was told."""
    connection.execute(update(schema.mail_thread).where(_t.digest == digest).values(acknowledged_at=kept(at)))


_ROW = (_w.id, _w.at, _w.sender, _w.subject, _w.why, _w.detail)


def waiting(connection: Connection, digest: str | None = None) -> list[Waiting]:
    """The mails that wait, the oldest first; or the one of a name."""
    wanted = select(*_ROW).order_by(_w.id)
    found = connection.execute(wanted if digest is None else wanted.where(_w.digest == digest))
    return [Waiting(row[0], instant(row[1]), *row[2:]) for row in found]


def waits(connection: Connection, number: int) -> tuple[str, bytes] | None:
    """A mail that waits: its sender and its bytes."""
    row = connection.execute(select(_w.sender, _w.data).where(_w.id == number)).first()
    return None if row is None else (row[0], bytes(row[1]))


def wait(connection: Connection, digest: str, at: datetime, row: Mapping[str, object]) -> None:
    """Keeps a mail until somebody looks at it."""
    connection.execute(insert(schema.mail_waiting), {"digest": digest, "at": kept(at), **row})


def drop(connection: Connection, number: int) -> None:
    """A mail waits no longer."""
    connection.execute(delete(schema.mail_waiting).where(_w.id == number))


def forget(connection: Connection, before: datetime) -> None:
    """Drops what has waited since before a moment."""
    connection.execute(delete(schema.mail_waiting).where(_w.at < kept(before)))
