"""`billing case callback`: when a customer is to be called back, and that he was (S10)."""

from typing import Annotated

import typer

from billing.commands import completion
from billing.commands.case_events import plain, record
from billing.commands.case_options import Agent, At, Case, Note, when
from billing.commands.context import DryRun, Id, Json, agent

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
    record("callback", case, note, id, dry_run, json, at=when(at), agent=agent(agent_), window=window)


plain(
    app,
    "done",
    "callback-done",
    """Say that the customer was called back, in his window, before it or after it (S10).

    Example: billing case callback done T-17
    """,
    Which,
)
plain(
    app,
    "withdraw",
    "callback-withdrawn",
    """Say that the customer need not be called back any more; closing the case says it of all (S10).

    Example: billing case callback withdraw T-17#4 --note "he found it himself"
    """,
    Which,
)
