"""`billing case callback`: when a customer is to be called back, and that he was (S10)."""

from typing import Annotated, Any

import typer

from billing.commands import completion, history
from billing.commands.case_options import Agent, At, Case, Note, when
from billing.commands.context import DryRun, Id, Json, agent, do

app = typer.Typer(no_args_is_help=True, help="Call-backs: name a window, say that it was kept, withdraw it (S10).")
Which = Annotated[
    str,
    typer.Argument(
        metavar="CASE|ID", autocompletion=completion.cases, help="The case; of several call-backs the one, as T-17#4."
    ),
]


@app.command()
def add(
    case: Case,
    from_: Annotated[str, typer.Option("--from", help="The first moment, as 2025-03-05T09:00.")],
    to: Annotated[str, typer.Option("--to", help="The last moment; 11:00 is that of the same day.")],
    at: At = None,
    agent_: Agent = None,
    note: Note = None,
    id: Id = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Record when the customer is to be called back: due until then, missed after, if nobody calls (S10).

    A call within the window makes it done: an attempt to reach him, or a reply by phone.

    Example: billing case callback add T-17 --from 2025-03-05T09:00 --to 11:00
    """
    window = (when(from_), when(to))
    _record("callback", case, at, agent_, note, id, dry_run, json, window=window)


@app.command()
def done(
    case: Which,
    at: At = None,
    agent_: Agent = None,
    note: Note = None,
    id: Id = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Say that the customer was called back, in his window, before it or after it (S10).

    Example: billing case callback done T-17
    """
    _record("callback-done", case, at, agent_, note, id, dry_run, json)


@app.command()
def withdraw(
    case: Which,
    at: At = None,
    agent_: Agent = None,
    note: Note = None,
    id: Id = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Say that the customer need not be called back any more; closing the case says it of all (S10).

    Example: billing case callback withdraw T-17#4 --note "he found it himself"
    """
    _record("callback-withdrawn", case, at, agent_, note, id, dry_run, json)


def _record(
    kind: Any, case: str, at: str | None, agent_: str | None, note: str | None, id: str | None, dry_run: bool,
    json: bool, **more: Any,
) -> None:  # fmt: skip
    from billing.requests.cases import RecordEvent

    request = RecordEvent(kind=kind, case=case, note=note or None, at=when(at), agent=agent(agent_), **more)
    do(request, history.told_of, json, id, dry_run, history.again)
