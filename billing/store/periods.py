"""Months closed and opened again, with what was posted in them: rows with a place in a chain of their own (M16, L6)."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, insert, select

from billing.core.closing import Step
from billing.core.journal import Entry, Leg, Minutes
from billing.core.statement import Movement
from billing.store import bank, chain, schema
from billing.store.engine import Query

_p = schema.period.c
_ALL = Query(select(_p.n, _p.kind, _p.month, _p.on, _p.reason, _p.heads, _p.settings, _p.names).order_by(_p.n))
_MONTHS = Query(select(_p.kind, _p.month).order_by(_p.n))
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
    c = schema.customer.c
    bank.lock(connection)
    rows = connection.execute(select(c.id, c.head_seq, c.code, c.name).order_by(c.id).with_for_update()).all()
    return {key: seq for key, seq, _, _ in rows}, {code: name for _, _, code, name in rows}


def keep(
    connection: Connection, step: Step, postings: Postings, recorded_at: str, external_id: str | None,
    request: str | None,
) -> None:  # fmt: skip
    """Appends a closing, with what was posted in its month, or an opening to their chain."""
    last = connection.execute(select(_p.hash).order_by(_p.n.desc()).limit(1)).scalar()
    names = _text(step.names)
    entries, minutes = postings
    row = {
        "n": step.n, "kind": step.kind, "month": step.month.isoformat(), "on": step.on.isoformat(),
        "reason": step.reason, "heads": _text({str(key): seq for key, seq in step.heads.items()}),
        "settings": _text(step.settings), "names": names, "names_digest": _digest(names),
        "postings": _text({"entries": [_entry(entry) for entry in entries], "minutes": [_minutes(m) for m in minutes]}),
        "recorded_at": recorded_at, "external_id": external_id, "request": request,
    }  # fmt: skip
    connection.execute(insert(schema.period), row | {"hash": _hash(last or chain.GENESIS, row)})


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
    c = schema.customer.c
    reached: dict[int, int] = dict(map(tuple, connection.execute(select(c.id, c.head_seq))))
    for found in connection.execute(select(schema.period).order_by(_p.n)).mappings():
        row = dict(found)
        place += 1
        if row["n"] != place:
            yield f"closed months: place {place} is missing"
        if row["hash"] != _hash(previous, row) or _digest(row["names"]) != row["names_digest"]:
            yield f"closed months: {row['kind']} {row['month'][:7]} is not what was recorded"
        previous, place = row["hash"], row["n"]
        for key, seq in json.loads(row["heads"]).items():
            if seq > reached.get(int(key), 0):
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
    return chain.link_hash(previous, [row[name] for name in _HASHED], [])


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _text(values: Mapping[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
