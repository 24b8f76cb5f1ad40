"""The timers of agents at work: ordinary rows, gone when their entry is made."""

from datetime import datetime

from billing.store.query import Query
from billing.store.rows import instant
from billing.store.sql import Connection, bindparam, delete, insert, schema, select, update
from billing.values import dataclass

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
    rows = _OF.rows(connection, {"agent": agent})
    return [
        Timer(agent, case, customer, instant(began), None if since is None else instant(since), seconds)
        for agent, case, customer, began, since, seconds in rows
    ]


_TIMERS = select(_t.agent, _t.case, _t.customer_id, _t.began_at, _t.since, _t.seconds)
_OF = Query(_TIMERS.where(_t.agent == bindparam("agent")).order_by(_t.since.is_(None), _t.began_at))
_RUNNING = Query(_TIMERS.where(_t.since.is_not(None)).order_by(_t.since, _t.agent))


def running(connection: Connection) -> list[Timer]:
    """The timers that run, of all agents: the longest first."""
    rows = _RUNNING.rows(connection, {})
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
        _BEGIN.run(connection, [{**whose, "began_at": _kept(timer.began_at), **state}])
        return
    _CHANGE.run(connection, [{"whose": timer.agent, "what": timer.case, **state}])


def drop(connection: Connection, timer: Timer) -> None:
    """Forgets a timer."""
    _DROP.run(connection, [{"whose": timer.agent, "what": timer.case}])


_ONE = (_t.agent == bindparam("whose"), _t.case == bindparam("what"))
_BEGIN, _DROP = Query(insert(schema.timer)), Query(delete(schema.timer).where(*_ONE))
_CHANGE = Query(
    update(schema.timer)
    .where(*_ONE)
    .values(since=bindparam("since"), running=bindparam("running"), seconds=bindparam("seconds"))
)


def _kept(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
