"""Who a customer is as far as the ledger needs it, and where his chain ends, which is what is locked (L4)."""

from datetime import date

from billing.store import ahead, chain
from billing.store.query import Query, rows_of
from billing.store.sql import (
    Connection,
    bindparam,
    exists,
    func,
    schema,
    select,
)
from billing.values import dataclass


@dataclass(slots=True)
class Head:
    """A customer as far as the ledger needs it: who, and where the chain ends."""

    id: int
    code: str
    name: str
    country: str
    language: str | None
    vat_id: str | None
    held_reason: str | None
    seq: int
    hash: str
    opened_on: date | None = None  # before that day nothing can be recorded (G14)

    @property
    def position(self) -> str:
        return chain.position(self.seq, self.hash)


_c, _h = schema.customer.c, schema.head.c
_o, _v = schema.opening.c, schema.opening_void.c
_STANDS = ~exists().where(_v.customer_id == _o.customer_id, _v.opening == _o.seq)
_OPENED = select(_o.on).where(_o.customer_id == _c.id, _STANDS).limit(1).scalar_subquery()
NOWHERE = "f" * 64  # where a chain ends whose end is gone, which the audit tells
_WHOLE = (
    select(
        _c.id, _c.code, _c.name, _c.country, _c.language, _c.vat_id, _c.held_reason,
        func.coalesce(_h.seq, 0), func.coalesce(_h.hash, NOWHERE), _OPENED,
    )
    .select_from(schema.customer.outerjoin(schema.head, _h.customer_id == _c.id))
)  # fmt: skip
_HEAD, _HEAD_OF = Query(_WHOLE.where(_c.code == bindparam("code"))), Query(_WHOLE.where(_c.id == bindparam("customer")))
_KEY = Query(select(_c.id).where(_c.code == bindparam("code")))
_LOCK = Query(select(_h.seq).where(_h.customer_id == bindparam("customer")).with_for_update())


def expected(key: int) -> Head:
    """A customer of whom only the key is known yet."""
    return Head(key, code="", name="", country="", language=None, vat_id=None, held_reason=None, seq=0, hash="")


def key_of(connection: Connection, code: str) -> int | None:
    """The key of the customer of that code."""
    found = _KEY.row(connection, {"code": code})
    return None if found is None else int(found[0])


def head(connection: Connection, of: str | int, lock: bool = False) -> Head | None:
    """The customer of that code or key; `lock` makes other writers of this customer wait (L4).

    What is locked is where the chain ends, by the key alone, for rows of one key lie on one machine. All else is read
    after it: who was waited for may have changed it. A SQLite file has one writer at a time.
    """
    lock = lock and connection.dialect.name != "sqlite"
    known = key_of(connection, of) if lock and isinstance(of, str) else of
    if known is None:
        return None
    if lock:
        ahead.before(connection, (_LOCK, {"customer": known}))
    if isinstance(known, str):
        rows = _HEAD.rows(connection, {"code": known})
    else:
        rows = rows_of(connection, [_LOCK, _HEAD_OF] if lock else [_HEAD_OF], {"customer": known})[-1]
    if not rows:
        return None
    found, opened = Head(*rows[0][:-1]), rows[0][-1]
    found.opened_on = None if opened is None else date.fromisoformat(opened)
    return found
