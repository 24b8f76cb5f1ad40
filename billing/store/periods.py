"""Months closed and opened again, with what was posted in them, and settings that count from a day: a chain of its own
(M16, L6)."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from billing.core.closing import Step
from billing.core.journal import Entry, Leg, Minutes
from billing.core.statement import Movement
from billing.store import bank, chain
from billing.store.query import Query, tell
from billing.store.sql import Connection, insert, literal_column, schema, select, update

_p = schema.period.c
_ALL = Query(
    select(_p.n, _p.kind, _p.month, _p.on, _p.reason, _p.heads, _p.settings, _p.names)
    .where(_p.kind != literal_column("'setting'"))
    .order_by(_p.n)
)
_MONTHS = Query("SELECT kind, month FROM period WHERE kind IN ('close', 'reopen') ORDER BY n")
_SETTINGS = Query("SELECT month, settings FROM period WHERE kind = 'setting' ORDER BY month, n")
_HASHED = ("n", "kind", "month", "on", "reason", "heads", "settings", "names_digest", "postings", "recorded_at",
           "external_id", "request")  # fmt: skip
Postings = tuple[Sequence[Entry], Sequence[Minutes]]


def closed_months(connection: Connection) -> list[tuple[str, date]]:
    """All closings and openings, in recorded order, as no more than their kinds and months."""
    return [(kind, date.fromisoformat(month)) for kind, month in _MONTHS.rows(connection, {})]


def steps(connection: Connection) -> list[Step]:
    """All closings and openings, in recorded order."""
    return [
        Step(n, kind, date.fromisoformat(month), date.fromisoformat(on), reason,
             {int(key): seq for key, seq in json.loads(heads).items()}, json.loads(settings), json.loads(names))
        for n, kind, month, on, reason, heads, settings, names in _ALL.rows(connection, {})
    ]  # fmt: skip


def lock(connection: Connection) -> tuple[dict[int, int], dict[str, str]]:
    """Makes all other writers wait; answers where each customer's chain ends, by its key, and the names by code."""
    c, h = schema.customer.c, schema.head.c
    bank.lock(connection)
    if connection.dialect.name == "postgresql":  # a SQLite file has one writer at a time
        tell(connection, "LOCK TABLE head IN EXCLUSIVE MODE")  # spread over machines, rows could be locked one by one
    ends = select(c.id, h.seq, c.code, c.name).join_from(schema.customer, schema.head, h.customer_id == c.id)
    rows = connection.execute(ends.order_by(c.id)).all()
    return {key: seq for key, seq, _, _ in rows}, {code: name for _, _, code, name in rows}


def keep(
    connection: Connection, step: Step, postings: Postings, recorded_at: str, recorded_by: str | None,
    external_id: str | None, request: str | None,
) -> None:  # fmt: skip
    """Appends a closing, with what was posted in its month, or an opening to their chain."""
    entries, minutes = postings
    _append(
        connection, step.kind, step.month, step.on, recorded_at, recorded_by=recorded_by, reason=step.reason,
        heads=_text({str(key): seq for key, seq in step.heads.items()}), settings=_text(step.settings),
        names=_text(step.names), external_id=external_id, request=request,
        postings=_text({"entries": [_entry(entry) for entry in entries], "minutes": [_minutes(m) for m in minutes]}),
    )  # fmt: skip


def set_from(
    connection: Connection,
    name: str,
    since: date,
    value: str | None,
    said_on: date,
    recorded_at: str,
    recorded_by: str | None,
) -> None:
    """Appends what a setting of the issuer is from a day on."""
    _append(connection, "setting", since, said_on, recorded_at, settings=_text({name: value}), recorded_by=recorded_by)


def settings(connection: Connection, name: str) -> list[tuple[date, str | None]]:
    """What a setting is from which day on, in the order of the days; of one day the last said counts."""
    found: dict[date, str | None] = {}
    for since, text in _SETTINGS.rows(connection, {}):
        said = json.loads(text)
        if name in said:
            found[date.fromisoformat(since)] = said[name]
    return list(found.items())


