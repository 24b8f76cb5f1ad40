"""The timers of agents at work: ordinary rows, gone when their entry is made."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from billing.store import schema
from billing.store.rows import instant

_t = schema.timer.c


@dataclass(frozen=True, slots=True)
class Timer:
    """A case that an agent works on: for how long before it was set running, and since when it is."""

    agent: str
    case: str
    customer_id: int
    began_at: datetime
    since: datetime | None
    seconds: int

    def worked(self, at: datetime) -> int:
        """How long it has run by a moment."""
        return self.seconds + (0 if self.since is None else int((at - self.since).total_seconds()))


def of(connection: Connection, agent: str) -> list[Timer]:
    """The timers of an agent: the running one first, then by when they were begun."""
    rows = connection.execute(
        select(_t.agent, _t.case, _t.customer_id, _t.began_at, _t.since, _t.seconds)
        .where(_t.agent == agent)
        .order_by(_t.since.is_(None), _t.began_at)
    )
    return [
        Timer(agent, case, customer, instant(began), None if since is None else instant(since), seconds)
        for agent, case, customer, began, since, seconds in rows
    ]


def running(connection: Connection) -> list[Timer]:
    """The timers that run, of all agents: the longest first."""
    columns = _t.agent, _t.case, _t.customer_id, _t.began_at, _t.since, _t.seconds
    rows = connection.execute(select(*columns).where(_t.since.is_not(None)).order_by(_t.since, _t.agent))
    return [
        Timer(agent, case, customer, instant(began), instant(since), seconds)
        for agent, case, customer, began, since, seconds in rows
    ]


def keep(connection: Connection, timer: Timer, new: bool = False) -> None:
    """Keeps a timer as it is now."""
    state = {
        "since": None if timer.since is None else _kept(timer.since),
        "running": None if timer.since is None else 1,
        "seconds": timer.seconds,
    }
    if new:
        whose = {"agent": timer.agent, "case": timer.case, "customer_id": timer.customer_id}
        connection.execute(insert(schema.timer).values(**whose, began_at=_kept(timer.began_at), **state))
        return
    connection.execute(update(schema.timer).where(_t.agent == timer.agent, _t.case == timer.case).values(**state))


def drop(connection: Connection, timer: Timer) -> None:
    """Forgets a timer."""
    connection.execute(delete(schema.timer).where(_t.agent == timer.agent, _t.case == timer.case))


def _kept(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
