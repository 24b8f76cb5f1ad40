"""`billing tick`: one line for cron."""

from typing import TYPE_CHECKING, Annotated

import typer

from billing.commands.case_options import when
from billing.commands.context import DryRun, Json, books, do, server
from billing.commands.printing import err, out, told
from billing.texts import Do, Text, say

if TYPE_CHECKING:
    from billing.views.ticking import Ticked


def register(app: typer.Typer) -> None:
    app.command(rich_help_panel="Cases")(tick)


def tick(
    days: Annotated[int, typer.Option(help="How many days before its last something that ends is told.")] = 30,
    at: Annotated[str | None, typer.Option(help="As of a moment that has passed, as 2025-03-04T12:15.")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print nothing where there is nothing to do.")] = False,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Do what runs by time: close what the rules close, tell once what is late, low, ending, due or forgotten, and
    deliver what waits for hooks; once a day an anchor, where BILLING_ANCHORS names a folder.

    For cron or a systemd timer, as often as one likes: again, it does nothing more.

    Example: billing tick --quiet
    """
    from billing.requests.ticking import Tick

    nothing: Text | str = "" if quiet else say("Nothing to do.")
    do(Tick(at=when(at), days=days), _done, json, None, dry_run, lambda _: nothing)
    if not dry_run and not server():  # which tells hooks itself
        _deliver(quiet or json)
        _anchor(quiet or json)
        _erasures(quiet or json)


def _deliver(quiet: bool) -> None:
    """Tells hooks what waits for them, with nothing locked."""
    from billing.requests.hooks import AskNextTry

    if books().ask(AskNextTry()).at is None:
        return
    from billing.outgoing import courier  # only where somebody listens

    round = courier.run(books())
    if round.dead:
        err(say("warning: {count} {count:message to hooks was|messages to hooks were} given up; {do} shows "
                "{count:it|them}", count=round.dead,
                do=Do("hook list")))  # fmt: skip
    if round.delivered and not quiet:
        out(told(say("Messages delivered to hooks: {count}.", count=round.delivered)))


def _anchor(quiet: bool) -> None:
    """Writes the anchor of the day, where a folder is named for it."""
    from billing.commands import anchor

    made = anchor.daily()
    if made is not None and not quiet:
        out(told(say("The day's anchor: {file}", file=made)))


def _erasures(quiet: bool) -> None:
    """Writes the log of erasures up to date, where there are any and a file for it."""
    from billing.commands import privacy
    from billing.requests.privacy import AskErasures

    if books().ask(AskErasures()).erasures:
        privacy.keep_log(quiet)


def _done(a: "Ticked") -> str:
    closed: list[Text | str] = [say("{case} closed: {reason}", case=one.case, reason=one.reason) for one in a.closed]
    alerts: list[Text | str] = [
        say("{alert}; `{command}`", alert=one.text, command=one.command) if one.command else one.text
        for one in a.alerts
    ]
    return "\n".join(map(told, closed + alerts))
