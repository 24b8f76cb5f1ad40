"""Agents as a list: who may log work without being asked back (P4). The journal has digests of names."""

from dataclasses import replace

from billing.core import naming
from billing.core.access import STAFF
from billing.errors import Already, BadInput, Unknown, one_of
from billing.office.transaction import Act, Same, Transaction
from billing.requests.agents import AddAgent, AskAgents, EndAgent
from billing.store import agents as store
from billing.store import desk, links
from billing.store.agents import Agent
from billing.texts import say
from billing.views.agents import Agents, AgentShown


def add(tx: Transaction, request: AddAgent, _key: str | None) -> AgentShown | Same[AgentShown]:
    """Puts an agent on the list; of one who is there the name given counts, and the last day given or none."""
    code, known = request.code.strip(), tx.agents.get(request.code.strip())
    had = known or Agent(code, None, None)
    email = had.email if request.email is None else request.address
    role = None if email is None else request.role or had.role
    wanted = Agent(code, request.name or had.name, request.last, email, role)
    _check_log_in(tx, wanted, request)
    if wanted == known:
        return Same(_view(wanted))
    if (had.email, had.role) != (email, role):
        links.end_of_agent(tx.connection, code, tx.setting.now())
    tx.agents[code] = wanted
    store.keep(tx.connection, wanted)
    return _view(wanted, added=known is None)


def _check_log_in(tx: Transaction, wanted: Agent, request: AddAgent) -> None:
    """An address and a role belong together, and an address is one person's of those who work here."""
    if wanted.email is None and request.role is not None:
        raise BadInput("bad-input", say("a role is for who logs in by an address"), say("give the address too"))
    if wanted.email is not None and wanted.role is None:
        raise BadInput("bad-input", say("what may {agent} do?", agent=wanted.code),
                       say("give a role: {known}", known=list(STAFF)))  # fmt: skip
    for other in tx.agents.values():
        same = wanted.email is not None and other.email == wanted.email and other.code != wanted.code
        if same and other.works_on(tx.today):
            raise Already("conflict", say("{address} is {agent}'s", address=wanted.email, agent=other.code),
                          say("take it from {agent} first", agent=other.code))  # fmt: skip


def end(tx: Transaction, request: EndAgent, _key: str | None) -> AgentShown | Same[AgentShown]:
    """Says an agent's last day of work."""
    known = tx.agents.get(request.code.strip())
    if known is None:
        raise _unknown(tx, request.code)
    wanted = replace(known, last_on=request.on or tx.today)
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
    return AgentShown(
        agent=agent.code, name=agent.name, last=agent.last_on, added=added, email=agent.email, role=agent.role
    )


ACTS = {AddAgent: Act(add), EndAgent: Act(end)}
QUESTIONS = {AskAgents: asked}
