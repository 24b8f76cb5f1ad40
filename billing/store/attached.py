"""Files that are kept with cases and quotes: the chain has their digests, name and bytes can be erased (P1)."""

import base64
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from billing.store import chain, parties
from billing.store.appending import Appender
from billing.store.damage import damaged
from billing.store.heads import Head
from billing.store.query import Query
from billing.store.rows import Row
from billing.store.sql import Connection, and_, bindparam, schema, select
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
    return [_kept(row) for row in _OF_ONE.rows(connection, {"customer": customer_id, "of": of, "code": code})]


def every(connection: Connection, customer_id: int, of: Of) -> list[tuple[str, Kept]]:
    """The files of all cases or all quotes of a customer, each with its case's or quote's name."""
    return [(row[0], _kept(row)) for row in _EVERY.rows(connection, {"customer": customer_id, "of": of})]


_FILES = (
    select(_a.code, _a.seq, _a.number, _a.type, _a.size, _p.value, _l.recorded_at, _l.recorded_by)
    .join(schema.link, and_(_l.customer_id == _a.customer_id, _l.seq == _a.seq))
    .outerjoin(schema.personal, and_(_p.customer_id == _a.customer_id, _p.seq == _a.seq, _p.field == "file-name"))
    .where(_a.customer_id == bindparam("customer"), _a.of == bindparam("of"))
    .order_by(_a.code, _a.number)
)
_EVERY = Query(_FILES)
_OF_ONE = Query(_FILES.where(_a.code == bindparam("code")))


def _kept(row: Sequence[Any]) -> Kept:
    _, seq, number, kind, size, name, at, by = row
    return Kept(seq, number, kind, size, name, datetime.fromisoformat(at), by)


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
