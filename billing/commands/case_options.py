"""Options that the commands on a case have in common."""

from datetime import datetime, time
from typing import Annotated

import typer

from billing.commands import completion

Case = Annotated[str, typer.Argument(autocompletion=completion.cases, help="The case's reference.")]
At = Annotated[
    str | None, typer.Option(help="When, as 2025-03-04T12:15 in the tariff's time zone, or 12:15 today; default: now.")
]
Agent = Annotated[
    str | None,
    typer.Option("--agent", autocompletion=completion.agents, help="Who did it; default: BILLING_AGENT."),
]
Note = Annotated[str | None, typer.Option(help="What was said or done.")]


def when(text: str | None) -> datetime | time | None:
    """An option with a moment."""
    from billing.requests import moments

    return None if text is None else moments.when(text)
