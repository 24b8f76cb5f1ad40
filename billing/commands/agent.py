"""`billing agent …`: who works here."""

from typing import TYPE_CHECKING, Annotated

import typer

from billing.commands import completion
from billing.commands.context import DryRun, Id, Json, day, do, table
from billing.commands.printing import told
from billing.commands.sheets import Csv, Output, Xlsx, report
from billing.locales.words import word
from billing.locales.words_inside import ROLES
from billing.texts import Text, say

if TYPE_CHECKING:
    from billing.views.agents import Agents, AgentShown

app = typer.Typer(no_args_is_help=True, help="Agents: put them on the list, say when one leaves.")


@app.command()
def add(
    code: Annotated[str, typer.Argument(help="What the agent is called in entries, as BILLING_AGENT.")],
    name: Annotated[str | None, typer.Option(help="The full name; no document of a customer shows it.")] = None,
    email: Annotated[
        str | None, typer.Option(help="The address to log in by where billing serve has a provider; empty: none.")
    ] = None,
    role: Annotated[str | None, typer.Option(help="What may be done then: agent, head, accountant or admin.")] = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Put an agent on the list; again, it changes the name, or takes back that one has left.

    Once somebody is on it, work of whoever is not is asked back. Another address or role ends the sessions
    of log-ins.

    Example: billing agent add ana --name "Ana Weber" --email ana@acme.example --role head
    """
    from billing.requests.agents import AddAgent

    do(AddAgent(code=code, name=name, email=email, role=role), _added, json, None, dry_run, _again)


@app.command("list")
def list_(csv: Csv = False, xlsx: Xlsx = False, output: Output = None, json: Json = False) -> None:
    """List the agents, and who has logged work without being on the list.

    Example: billing agent list
    """
    from billing.requests.agents import AskAgents

    report(AskAgents(), _listed, json, csv, xlsx, output)


@app.command()
def end(
    code: Annotated[str, typer.Argument(autocompletion=completion.agents, help="The agent's code.")],
    on: Annotated[str | None, typer.Option(help="The last day of work; default: today.")] = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Say when an agent leaves: work after that day is asked back.

    Example: billing agent end ana --on 2025-06-30
    """
    from billing.requests.agents import EndAgent

    do(EndAgent(code=code, on=day(on)), _ended, json, None, dry_run, _again)


@app.command()
def invite(
    code: Annotated[str, typer.Argument(autocompletion=completion.agents, help="The agent's code.")],
    role: Annotated[str, typer.Option(help="agent, head, accountant or admin.")] = "agent",
    days: Annotated[int, typer.Option(help="How long the link can be used, once.")] = 2,
    id: Id = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Make a link for one of the staff to the desk's pages (billing serve) and print it; it opens once (A1, A2).

    Example: billing agent invite ana --role head
    """
    from billing.commands import link as links
    from billing.requests.links import InviteAgent

    do(InviteAgent(agent=code, role=role, days=days), links.made, json, id, dry_run, links.made_before)


def _added(a: "AgentShown") -> Text:
    if a.added:
        return say("{agent} is on the list.", agent=_called(a))
    return say("{agent}: changed.", agent=_called(a))


def _ended(a: "AgentShown") -> Text:
    return say("{agent}: the last day of work is {last}.", agent=_called(a), last=a.last)


def _again(a: "AgentShown") -> Text:
    return say("{agent}: that was so already; nothing changed.", agent=_called(a))


def _called(a: "AgentShown") -> str:
    return f"{a.agent} ({a.name})" if a.name else a.agent


def _listed(a: "Agents") -> Text | str:
    if not a.agents:
        return say("No agents.")
    rows = [(each.agent, each.name, each.last, _noted(each)) for each in a.agents]
    return table((say("agent"), say("name"), say("until"), ""), rows)


def _noted(a: "AgentShown") -> Text | str:
    if not a.listed:
        return say("not on the list")
    return f"{told(word(ROLES, a.role))}, {a.email}" if a.email else ""
