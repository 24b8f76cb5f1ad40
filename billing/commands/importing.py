"""`billing import`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from billing import given
from billing.commands.context import DryRun, Json, Yes, do, progress, table, write_file
from billing.commands.printing import told
from billing.texts import Text, say

if TYPE_CHECKING:
    from billing.requests.importing import ImportTime
    from billing.views.importing import TimeImported


def register(app: typer.Typer) -> None:
    app.command("import", rich_help_panel="Files")(import_)


def _tools(incomplete: str) -> list[str]:
    from billing.requests.importing import TOOLS

    return [tool for tool in TOOLS if tool.startswith(incomplete)]


def import_(
    tool: Annotated[
        str,
        typer.Argument(
            metavar="TOOL",
            autocompletion=_tools,
            help="clockify, freshdesk, glpi, harvest, jira, kimai, klog, odoo, redmine, tempo, timewarrior, toggl, "
            "watson, zammad or zendesk.",
        ),
    ],
    file: Annotated[str, typer.Argument(metavar="FILE", help="What the tool exported; - is stdin.")],
    map: Annotated[str | None, typer.Option("--map", metavar="FILE", help="Who and what is called how there.")] = None,
    period: Annotated[str | None, typer.Option(metavar="MONTH", help="Only the time of a month, as 2025-03.")] = None,
    date_order: Annotated[str | None, typer.Option(metavar="dmy|mdy", help="How dates with slashes are meant.")] = None,
    delete: Annotated[bool, typer.Option("--delete", help="Void what is there no more, of those days.")] = False,
    parked: Annotated[
        str | None, typer.Option(metavar="FILE", help="Where rows go that cannot be placed; default: beside the file.")
    ] = None,
    yes: Yes = False,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Take in time from another tool: each row once, however often it comes; what was changed there is changed here.

    What cannot be placed is parked in a CSV with the reason, and the rest goes in. See docs/importing.md.

    Example: billing import kimai march.csv --map kimai.toml --period 2025-03
    """
    from billing.requests import inputs
    from billing.requests.importing import ImportTime

    data = given.stdin(given.LINES) if file == given.STDIN else given.read(file, given.LINES)
    request = ImportTime(
        tool=tool, file=Path(file).name or file, data=data,
        own=None if map is None else given.read(map, given.SETTINGS),
        period=None if period is None else inputs.month(period), order=date_order, delete=delete, yes=yes,
    )  # fmt: skip
    _run(request, parked or (None if file == given.STDIN else f"{file}.parked.csv"), json, dry_run)


def _run(request: "ImportTime", parked: str | None, json: bool, dry_run: bool) -> None:
    def human(a: "TimeImported") -> str:
        return _said(a, parked)

    done = do(request, human, json, None, dry_run, human, progress=progress(told(say("rows"))))
    if done.parked_rows and parked is not None and not dry_run:
        write_file(parked, _parked(done))


def _parked(a: "TimeImported") -> str:
    """What could not be placed as CSV: where it was, why, and its cells as they came, so that it can be given again."""
    from billing.exchange import tables

    rows = ((each.row, each.id, each.code, str(each.reason), *each.cells) for each in a.parked_rows)
    return tables.written(("billing row", "billing id", "billing code", "billing reason", *a.columns), rows)


def _said(a: "TimeImported", parked: str | None) -> str:
    lines: list[Text | str] = []
    if a.minutes:
        lines.append(table((say("customer"), say("minutes")), list(a.minutes.items()), right=(1,)))
    for gone in a.gone_entries:
        known = {"entry": gone.entry, "customer": gone.customer, "day": gone.on, "minutes": gone.minutes}
        voided = say("Gone and voided: {entry} ({customer}, {day}, {minutes} min)", **known)
        lines.append(voided if gone.voided else say("Gone: {entry} ({customer}, {day}, {minutes} min)", **known))
    if a.gone and not all(gone.voided for gone in a.gone_entries):
        lines.append(say("--delete voids what is gone."))
    for each in a.parked_rows[:_SHOWN]:
        lines.append(say("Row {row} is parked: {reason}", row=each.row, reason=each.reason))
    if len(a.parked_rows) > _SHOWN:
        lines.append(say("… and {count} more", count=len(a.parked_rows) - _SHOWN))
    for left in a.skipped_rows[:_SHOWN]:
        lines.append(say("Row {row} is left out: {reason}", row=left.row, reason=left.reason))
    if a.skipped > _SHOWN:
        lines.append(say("… and {count} more", count=a.skipped - _SHOWN))
    counted = {"new": a.new, "changed": a.changed, "gone": a.gone, "parked": a.parked, "unchanged": a.unchanged}
    lines.append(say("{new} new, {changed} changed, {gone} gone, {parked} parked, {unchanged} unchanged.", **counted))
    if a.parked and parked is not None:
        lines.append(say("What is parked stands in {file}.", file=parked))
    return "\n".join(map(told, lines))


_SHOWN = 10  # rows of a kind that are shown one by one
