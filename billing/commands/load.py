"""`billing load`."""

from collections.abc import Iterator
from io import BytesIO
from typing import IO, Annotated

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
_HEAD = 1024  # bytes of a file by which a workbook is known


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

    While it is written others wait: of a large file of JSON Lines, --parts 50000 lets them in between. A part is done
    once: after a fault or a stop, the same command goes on where it was.

    A row's type is in a column of that name, or its sheet is called so, or --type gives it.
    Example: billing load 2025.jsonl --dry-run
    Example: billing load entries.xlsx --type entry
    """
    from billing.exchange import sheets
    from billing.lines import bulk

    data = given.kept(file, given.LINES)
    tell = progress(told(say("lines")))
    is_sheet = kind is not None or sheets.is_sheet(file, data.read(_HEAD))
    data.seek(0)
    if parts is not None and (is_sheet or dry_run):
        raise BadInput("bad-input", say("--parts is for JSON Lines, and not for a dry run, which looks at all of them"))
    if parts is not None:
        answer = bulk.load_in_parts(books(), Lines(file, data), parts, tell)
    elif is_sheet:
        book = sheets.read(file, data.read())
        answer = bulk.load_book(books(), book, kind, date_order, dry_run, tell, typed=not yes)
    else:
        answer = bulk.load(books(), Lines(file, data), dry_run, tell, typed=not yes)

    def human(a: Answer) -> Text:
        if parts is not None:
            return say(
                "{lines} {lines:line|lines} in {parts} {parts:part|parts}: {applied} applied, {unchanged} "
                "known already.",
                **a,
            )
        counts = {"lines": a["lines"], "applied": a["applied"], "unchanged": a["unchanged"]}
        if dry_run:
            return say("{lines} {lines:line|lines}: {applied} would be applied, {unchanged} known already.", **counts)
        return say("{lines} {lines:line|lines}: {applied} applied, {unchanged} known already.", **counts)

    show(answer, json, human)
    warn(answer, json)


class Lines:
    """The lines of a file, as often as they are gone through, one of them in memory at a time."""

    def __init__(self, name: str, file: IO[bytes]) -> None:
        """Looks through them once. Raises BadInput by the line that is no text."""
        self._file = file
        count = 0
        try:
            for _ in self:
                count += 1
        except UnicodeDecodeError as failed:
            raise BadInput(
                "bad-input",
                say("line {line}: no UTF-8 text in {file}: {reason}", line=count + 1, file=name, reason=failed.reason),
            ) from None

    def __iter__(self) -> Iterator[str]:
        self._file.seek(0)
        for number, line in enumerate(self._file):
            yield line.decode("utf-8" if number else "utf-8-sig").removesuffix("\n")


def lines_of(file: str, data: bytes) -> Lines:
    """The lines of a file that is read already. Raises BadInput by the line that is no text."""
    return Lines(file, BytesIO(data))
