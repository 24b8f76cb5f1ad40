"""Who works: agents as a list, ordinary rows that the journal watches. The ledger holds their codes alone (P4)."""

from datetime import date

from billing.store import journal
from billing.store.query import Query
from billing.store.sql import Connection, schema, select
from billing.values import dataclass

_a = schema.agent.c


@dataclass(frozen=True, slots=True)
class Agent:
    """An agent: the code that entries hold, the name if it is known, and the last day of work once that is known.

    Who logs in at a provider has the address that it knows him by, and a role.
    """

    code: str
    name: str | None
    last_on: date | None
    email: str | None = None
    role: str | None = None

    def works_on(self, day: date) -> bool:
        """Whether the agent is still there on a day."""
        return self.last_on is None or day <= self.last_on


def listed(connection: Connection) -> dict[str, Agent]:
    """The list, by code; empty where nobody was ever put on it."""
    rows = _LISTED.rows(connection, {})
    return {
        code: Agent(code, name, None if last is None else date.fromisoformat(last), email, role)
        for code, name, last, email, role in rows
    }


_LISTED = Query(select(_a.code, _a.name, _a.last_on, _a.email, _a.role).order_by(_a.code))


def keep(connection: Connection, agent: Agent) -> None:
    """Keeps an agent as he is now."""
    last = None if agent.last_on is None else agent.last_on.isoformat()
    row = {"code": agent.code, "name": agent.name, "last_on": last, "email": agent.email, "role": agent.role}
    journal.take(connection, schema.agent, _a.code == agent.code)
    journal.put(connection, schema.agent, [row])
