"""What is more than people do, and who is not on the list of agents: asked back from whoever types, else said.

Asked back is a request that is `typed`, until it is said to be meant; of all others the answer holds the warning.
"""

from collections.abc import Iterator
from datetime import date

from billing.core import naming, slips
from billing.core.facts import Entry
from billing.errors import BadInput
from billing.office import slips as asking
from billing.office.transaction import Transaction
from billing.requests.entries import Log
from billing.store import desk
from billing.texts import Do, Text, say

NEW = say("--new makes it all the same")


def check(tx: Transaction, request: Log, on: date) -> tuple[Text, ...]:
    """What is to be said of an entry of a day; asks it back where that is wanted."""
    unlisted = check_agent(tx, request.agent, on, request.new, request.typed)
    much = tuple(_much(tx, request, on))
    if much and request.typed:
        raise asking.asked(much[0])
    return unlisted + much


def check_agent(tx: Transaction, agent: str | None, on: date, new: bool, typed: bool) -> tuple[Text, ...]:
    """What is to be said of who works on a day: he is like another, not on the list, or was there until another day.

    While nobody is on the list it is only asked whether he is like one who has logged before.
    """
    if agent is None:
        return ()
    agent = agent.strip()
    listed = tx.agents
    if not new and agent not in listed:
        near = naming.slip_of(agent, listed or desk.agents(tx.connection))
        if near is not None:
            raise asked_back(say("agent"), agent, near)
    if not listed or (agent in listed and listed[agent].works_on(on)):
        return ()
    if agent in listed:
        doubt = say("agent {agent} worked until {last}", agent=agent, last=listed[agent].last_on)
        mend = say("--yes takes it as it is")
    else:
        doubt = say("agent {agent!r} is not on the list", agent=agent)
        mend = say("{command} puts it there, --yes takes it as it is", command=Do("agent add", agent))
    if typed and not new:
        raise BadInput("ask-back", doubt, mend)
    if tx.bulk and (doubt.template, agent) in tx.said:  # of a file it is enough to hear it once
        return ()
    tx.said.add((doubt.template, agent))
    return (doubt,)


def asked_back(what: Text, given: str, near: str) -> BadInput:
    """A name that would be new and is like a known one."""
    return BadInput(
        "ask-back",
        say("{what} {given!r} would be a new one; did you mean {near}?", what=what, given=given, near=near),
        NEW,
    )


def _much(tx: Transaction, request: Log, on: date) -> Iterator[Text]:
    """What is more than people do: an entry over 8 hours, a day over 12 of one agent for all customers.

    Of a file's days each is said once: where it passes.
    """
    if slips.long_entry(request.seconds):
        yield say("{time} in one entry is over {most} hours", time=_time(request.seconds), most=8)
    if request.agent is None:
        return
    before = _worked(tx, request.agent, on)
    seconds = before + request.seconds
    if slips.long_day(seconds) and not (tx.bulk and slips.long_day(before)):
        yield say(
            "{agent} would have worked {time} on {on}, over {most} hours",
            agent=request.agent, time=_time(seconds), on=on, most=12,
        )  # fmt: skip
    tx.worked[request.agent, on] = seconds


def taken_back(tx: Transaction, entry: Entry) -> None:
    """Takes an entry that is voided out of its agent's day, which a file may go on with."""
    if tx.bulk and entry.agent is not None:
        tx.worked[entry.agent, entry.worked_on] = _worked(tx, entry.agent, entry.worked_on) - entry.logged_seconds


def _worked(tx: Transaction, agent: str, on: date) -> int:
    """The raw seconds of an agent's live entries of a day, for all customers.

    A file's own entries are counted as they come, and need not be written for it.
    """
    known = tx.worked.get((agent, on)) if tx.bulk else None
    return desk.seconds_worked(tx.connection, agent, on) if known is None else known


def _time(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"{minutes // 60} h {minutes % 60:02}" + (f" min {rest:02} s" if rest else "")
