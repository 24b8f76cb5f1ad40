"""`billing load`."""

from typing import Annotated

import typer

from billing import given
from billing.commands.context import Answer, Json, Yes, books, progress, show, warn
from billing.commands.printing import told
from billing.commands.sheets import DateOrder
from billing.errors import BadInput
from billing.texts import Text, say

Kind = Annotated[
    str | None, typer.Option("--type", metavar="TYPE", help="What all rows of a spreadsheet are, as entry.")
]


def register(app: typer.Typer) -> None:
    app.command(rich_help_panel="Files")(load)


def load(
    file: Annotated[str, typer.Argument(help="A file of JSON Lines, .csv or .xlsx; - is stdin.")],
    kind: Kind = None,
    date_order: DateOrder = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check every line; change nothing.")] = False,
    parts: Annotated[
        int | None, typer.Option("--parts", min=1, metavar="LINES", help="So many lines at a time, each part whole.")
    ] = None,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Load many records at once, all or none: JSON Lines, each with a `type`, or the rows of a spreadsheet.

    While it is loaded others wait: of a large file of JSON Lines, --parts 50000 lets them in between. A part is done
    once: after a fault or a stop, the same command goes on where it was.

    A row's type is in a column of that name, or its sheet is called so, or --type gives it.
    Example: billing load 2025.jsonl --dry-run
    Example: billing load entries.xlsx --type entry
    """
    from billing.exchange import sheets
    from billing.lines import bulk

    data = given.stdin(given.LINES) if file == given.STDIN else given.read(file, given.LINES)
    tell = progress(told(say("lines")))
    is_sheet = kind is not None or sheets.is_sheet(file, data)
    if parts is not None and (is_sheet or dry_run):
        raise BadInput("bad-input", say("--parts is for JSON Lines, and not for a dry run, which looks at all of them"))
    if parts is not None:
        answer = bulk.load_in_parts(books(), lines_of(file, data), parts, tell)
    elif is_sheet:
        book = sheets.read(file, data)
        answer = bulk.load_book(books(), book, kind, date_order, dry_run, tell, typed=not yes)
    else:
        answer = bulk.load(books(), lines_of(file, data), dry_run, tell, typed=not yes)

    def human(a: Answer) -> Text:
        if parts is not None:
            return say("{lines} lines in {parts} parts: {applied} applied, {unchanged} known already.", **a)
        counts = {"lines": a["lines"], "applied": a["applied"], "unchanged": a["unchanged"]}
        if dry_run:
            return say("{lines} lines: {applied} would be applied, {unchanged} known already.", **counts)
        return say("{lines} lines: {applied} applied, {unchanged} known already.", **counts)

    show(answer, json, human)
    warn(answer, json)


def lines_of(file: str, data: bytes) -> list[str]:
    """The lines of a file. Raises BadInput by the line that is no text."""
    try:
        return data.decode("utf-8-sig").split("\n")
    except UnicodeDecodeError as failed:
        line = data[: failed.start].count(b"\n") + 1
        raise BadInput(
            "bad-input",
            say("line {line}: no UTF-8 text in {file}: {reason}", line=line, file=file, reason=failed.reason),
        ) from None
