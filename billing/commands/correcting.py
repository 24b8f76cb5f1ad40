"""`billing case change` and `billing case void`: what was wrong about a case."""

from typing import Annotated

import typer

from billing.commands import completion, history
from billing.commands.case_options import Agent, At, Case, when
from billing.commands.context import DryRun, Id, Json, agent, do


def register(app: typer.Typer) -> None:
    for command in (change, void):
        app.command()(command)


def change(
    case: Case,
    subject: Annotated[str | None, typer.Option(help="What it is about, in one line.")] = None,
    contact: Annotated[
        str | None, typer.Option(autocompletion=completion.contacts, help="The customer's contact.")
    ] = None,
    category: Annotated[
        str | None, typer.Option(autocompletion=completion.categories, help="As the tariff names it.")
    ] = None,
    priority: Annotated[
        str | None, typer.Option(autocompletion=completion.priorities, help="The new one; it needs a reason.")
    ] = None,
    reason: Annotated[str | None, typer.Option(help="Why.")] = None,
    at: At = None,
    agent_: Agent = None,
    id: Id = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Correct what a case is about; time that was logged before stays as it is (S14).

    Example: billing case change T-17 --subject "VAT report: wrong year" --contact Marie
    """
    from billing.requests.corrections import ChangeCase

    request = ChangeCase(
        case=case, subject=subject, contact=contact, category=category, priority=priority, reason=reason, at=when(at),
        agent=agent(agent_),
    )  # fmt: skip
    do(request, history.told_of, json, id, dry_run, history.again)


def void(
    event: Annotated[str, typer.Argument(help="The event, as T-17#3: its case, and its number in `case show`.")],
    reason: Annotated[str, typer.Option(help="Why; the history shows it.")],
    at: At = None,
    agent_: Agent = None,
    id: Id = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Void an event of a case: it stays in its history, and counts no more (S14).

    With its opening a case is closed as opened by mistake, and counts in no target.

    Example: billing case void T-17#3 --reason "said of another case"
    """
    from billing.requests.corrections import VoidEvent

    request = VoidEvent(event=event, reason=reason, at=when(at), agent=agent(agent_))
    do(request, history.told_of, json, id, dry_run, history.again)
