"""Agents as a list: who may log work without being asked back (P4). Nothing of it is in a chain."""

from billing.core import naming
from billing.errors import Unknown, one_of
from billing.office.transaction import Act, Same, Transaction
from billing.requests.agents import AddAgent, AskAgents, EndAgent
from billing.store import agents as store
from billing.store import desk
from billing.store.agents import Agent
from billing.views.agents import Agents, AgentShown


def add(tx: Transaction, request: AddAgent, _key: str | None) -> AgentShown | Same[AgentShown]:
    """Puts an agent on the list; of one who is there the name given counts, and the last day given or none."""
    code, known = request.code.strip(), tx.agents.get(request.code.strip())
    wanted = Agent(code, request.name or (known.name if known else None), request.last)
    if wanted == known:
        return Same(_view(wanted))
    tx.agents[code] = wanted
    store.keep(tx.connection, wanted)
    return _view(wanted, added=known is None)


def end(tx: Transaction, request: EndAgent, _key: str | None) -> AgentShown | Same[AgentShown]:
    """Says an agent's last day of work."""
    known = tx.agents.get(request.code.strip())
    if known is None:
        raise _unknown(tx, request.code)
    wanted = Agent(known.code, known.name, request.on or tx.today)
    if wanted == known:
        return Same(_view(wanted))
    tx.agents[known.code] = wanted
    store.keep(tx.connection, wanted)
    return _view(wanted)


def _unknown(tx: Transaction, code: str) -> Unknown:
    return one_of("agent", code, [near] if (near := naming.slip_of(code, tx.agents)) else list(tx.agents))


def asked(tx: Transaction, _question: AskAgents) -> Agents:
    """Who is on the list, and who has logged work without being on it."""
    shown = {agent.code: _view(agent) for agent in tx.agents.values()}
    for code in desk.agents(tx.connection):
        shown.setdefault(code, AgentShown(agent=code, name=None, last=None, listed=False))
    return Agents(tuple(shown[code] for code in sorted(shown)))


def _view(agent: Agent, added: bool = False) -> AgentShown:
    return AgentShown(agent=agent.code, name=agent.name, last=agent.last_on, added=added)


def _again(_tx: Transaction, _request: object, _head: object, _seq: int) -> AgentShown:
    raise AssertionError("an agent has no chain, and so no id")


ACTS = {AddAgent: Act(add, _again), EndAgent: Act(end, _again)}
QUESTIONS = {AskAgents: asked}
