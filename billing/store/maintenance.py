"""Announced maintenance: shared by all customers, insert-only, in a series of its own (S9). Instants are in UTC."""

import json
from collections import defaultdict
from collections.abc import Collection
from datetime import UTC, date, datetime
from typing import Any

from billing.store import chain
from billing.store.asked import chunks
from billing.store.damage import BROKEN, damaged
from billing.store.numbering import Content, Series, numbered_row
from billing.store.query import Query
from billing.store.sql import Connection, and_, bindparam, insert, schema, select
from billing.values import dataclass

_m, _a = schema.maintenance.c, schema.acknowledgement.c


@dataclass(frozen=True, slots=True)
class Maintenance:
    """An announcement: when, what, for the customers of which tariff (none: of all)."""

    number: str
    starts_at: datetime
    ends_at: datetime
    tariff: str | None
    text: str
    emergency: bool
    announced_at: datetime

    def running(self, at: datetime) -> bool:
        """Whether it is going on at an instant: from its start to before its end."""
        return self.starts_at <= at < self.ends_at


def text_of(at: datetime) -> str:
    """An instant as it is kept, in UTC, to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def add(connection: Connection, series: Series, content: Content, on: date) -> None:
    """Keeps an announcement; the series moves on to its number and hash."""
    row, text = numbered_row(series, content, on)
    row |= {name: content[name] for name in ("starts_at", "ends_at", "tariff")}
    row |= {"external_id": content["id"], "content": text, "series_hash": series.hash}
    connection.execute(insert(schema.maintenance).values(**row))


def announced(connection: Connection, at: datetime, tariff: str | None = None) -> list[Maintenance]:
    """What is running at an instant or ahead of it and was announced by then, the earliest first (S9).

    `tariff` is a customer's: what concerns other tariffs alone is left out. None: everything.
    """
    found = ahead(connection, at)
    return [
        planned
        for planned in found
        if planned.announced_at <= at and (tariff is None or planned.tariff in (None, tariff))
    ]


def ahead(connection: Connection, at: datetime) -> list[Maintenance]:
    """What runs at an instant or later, whenever it was announced, the earliest first."""
    return [_read(*row) for row in _AHEAD.rows(connection, {"at": text_of(at)})]


_AHEAD = Query(select(_m.content, _m.code).where(_m.ends_at > bindparam("at")).order_by(_m.starts_at, _m.code))


def listed(connection: Connection) -> list[Maintenance]:
    """All announcements, in the order in which they begin."""
    rows = connection.execute(select(_m.content, _m.code).order_by(_m.starts_at, _m.code))
    return [_read(*row) for row in rows]


def find(connection: Connection, number: str) -> tuple[Maintenance, str] | None:
    """The announcement of a number, and the digest of all that it said."""
    text = connection.execute(select(_m.content).where(_m.code == number)).scalar()
    return None if text is None else (_read(text, number), digest(text))


def by_id(connection: Connection, external_id: str) -> Content | None:
    """What was announced under an id of the caller's."""
    text = connection.execute(select(_m.content).where(_m.external_id == external_id)).scalar()
    return None if text is None else dict(json.loads(text))


def digest(text: str) -> str:
    """The digest of an announcement's words, which an acknowledgement names."""
    return chain.version_digest("maintenance", "", text)


def acknowledgements(connection: Connection, numbers: Collection[str]) -> dict[str, list[tuple[str, str, str | None]]]:
    """Who acknowledged announcements, by number: customer, day, and by whom where that is not erased."""
    p, c = schema.personal.c, schema.customer.c
    statement = (
        select(_a.maintenance, c.code, _a.on, p.value)
        .join(schema.customer, c.id == _a.customer_id)
        .outerjoin(schema.personal, and_(p.customer_id == _a.customer_id, p.seq == _a.seq, p.field == "note"))
        .order_by(c.code)
    )
    found: dict[str, list[tuple[str, str, str | None]]] = defaultdict(list)
    for some in chunks(numbers):
        for number, *acknowledged in connection.execute(statement.where(_a.maintenance.in_(some))):
            found[number].append((acknowledged[0], acknowledged[1], acknowledged[2]))
    return found


def unacknowledged(connection: Connection, number: str, day: date, tariff: str | None) -> list[str]:
    """The codes of the customers under contract on a day who have not acknowledged an announcement; of one tariff's."""
    c, t, v, x = schema.customer.c, schema.term.c, schema.tariff_version.c, schema.cancellation.c
    done = select(1).where(_a.customer_id == c.id, _a.maintenance == number).exists()
    over = select(1).where(x.customer_id == t.customer_id, x.contract == t.contract, x.on < day.isoformat()).exists()
    statement = (
        select(c.code)
        .join(schema.term, t.customer_id == c.id)
        .join(schema.tariff_version, v.id == t.version)
        .where(t.first_on <= day.isoformat(), t.last_on >= day.isoformat(), ~over, ~done)
        .distinct()
        .order_by(c.code)
    )
    return list(connection.execute(statement if tariff is None else statement.where(v.name == tariff)).scalars())


def acknowledgement(connection: Connection, customer_id: int, number: str) -> tuple[int, str] | None:
    """Where and on which day a customer acknowledged an announcement."""
    found = connection.execute(
        select(_a.seq, _a.on).where(_a.customer_id == customer_id, _a.maintenance == number)
    ).first()
    return None if found is None else (found[0], found[1])


def checked(connection: Connection) -> list[tuple[dict[str, Any], Content, str]]:
    """The rows as they are, with what they hold and its digest, for the audit."""
    rows = [dict(row) for row in connection.execute(select(schema.maintenance).order_by(_m.code)).mappings()]
    return [(row, json.loads(row["content"]), digest(row["content"])) for row in rows]


def terms(connection: Connection) -> list[tuple[int, int, str, str]]:
    """Customer, position, announcement and digest of each acknowledgement, for the audit."""
    found = connection.execute(
        select(_a.customer_id, _a.seq, _a.maintenance, _a.terms).order_by(_a.customer_id, _a.seq)
    )
    return [(customer, seq, number, digest_) for customer, seq, number, digest_ in found]


def _read(text: str, number: str) -> Maintenance:
    """The announcement that a text was kept of. Raises DatabaseRefusal (`damaged`)."""
    try:
        return _of(json.loads(text))
    except BROKEN:
        raise damaged(number) from None


def _of(content: Content) -> Maintenance:
    return Maintenance(
        content["number"],
        datetime.fromisoformat(content["starts_at"]),
        datetime.fromisoformat(content["ends_at"]),
        content["tariff"],
        content["text"],
        content["emergency"],
        datetime.fromisoformat(content["announced"]),
    )
