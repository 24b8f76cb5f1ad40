"""Links and sessions: ordinary rows that hold the digest of what opens, never that itself (A2), and no text (P5)."""

import secrets
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, or_, select, update

from billing.store import journal, schema
from billing.store.appending import instant as kept
from billing.store.keys import digest
from billing.store.query import Query
from billing.store.rows import instant
from billing.values import dataclass

_l, _s, _c = schema.access_link.c, schema.session.c, schema.customer.c
_UNSEEN = 32  # bits times eight of what opens


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link as it is kept."""

    name: str
    role: str
    customer: str | None
    contact: str | None
    own_cases: bool
    agent: str | None
    made_at: datetime
    expires_on: date
    revoked_at: datetime | None
    uses: int
    used_at: datetime | None

    @property
    def once(self) -> bool:
        """Whether it opens once: the staff's does."""
        return self.agent is not None


def fresh() -> str:
    """What opens: 256 random bits."""
    return secrets.token_urlsafe(_UNSEEN)


def name_of(token: str) -> str:
    """What a link is called, which tells nothing of what opens."""
    return f"link-{digest(token)[:10]}"


_LINKS = (
    select(_l.name, _l.role, _c.code, _l.contact, _l.own_cases, _l.agent, _l.made_at, _l.expires_on, _l.revoked_at,
           _l.uses, _l.used_at)
    .outerjoin(schema.customer, _c.id == _l.customer_id)
    .order_by(_l.made_at, _l.name)
)  # fmt: skip
_BY_DIGEST = Query(_LINKS.where(_l.digest == bindparam("digest")))
_BY_NAME = Query(_LINKS.where(_l.name == bindparam("name")))
_BY_ID = Query(_LINKS.where(_l.external_id == bindparam("id")))
_ALL = Query(_LINKS)
_SESSION = Query(select(_s.link, _s.expires_on).where(_s.digest == bindparam("digest")))


def of_token(connection: Connection, token: str) -> Link | None:
    """The link that a token opens."""
    return _first(_BY_DIGEST, connection, digest=digest(token))


def named(connection: Connection, name: str) -> Link | None:
    """The link of a name."""
    return _first(_BY_NAME, connection, name=name)


def of_id(connection: Connection, external_id: str) -> Link | None:
    """The link that was made under an id (L5)."""
    return _first(_BY_ID, connection, id=external_id)


def every(connection: Connection) -> list[Link]:
    """All links, in the order in which they were made."""
    return [_link(row) for row in _ALL.rows(connection, {})]


def _first(query: Query, connection: Connection, **values: str) -> Link | None:
    row = query.row(connection, values)
    return None if row is None else _link(row)


def _link(row: tuple[Any, ...]) -> Link:
    name, role, customer, contact, own, agent, made, expires, revoked, uses, used = row
    return Link(
        name=name, role=role, customer=customer, contact=contact, own_cases=bool(own), agent=agent,
        made_at=instant(made), expires_on=date.fromisoformat(expires),
        revoked_at=None if revoked is None else instant(revoked), uses=uses,
        used_at=None if used is None else instant(used),
    )  # fmt: skip


def add(
    connection: Connection,
    link: Link,
    token: str,
    customer_id: int | None,
    by: str | None,
    external_id: str | None,
    by_provider: bool = False,
) -> None:
    """Keeps a new link by the digest of its token."""
    row = {
        "name": link.name, "role": link.role, "customer_id": customer_id, "contact": link.contact,
        "own_cases": int(link.own_cases), "agent": link.agent, "digest": digest(token),
        "made_at": kept(link.made_at), "made_by": by, "expires_on": link.expires_on.isoformat(), "revoked_at": None,
        "uses": link.uses, "used_at": None if link.used_at is None else kept(link.used_at),
        "external_id": external_id, "by_provider": 1 if by_provider else None,
    }  # fmt: skip
    journal.put(connection, schema.access_link, [row])


def revoke(connection: Connection, name: str, at: datetime) -> None:
    """Ends a link, and with it the sessions that came by it."""
    journal.change(connection, schema.access_link, _l.name == name, {"revoked_at": kept(at)})
    connection.execute(delete(schema.session).where(_s.link == name))


def end_of_agent(connection: Connection, agent: str, at: datetime) -> None:
    """Ends what an agent began by logging in at a provider."""
    his = (_l.agent == agent) & (_l.by_provider == 1) & _l.revoked_at.is_(None)
    connection.execute(delete(schema.session).where(_s.link.in_(select(_l.name).where(his))))
    journal.change(connection, schema.access_link, his, {"revoked_at": kept(at)})


def use(connection: Connection, name: str, at: datetime, once: bool) -> bool:
    """Counts that somebody came by a link; of one that opens once, whether nobody did before."""
    which = (_l.name == name) & (_l.uses == 0) if once else _l.name == name
    done = connection.execute(update(schema.access_link).where(which).values(uses=_l.uses + 1, used_at=kept(at)))
    return done.rowcount == 1


def begin(connection: Connection, session: str, link: str, at: datetime, expires_on: date) -> None:
    """Keeps a new session by the digest of what opens it."""
    row = {"digest": digest(session), "link": link, "made_at": kept(at), "expires_on": expires_on.isoformat()}
    connection.execute(insert(schema.session), row)


def session_of(connection: Connection, session: str) -> tuple[Link, date] | None:
    """The link that a session came by, and the session's last day."""
    row = _SESSION.row(connection, {"digest": digest(session)})
    if row is None:
        return None
    link = named(connection, row[0])
    return None if link is None else (link, date.fromisoformat(row[1]))


def end(connection: Connection, session: str) -> None:
    """Takes a session away."""
    connection.execute(delete(schema.session).where(_s.digest == digest(session)))


def forget(connection: Connection, before: date) -> None:
    """Takes away sessions and links that ended before a day (P5)."""
    day = before.isoformat()
    gone = select(_l.name).where(_l.expires_on < day)
    connection.execute(delete(schema.session).where(or_(_s.expires_on < day, _s.link.in_(gone))))
    journal.take(connection, schema.access_link, _l.expires_on < day)
