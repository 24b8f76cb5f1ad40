"""What every command does that records an event of a case, and those of which nothing more is said than the usual."""

from collections.abc import Callable
from typing import Any

import typer

from billing.commands import history
from billing.commands.case_options import Agent, At, Case, Note, when
from billing.commands.context import DryRun, Id, Json, agent, do
from billing.commands.replying import Copy, OfCase, Reply, below, copied


def record(
    kind: str,
    case: str,
    note: str | None,
    id: str | None,
    dry_run: bool,
    json: bool,
    reply: bool = False,
    copy: bool = False,
    **more: Any,
) -> None:
    """Records an event and tells the case; with `reply` or `copy`, the customer's sentence below it."""
    from billing.requests.cases import RecordEvent

    request: RecordEvent = RecordEvent(kind=kind, case=case, note=note or None, **more)  # type: ignore[arg-type]
    if not (reply or copy):
        do(request, history.told_of, json, id, dry_run, history.again)
        return
    told = OfCase()
    echo, again = below(history.told_of, told.sentence), below(history.again, told.sentence)
    view = do(request, echo, json, id, dry_run, again, beside=told.beside)
    if copy:
        copied(told.sentence(view))


def plain(app: typer.Typer, name: str, kind: str, text: str, of: Any = Case) -> None:
    """Adds a command for an event of which nothing more is said than when, by whom, and a note."""

    def command(
        case: of,
        at: At = None,
        agent_: Agent = None,
        note: Note = None,
        id: Id = None,
        dry_run: DryRun = False,
        json: Json = False,
    ) -> None:
        record(kind, case, note, id, dry_run, json, at=when(at), agent=agent(agent_))

    command.__doc__ = text
    app.command(name)(command)


def telling(app: typer.Typer, kind: str, text: str) -> Callable[..., None]:
    """The same for an event by which the customer hears something: his sentence can stand below."""

    def command(
        case: Case,
        at: At = None,
        agent_: Agent = None,
        note: Note = None,
        reply: Reply = False,
        copy: Copy = False,
        id: Id = None,
        dry_run: DryRun = False,
        json: Json = False,
    ) -> None:
        record(kind, case, note, id, dry_run, json, reply, copy, at=when(at), agent=agent(agent_))

    command.__doc__ = text
    return app.command(kind)(command)
