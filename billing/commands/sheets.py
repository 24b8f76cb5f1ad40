"""What all lists and reports share: an answer for people, as CSV, XLSX, JSON; a chart below a series."""

import sys
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from billing.commands.context import books, one_answer, print_json, write_file
from billing.commands.printing import bars, out, told
from billing.core.units import weeks
from billing.texts import Text, say

if TYPE_CHECKING:
    from billing.requests.base import Question

V = TypeVar("V")
Csv = Annotated[bool, typer.Option("--csv", help="As CSV: to the terminal, or with -o into a file.")]
Xlsx = Annotated[bool, typer.Option("--xlsx", help="As a workbook, into the file of -o or where stdout goes.")]
Output = Annotated[
    str | None,
    typer.Option("--output", "-o", metavar="FILE", help="The file that gets it, CSV or .xlsx; - is stdout."),
]

DateOrder = Annotated[
    str | None,
    typer.Option(metavar="ORDER", help="How 04/05/2025 is read in a spreadsheet, where it leaves that open: dmy, mdy."),
]


def report(
    question: "Question[V]",
    human: Callable[[V], Text | str],
    json: bool,
    csv: bool,
    xlsx: bool,
    output: str | None,
    part: str | None = None,
    made: bool = True,
) -> V:
    """Asks a question and prints its view: for people, as JSON, CSV or a workbook, of which one goes to stdout.

    `part` is the part of a view that a table has, where it has several; `made` as `books` has it. Answers the view.
    """
    return reported(lambda: books(made).ask(question), human, json, csv, xlsx, output, part)


def reported(
    asked: Callable[[], V],
    human: Callable[[V], Text | str],
    json: bool,
    csv: bool,
    xlsx: bool,
    output: str | None,
    part: str | None = None,
) -> V:
    """Prints a view as `report` does, whoever is asked for it."""
    from billing.views.codec import to_json

    book = workbook(csv, xlsx, output)
    file = output or ("-" if csv or xlsx else None)
    one_answer(file, json)
    view = asked()
    if file is not None:
        from billing.exchange import tables

        write_file(file, tables.xlsx_of(view, part) if book else tables.csv_of(view, part))
    if json:
        print_json(to_json(view))
    elif file is None:
        text = told(human(view))
        if text:
            out(text)
    elif file != "-":
        out(say("Written to {file}.", file=file))
    return view


def workbook(csv: bool, xlsx: bool, output: str | None) -> bool:
    """Whether a workbook is wanted rather than CSV: by an option, or by the file's name. A terminal shows none."""
    from billing.errors import BadInput

    if csv and xlsx:
        raise BadInput("bad-input", say("--csv and --xlsx: one of both"))
    named = output is not None and output.lower().endswith(".xlsx")
    if named and csv:
        raise BadInput("bad-input", say("--csv into {file}", file=output), say("name it .csv, or give --xlsx"))
    if xlsx and output is not None and output.lower().endswith(".csv"):
        raise BadInput("bad-input", say("--xlsx into {file}", file=output), say("name it .xlsx, or give --csv"))
    if xlsx and output in (None, "-") and sys.stdout is not None and sys.stdout.isatty():
        raise BadInput("bad-input", say("no terminal shows a workbook"), say("give -o FILE.xlsx"))
    return xlsx or named


def weekly(series: Iterable[tuple[str, int | Decimal]], words: Callable[[int | Decimal], str]) -> str:
    """A chart of figures by week; weeks that have none are there too."""
    known = dict(series)
    if not known:
        return ""
    return bars([(week, known.get(week, 0), words(known.get(week, 0))) for week in weeks(min(known), max(known))])


def below(table: str, chart: str) -> str:
    """A table, and below it the chart, if there is one."""
    return f"{table}\n\n{chart}" if chart else table