def _append(connection: Connection, kind: str, month: date, on: date, recorded_at: str, **given: str | None) -> None:
    empty = _text({})
    c = schema.issuer.c
    place, last = connection.execute(select(c.period_n, c.period_hash).with_for_update()).one()
    row: dict[str, Any] = {
        "n": (place or 0) + 1, "kind": kind, "month": month.isoformat(), "on": on.isoformat(), "reason": None,
        "heads": empty, "settings": empty, "names": empty, "postings": empty, "recorded_at": recorded_at,
        "external_id": None, "request": None, **given,
    }  # fmt: skip
    row["names_digest"] = _digest(row["names"])
    row["hash"] = _hash(last or chain.GENESIS, row)
    connection.execute(insert(schema.period), row)
    connection.execute(update(schema.issuer).values(period_n=row["n"], period_hash=row["hash"]))


def postings(connection: Connection, closings: Iterable[Step]) -> Postings:
    """What was posted in closed months, as each closing kept it, in the order of the months."""
    entries: list[Entry] = []
    minutes: list[Minutes] = []
    for step in closings:
        kept = json.loads(connection.execute(select(_p.postings).where(_p.n == step.n)).scalar_one())
        entries += [_entry_of(row) for row in kept["entries"]]
        minutes += [_minutes_of(*row) for row in kept["minutes"]]
    return entries, minutes


def asked(connection: Connection, kind: str, external_id: str) -> tuple[str | None, int] | None:
    """What was asked under an id, and at which place."""
    found = select(_p.request, _p.n).where(_p.kind == kind, _p.external_id == external_id)
    row = connection.execute(found).first()
    return None if row is None else (row[0], row[1])


def faults(connection: Connection) -> Iterator[str]:
    """What does not hold in the chain of closings: places, hashes, names, heads that the chains have not reached."""
    previous, place = chain.GENESIS, 0
    h = schema.head.c
    reached: dict[int, int] = dict(map(tuple, connection.execute(select(h.customer_id, h.seq))))
    for found in connection.execute(select(schema.period).order_by(_p.n)).mappings():
        row = dict(found)
        place += 1
        if row["n"] != place:
            yield f"closed months: place {place} is missing"
        if row["hash"] != _hash(previous, row) or _digest(row["names"]) != row["names_digest"]:
            yield f"closed months: {row['kind']} {row['month'][:7]} is not what was recorded"
        previous, place = row["hash"], row["n"]
        yield from _beyond(row, reached)
    head = connection.execute(select(schema.issuer.c.period_n, schema.issuer.c.period_hash)).first()
    if head is None:  # the issuer is gone, which the journal tells
        return
    if (head[0] or 0, head[1] or chain.GENESIS) != (place, previous):
        yield f"closed months: the chain ends at {place}, its head says {head[0] or 0}"


def _beyond(row: Mapping[str, Any], reached: Mapping[int, int]) -> Iterator[str]:
    """The customers whose chains end before what a closing knew."""
    try:
        heads = {int(key): int(seq) for key, seq in json.loads(row["heads"]).items()}
    except (ValueError, AttributeError, TypeError):  # it was changed, which is said already
        return
    for key, seq in heads.items():
        if seq > reached.get(key, 0):
            yield f"closed months: {row['month'][:7]} knew position {seq} of customer {key}, cut off since"


# Entries and movements as text


def _entry(entry: Entry) -> list[Any]:
    legs = [[leg.role, str(leg.amount), leg.currency, leg.detail] for leg in entry.legs]
    return [entry.journal, _day(entry.on), entry.customer, entry.what, entry.about, entry.document, legs,
            _day(entry.own_day)]  # fmt: skip


def _entry_of(row: list[Any]) -> Entry:
    journal, on, customer, what, about, document, legs, own_day = row
    kept = tuple(Leg(role, Decimal(amount), currency, detail) for role, amount, currency, detail in legs)
    return Entry(journal, date.fromisoformat(on), customer, what, tuple(about), document, kept, _known_day(own_day))


def _minutes(each: Minutes) -> list[Any]:
    m = each.movement
    movement = [_day(m.on), m.kind, m.minutes, m.grant, m.entry, m.position]
    return [each.customer, each.grant, movement, each.case, _day(each.own_day)]


def _minutes_of(customer: str, name: str, movement: list[Any], case: str | None, own_day: str | None) -> Minutes:
    on, *others = movement
    return Minutes(customer, name, Movement(date.fromisoformat(on), *others), case, _known_day(own_day))


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _known_day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _hash(previous: str, row: Mapping[str, Any]) -> str:
    return chain.link_hash(previous, chain.signed([row[name] for name in _HASHED], row["recorded_by"]), [])


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _text(values: Mapping[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
