"""Hooks, and the outbox: rows for listeners, written with what they tell of, claimed by who delivers them."""

import secrets
from base64 import b64encode
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, delete, func, or_, select, update

from billing.store import journal, schema
from billing.store.appending import instant as kept
from billing.store.rows import instant
from billing.values import dataclass

_h, _o, _c = schema.hook.c, schema.outbox.c, schema.customer.c
_other = schema.outbox.alias().c


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """A hook as it is kept."""

    number: int
    url: str
    events: tuple[str, ...]
    secret: str
    made_at: datetime
    waiting: int = 0
    dead: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What one listener is to be told, once."""

    id: str
    hook: int
    customer: str
    event: str
    body: str
    at: datetime
    state: str
    tries: int
    ended_at: datetime | None
    said: str | None


def fresh() -> str:
    """A new secret: 192 random bits, written as Standard Webhooks has it."""
    return f"whsec_{b64encode(secrets.token_bytes(24)).decode()}"


def fresh_id() -> str:
    """What a listener knows a message by, also when it comes twice."""
    return f"msg_{secrets.token_hex(12)}"


# Hooks


def live(connection: Connection) -> list[Hook]:
    """The hooks that are told, in the order in which they were made, with what waits for each and what is dead."""
    counts = {
        (hook, state): int(count)
        for hook, state, count in connection.execute(
            select(_o.hook, _o.state, func.count()).where(_o.state != "delivered").group_by(_o.hook, _o.state)
        )
    }
    rows = connection.execute(_HOOKS.where(_h.removed_at.is_(None)).order_by(_h.number))
    return [_hook(row, counts.get((row[0], "waiting"), 0), counts.get((row[0], "dead"), 0)) for row in rows]


def told(connection: Connection) -> list[tuple[int, tuple[str, ...]]]:
    """The numbers of the hooks that are told, and of what."""
    rows = connection.execute(select(_h.number, _h.events).where(_h.removed_at.is_(None)).order_by(_h.number))
    return [(number, tuple(events.split())) for number, events in rows]


def of_id(connection: Connection, external_id: str) -> Hook | None:
    """The hook that was made under an id, also one that was removed (L5)."""
    row = connection.execute(_HOOKS.where(_h.external_id == external_id)).first()
    return None if row is None else _hook(row, 0, 0)


_HOOKS = select(_h.number, _h.url, _h.events, _h.secret, _h.made_at)


def _hook(row: tuple[int, str, str, str | None, str], waiting: int, dead: int) -> Hook:
    number, url, events, secret, made_at = row
    return Hook(
        number=number, url=url, events=tuple(events.split()), secret=secret or "", made_at=instant(made_at),
        waiting=waiting, dead=dead,
    )  # fmt: skip


def add(connection: Connection, hook: Hook, by: str | None, external_id: str | None) -> int:
    """Keeps a new hook; answers its number."""
    row = {
        "url": hook.url, "events": " ".join(hook.events), "secret": hook.secret, "made_at": kept(hook.made_at),
        "made_by": by, "external_id": external_id,
    }  # fmt: skip
    (number,) = journal.put(connection, schema.hook, [row])
    return int(number)


def remove(connection: Connection, number: int, at: datetime) -> int:
    """Ends a hook: its secret and what waits for it are gone; answers how many waited."""
    ended = {"removed_at": kept(at), "secret": None}
    journal.change(connection, schema.hook, _h.number == number, ended)
    waited = connection.execute(select(func.count()).where(_o.hook == number, _o.state == "waiting")).scalar()
    connection.execute(delete(schema.outbox).where(_o.hook == number))
    return int(waited or 0)


def was_removed(connection: Connection, number: int) -> bool:
    """Whether there was a hook of a number, and is no more."""
    found = connection.execute(select(_h.number).where(_h.number == number, _h.removed_at.is_not(None))).first()
    return found is not None


# Messages

_MESSAGES = select(_o.id, _o.hook, _c.code, _o.event, _o.body, _o.at, _o.state, _o.tries, _o.ended_at, _o.said).join(
    schema.customer, _c.id == _o.customer_id
)


def message(connection: Connection, id: str) -> Message | None:
    """A message by its id."""
    row = connection.execute(_MESSAGES.where(_o.id == id)).first()
    return None if row is None else _message(row)


def dead(connection: Connection, most: int) -> list[Message]:
    """The messages that were given up, the newest first."""
    rows = connection.execute(_MESSAGES.where(_o.state == "dead").order_by(_o.number.desc()).limit(most))
    return [_message(row) for row in rows]


def _message(row: tuple[str, int, str, str, str, str, str, int, str | None, str | None]) -> Message:
    id, hook, customer, event, body, at, state, tries, ended_at, said = row
    return Message(
        id=id, hook=hook, customer=customer, event=event, body=body, at=instant(at), state=state, tries=tries,
        ended_at=None if ended_at is None else instant(ended_at), said=said,
    )  # fmt: skip


def next_at(connection: Connection) -> datetime | None:
    """When the next message is to be tried, of those that nothing goes before; None where none waits."""
    found = connection.execute(select(func.min(_o.next_at)).join(_first, _first.c.number == _o.number)).scalar()
    return None if found is None else instant(found)


_first = (  # of each hook and customer the one before which nothing waits
    select(func.min(_other.number).label("number"))
    .where(_other.state == "waiting")
    .group_by(_other.hook, _other.customer_id)
    .subquery()
)


def claim(connection: Connection, now: datetime, until: datetime, most: int) -> list[Message]:
    """Takes messages that are due, of each hook and customer the first that waits, for nobody else until a moment."""
    due = and_(_o.state == "waiting", _o.next_at <= kept(now))
    rows = connection.execute(
        _MESSAGES.add_columns(_o.number)
        .join(_first, _first.c.number == _o.number)
        .where(due)
        .order_by(_o.next_at, _o.number)
        .limit(most)
    ).all()
    found = []
    for row in rows:  # another may have taken one since they were read
        mine = update(schema.outbox).where(_o.number == row[-1], due).values(next_at=kept(until))
        if connection.execute(mine).rowcount:
            found.append(_message(row[:-1]))
    return found


def end(connection: Connection, id: str, at: datetime, state: str, said: str | None) -> None:
    """Keeps that a message was delivered or given up."""
    values = {"state": state, "tries": _o.tries + 1, "ended_at": kept(at), "said": said}
    connection.execute(update(schema.outbox).where(_o.id == id, _o.state == "waiting").values(**values))


def wait(connection: Connection, id: str, until: datetime, said: str | None) -> None:
    """Keeps that a message was tried, and when it is again."""
    values = {"tries": _o.tries + 1, "next_at": kept(until), "said": said}
    connection.execute(update(schema.outbox).where(_o.id == id, _o.state == "waiting").values(**values))


def pause(connection: Connection, hook: int, until: datetime) -> None:
    """Lets all that waits for a hook wait until a moment: its listener is away."""
    later = kept(until)
    waiting = and_(_o.hook == hook, _o.state == "waiting", _o.next_at < later)
    connection.execute(update(schema.outbox).where(waiting).values(next_at=later))


def replay(connection: Connection, now: datetime, which: Iterable[ColumnElement[bool]]) -> int:
    """Lets messages that were given up or delivered wait again, with all their tries before them; answers how many."""
    values = {"state": "waiting", "tries": 0, "next_at": kept(now), "ended_at": None}
    found = connection.execute(update(schema.outbox).where(_o.state != "waiting", *which).values(**values))
    return found.rowcount


def which(id: str | None, hook: int | None, since: datetime | None) -> list[ColumnElement[bool]]:
    """The messages meant: one, or those that were given up, or with `since` all that were recorded from then on."""
    if id is not None:
        return [_o.id == id]
    found: list[ColumnElement[bool]] = [_o.state == "dead"] if since is None else [_o.at >= kept(since)]
    return found if hook is None else [*found, _o.hook == hook]


def forget(connection: Connection, delivered_by: datetime, dead_by: datetime) -> None:
    """Deletes what was delivered, or given up, by some moments (P5)."""
    old = or_(
        and_(_o.state == "delivered", _o.ended_at < kept(delivered_by)),
        and_(_o.state == "dead", _o.ended_at < kept(dead_by)),
    )
    connection.execute(delete(schema.outbox).where(old))
