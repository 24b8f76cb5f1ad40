"""The agent's command that puts an entry right: `billing edit`."""

from typing import TYPE_CHECKING, Annotated

import typer

from billing.commands import completion
from billing.commands.context import DryRun, Id, Json, Yes, agent, day, do
from billing.texts import Text, say

if TYPE_CHECKING:
    from billing.views.edits import Edited


def register(app: typer.Typer) -> None:
    app.command(rich_help_panel="At the desk")(edit)


def edit(
    entry: Annotated[
        str | None, typer.Argument(autocompletion=completion.entries, help="The entry's id; default: your last one.")
    ] = None,
    duration: Annotated[
        str | None, typer.Option("--duration", "-d", help="The time it was, as 12, 1h30 or 1:30.")
    ] = None,
    note: Annotated[
        str | None, typer.Option("--note", "-n", help="What was done; alone, it changes no charge.")
    ] = None,
    case: Annotated[
        str | None, typer.Option("--case", "-c", autocompletion=completion.cases, help="The case's reference.")
    ] = None,
    customer: Annotated[
        str | None, typer.Option(autocompletion=completion.customers, help="Whose time it was; case and contact go.")
    ] = None,
    category: Annotated[str | None, typer.Option(autocompletion=completion.categories)] = None,
    contact: Annotated[
        str | None, typer.Option(autocompletion=completion.contacts, help="The customer's contact.")
    ] = None,
    on: Annotated[str | None, typer.Option(help="The day of the work. `yesterday` works.")] = None,
    reason: Annotated[str | None, typer.Option(help="Why; the statement shows it.")] = None,
    new: Annotated[bool, typer.Option("--new", help="The contact is a new one, although it is like a known one.")] = (
        False
    ),
    agent_: Annotated[
        str | None, typer.Option("--agent", help="Whose last entry, without ENTRY; default: BILLING_AGENT.")
    ] = None,
    yes: Yes = False,
    id: Id = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Put an entry right: it is voided and logged anew as ENTRY#2, and what you do not name stays.

    Without ENTRY it is the last one that you recorded today, which `undo` would take.

    Example: billing edit ALPINA-12 --duration 20 --case T-17
    """
    from billing.requests import inputs
    from billing.requests.edits import Edit

    request = Edit(
        entry=entry, seconds=None if duration is None else inputs.duration(duration), note=note, case=case,
        customer=customer, category=category, contact=contact, on=day(on), reason=reason, new=new or yes, yes=yes,
        agent=agent(agent_) if entry is None else None,
        typed=not yes,
    )  # fmt: skip
    do(request, _edited, json, id, dry_run, lambda a: _edited(a, again=True))


def _edited(a: "Edited", again: bool = False) -> str:
    """What stands now, each charge before and after, and what is left."""
    from billing.commands import logged, speech
    from billing.commands.printing import told

    lines: list[Text | str] = [_verdict(a, again)]
    lines += logged.changes(a.changed)
    if a.balance is not None:
        lines.append(speech.left(a.balance))
    return "\n".join(told(line) for line in lines)


def _verdict(a: "Edited", again: bool) -> Text:
    if again:
        return say("{entry} ({customer}) stands so already; nothing changed.", entry=a.entry, customer=a.customer)
    if a.replaces is None:
        return say("{entry} ({customer}): its note is another; its charge stays.", entry=a.entry, customer=a.customer)
    return say("{old} is now {entry} ({customer}).", old=a.replaces, entry=a.entry, customer=a.customer)
