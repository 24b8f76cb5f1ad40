"""`billing import`."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from billing import given
from billing.commands.context import DryRun, Json, Yes, books, do, progress, table, write_file
from billing.commands.printing import told
from billing.errors import BadInput
from billing.locales.words import word
from billing.locales.words_inside import LEFT_OUT
from billing.texts import Text, say

if TYPE_CHECKING:
    from datetime import date

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
    file: Annotated[
        str | None, typer.Argument(metavar="FILE|URL", help="What the tool exported, - is stdin; or where its API is.")
    ] = None,
    api: Annotated[str | None, typer.Option("--api", metavar="URL", help="Read the tool's API there.")] = None,
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

    The API of Freshdesk, GLPI, Kimai, Odoo, Zammad and Zendesk is read with the key in BILLING_IMPORT_KEY: what was
    changed since the last time, or with --period all of a month.

    Example: billing import kimai march.csv --map kimai.toml --period 2025-03
    """
    from billing.requests import inputs
    from billing.requests.importing import ImportTime

    own = None if map is None else given.read(map, given.SETTINGS)
    month = None if period is None else inputs.month(period)
    url = api or (file if file is not None and file.startswith(("https://", "http://")) else None)
    cursor = None
    if url is not None:
        if api is not None and file is not None:
            raise BadInput("bad-input", say("a file and --api: give one of the two"))
        data, cursor = _fetched(tool, url, own, month)
        name = tool
    elif file is None:
        raise BadInput("bad-input", say("nothing to read"), say("give a file, or --api URL"))
    else:
        data = given.stdin(given.LINES) if file == given.STDIN else given.read(file, given.LINES)
        name = Path(file).name or file
    request = ImportTime(
        tool=tool, file=name, data=data, own=own, period=month, order=date_order, delete=delete, cursor=cursor, yes=yes
    )
    beside = None if url is not None or file == given.STDIN else f"{file}.parked.csv"
    _run(request, parked or beside, json, dry_run)


def _fetched(tool: str, url: str, own: bytes | None, month: "date | None") -> tuple[bytes, str | None]:
    """What the API of a tool has of a month, or what was changed since it was read the last time."""
    from datetime import UTC, datetime, timedelta

    from billing.outgoing import fetching
    from billing.requests.importing import AskImported

    fetching.check(tool, os.environ)
    before = books().ask(AskImported(tool=tool, own=own)).cursor
    since = None if before is None or month is not None else datetime.fromisoformat(before)
    last = None if month is None else (month + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    found = fetching.Api(tool, url, os.environ, since, month, last).fetch(datetime.now(UTC))
    return found.data, found.cursor


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
        lines.append(say("Row {row} is left out: {reason}", row=left.row, reason=_why(left.reason)))
    if a.skipped > _SHOWN:
        lines.append(say("… and {count} more", count=a.skipped - _SHOWN))
    counted = {"new": a.new, "changed": a.changed, "gone": a.gone, "parked": a.parked, "unchanged": a.unchanged}
    lines.append(say("{new} new, {changed} changed, {gone} gone, {parked} parked, {unchanged} unchanged.", **counted))
    if a.parked and parked is not None:
        lines.append(say("What is parked stands in {file}.", file=parked))
    return "\n".join(map(told, lines))


def _why(reason: Text | str) -> Text | str:
    return word(LEFT_OUT, reason) if isinstance(reason, str) else reason


_SHOWN = 10  # rows of a kind that are shown one by one
