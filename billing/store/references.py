"""Under which id something was recorded, and what that id stands for (L5)."""

from collections.abc import Collection

from billing.store.asked import by_customer, chunks
from billing.store.query import Query, each
from billing.store.sql import (
    Connection,
    bindparam,
    schema,
    select,
)


def find_reference(connection: Connection, kind: str, external_id: str) -> tuple[int, int, str] | None:
    """Where something with an external id was recorded: customer key, position, request digest (L5)."""
    place = placed(connection, kind, external_id)
    request = None if place is None else request_at(connection, *place)
    return None if place is None or request is None else (*place, request[0])


def placed(connection: Connection, kind: str, external_id: str) -> tuple[int, int] | None:
    """Where something with an external id was recorded, by what the directory says: customer key, position."""
    row = _REFERENCE.row(connection, {"kind": kind, "id": external_id})
    return None if row is None else (row[1], row[2])


def request_at(connection: Connection, customer_id: int, seq: int) -> tuple[str] | None:
    """The digest of the request that is recorded at a position, where one is recorded."""
    found: tuple[str] | None = _REQUEST.row(connection, {"customer": customer_id, "seq": seq})
    return found


def recorded_by(connection: Connection, customer_id: int, seq: int) -> str | None:
    """Who recorded a position (A2)."""
    return connection.execute(select(_l.recorded_by).where(_l.customer_id == customer_id, _l.seq == seq)).scalar()


def id_of(connection: Connection, customer_id: int, seq: int, beginning: str = "") -> str | None:
    """The external id under which a position was recorded, if it had one that begins so."""
    found = connection.execute(select(_l.external_id).where(_l.customer_id == customer_id, _l.seq == seq)).scalar()
    return found if found is not None and found.startswith(beginning) else None


_r, _l = schema.reference.c, schema.link.c
_OF_KIND = select(_r.external_id, _r.customer_id, _r.seq).where(_r.kind == bindparam("kind"))
_REFERENCE = Query(_OF_KIND.where(_r.external_id == bindparam("id")))
_REFERENCES = Query(_OF_KIND.where(_r.external_id.in_(bindparam("ids", expanding=True))))
_REQUEST = Query(select(_l.request).where(_l.customer_id == bindparam("customer"), _l.seq == bindparam("seq")))
_REQUESTS = Query(
    select(_l.customer_id, _l.seq, _l.request).where(
        _l.customer_id == bindparam("customer"), _l.seq.in_(bindparam("places", expanding=True))
    )
)


def find_references(
    connection: Connection, kind: str, external_ids: Collection[str]
) -> dict[str, tuple[int, int, str]]:
    """Where things with external ids were recorded, by id."""
    rows = [row for some in chunks(external_ids) for row in _REFERENCES.rows(connection, {"kind": kind, "ids": some})]
    at = by_customer((customer, seq) for _, customer, seq in rows)
    asked = [
        (_REQUESTS, {"customer": customer, "places": some}) for customer, seqs in at.items() for some in chunks(seqs)
    ]
    requests = {(customer, seq): request for found in each(connection, asked) for customer, seq, request in found}
    return {
        external_id: (customer, seq, requests[customer, seq])
        for external_id, customer, seq in rows
        if (customer, seq) in requests
    }
