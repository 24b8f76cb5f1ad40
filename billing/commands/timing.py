"""The agent's timer: `billing start`, `stop`, `pause`, `resume`, `status` and `cancel`."""

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from billing.commands import completion
from billing.commands.context import DryRun, Id, Json, Yes, agent, ask, do
from billing.commands.replying import Copy, Reply, below, copied, of
from billing.texts import Text, say

if TYPE_CHECKING:
    from datetime import datetime, time

    from billing.views.timing import Timers, TimerShown

Agent = Annotated[
    str | None,
    typer.Option("--agent", autocompletion=completion.agents, help="Whose timer; default: BILLING_AGENT."),
]
At = Annotated[str | None, typer.Option(help="When, as 17:30 or 2025-03-04T17:30; default: now.")]
Case = Annotated[str, typer.Argument(autocompletion=completion.cases, help="A case that was opened.")]
Which = Annotated[
    str | None, typer.Argument(metavar="[CASE]", autocompletion=completion.cases, help="Default: the one that runs.")
]


def register(app: typer.Typer) -> None:
    for command in (start, stop, pause, resume, status, cancel):
        app.command(rich_help_panel="At the desk")(command)


def start(
    case: Case,
    at: At = None,
    agent_: Agent = None,
    yes: Yes = False,
    id: Id = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Start your timer for a case; one that runs for another case is paused.

    Example: billing start T-17
    """
    from billing.requests.timing import Start

    request = Start(case=case, agent=agent(agent_), at=_when(at), new=yes, typed=not yes)
    do(request, _timers, json, id, dry_run, _timers)


def stop(
    case: Which = None,
    at: At = None,
    note: Annotated[str | None, typer.Option(help="What was done.")] = None,
    category: Annotated[
        str | None, typer.Option(autocompletion=completion.categories, help="Default: the case's.")
    ] = None,
    contact: Annotated[
        str | None,
        typer.Option(autocompletion=completion.contacts, help="The customer's contact; default: the case's."),
    ] = None,
    new: Annotated[
        bool, typer.Option("--new", help="The contact is a new one, although it is like a known one.")
    ] = False,
    agent_: Agent = None,
    reply: Reply = False,
    copy: Copy = False,
    yes: Yes = False,
    id: Id = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Stop your timer: what it ran for is logged, as `log` does.

    Example: billing stop --at 17:30 --note "VAT report"
    """
    from billing.commands.logged import logged
    from billing.requests.timing import Stop

    request = Stop(
        agent=agent(agent_), case=case, at=_when(at), note=note, category=category, contact=contact, new=new or yes,
        yes=yes, typed=not yes, reply=reply or copy,
    )  # fmt: skip
    echo = below(logged, lambda a: of(a.balance, dry_run))
    again = below(partial(logged, again=True), lambda a: of(a.balance, dry_run))
    view = do(request, echo, json, id, dry_run, again)
    if copy:
        copied(of(view.balance))


def pause(at: At = None, agent_: Agent = None, id: Id = None, dry_run: DryRun = False, json: Json = False) -> None:
    """Pause your timer.

    Example: billing pause
    """
    from billing.requests.timing import Pause

    do(Pause(agent=agent(agent_), at=_when(at)), _timers, json, id, dry_run, _timers)


def resume(
    case: Which = None, at: At = None, agent_: Agent = None, id: Id = None, dry_run: DryRun = False, json: Json = False
) -> None:
    """Go on with a timer that is paused.

    Example: billing resume T-17
    """
    from billing.requests.timing import Resume

    do(Resume(agent=agent(agent_), case=case, at=_when(at)), _timers, json, id, dry_run, _timers)


def status(agent_: Agent = None, json: Json = False) -> None:
    """What your timer runs for, and what is paused.

    Example: billing status
    """
    from billing.requests.timing import AskTimers

    ask(AskTimers(agent=agent(agent_)), _timers, json)


def cancel(
    case: Which = None, agent_: Agent = None, id: Id = None, dry_run: DryRun = False, json: Json = False
) -> None:
    """Forget a timer: nothing is logged.

    Example: billing cancel
    """
    from billing.requests.timing import Discard

    do(Discard(agent=agent(agent_), case=case), _timers, json, id, dry_run, _timers)


def _when(text: str | None) -> "datetime | time | None":
    from billing.requests import moments

    return None if text is None else moments.when(text)


def _timers(a: "Timers") -> str:
    """What runs, what is paused, and what has just changed."""
    from billing.commands.printing import told

    lines: list[Text] = []
    if a.paused_now:
        lines.append(say("{case} is paused.", case=a.paused_now))
    if a.discarded:
        lines.append(say("The timer of {case} is forgotten; nothing was logged.", case=a.discarded))
    lines += [shown(timer) for timer in ((a.running,) if a.running else ()) + a.paused]
    if not lines:
        lines.append(say("No timer of {agent} runs.", agent=a.agent))
    return "\n".join(told(line) for line in lines)


def shown(timer: "TimerShown") -> Text:
    """A timer in one line."""
    from billing.commands.speech import raw

    about = {"case": timer.case, "customer": timer.customer_name, "time": raw(timer.seconds)}
    if timer.state == "running":
        return say("{case} ({customer}) runs, {time} since {at}.", **about, at=f"{timer.began_at:%H:%M}")
    return say("{case} ({customer}) is paused at {time}.", **about)
