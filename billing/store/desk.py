"""Finds entries and cases by what people call them."""

from datetime import date, datetime

from billing.core.facts import Entry
from billing.store import appending, ledger
from billing.store.query import Query
from billing.store.sql import Connection, and_, bindparam, exists, func, schema, select
from billing.values import dataclass

_e, _k = schema.entry.c, schema.correction.c


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry is: the customer's key and the position in the chain."""

    customer_id: int
    seq: int


def find_entry(connection: Connection, entry_id: str) -> Place | None:
    """The place of an entry, by its external id, else by the id that was made of customer code and position."""
    found = _GIVEN.row(connection, {"id": entry_id})
    if found is None:
        code, _, seq = entry_id.rpartition("-")
        if not (seq.isascii() and seq.isdigit() and len(seq) < 10):
            return None
        found = _MADE.row(connection, {"code": code, "seq": int(seq), "id": entry_id})
    return None if found is None else Place(*found)


_r = schema.reference.c
_GIVEN = Query(select(_r.customer_id, _r.seq).where(_r.kind == "entry", _r.external_id == bindparam("id")))
_MADE = Query(
    select(_e.customer_id, _e.seq)
    .join(schema.customer, schema.customer.c.id == _e.customer_id)
    .where(schema.customer.c.code == bindparam("code"), _e.seq == bindparam("seq"), _e.id == bindparam("id"))
)


def is_voided(connection: Connection, place: Place) -> bool:
    """Whether an entry was taken back."""
    of = (_k.customer_id == place.customer_id, _k.entry == place.seq, _k.kind == "void")
    return connection.execute(select(_k.seq).where(*of).limit(1)).first() is not None


def entry_at(connection: Connection, customer_id: int, seq: int) -> Entry:
    """The entry at a place."""
    (row,) = ledger.AT.rows(connection, {"customer": customer_id, "entries": [seq]})
    entry: Entry = ledger.fact_of(Entry, row)
    return entry


@dataclass(frozen=True, slots=True)
class Last:
    """An agent's last live entry: where it is, when it was recorded, and whether it is on a document."""

    place: Place
    recorded_at: datetime
    invoiced: bool


def last_entry_of(connection: Connection, agent: str | None, since: datetime | None = None) -> Last | None:
    """The live entry that an agent recorded last, of all customers; with `since`, if that was no earlier (C1)."""
    values = {"agent": agent, "since": None if since is None else appending.instant(since)}
    found = _LAST[agent is not None, since is not None].row(connection, values)
    return None if found is None else Last(Place(found[0], found[1]), datetime.fromisoformat(found[2]), bool(found[3]))


_VOIDED = (
    "EXISTS (SELECT 1 FROM correction k WHERE k.customer_id = e.customer_id AND k.kind = 'void' AND k.entry = e.seq)"
)
_FOUND = """
    e.customer_id, e.seq, l.recorded_at,
    EXISTS (SELECT 1 FROM document_entry p WHERE p.customer_id = e.customer_id AND p.entry = e.seq)
"""
# Backwards from now: what others recorded since is all that is passed over
_SINCE = f"""
    SELECT {_FOUND} FROM link l CROSS JOIN entry e
    WHERE l.recorded_at >= :since AND e.customer_id = l.customer_id AND e.seq = l.seq
      AND e.{{agent}} AND NOT {_VOIDED}
    ORDER BY l.recorded_at DESC, l.customer_id DESC, l.seq DESC LIMIT 1
"""
# A step of the index for each customer of the agent, however many entries there are
_EVER = f"""
    WITH RECURSIVE known(customer_id) AS (
        SELECT min(customer_id) FROM entry WHERE {{agent}} AND customer_id > 0
        UNION ALL
        SELECT (SELECT min(o.customer_id) FROM entry o WHERE o.{{agent}} AND o.customer_id > known.customer_id)
        FROM known WHERE known.customer_id IS NOT NULL
    )
    SELECT {_FOUND} FROM known CROSS JOIN entry e CROSS JOIN link l
    WHERE e.customer_id = known.customer_id AND l.customer_id = e.customer_id AND l.seq = e.seq AND e.seq = (
        SELECT e.seq FROM entry e WHERE e.{{agent}} AND e.customer_id = known.customer_id AND NOT {_VOIDED}
        ORDER BY e.seq DESC LIMIT 1
    )
    ORDER BY l.recorded_at DESC, l.customer_id DESC, l.seq DESC LIMIT 1
"""
_LAST = {
    (named, bounded): Query((_SINCE if bounded else _EVER).format(agent="agent = :agent" if named else "agent IS NULL"))
    for named in (True, False)
    for bounded in (True, False)
}


def worked(connection: Connection, agent: str | None, first: date, last: date) -> list[tuple[Place, datetime]]:
    """The live entries of an agent's work from a day to a day, with when each was recorded, in that order."""
    of = {"agent": agent, "first": first.isoformat(), "last": last.isoformat()}
    found = (_DAYS_OF_NOBODY if agent is None else _DAYS).rows(connection, of)
    return [(Place(customer, seq), datetime.fromisoformat(at)) for customer, seq, at in found]


_l = schema.link.c
_LIVE = (
    select(_e.customer_id, _e.seq, _l.recorded_at)
    .join(schema.link, and_(_l.customer_id == _e.customer_id, _l.seq == _e.seq))
    .where(
        _e.worked_on >= bindparam("first"),
        _e.worked_on <= bindparam("last"),
        ~exists().where(_k.customer_id == _e.customer_id, _k.kind == "void", _k.entry == _e.seq),
    )
    .order_by(_e.worked_on, _l.recorded_at)
)
_DAYS, _DAYS_OF_NOBODY = Query(_LIVE.where(_e.agent == bindparam("agent"))), Query(_LIVE.where(_e.agent.is_(None)))


def seconds_worked(connection: Connection, agent: str, on: date) -> int:
    """What an agent worked on a day, in raw seconds: of the live entries, for all customers."""
    (seconds,) = _WORKED.row(connection, {"agent": agent, "day": on.isoformat()}) or (0,)
    return int(seconds or 0)


_WORKED = Query(
    select(func.sum(_e.logged_seconds)).where(
        _e.agent == bindparam("agent"),
        _e.worked_on == bindparam("day"),
        ~exists().where(_k.customer_id == _e.customer_id, _k.kind == "void", _k.entry == _e.seq),
    )
)


def agents(connection: Connection) -> list[str]:
    """The agents who have logged time, by name: one step of the index each, however many entries there are."""
    return [agent for (agent,) in _AGENTS.rows(connection, {})]


_AGENTS = Query(
    """
    WITH RECURSIVE known(agent) AS (
        SELECT min(agent) FROM entry
        UNION ALL
        SELECT (SELECT min(agent) FROM entry WHERE agent > known.agent) FROM known WHERE known.agent IS NOT NULL
    )
    SELECT agent FROM known WHERE agent IS NOT NULL
    """
)
