"""The agent's commands: `billing log`, `void`, `undo`, `verify` and `why`."""

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from billing.commands import completion
from billing.commands.context import DryRun, Id, Json, On, Yes, agent, ask, day, do, one_note
from billing.commands.printing import told
from billing.commands.replying import Copy, Reply, below, copied, of
from billing.texts import say

if TYPE_CHECKING:
    from billing.requests.base import Request
    from billing.views.entries import Corrected
    from billing.views.explaining import Why

Case = Annotated[str, typer.Argument(autocompletion=completion.cases, help="The case's reference.")]


def register(app: typer.Typer) -> None:
    for command in (log, void, undo, verify, why):
        app.command(rich_help_panel="At the desk")(command)


Whom = Annotated[
    str,
    typer.Argument(
        metavar="CUSTOMER|CASE", autocompletion=completion.whom, help="The customer's code, or a case that was opened."
    ),
]


def log(
    whom: Whom,
    duration: Annotated[str, typer.Argument(help="12, 12m, 1h, 1h30, 1:30, 90m, 1.5h, 12m30s; a number is minutes.")],
    text: Annotated[str | None, typer.Argument(metavar="[NOTE]", help="What was done, as --note.")] = None,
    case: Annotated[str | None, typer.Option(autocompletion=completion.cases, help="The case's reference.")] = None,
    category: Annotated[
        str | None, typer.Option(autocompletion=completion.categories, help="Default: the case's, the tariff's first.")
    ] = None,
    on: Annotated[str | None, typer.Option(help="The day of the work; default: today. `yesterday` works.")] = None,
    agent_: Annotated[
        str | None,
        typer.Option("--agent", autocompletion=completion.agents, help="Who worked; default: BILLING_AGENT."),
    ] = None,
    contact: Annotated[
        str | None,
        typer.Option(autocompletion=completion.contacts, help="The customer's contact; default: the case's."),
    ] = None,
    note: Annotated[str | None, typer.Option(help="What was done.")] = None,
    quote: Annotated[
        str | None, typer.Option(autocompletion=completion.quotes, help="The quote that it is work on: not charged.")
    ] = None,
    open_: Annotated[
        bool, typer.Option("--open", help="Open the case, and take it up, if it was never opened.")
    ] = False,
    changes_data: Annotated[
        bool,
        typer.Option("--changes-data", help="It changes the customer's data; not without his authorisation."),
    ] = False,
    new: Annotated[
        bool, typer.Option("--new", help="The contact or the agent is a new one, although it is like a known one.")
    ] = False,
    reply: Reply = False,
    copy: Copy = False,
    yes: Yes = False,
    id: Id = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Log time worked, and see what it was charged to.

    Examples: billing log T-17 1h30 "VAT report"; billing log ALPINA 12 --case T-17; billing log T-17 12 --reply
    """
    from billing.commands.logged import logged
    from billing.commands.noticing import nobodys
    from billing.requests import inputs
    from billing.requests.entries import Log

    request = Log(
        customer=whom, seconds=inputs.duration(duration), case=case, category=category, on=day(on), contact=contact,
        agent=agent(agent_), note=one_note(text, note), quote=quote, open_case=open_, changes_data=changes_data,
        new=new or yes, yes=yes, typed=not yes, reply=reply or copy,
    )  # fmt: skip
    echo = below(logged, lambda a: of(a.balance, dry_run))
    again = below(partial(logged, again=True), lambda a: of(a.balance, dry_run))
    view = do(request, echo, json, id, dry_run, again)
    if copy:
        copied(of(view.balance))
    nobodys(request.agent, json)


def void(
    entry: Annotated[str, typer.Argument(autocompletion=completion.entries, help="The entry's id.")],
    reason: Annotated[str, typer.Option(help="Why; the statement shows it.")],
    on: On = None,
    id: Id = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Void an entry: its charge is taken back, minutes return to their grants.

    Example: billing void ALPINA-12 --reason "logged for the wrong customer"
    """
    from billing.requests.entries import Void

    _correct(Void(entry=entry, reason=reason, on=day(on)), json, id, dry_run)


def undo(
    agent_: Annotated[
        str | None,
        typer.Option("--agent", autocompletion=completion.agents, help="Whose last entry; default: BILLING_AGENT."),
    ] = None,
    id: Id = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Void the last entry that you logged."""
    from billing.requests.entries import Undo

    _correct(Undo(agent=agent(agent_)), json, id, dry_run)


def verify(
    case: Case,
    kind: Annotated[
        str, typer.Option(help="program-error, misuse, bad-data, customer-computer, or what the tariff names.")
    ] = "program-error",
    with_: Annotated[
        list[str] | None,
        typer.Option(
            "--with",
            metavar="CATEGORY",
            autocompletion=completion.categories,
            help="Declare the case's entries of this category free as well; again for another.",
        ),
    ] = None,
    on: On = None,
    agent_: Annotated[
        str | None,
        typer.Option("--agent", autocompletion=completion.agents, help="Who verified; default: BILLING_AGENT."),
    ] = None,
    note: Annotated[str | None, typer.Option(help="What it was, in words: quality control reads it.")] = None,
    id: Id = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Verify what a case was. A program error is free, what was invoiced is credited; nothing else changes a charge.

    What stays charged is said, and why (C2).

    Examples: billing verify T-17 --kind misuse; billing verify T-17 --with support
    """
    from billing.requests.verdicts import Verify

    request = Verify(
        case=case, on=day(on), kind=kind, agent=agent(agent_), also=tuple(with_ or ()), note=note or None
    )  # fmt: skip
    _correct(request, json, id, dry_run)


def _correct(request: "Request[Corrected]", json: bool, id: str | None, dry_run: bool) -> None:
    from billing.commands.logged import corrected

    do(request, corrected, json, id, dry_run, lambda a: corrected(a, again=True))


def why(
    what: Annotated[str, typer.Argument(help="An entry's id, a case, an invoice, or a line of one: INV-2025-00001/2.")],
    json: Json = False,
) -> None:
    """Explain each minute and cent of an entry, a case or an invoice line.

    Example: billing why ALPINA-12
    """
    from billing.requests.explaining import AskWhy

    ask(AskWhy(what=what), _explained, json)


def _explained(a: "Why") -> str:
    """The explanation, and at its end where the rules that it cites are written (B4)."""
    from billing.commands import reading

    lines = [told(line) for line in a.text]
    read = reading.links(lines)
    return "\n".join([*lines, *([told(say("Where to read:")), *(f"  {link}" for link in read)] if read else [])])
