"""Help desks, and up to where each shows a customer's balance: ordinary rows."""

import json
from datetime import datetime
from typing import cast

from sqlalchemy import Connection, delete, func, insert, select

from billing.core.helpdesks import Kind, Shown
from billing.store import journal, schema
from billing.store.appending import instant as kept
from billing.store.rows import instant
from billing.values import dataclass

_d, _p, _a, _c = schema.desk.c, schema.desk_push.c, schema.customer_address.c, schema.customer.c
_j = schema.journal.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A help desk as it is kept."""

    name: str
    kind: Kind
    url: str | None
    field: str
    settings: dict[str, str]
    secret: str
    frame: str | None


_DESKS = select(_d.name, _d.kind, _d.url, _d.field, _d.settings, _d.secret, _d.frame)


def every(connection: Connection) -> list[Desk]:
    """All help desks, by name."""
    return [_desk(*row) for row in connection.execute(_DESKS.order_by(_d.name))]


def named(connection: Connection, name: str) -> Desk | None:
    """The help desk of a name."""
    row = connection.execute(_DESKS.where(_d.name == name)).first()
    return None if row is None else _desk(*row)


def id_of(connection: Connection, name: str) -> str | None:
    """The id under which a desk was made (L5)."""
    return connection.execute(select(_d.external_id).where(_d.name == name)).scalar()


def _desk(name: str, kind: str, url: str | None, field: str, settings: str, secret: str, frame: str | None) -> Desk:
    known = cast(Kind, kind)
    return Desk(name=name, kind=known, url=url, field=field, settings=json.loads(settings), secret=secret, frame=frame)


def add(connection: Connection, desk: Desk, at: datetime, by: str | None, external_id: str | None) -> None:
    """Keeps a new help desk."""
    row = {
        "name": desk.name, "kind": desk.kind, "url": desk.url, "field": desk.field, "secret": desk.secret,
        "settings": json.dumps(desk.settings, sort_keys=True), "frame": desk.frame, "made_at": kept(at), "made_by": by,
        "external_id": external_id,
    }  # fmt: skip
    journal.put(connection, schema.desk, [row])


def remove(connection: Connection, name: str) -> None:
    """Forgets a help desk."""
    connection.execute(delete(schema.desk_push).where(_p.desk == name))
    journal.take(connection, schema.desk, _d.name == name)


def was_removed(connection: Connection, name: str) -> bool:
    """Whether there was a help desk of a name that was removed, as the journal has it; there may be another by now."""
    removed = select(_j.n).where(_j.kind == "desk", _j.subject == name, _j.act == "removed").limit(1)
    return connection.execute(removed).first() is not None


# What it shows


def customers(connection: Connection, name: str) -> list[tuple[str, str]]:
    """The customers whom a desk knows: codes, with the ids that it has for them."""
    mine = select(_c.code, _a.value).join(schema.customer_address, _a.customer_id == _c.id)
    found = connection.execute(mine.where(_a.kind == "desk", _a.value.like(f"{name}:%")).order_by(_c.code, _a.value))
    return [(code, value.partition(":")[2]) for code, value in found]


def shown(connection: Connection, name: str) -> dict[str, Shown]:
    """What a desk shows, by the ids that it has for customers."""
    rows = connection.execute(select(_p.id, _p.customer_id, _p.seq, _p.digest).where(_p.desk == name))
    return {id: Shown(customer, seq, digest) for id, customer, seq, digest in rows}


def last_pushes(connection: Connection) -> dict[str, datetime]:
    """When something was pushed to each desk last."""
    rows = connection.execute(select(_p.desk, func.max(_p.pushed_at)).group_by(_p.desk))
    return {desk: instant(at) for desk, at in rows}


def show(connection: Connection, name: str, id: str, what: Shown, at: datetime) -> None:
    """Keeps what a desk shows of a customer now."""
    connection.execute(delete(schema.desk_push).where(_p.desk == name, _p.id == id))
    row = {
        "desk": name, "id": id, "customer_id": what.customer, "seq": what.seq, "digest": what.digest,
        "pushed_at": kept(at),
    }  # fmt: skip
    connection.execute(insert(schema.desk_push), row)
