"""The agent's commands: `billing log`, `void`, `undo`, `verify` and `why`."""

from typing import Annotated

import typer

from billing.commands import completion
from billing.commands.context import Id, Json, agent, day, setting, show
from billing.commands.contract import On
from billing.commands.customer import Code


def register(app: typer.Typer) -> None:
    for command in (log, void, undo, verify, why):
        app.command(rich_help_panel="At the desk")(command)


def log(
    code: Code,
    duration: Annotated[str, typer.Argument(help="12, 12m, 1h, 1h30, 1:30, 90m, 1.5h, 12m30s; a number is minutes.")],
    case: Annotated[str | None, typer.Option(autocompletion=completion.cases, help="The case's reference.")] = None,
    category: Annotated[
        str | None, typer.Option(autocompletion=completion.categories, help="Default: the tariff's first.")
    ] = None,
    on: Annotated[str | None, typer.Option(help="The day of the work; default: today. `yesterday` works.")] = None,
    agent_: Annotated[str | None, typer.Option("--agent", help="Who worked; default: BILLING_AGENT.")] = None,
    contact: Annotated[str | None, typer.Option(help="The customer's contact.")] = None,
    note: Annotated[str | None, typer.Option(help="What was done.")] = None,
    quote: Annotated[
        str | None, typer.Option(autocompletion=completion.quotes, help="The quote that it is work on: not charged.")
    ] = None,
    id: Id = None,
    open_: Annotated[
        bool, typer.Option("--open", help="Open the case, and take it up, if it was never opened.")
    ] = False,
    json: Json = False,
) -> None:
    """Log time worked, and see what it was charged to.

    Example: billing log ALPINA 1h30 --case T-17 --note "VAT report"
    """
    from billing.commands import speech
    from billing.office.entries import desk
    from billing.requests import inputs

    answer = desk.log(
        setting(), customer=code, seconds=inputs.duration(duration), case=case, category=category, on=day(on),
        agent=agent(agent_), contact=contact, note=note, id=id, quote=quote, open=open_,
    )  # fmt: skip
    show(answer, json, speech.logged)


def void(
    entry: Annotated[str, typer.Argument(autocompletion=completion.entries, help="The entry's id.")],
    reason: Annotated[str, typer.Option(help="Why; the statement shows it.")],
    on: On = None,
    json: Json = False,
) -> None:
    """Void an entry: its charge is taken back, minutes return to their grants."""
    from billing.commands import speech
    from billing.office.entries import desk

    show(desk.void(setting(), entry, reason, day(on)), json, speech.corrected)


def undo(
    agent_: Annotated[str | None, typer.Option("--agent", help="Whose last entry; default: BILLING_AGENT.")] = None,
    json: Json = False,
) -> None:
    """Void the last entry that you logged."""
    from billing.commands import speech
    from billing.office.entries import desk

    show(desk.undo(setting(), agent(agent_)), json, speech.corrected)


def verify(
    case: Annotated[str, typer.Argument(autocompletion=completion.cases, help="The case's reference.")],
    kind: Annotated[
        str, typer.Option(help="What it was: program-error, misuse, bad-data or customer-computer.")
    ] = "program-error",
    on: On = None,
    agent_: Annotated[str | None, typer.Option("--agent", help="Who verified; default: BILLING_AGENT.")] = None,
    json: Json = False,
) -> None:
    """Verify what a case was. A program error is free, what was invoiced is credited; nothing else changes a charge.

    Example: billing verify T-17 --kind misuse
    """
    from billing.commands import speech
    from billing.office.entries import desk

    show(desk.verify(setting(), case, day(on), kind, agent(agent_)), json, speech.corrected)


def why(
    what: Annotated[str, typer.Argument(help="An entry's id, a case, an invoice, or a line of one: INV-2025-00001/2.")],
    json: Json = False,
) -> None:
    """Explain each minute and cent of an entry, a case or an invoice line.

    Example: billing why ALPINA-12
    """
    from billing.commands import speech
    from billing.office.entries import explaining

    show(explaining.why(setting(), what), json, speech.explained)
