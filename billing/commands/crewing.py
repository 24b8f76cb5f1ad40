"""Who draws what a command asks for: this process, some beside it, or the workers of a Dask scheduler."""

import os
from typing import Annotated

import typer

from billing.commands.context import books
from billing.texts import say

AT_ONCE = 50  # files that are asked for together, and a task of a crew
_FEW = 1000  # documents that one process has drawn before others are ready

Workers = Annotated[
    int | None, typer.Option(min=1, help="So many processes draw; default: one, of many documents one a processor.")
]
Dask = Annotated[
    str | None, typer.Option(metavar="URL", help="The workers of this Dask scheduler draw, as tcp://host:8786.")
]


def crewed(workers: int | None, dask: str | None, count: int) -> int:
    """Has `count` documents drawn by who is wanted: how many are to be asked for at a time.

    Raises BadInput where the books are a server's, which draws by itself.
    """
    from billing.crew import Crew
    from billing.errors import BadInput
    from billing.service import Billing

    door = books()
    if not isinstance(door, Billing):
        if workers is not None or dask is not None:
            raise BadInput("bad-input", say("a server draws by itself"), say("leave --workers and --dask out"))
        return AT_ONCE
    crew = Crew(workers or (1 if count < _FEW or dask else _processors()), dask)
    door.work_with(crew)
    return AT_ONCE * crew.at_once


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
