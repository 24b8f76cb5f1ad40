"""Files that are kept with cases and quotes: the chain has their digests, name and bytes can be erased (P1)."""

import base64
from datetime import datetime
from typing import Any, Literal

from billing.store import chain, parties
from billing.store.appending import Appender
from billing.store.damage import damaged
from billing.store.heads import Head
from billing.store.rows import Row
from billing.store.sql import Connection, Select, and_, schema, select
from billing.texts import say
from billing.values import dataclass

Of = Literal["case", "quote"]
_a, _p, _l = schema.attachment.c, schema.personal.c, schema.link.c


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that is kept, without its bytes."""

    seq: int
    number: int
    type: str
    size: int
    name: str | None
    recorded_at: datetime
    recorded_by: str | None


def row_of(
    appender: Appender, head: Head, of: Of, code: str, number: int, name: str, kind: str, data: bytes
) -> tuple[Any, Row]:
    """The ledger's row of a file; name and bytes are put beside it."""
    text = base64.b64encode(data).decode()
    digests = parties.file_digests(appender, head, name, text)
    row: Row = {"of": of, "code": code, "number": number, "type": kind, "size": len(data)}
    return schema.attachment, row | digests


def listed(connection: Connection, customer_id: int, of: Of, code: str) -> list[Kept]:
    """The files of a case or a quote, in the order in which they were kept."""
    return [kept for _, kept in _read(connection, _EVERY.where(_a.code == code), customer_id, of)]


def every(connection: Connection, customer_id: int, of: Of) -> list[tuple[str, Kept]]:
    """The files of all cases or all quotes of a customer, each with its case's or quote's name."""
    return _read(connection, _EVERY, customer_id, of)


_EVERY = (
    select(_a.code, _a.seq, _a.number, _a.type, _a.size, _p.value, _l.recorded_at, _l.recorded_by)
    .join(schema.link, and_(_l.customer_id == _a.customer_id, _l.seq == _a.seq))
    .outerjoin(schema.personal, and_(_p.customer_id == _a.customer_id, _p.seq == _a.seq, _p.field == "file-name"))
    .order_by(_a.code, _a.number)
)


def _read(connection: Connection, statement: Select[Any], customer_id: int, of: Of) -> list[tuple[str, Kept]]:
    rows = connection.execute(statement.where(_a.customer_id == customer_id, _a.of == of))
    return [
        (code, Kept(seq, number, kind, size, name, datetime.fromisoformat(at), by))
        for code, seq, number, kind, size, name, at, by in rows
    ]


def data_of(connection: Connection, customer_id: int, seq: int) -> bytes | None:
    """The bytes of the file that was kept at a position; none where they were erased.

    Raises DatabaseRefusal (`damaged`) where they are not those that were kept.
    """
    statement = (
        select(_p.value, _p.salt, _a.digest, _a.code, _a.number)
        .join(schema.attachment, and_(_p.customer_id == _a.customer_id, _p.seq == _a.seq))
        .where(_p.customer_id == customer_id, _p.seq == seq, _p.field == "file")
    )
    row = connection.execute(statement).first()
    if row is None or row.value is None:
        return None
    if chain.salted(row.value, row.salt)[1] != row.digest:
        raise damaged(say("{code} #{number}", code=row.code, number=row.number))
    return base64.b64decode(row.value)
