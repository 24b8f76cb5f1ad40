"""`billing close` and `billing reopen`."""

from typing import TYPE_CHECKING, Annotated

import typer

from billing.commands.context import DryRun, Id, Json, On, ask, day, do, table
from billing.errors import BadInput
from billing.texts import Do, Text, say, say_as

if TYPE_CHECKING:
    from billing.views.periods import Closable, Period, Periods

_KINDS = {"close": say_as("of a month", "closed"), "reopen": say_as("of a month", "opened again")}


def register(root: typer.Typer) -> None:
    for command in (close, reopen):
        root.command(rich_help_panel="Month-end")(command)


def close(
    month: Annotated[str | None, typer.Argument(help="The month to close, as 2025-03.")] = None,
    on: On = None,
    status: Annotated[
        bool, typer.Option("--status", help="Only show which months are closed, and whether the next can be.")
    ] = False,
    id: Id = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Close a month: its books, exports and reports stay as they are, and so do those of all months before it.

    What is recorded later with a day in it is posted on the first open day, and names its own. No document is issued in
    it any more. What is not invoiced yet, or waits on suspense, is warned of.

    Example: billing close 2025-03
    """
    from billing.requests import inputs
    from billing.requests.periods import AskPeriods, CloseMonth

    if status:
        ask(AskPeriods(month=None if month is None else inputs.month(month)), _status, json)
        return
    if month is None:
        raise BadInput("bad-input", say("which month? write it as 2025-03"))
    do(CloseMonth(month=inputs.month(month), on=day(on)), _closed, json, id, dry_run)


def reopen(
    month: Annotated[str, typer.Argument(help="The last closed month, as 2025-03.")],
    reason: Annotated[str, typer.Option(help="Why; it is kept.")],
    on: On = None,
    id: Id = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Open the last closed month again: what came later is posted in it on its own day.

    Example: billing reopen 2025-03 --reason "the bank's file of the 31st was missing"
    """
    from billing.requests import inputs
    from billing.requests.periods import ReopenMonth

    do(ReopenMonth(month=inputs.month(month), reason=reason, on=day(on)), _closed, json, id, dry_run)


def _closed(a: "Period") -> Text:
    if a.closed:
        return say("{month} is closed; open from {day} on.", month=a.month, day=a.open_from)
    if a.open_from is None:
        return say("{month} is open again; no month is closed.", month=a.month)
    return say("{month} is open again; open from {day} on.", month=a.month, day=a.open_from)


def _status(a: "Periods") -> str:
    from billing.commands.printing import told

    lines = [say("No month is closed.") if a.closed_until is None else say("Closed up to {day}.", day=a.closed_until)]
    lines += _next(a.next)
    shown = "\n".join(map(told, lines))
    if not a.steps:
        return shown
    rows = [(step.month, _KINDS[step.kind], step.on, step.reason) for step in a.steps]
    return shown + "\n\n" + table((say("month"), "", say_as("a day", "on"), say("reason")), rows)


def _next(a: "Closable") -> list[Text]:
    """How a month stands: whether it can be closed, and what is to be looked at before."""
    if a.closed:
        return [say("{month} is closed.", month=a.month)]
    if a.closable:
        first = say("{month} can be closed: {command}", month=a.month, command=Do("close", a.month))
    else:
        first = say("{month} cannot be closed: {why}", month=a.month, why=a.why)
    return [first, *(say("Warning: {warning}", warning=warning) for warning in a.warnings)]
