"""Keys to the API: ordinary rows that hold the digest of what opens, never that itself (A2)."""

import hashlib
import secrets
from datetime import date, datetime

from sqlalchemy import Connection, bindparam, select, update

from billing.store import journal, schema
from billing.store.appending import instant as kept
from billing.store.query import Query
from billing.store.rows import instant
from billing.values import dataclass

_k, _c = schema.access_key.c, schema.customer.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A key as it is kept."""

    name: str
    scope: str
    customer: str | None
    made_at: datetime
    expires_on: date
    revoked_at: datetime | None
    uses: int
    used_at: datetime | None


def fresh() -> str:
    """A new key: 256 random bits behind a sign by which scanners of secrets find it."""
    return f"bk_{secrets.token_urlsafe(32)}"


def digest(key: str) -> str:
    """What is kept of a key. It is random, so that no salt and no slow hash is needed."""
    return hashlib.sha256(key.encode()).hexdigest()


_KEYS = (
    select(_k.name, _k.scope, _c.code, _k.made_at, _k.expires_on, _k.revoked_at, _k.uses, _k.used_at)
    .outerjoin(schema.customer, _c.id == _k.customer_id)
    .order_by(_k.made_at, _k.name)
)
_BY_DIGEST = Query(_KEYS.where(_k.digest == bindparam("digest")))
_BY_NAME = Query(_KEYS.where(_k.name == bindparam("name")))
_BY_ID = Query(_KEYS.where(_k.external_id == bindparam("id")))
_ALL = Query(_KEYS)


def of_digest(connection: Connection, key: str) -> Key | None:
    """The key that opens with a text."""
    return _first(_BY_DIGEST, connection, digest=digest(key))


def named(connection: Connection, name: str) -> Key | None:
    """The key of a name."""
    return _first(_BY_NAME, connection, name=name)


def of_id(connection: Connection, external_id: str) -> Key | None:
    """The key that was made under an id (L5)."""
    return _first(_BY_ID, connection, id=external_id)


def every(connection: Connection) -> list[Key]:
    """All keys, in the order in which they were made."""
    return [_key(*row) for row in _ALL.rows(connection, {})]


def _first(query: Query, connection: Connection, **values: str) -> Key | None:
    row = query.row(connection, values)
    return None if row is None else _key(*row)


def _key(
    name: str, scope: str, customer: str | None, made: str, expires: str, revoked: str | None, uses: int,
    used: str | None,
) -> Key:  # fmt: skip
    return Key(
        name=name, scope=scope, customer=customer, made_at=instant(made), expires_on=date.fromisoformat(expires),
        revoked_at=None if revoked is None else instant(revoked), uses=uses,
        used_at=None if used is None else instant(used),
    )  # fmt: skip


def add(
    connection: Connection, key: Key, opens: str, customer_id: int | None, by: str | None, external_id: str | None
) -> None:
    """Keeps a new key by the digest of what opens."""
    row = {
        "name": key.name, "scope": key.scope, "customer_id": customer_id, "digest": digest(opens),
        "made_at": kept(key.made_at), "made_by": by, "expires_on": key.expires_on.isoformat(), "revoked_at": None,
        "uses": 0, "used_at": None, "external_id": external_id,
    }  # fmt: skip
    journal.put(connection, schema.access_key, [row])


def revoke(connection: Connection, name: str, at: datetime) -> None:
    """Ends a key."""
    journal.change(connection, schema.access_key, _k.name == name, {"revoked_at": kept(at)})


def count(connection: Connection, name: str, uses: int, at: datetime) -> None:
    """Adds to the uses of a key."""
    values = {"uses": _k.uses + uses, "used_at": kept(at)}
    connection.execute(update(schema.access_key).where(_k.name == name).values(**values))
